"""The errors of the project file and of its cache."""

from model.errors import UserError


class ProjectError(UserError):
    """A project file is absent, damaged, newer than the program, or cannot be written."""


class CacheError(UserError):
    """A cache is damaged, newer than the program, or cannot be written."""
