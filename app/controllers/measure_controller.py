"""Measures what is chosen: figures at once, intervals as they come, and the images behind them."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from app import measure_tasks
from app.controllers.labellings_controller import LabellingsController
from app.jobs import Job, JobRunner
from app.measure_tasks import Ground
from app.measuring import IN_USE, RECORDED, circumstances
from app.session import Session
from model import VERSION
from model.catalogue.filters import Filter, matching
from model.evaluation.behind import Behind
from model.evaluation.bootstrap import DRAWS
from model.evaluation.chosen_point import ChosenPoint, realise
from model.evaluation.labelling import Labelling
from model.evaluation.question import Answer, Group, Question
from model.records import ImageRecord

# Predictions arrive many times a second while a data set is classified.
_PREDICTED_AFTER_MS = 1500
# The figures are painted first: threads that compute would take turns with the painting.
_DRAWN_AFTER_MS = 60


class MeasureController(QObject):
    """Decides what is measured, and drops what no longer answers what is asked.

    Attributes:
        labellings: What can be measured.
        answer: What is shown; None where nothing is.
        point: The operating point on it.

    Signals:
        answered: Argument: an `Answer`, without intervals first; None where nothing is asked.
        point_changed: Argument: the operating point, or None.
        opened: Images behind a number are listed. Argument: what they have in common.
        written: A report was written. Argument: its page.
        failed: Argument: the error to show.
    """

    answered = Signal(object)
    point_changed = Signal(object)
    opened = Signal(str)
    written = Signal(Path)
    failed = Signal(Exception)

    def __init__(self, session: Session, measuring: JobRunner, intervals: JobRunner) -> None:
        super().__init__(session)
        self._session, self._measuring, self._intervals = session, measuring, intervals
        self.labellings = LabellingsController(session, measuring, intervals)
        self._watchers: set[str] = set()
        self._question: Question | None = None
        self.answer: Answer | None = None
        self._images: tuple[ImageRecord, ...] = ()  # of the answer's data set
        self.point: ChosenPoint | None = None
        self._point_of: Question | None = None
        self._drawn: Question | None = None  # the last one whose intervals were asked for
        self._jobs: list[Job] = []
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._ask)
        self._after = QTimer(self, singleShot=True, interval=_DRAWN_AFTER_MS)
        self._after.timeout.connect(self._draw)
        self._later = QTimer(self, singleShot=True, interval=_PREDICTED_AFTER_MS)
        self._later.timeout.connect(self.labellings.forget_predictions)
        self.labellings.changed.connect(self._soon.start)
        self.labellings.missing.connect(self._use_defaults)
        self.labellings.failed.connect(self._give_up)
        session.predictions_changed.connect(self._note_predictions)
        session.rows_changed.connect(self._soon.start)
        session.measure_changed.connect(self._soon.start)

    def watch(self, who: str, watching: bool) -> None:
        """Measure as long as anybody looks: nothing is computed for panes that are not seen."""
        (self._watchers.add if watching else self._watchers.discard)(who)
        self._soon.start()

    def _note_predictions(self) -> None:
        if not self._watchers:
            self.labellings.forget_predictions()
        elif not self._later.isActive():
            self._later.start()

    # -- asking ---------------------------------------------------------------------------

    def _ask(self) -> None:
        session, labellings = self._session, self.labellings
        if not self._watchers:
            return
        if not (session.project and len(session.table)):
            self._tell(None, None)
            return
        options = session.measure
        chosen = [options.truth, options.other, *([options.second] if options.second else [])]
        found = labellings.get([labellings.key(each) for each in chosen])
        if found is not None and labellings.ground is not None:
            self._put(self._made_question(found, labellings.ground))

    def _made_question(self, chosen: Sequence[Labelling], ground: Ground) -> Question:
        session, options = self._session, self._session.measure
        passing = session.filter.without_paths if options.filtered else Filter()
        truth, other, *second = chosen
        return Question(
            images=ground.ids,
            lesions=ground.lesions,
            columns=ground.columns,
            truth=truth,
            other=other,
            second=second[0] if second else None,
            group=Group(options.group),
            among=matching(session.table, passing),
            filter_words=passing.describe(),
            level=options.level,
            data_set=session.name,
        )

    def _use_defaults(self, missing: Sequence[str]) -> None:
        """Go back to what is always there; a source of another day is gone."""
        options, key = self._session.measure, self.labellings.key
        if options.other == IN_USE and key(options.other) in missing:
            self._tell(None, None)  # no classifier is ready yet
            return
        gone = {
            name: default
            for name, default in (("truth", RECORDED), ("other", IN_USE), ("second", ""))
            if key(getattr(options, name)) in missing
        }
        self._session.change_measure(**gone)

    def _give_up(self, error: Exception) -> None:
        self.failed.emit(error)
        self._session.change_measure(truth=RECORDED, other=IN_USE, second="")

    # -- answers --------------------------------------------------------------------------

    def _put(self, question: Question) -> None:
        if self._question is not None and _same(self._question, question):
            self._choose_point()
            return
        for job in self._jobs:
            job.cancel()
        self._question = question
        self._measure(question, 0)

    def _measure(self, question: Question, draws: int) -> None:
        runner, title = (self._intervals, "Intervals") if draws else (self._measuring, "")
        job = runner.start(partial(measure_tasks.answer, question, draws), title)
        self._jobs = [job]
        job.succeeded.connect(self.take_answer)
        job.failed.connect(self.failed)

    def is_current(self, answer: Answer) -> bool:
        """Whether an answer is to what is chosen now, and nothing else is about to be asked."""
        waits = self._soon.isActive() or self.labellings.busy
        return answer.question is self._question and not waits

    def take_answer(self, answer: Answer) -> None:
        """Show an answer, if it is to what is asked now."""
        if answer.question is not self._question:
            return
        self._tell(self._question, answer)

    def _draw(self) -> None:
        """Have the intervals of what is shown computed."""
        answer = self.answer
        if answer is None or answer.question is not self._question:
            return
        if len(answer.rows) and self._drawn is not answer.question:
            self._drawn = answer.question
            self._measure(answer.question, DRAWS)
        if self.point is not None and not self.point.draws:
            task = partial(measure_tasks.realise, answer, self.point.choice, DRAWS)
            self._measuring.start(task).succeeded.connect(partial(self._take_point, answer))

    def _tell(self, question: Question | None, answer: Answer | None) -> None:
        self._question, self.answer = question, answer
        ground = self.labellings.ground
        self._images = ground.images if ground else ()
        self.answered.emit(answer)
        self._choose_point()
        if answer is not None:
            self._after.start()

    # -- the operating point --------------------------------------------------------------

    def _choose_point(self) -> None:
        answer, choice = self.answer, self._session.measure.point
        if answer is None:
            self._show_point(None)
            return
        known = self.point is not None and self.point.choice == choice
        if not known or self._point_of is not answer.question:
            self._point_of = answer.question
            self._show_point(realise(answer, choice, 0))
            self._after.start()

    def _take_point(self, answer: Answer, point: ChosenPoint | None) -> None:
        same = self.answer is not None and answer.question is self.answer.question
        if point and same and point.choice == self._session.measure.point:
            self._show_point(point)

    def _show_point(self, point: ChosenPoint | None) -> None:
        self.point = point
        self.point_changed.emit(point)

    # -- the report -----------------------------------------------------------------------

    def write_report(self, folder: Path) -> None:
        """Write everything that is shown into a folder."""
        answer, project = self.answer, self._session.project
        if answer is None or project is None or not len(answer.rows):
            return
        photographs = {image.image_id: project.root / image.path for image in self._images}
        about = {"program": f"Second Look {VERSION}", "data set": self._session.name}
        task = partial(
            measure_tasks.write_report, answer, photographs, about, circumstances(answer), folder
        )
        job = self._intervals.start(task, "Writing the report")
        job.succeeded.connect(self.written)
        job.failed.connect(self.failed)

    # -- the images behind a number -------------------------------------------------------

    def open(self, behind: Behind) -> None:
        """List exactly the images that a figure stands on."""
        answer = self.answer
        if answer is None:
            return
        words = behind.words(answer)
        if answer.seen_matters:
            words = f"{words}, {answer.question.group}"
        self._open_rows(answer.rows[behind.mask(answer)], words)

    def open_left_out(self, reason: str) -> None:
        """List the images that are missing for a reason."""
        if self.answer is not None:
            self._open_rows(self.answer.left_out[reason], f"left out {reason}")

    def _open_rows(self, rows: NDArray[np.intp], words: str) -> None:
        paths = frozenset(self._images[row].path for row in rows.tolist())
        kept = self._session.filter if self._session.measure.filtered else Filter()
        self._session.set_filter(replace(kept, paths=paths, paths_name=words))
        self.opened.emit(words)

    def close(self) -> None:
        """List again what the filter lets through."""
        self._session.set_filter(self._session.filter.without_paths)


def _same(one: Question, other: Question) -> bool:
    """Whether nothing has changed that an answer depends on."""
    objects = ("images", "truth", "other", "second")
    values = ("group", "level", "filter_words")
    return (
        all(getattr(one, name) is getattr(other, name) for name in objects)
        and all(getattr(one, name) == getattr(other, name) for name in values)
        and np.array_equal(one.among, other.among)
    )
