"""Widgets without decisions: what is shown, and the wishes of the user as signals."""
