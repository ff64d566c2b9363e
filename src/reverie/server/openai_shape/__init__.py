"""What clients of OpenAI's API say and expect to hear: forms, objects and refusals of that shape, and nothing else."""
