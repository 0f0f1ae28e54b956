"""Measures how far the readers of a study agree."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app import agreement_tasks
from app.jobs import Job, JobRunner
from app.review_session import ReviewSession
from app.review_tasks import Sources
from app.session import Session
from model.evaluation.agreement.rounds import AgreementDossier
from model.project.project import Project
from model.review.managements import Managements


class AgreementController(QObject):
    """Everything runs on a runner of its own: measuring takes seconds.

    Signals:
        measured: Argument: the study's agreement, None before it is measured.
        managements_loaded: Argument: the project's `Managements`, to be looked at.
        busy_changed: Argument: whether it is being measured.
        notice: Argument: a line.
        failed: Argument: the error to show.
    """

    measured = Signal(object)
    managements_loaded = Signal(object)
    busy_changed = Signal(bool)
    notice = Signal(str)
    failed = Signal(Exception)

    def __init__(self, session: Session, review: ReviewSession, runner: JobRunner) -> None:
        super().__init__(review)
        self._session, self._review, self._runner = session, review, runner
        self._measuring: Job | None = None
        self._dossier: AgreementDossier | None = None
        review.study_chosen.connect(self._forget)

    def measure(self) -> None:
        """Measure the study that is looked at."""
        session, study = self._session, self._review.study
        if session.project is None or session.cache is None or study is None:
            return
        sources = Sources(session.project, session.cache, session.classifier)
        images = tuple(session.table.records)
        job = self._measuring = self._runner.start(
            partial(agreement_tasks.measure_agreement, sources, images, study.record),
            "Measuring agreement",
        )
        self.busy_changed.emit(True)
        job.succeeded.connect(partial(self._show, job))
        job.failed.connect(self.failed)
        job.ended.connect(partial(self._end, job))

    def _show(self, job: Job, dossier: AgreementDossier) -> None:
        if job is self._measuring:
            self._dossier = dossier
            self.measured.emit(dossier)

    def _end(self, job: Job) -> None:
        if job is self._measuring:
            self.busy_changed.emit(False)

    def _forget(self) -> None:
        """Another study, or other readings: its figures are not those of this one."""
        if self._measuring:
            self._measuring.cancel()
        self._measuring, self._dossier = None, None
        self.busy_changed.emit(False)
        self.measured.emit(None)

    def load_managements(self) -> None:
        """Fetch what is done about a lesion of each class."""
        if (project := self._session.project) is not None:
            task = partial(agreement_tasks.load_managements_of, project)
            job = self._runner.start(task)
            job.succeeded.connect(partial(self._pass_on, project))
            job.failed.connect(self.failed)

    def _pass_on(self, project: Project, managements: Managements) -> None:
        # What would be changed in another project is another table.
        if project is self._session.project:
            self.managements_loaded.emit(managements)

    def use_managements(self, managements: Managements) -> None:
        """Measure by another table."""
        if (project := self._session.project) is not None:
            task = partial(agreement_tasks.use_managements, project, managements)
            job = self._runner.start(task)
            job.succeeded.connect(self._measure_again)
            job.failed.connect(self.failed)

    def _measure_again(self, _nothing: None) -> None:
        if self._dossier is not None:
            self.measure()

    def write_report(self, folder: Path) -> None:
        """Write report, tables and figures of what was measured."""
        if self._dossier is not None:
            task = partial(agreement_tasks.write_report, self._dossier, folder)
            job = self._runner.start(task, "Writing the report")
            job.succeeded.connect(self._on_report)
            job.failed.connect(self.failed)

    def _on_report(self, folder: Path) -> None:
        self.notice.emit(f"The report is in {folder}")
