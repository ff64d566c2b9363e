"""Pictures in: what a step starts from."""
