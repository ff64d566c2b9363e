"""Is it alive, is it good: pure functions on pictures, with units and sources."""
