"""Decisions without widgets: what happens when the user asks for something."""
