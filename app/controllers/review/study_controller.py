"""Makes studies, starts their reading, and takes readings in."""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QProcess, Signal

from app import review_tasks
from app.exchange_tasks import Writing
from app.jobs import Job, JobRunner
from app.review_session import ReviewSession
from app.review_tasks import Sources, TakenIn
from app.session import Session
from app.settings import Settings
from app.study_choice import CaseSource, StudyChoice, StudyOptions
from model.catalogue.filters import Filter
from model.class_systems import CLASS_SYSTEMS
from model.records import ImageRecord
from model.review.queue import Queue
from model.review.readings import Conflict
from model.review.selection import lesion_of
from model.review.studies import StudyRecord
from model.taxonomy import class_order

_WAITING = "the {:,} images of the lesions that wait in Adjudicate"
_NOT_COMPARED = "the lesions that wait in Adjudicate, once that was opened (Ctrl+3)"
_PROGRAM = Path(__file__).parents[3] / "main.py"


class StudyController(QObject):
    """Everything that touches the project runs on the reviewing runner.

    Signals:
        taken_in: Readings files were merged or refused. Argument: what became of each.
        readings_changed: The project has other readings than before.
        notice: Something worth a line. Argument: the line.
        study_refused: A study could not be made of what was chosen; `failed` says why.
        failed: Argument: the error to show.
    """

    taken_in = Signal(object)
    study_refused = Signal()
    readings_changed = Signal()
    notice = Signal(str)
    failed = Signal(Exception)

    def __init__(
        self, session: Session, review: ReviewSession, runner: JobRunner, settings: Settings
    ) -> None:
        super().__init__(review)
        self._session, self._review = session, review
        self._runner, self._settings = runner, settings
        self._refreshing: Job | None = None
        self._queue: Queue | None = None
        session.project_changed.connect(self.refresh)

    @property
    def sources(self) -> Sources | None:
        """What tasks work on; None while no project is open."""
        session = self._session
        if session.project is None or session.cache is None:
            return None
        return Sources(session.project, session.cache, session.classifier)

    def refresh(self) -> None:
        """Read anew what is known of the studies."""
        project = self._session.project
        if project is None:
            self._review.set_studies(())
            return
        job = self._refreshing = self._runner.start(partial(review_tasks.load_studies, project))
        job.succeeded.connect(partial(self._show_studies, job))
        job.failed.connect(self.failed)

    def _show_studies(self, job: Job, studies: object) -> None:
        if job is self._refreshing:
            self._review.set_studies(studies)  # type: ignore[arg-type]  # signals carry objects

    # -- making and reading ---------------------------------------------------------------

    def options(self) -> StudyOptions:
        """What a new study can be made of now."""
        session = self._session
        table = session.table
        listed = [table.records[row] for row in session.rows]
        waiting = _NOT_COMPARED if self._queue is None else _WAITING
        words = "all images" if session.filter == Filter() else "the images that a filter listed"
        sources = (
            _source("listed", "the {:,} images that Browse lists now", words, listed),
            _source("all", "all {:,} images", "all images", table.records),
            _source("queue", waiting, "lesions of the queue", self._queued()),
        )
        predicted = bool(np.isfinite(table.confidence).any()) if len(table) else False
        return StudyOptions(sources, self._classes(), predicted, _free_path())

    def take_queue(self, queue: Queue | None) -> None:
        """Other lesions wait in Adjudicate; a study may ask about them."""
        self._queue = queue

    def _queued(self) -> list[ImageRecord]:
        """The images of the lesions that wait, the weightiest first."""
        if self._queue is None:
            return []
        records = self._session.table.records
        items = (self._queue[at] for at in range(len(self._queue)))
        return [records[row] for item in items for row in item.rows]

    def _classes(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        classifier = self._session.classifier
        labels = {record.label for record in self._session.table.records} - {""}
        known = {
            "labels": tuple(sorted(labels, key=class_order)),
            "classifier": classifier.card.classes if classifier else (),
            **{system.name: system.codes for system in CLASS_SYSTEMS},
        }
        named: dict[tuple[str, ...], str] = {}
        for name, codes in known.items():
            if codes:
                named.setdefault(codes, name)
        return tuple((name, codes) for codes, name in named.items())

    def make_chosen(self, choice: StudyChoice) -> None:
        """Write the study that was chosen."""
        sources, session = self.sources, self._session
        if sources is None:
            return
        images = tuple(session.table.records)
        listed = (images[row] for row in session.rows)
        sources_of = {"listed": listed, "queue": self._queued()}
        chosen = tuple(sources_of.get(choice.source, images))
        task = partial(review_tasks.make_study, sources, images, chosen, choice)
        job = self._runner.start(task, f"Making the study {choice.protocol.title}")
        job.succeeded.connect(self._on_made)
        job.failed.connect(self._on_refused)

    def _on_made(self, record: StudyRecord) -> None:
        self.notice.emit(f"The study is ready: {record.file}")
        self._review.choose_study(record.number)
        self.refresh()

    def _on_refused(self, error: Exception) -> None:
        self.study_refused.emit()
        self.failed.emit(error)

    def start_reading(self, path: Path) -> None:
        """Start the reading of a study in a process of its own, once the file proved sound."""
        job = self._runner.start(partial(review_tasks.check_study, path))
        job.succeeded.connect(self._launch)
        job.failed.connect(self.failed)

    def _launch(self, path: Path) -> None:
        # Detached: it goes on when this window is closed.
        arguments = [str(_PROGRAM), "read", str(path), "--theme", self._settings.theme]
        QProcess.startDetached(sys.executable, arguments)
        self.notice.emit("The reading opens in a window of its own.")

    # -- readings -------------------------------------------------------------------------

    def take_in(self, paths: Sequence[Path]) -> None:
        """Merge readings files into the project."""
        project = self._session.project
        if project is None or not paths:
            return
        job = self._runner.start(
            partial(review_tasks.take_in, project, tuple(paths)), "Taking in readings"
        )
        job.succeeded.connect(self._on_taken_in)
        job.failed.connect(self.failed)

    def _on_taken_in(self, found: tuple[TakenIn, ...]) -> None:
        self.taken_in.emit(found)
        self.readings_changed.emit()
        self.refresh()

    def write(self, task: Writing, path: Path, form: str) -> None:
        """Write something of the project to a file, and say what was written."""
        project = self._session.project
        if project is None:
            return
        job = self._runner.start(partial(task, project, path, form), f"Writing {path.name}")
        job.succeeded.connect(self.notice.emit)
        job.failed.connect(self.failed)

    def settle(self, conflict: Conflict, keep: str) -> None:
        """Let one answer of a conflict stand; the others stay on record."""
        project = self._session.project
        if project is None:
            return
        by = self._settings.adjudicator or "coordinator"
        job = self._runner.start(partial(review_tasks.settle, project, conflict, keep, by))
        job.succeeded.connect(self._on_settled)
        job.failed.connect(self.failed)

    def _on_settled(self, _nothing: object) -> None:
        self.readings_changed.emit()
        self.refresh()


def _source(name: str, text: str, words: str, records: Sequence[ImageRecord]) -> CaseSource:
    lesions = len({lesion_of(record) for record in records})
    return CaseSource(name, text.format(len(records)), words, len(records), lesions)


def _free_path() -> Path:
    """Where a study file may go that is not there yet; its name tells readers nothing."""
    paths = (Path.home() / f"study-{number}.study" for number in range(1, 10_000))
    return next(path for path in paths if not path.exists())
