"""How the shipped weights were made: one script a stage; not part of the wheel."""
