"""How a long computation tells where it is, and learns that it should stop."""

from typing import Protocol


class Cancelled(Exception):  # noqa: N818 - a request that was met, not an error
    """Raised by a report when the user asked to stop."""


class Report(Protocol):
    """Called often by a long computation."""

    def __call__(self, done: int, total: int, message: str, /) -> None:
        """Tell that `done` of `total` are finished (`total` 0: not known yet).

        Raises:
            Cancelled: The user asked to stop. Let it pass; keep what was finished.
        """


def silent(_done: int, _total: int, _message: str) -> None:
    """Report to nobody."""
