"""Looks through the open data set for what is wrong with it."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app import source_tasks
from app.jobs import Job, JobRunner
from app.session import Session
from app.source_tasks import Checked
from model.errors import UserError


class CheckController(QObject):
    """Runs one check at a time, of the data set as it is: when its sources change, it stops.

    Signals:
        finished: Argument: a sentence on what was found.
        failed: Argument: the error to show.
        refused: It cannot be held against the other data set. Arguments: that, and why.
    """

    finished = Signal(str)
    failed = Signal(Exception)
    refused = Signal(Path, Exception)

    def __init__(self, session: Session, runner: JobRunner) -> None:
        super().__init__(session)
        self._session, self._runner = session, runner
        self._job: Job | None = None
        session.sources_changed.connect(self._stop)

    def check(self, other: Path | None) -> None:
        """Look through the data set, and for what it shares with another one."""
        project = self._session.project
        if project is None:
            return
        self._stop()
        task = partial(source_tasks.check_data_set, project, other)
        self._job = job = self._runner.start(task, f"Checking {project.root.name}")
        job.succeeded.connect(partial(self._take, job))
        job.failed.connect(partial(self._tell, other))

    def _stop(self) -> None:
        if self._job:
            self._job.cancel()
            self._job = None

    def _tell(self, other: Path | None, error: Exception) -> None:
        if other is not None and isinstance(error, UserError):
            self.refused.emit(other, error)
        else:
            self.failed.emit(error)

    def _take(self, job: Job, checked: Checked) -> None:
        if job is self._job:
            self._job = None
            self._session.set_findings(checked.problems, checked.remark)
            count = len(self._session.all_problems)
            self.finished.emit(f"Checked: {count:,} findings" if count else "Checked: all is well")
