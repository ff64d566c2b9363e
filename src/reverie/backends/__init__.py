"""Models that paint pictures: strangers to one another, found by name through the registry."""
