"""What we train and ship, and the strict reading of weights in the hub's on-disk format."""
