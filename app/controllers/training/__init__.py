"""Decisions of the activity Train: what is planned, what is previewed, which runs do what."""
