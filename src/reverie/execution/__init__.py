"""Where a spec runs, with one way to follow it, steer it and stop it whatever the place."""
