"""What was asked and what became of it: jobs, their rows, their events, their files."""
