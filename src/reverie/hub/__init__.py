"""Models of others, pulled from the hub when somebody asks for it, and at no other time."""
