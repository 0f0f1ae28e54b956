"""Whether a process lives: it holds the operating system's lock on a file.

Such a lock ends with its process, however that ends; a number of a process would outlive it.
"""

import os
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from model.errors import UserError

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
    """Another process holds the lock."""


class HeldLock:
    """A lock on a file, held until it is released or the process ends.

    Used as a context, or kept for the life of the process.
    """

    def __init__(self, path: Path, attempts: int = _ATTEMPTS) -> None:
        """Take the lock; whoever asks `is_held` has it for a moment, hence several attempts.

        Raises:
            LockedError: Somebody else holds it.
            OSError: The file cannot be made.
        """
        for attempt in range(attempts):
            time.sleep(_SECONDS_BETWEEN if attempt else 0)
            self._file = path.open("ab")
            if _try_lock(self._file, shared=False) and _is_still(self._file, path):
                return
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


def _is_still(file: IO[bytes], path: Path) -> bool:
    """Whether a file is the one at the path; its last holder may have removed it meanwhile."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def is_held(path: Path) -> bool:
    """Whether a living process holds the lock on a file."""
    try:
        # Not "ab": looking must not make the file, and must do in a folder that is read only.
        with path.open("rb" if os.name == "posix" else "r+b") as file:
            return not _try_lock(file, shared=True)
    except OSError:
        return False
