"""Pixels and codecs: the only doors to films, picture files, geometry and tensors."""
