"""Keeps in the open project what runs with folds say of its images, whenever these ended."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app import run_tasks
from app.jobs import JobRunner
from app.session import Session
from app.training_session import TrainingSession
from model.runs.listing import RunState

_KEPT = (
    "The out-of-fold probabilities of {names} are in the project: Adjudicate doubts labels by them."
)


class OutOfFoldController(QObject):
    """Looks at every finished run with folds, once for each project that is opened.

    Signals:
        kept: The project has probabilities that it had not before.
        notice: Argument: a sentence about that.
        failed: Argument: the error to show.
    """

    kept = Signal()
    notice = Signal(str)
    failed = Signal(Exception)

    def __init__(self, session: Session, training: TrainingSession, runner: JobRunner) -> None:
        super().__init__(training)
        self._session, self._training, self._runner = session, training, runner
        self._looked_at: set[Path] = set()
        training.runs_changed.connect(self._look)
        session.project_changed.connect(self._look_again)

    def _look_again(self) -> None:
        self._looked_at.clear()
        self._look()

    def _look(self) -> None:
        project = self._session.project
        if project is None:
            return
        finished = [
            run
            for path, run in self._training.runs.items()
            if run.state is RunState.FINISHED and not run.has_classifier
            if path not in self._looked_at
        ]
        if not finished:
            return
        # What is kept last counts.
        finished.sort(key=lambda run: run.standing.last.time if run.standing.last else "")
        paths = [run.folder.path for run in finished]
        self._looked_at.update(paths)
        job = self._runner.start(partial(run_tasks.keep_out_of_fold, project, paths))
        job.succeeded.connect(self._tell)
        job.failed.connect(self.failed)

    def _tell(self, names: tuple[str, ...]) -> None:
        if names:
            self.notice.emit(_KEPT.format(names=", ".join(names)))
            self.kept.emit()
