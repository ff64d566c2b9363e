"""What is measured of the model in the package: each room measures one thing, `training.evaluate` asks them all."""
