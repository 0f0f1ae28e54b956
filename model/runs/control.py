"""How a run is told what to do: files in its folder.

Asking is making an empty file; the run looks for them at every batch. That it lives is told by the
lock that it holds (`model.locks`).
"""

from pathlib import Path
from typing import Literal

from model.errors import UserError

Request = Literal["stop", "stop_after_epoch", "pause"]

_REQUESTS: tuple[Request, ...] = ("stop", "stop_after_epoch", "pause")


class ControlError(UserError):
    """A run that this user cannot tell what to do."""


class Control:
    """What a run is asked to do. The window asks, the run looks; both use this.

    Attributes:
        folder: The run's.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def ask(self, request: Request) -> None:
        """Make the request; the run meets it at its next batch.

        Raises:
            ControlError: Nothing may be written into the run's folder.
        """
        try:
            (self.folder / request).touch()
        except OSError as error:
            raise self._refused(error) from error

    def withdraw(self, request: Request) -> None:
        """Take a request back; for "pause" this lets the run go on.

        Raises:
            ControlError: Nothing may be removed from the run's folder.
        """
        try:
            (self.folder / request).unlink(missing_ok=True)
        except OSError as error:
            raise self._refused(error) from error

    def is_asked(self, request: Request) -> bool:
        """Whether the request stands."""
        return (self.folder / request).exists()

    def _refused(self, error: OSError) -> ControlError:
        return ControlError(
            f"{self.folder.name} cannot be told what to do: {error.strerror or error} "
            f"({self.folder}). Whoever started it can."
        )

    def withdraw_all(self) -> None:
        """As a process does that begins to work."""
        for request in _REQUESTS:
            self.withdraw(request)
