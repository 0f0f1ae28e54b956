"""Which window has a project open: the first one holds a lock beside it.

Two windows on one project spoil nothing, since each writes whole rows and waits for the other; but
neither sees what the other stores, so the second is to be told.
"""

import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from model.locks import HeldLock, LockedError

SUFFIX = ".lock"


@dataclass(slots=True)
class _Hold:
    lock: HeldLock | None = None
    times: int = 0


_holds: dict[Path, _Hold] = {}
_holds_lock = threading.Lock()


def hold(project: Path) -> bool:
    """Say that a window of this process has the project open; `let_go` takes it back.

    Returns:
        Whether no other process has it open; true also where that cannot be known, since nothing
        may be written beside the project.
    """
    with _holds_lock:
        held = _holds.setdefault(project, _Hold())
        held.times += 1
        try:
            held.lock = held.lock or HeldLock(project.with_suffix(SUFFIX), attempts=2)
        except LockedError:
            return False
        except OSError:
            return True
        return True


def let_go(project: Path) -> None:
    """This window has closed the project."""
    with _holds_lock:
        held = _holds.get(project)
        if held is None:
            return
        held.times -= 1
        if not held.times:
            del _holds[project]
            if held.lock:
                with suppress(OSError):  # Some systems remove no file that is open.
                    project.with_suffix(SUFFIX).unlink()
                held.lock.release()
