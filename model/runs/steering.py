"""What a run's process does with what it is asked: it looks at every batch."""

import time

from model.progress import Cancelled, Report
from model.runs.control import Control
from model.runs.log import Continued, Paused, Progress, RunLog

_SECONDS_BETWEEN_LOOKS = 0.2
_SECONDS_BETWEEN_LINES = 2.0


class Steering:
    """A report for a run: it writes progress to the log, waits while paused, and stops when asked.

    It hands everything on to another report, so that a terminal shows it too.

    Attributes:
        fold: Number of the network that is trained, from 1; 0 without folds.
    """

    def __init__(self, control: Control, log: RunLog, report: Report) -> None:
        self._control = control
        self._log = log
        self._report = report
        self._last = 0.0
        self._activity = ""
        self.fold = 0

    def __call__(self, done: int, total: int, message: str) -> None:
        """Tell where the run is.

        Raises:
            Cancelled: The run was asked to stop.
        """
        self.tell(Progress(message.partition(" · ")[0], done, total, fold=self.fold), message)

    def tell(self, progress: Progress, message: str = "") -> None:
        """Tell where the run is with all that a window shows.

        Raises:
            Cancelled: The run was asked to stop.
        """
        self.look()
        self._report(progress.done, progress.total, message or progress.activity)
        now = time.monotonic()
        if progress.activity != self._activity or now - self._last >= _SECONDS_BETWEEN_LINES:
            self._log.write(progress)
            self._activity, self._last = progress.activity, now

    def look(self) -> None:
        """Wait while paused.

        Raises:
            Cancelled: The run was asked to stop.
        """
        if self._control.is_asked("pause"):
            self._log.write(Paused())
            while self._control.is_asked("pause") and not self._control.is_asked("stop"):
                time.sleep(_SECONDS_BETWEEN_LOOKS)
            self._log.write(Continued())
        if self._control.is_asked("stop"):
            raise Cancelled

    def ends_after_epoch(self) -> bool:
        """Whether the run was asked to end with the best of what it has."""
        return self._control.is_asked("stop_after_epoch")

    def end_was_followed(self) -> None:
        """One network ended as it was asked to; those of later folds were not meant."""
        self._control.withdraw("stop_after_epoch")
