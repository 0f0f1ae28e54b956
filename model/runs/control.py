"""How a run is told what to do, and how it is known to be alive: files in its folder.

Asking is making an empty file; the run looks for them at every batch. Being alive is holding the
operating system's lock on a file, which ends with the process, however it ends; a number of a
process would outlive it.
"""

import os
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Literal, Self

from model.errors import UserError

Request = Literal["stop", "stop_after_epoch", "pause"]

_REQUESTS: tuple[Request, ...] = ("stop", "stop_after_epoch", "pause")
_ATTEMPTS = 20
_SECONDS_BETWEEN = 0.05

if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: IO[bytes], *, shared: bool) -> bool:
        try:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(file: IO[bytes], *, shared: bool) -> bool:
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(file.fileno(), kind | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


class LockedError(UserError):
    """Another process works on the same run."""


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


class HeldLock:
    """A lock on a file, held until it is released or the process ends.

    Used as a context, or kept for the life of the process.
    """

    def __init__(self, path: Path) -> None:
        """Take the lock.

        Raises:
            LockedError: Somebody else holds it.
            OSError: The file cannot be made.
        """
        self._file = path.open("ab")
        for _ in range(_ATTEMPTS):
            # Whoever asks `is_held` has the lock for a moment.
            if _try_lock(self._file, shared=False):
                return
            time.sleep(_SECONDS_BETWEEN)
        self._file.close()
        raise LockedError(f"Another process works on {path.parent}; wait for it, or stop it.")

    def release(self) -> None:
        """Let others have it."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.release()


def is_held(path: Path) -> bool:
    """Whether a living process holds the lock on a file."""
    try:
        # Not "ab": looking must not make the file, and must do in a folder that is read only.
        with path.open("rb" if os.name == "posix" else "r+b") as file:
            return not _try_lock(file, shared=True)
    except OSError:
        return False
