"""Following a run from outside of its process: what is new in its log, and whether it lives."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from model.errors import UserError
from model.files import is_folder
from model.locks import is_held
from model.runs.folder import RunFolder
from model.runs.history import History, Standing
from model.runs.listing import RunState, run_folders, state_of
from model.runs.log import LogFollower, Started
from model.runs.reading import read_config

_TAIL_BYTES = 4000
_TAIL_LINES = 12
_GREETING = re.compile(r"I\d{4} \d\d:\d\d:\d+|WARNING: All log messages before absl")


@dataclass(frozen=True, slots=True)
class RunView:
    """A run as it is seen from outside, at one moment.

    Attributes:
        folder: The run.
        state: How it is doing.
        is_alive: Whether a process holds its lock.
        standing: How far it is.
        has_classifier: Whether there is a result to use.
        learned: What fine-tuning changes, as in the configuration; "" where that cannot be read.
        output: The last lines of what its process printed, where it did not end well; else "".
        is_added: Whether it lies elsewhere, and may be of another machine.
    """

    folder: RunFolder
    state: RunState
    is_alive: bool
    standing: Standing
    has_classifier: bool
    learned: str = ""
    output: str = ""
    is_added: bool = False

    @property
    def name(self) -> str:
        """What the run is called."""
        return self.folder.path.name

    @property
    def state_name(self) -> str:
        """How it is doing, in a word or two."""
        if self.state is RunState.QUEUED:
            return "waiting" if self.is_alive else "not started"
        return str(self.state)

    @property
    def can_resume(self) -> bool:
        """Whether a process may go on with it."""
        return self.state.is_resumable and not self.is_alive


class RunFollower:
    """Looks at one run again and again, and reads only what was added."""

    def __init__(self, path: Path, *, is_added: bool = False) -> None:
        self._folder, self._is_added = RunFolder(path), is_added
        self._log = LogFollower(self._folder.log)
        self._history = History()
        self._has_started = False
        self._learned: str | None = None
        self._seen: RunView | None = None

    def look(self) -> RunView:
        """How the run is doing; the same object as last time where nothing has changed."""
        # Whether it lives is asked first: the last words of a process are then not missed.
        is_alive = is_held(self._folder.lock)
        for event in self._log.news():
            self._history.add(event)
            self._has_started |= isinstance(event, Started)
        standing = self._history.standing
        state = state_of(
            self._folder, standing.last, has_started=self._has_started, is_alive=is_alive
        )
        ended_badly = not is_alive and state is not RunState.FINISHED
        seen = RunView(
            self._folder,
            state,
            is_alive,
            standing,
            self._folder.classifier.is_dir(),
            self._what_learns(),
            tail(self._folder.output) if ended_badly else "",
            self._is_added,
        )
        if self._seen is None or seen != self._seen:
            self._seen = seen
        return self._seen

    def _what_learns(self) -> str:
        if self._learned is None:
            try:
                self._learned = read_config(self._folder.config).fine_tuning.first
            except UserError:
                self._learned = ""
        return self._learned


def tail(path: Path) -> str:
    """The last lines of what a run printed, without TensorFlow's greetings; "" without a file."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _TAIL_BYTES))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    lines = [line for line in text.splitlines() if not _GREETING.match(line)]
    return "\n".join(lines[-_TAIL_LINES:])


class RunWatch:
    """Looks at all runs of a folder, and at some others."""

    def __init__(self, parent: Path, others: Sequence[Path] = ()) -> None:
        self._parent, self._others = parent, tuple(others)
        self._followers: dict[Path, RunFollower] = {}
        self._seen: dict[Path, RunView] = {}

    def look(self) -> tuple[tuple[RunView, ...], tuple[Path, ...]]:
        """The runs that are new or have news since the last look, and the folders that are gone.

        A folder that cannot be reached, as on a server that is away, counts as gone until it can.
        """
        views = {path: view for path in self._paths() if (view := self._view(path))}
        changed = tuple(view for path, view in views.items() if view is not self._seen.get(path))
        gone = tuple(self._seen.keys() - views.keys())
        for path in gone:
            del self._followers[path]
        self._seen = views
        return changed, gone

    def _paths(self) -> list[Path]:
        paths = list(self._others)
        with suppress(OSError):
            paths = [*run_folders(self._parent), *paths]
        return paths

    def _view(self, path: Path) -> RunView | None:
        """How a run is doing; None where its folder is away."""
        is_added = path.parent != self._parent
        follower = self._followers.setdefault(path, RunFollower(path, is_added=is_added))
        with suppress(OSError):
            return follower.look() if is_folder(path) else None
        return None
