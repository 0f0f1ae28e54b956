"""The runs in a folder, and what state each is in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from model.runs.control import is_held
from model.runs.folder import RunFolder
from model.runs.log import Event, Failed, Finished, Queued, Started, read_log


class RunState(StrEnum):
    """How a run is doing."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    FAILED = "failed"
    FINISHED = "finished"

    @property
    def is_resumable(self) -> bool:
        """Whether launching it (again) makes sense: no process works on it, and work is left."""
        return self in {RunState.QUEUED, RunState.STOPPED, RunState.FAILED}


@dataclass(frozen=True, slots=True)
class RunStatus:
    """A run as its folder tells it.

    Attributes:
        folder: The run.
        state: How it is doing.
        is_alive: Whether a process holds its lock; a queued run that waits for its turn is.
        since: When the last event was written: UTC, ISO 8601, "" where nothing was.
        error: Why it failed, in words; "" if it did not.
    """

    folder: RunFolder
    state: RunState
    is_alive: bool
    since: str
    error: str


def run_status(path: Path) -> RunStatus:
    """How the run in a folder is doing. Reads its log: call it in a worker thread."""
    folder = RunFolder(path)
    events = list(read_log(folder.log))
    is_alive = is_held(folder.lock)
    last = events[-1] if events else None
    error = last.message if isinstance(last, Failed) and not is_alive else ""
    state = _state(folder, events, is_alive)
    return RunStatus(folder, state, is_alive, last.time if last else "", error)


def list_runs(parent: Path) -> list[RunStatus]:
    """The runs in the folders of `parent`, by their names; an absent folder has none."""
    return [run_status(path) for path in _run_folders(parent)]


def _run_folders(parent: Path) -> Iterator[Path]:
    if parent.is_dir():
        for path in sorted(parent.iterdir()):
            if RunFolder(path).config.is_file():
                yield path


def _state(folder: RunFolder, events: Sequence[Event], is_alive: bool) -> RunState:
    last = events[-1] if events else None
    if isinstance(last, Finished):
        return RunState.FINISHED
    if not any(isinstance(event, Started) for event in events):
        return RunState.QUEUED
    if is_alive and isinstance(last, Queued):
        return RunState.QUEUED
    if is_alive:
        return RunState.PAUSED if folder.control.is_asked("pause") else RunState.RUNNING
    return RunState.FAILED if isinstance(last, Failed) else RunState.STOPPED
