"""Last touch inside the loop: what keeps thousands of repaints from burning, washing out or flickering."""
