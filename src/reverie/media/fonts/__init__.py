"""Letters that ship: Geist (SIL Open Font License 1.1), in parts by script."""
