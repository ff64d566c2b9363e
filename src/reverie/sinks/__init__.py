"""Frames out: where a film ends."""
