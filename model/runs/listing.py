"""The runs in a folder, and what state each is in."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from model.files import is_file, is_folder
from model.locks import is_held
from model.runs.folder import RunFolder
from model.runs.log import Event, Failed, Finished, Queued, Started, Stopped, read_log


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
    has_started = any(isinstance(event, Started) for event in events)
    state = state_of(folder, last, has_started=has_started, is_alive=is_alive)
    return RunStatus(folder, state, is_alive, last.time if last else "", error)


def list_runs(parent: Path) -> list[RunStatus]:
    """The runs in the folders of `parent`, by their names; an absent folder has none."""
    return [run_status(path) for path in run_folders(parent)]


def run_folders(parent: Path) -> Iterator[Path]:
    """The folders in `parent` that hold a run, by their names."""
    if is_folder(parent):
        for path in sorted(parent.iterdir()):
            if is_file(RunFolder(path).config):
                yield path


def state_of(
    folder: RunFolder, last: Event | None, *, has_started: bool, is_alive: bool
) -> RunState:
    """How a run is doing.

    Args:
        folder: The run.
        last: The last event of its log.
        has_started: Whether a process ever began to work on it.
        is_alive: Whether a process holds its lock now.
    """
    if isinstance(last, Finished):
        return RunState.FINISHED
    if not has_started and not is_alive and isinstance(last, Stopped):
        return RunState.STOPPED
    if not has_started or (is_alive and isinstance(last, Queued)):
        return RunState.QUEUED
    if is_alive:
        return RunState.PAUSED if folder.control.is_asked("pause") else RunState.RUNNING
    return RunState.FAILED if isinstance(last, Failed) else RunState.STOPPED
