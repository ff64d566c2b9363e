"""The vocabulary every other room speaks: frames, timelines, specs, reports, cards and protocols."""
