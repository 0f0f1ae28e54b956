"""Several runs, one at a time: those launched later wait until the earlier ones have ended."""

import time
from collections.abc import Callable

from model.locks import HeldLock, LockedError
from model.runs.folder import RunFolder
from model.runs.listing import RunState, list_runs
from model.runs.log import Event, Queued, read_log

TURN_FILE = ".turn"
_SECONDS_BETWEEN = 1.0


def wait_for_turn(folder: RunFolder, look: Callable[[], None]) -> HeldLock:
    """Wait until no other run of the same parent folder works and none has waited longer.

    Args:
        folder: A run whose lock this process holds, and whose log has `Queued`.
        look: Called about once a second; may raise, for example `Cancelled`.

    Returns:
        The turn, to be kept until the run ends.
    """
    while True:
        look()
        if _is_next(folder):
            try:
                return HeldLock(folder.path.parent / TURN_FILE)
            except LockedError:
                pass
        time.sleep(_SECONDS_BETWEEN)


def _is_next(folder: RunFolder) -> bool:
    waiting = [
        (_queued_at(status.folder), status.folder.path.name)
        for status in list_runs(folder.path.parent)
        if status.is_alive and status.state is RunState.QUEUED
    ]
    return min(waiting, default=None) in {None, (_queued_at(folder), folder.path.name)}


def _queued_at(folder: RunFolder) -> str:
    queued: list[Event] = [event for event in read_log(folder.log) if isinstance(event, Queued)]
    return queued[-1].time if queued else ""
