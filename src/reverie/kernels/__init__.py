"""Steps of the networks' work that are written by hand for graphics cards, each beside the plain way to compute it."""
