"""The loop: it knows protocols and never a concrete plugin."""
