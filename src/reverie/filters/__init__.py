"""Frames to frames, on their way to whoever looks."""
