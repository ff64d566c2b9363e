"""A viewer that measures: it holds every picture, reads what is stamped in it, and steers as a person would."""
