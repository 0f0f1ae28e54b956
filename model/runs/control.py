"""How a run is told what to do: files in its folder.

Asking is making an empty file; the run looks for them at every batch. That it lives is told by the
lock that it holds (`model.locks`).
"""

from pathlib import Path
from typing import Literal

Request = Literal["stop", "stop_after_epoch", "pause"]

_REQUESTS: tuple[Request, ...] = ("stop", "stop_after_epoch", "pause")


class Control:
    """What a run is asked to do. The window asks, the run looks; both use this.

    Attributes:
        folder: The run's.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def ask(self, request: Request) -> None:
        """Make the request; the run meets it at its next batch, or when it is resumed."""
        (self.folder / request).touch()

    def withdraw(self, request: Request) -> None:
        """Take a request back; for "pause" this lets the run go on."""
        (self.folder / request).unlink(missing_ok=True)

    def is_asked(self, request: Request) -> bool:
        """Whether the request stands."""
        return (self.folder / request).exists()

    def withdraw_all(self) -> None:
        """As a process does that begins to work."""
        for request in _REQUESTS:
            self.withdraw(request)
