"""The networks rewritten for compilers: the same numbers, less what stays the same between frames."""
