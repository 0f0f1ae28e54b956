"""Measures what is chosen: figures at once, intervals as they come, and the images behind them."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from app import measure_tasks
from app.jobs import Job, JobRunner, Task
from app.measure_tasks import Ground
from app.measuring import IN_USE, RECORDED
from app.session import Session
from model.catalogue.filters import Filter, matching
from model.evaluation.behind import Behind
from model.evaluation.bootstrap import DRAWS
from model.evaluation.chosen_point import ChosenPoint, PointChoice, realise
from model.evaluation.labelling import Kind, Labelling, Source
from model.evaluation.question import Answer, Group, Question
from model.inference.labelling import classifier_key, classifier_labelling
from model.records import ImageRecord

# Predictions arrive many times a second while a data set is classified.
_PREDICTED_AFTER_MS = 1500


class MeasureController(QObject):
    """Decides what is measured, and drops what no longer answers what is asked.

    Attributes:
        answer: What is shown; None where nothing is.
        point: The operating point on it.

    Signals:
        answered: Argument: an `Answer`, without intervals first; None where nothing is asked.
        point_changed: Argument: the operating point, or None.
        sources_changed: Argument: what can be chosen, a tuple of `Source`.
        opened: Images behind a number are listed. Argument: what they have in common.
        failed: Argument: the error to show.
    """

    answered = Signal(object)
    point_changed = Signal(object)
    sources_changed = Signal(object)
    opened = Signal(str)
    failed = Signal(Exception)

    def __init__(self, session: Session, measuring: JobRunner, intervals: JobRunner) -> None:
        super().__init__(session)
        self._session, self._measuring, self._intervals = session, measuring, intervals
        self._watchers: set[str] = set()
        self._ground: Ground | None = None
        self._labellings: dict[str, Labelling] = {}
        self._question: Question | None = None
        self.answer: Answer | None = None
        self._images: tuple[ImageRecord, ...] = ()  # of the answer's data set
        self.point: ChosenPoint | None = None
        self._preparing: Job | None = None
        self._jobs: list[Job] = []
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._ask)
        self._later = QTimer(self, singleShot=True, interval=_PREDICTED_AFTER_MS)
        self._later.timeout.connect(self._forget_predictions)
        session.project_changed.connect(self._forget)
        session.table_changed.connect(self._forget)
        session.classifier_changed.connect(self._forget_predictions)
        session.predictions_changed.connect(self._note_predictions)
        session.rows_changed.connect(self._soon.start)
        session.measure_changed.connect(self._soon.start)

    # -- who wants to know ----------------------------------------------------------------

    def watch(self, who: str, watching: bool) -> None:
        """Measure as long as anybody looks: nothing is computed for panes that are not seen."""
        (self._watchers.add if watching else self._watchers.discard)(who)
        self._soon.start()

    # -- what is known --------------------------------------------------------------------

    def _forget(self) -> None:
        self._ground, self._preparing = None, None
        self._labellings.clear()
        self._soon.start()

    def _note_predictions(self) -> None:
        if not self._watchers:
            self._forget_predictions()
        elif not self._later.isActive():
            self._later.start()

    def _forget_predictions(self) -> None:
        self._labellings = {
            key: each for key, each in self._labellings.items() if each.kind is not Kind.CLASSIFIER
        }
        self._ground, self._preparing = None, None
        self._soon.start()

    @property
    def in_use(self) -> str:
        """The key of the classifier in use; "" without one."""
        return self._key(IN_USE)

    def _key(self, chosen: str) -> str:
        classifier = self._session.classifier
        return classifier_key(classifier) if chosen == IN_USE and classifier else chosen

    def _wanted(self) -> list[str]:
        options = self._session.measure
        chosen = [options.truth, options.other, *([options.second] if options.second else [])]
        return [self._key(each) for each in chosen]

    def _source(self, key: str) -> Source | None:
        """Where a labelling comes from; the classifier in use is there even before it ran."""
        session, ground = self._session, self._ground
        if key == RECORDED and ground:
            return Source(RECORDED, ground.recorded.name, Kind.LABEL, lambda _: ground.recorded)
        classifier, project, cache = session.classifier, session.project, session.cache
        if classifier and project and cache and key == classifier_key(classifier):
            load = partial(classifier_labelling, project, cache, classifier)
            return Source(key, classifier.card.name, Kind.CLASSIFIER, load)
        known = ground.sources if ground else ()
        return next((each for each in known if each.key == key), None)

    # -- asking ---------------------------------------------------------------------------

    def _ask(self) -> None:
        session = self._session
        if not self._watchers or self._preparing:
            return
        if not (session.project and session.cache and len(session.table)):
            self._tell(None, None)
        elif self._ground is None:
            images = tuple(session.table.records)
            task = partial(measure_tasks.gather, session.project, session.cache, images)
            self._prepare(task, self._take_ground)
        elif missing := [key for key in self._wanted() if key not in self._labellings]:
            self._load(missing)
        else:
            self._put(self._made_question())

    def _prepare(self, task: Task, then: Callable[[Any], None]) -> None:
        job = self._preparing = self._measuring.start(task)
        job.succeeded.connect(partial(self._take_prepared, job, then))
        job.failed.connect(partial(self._give_up, job))

    def _take_prepared(self, job: Job, then: Callable[[Any], None], result: object) -> None:
        if job is self._preparing:
            self._preparing = None
            then(result)
            self._soon.start()

    def _take_ground(self, ground: Ground) -> None:
        self._ground = ground
        chosen = [self._source(RECORDED), self._source(self._key(IN_USE))]
        known = {each.key: each for each in [*chosen, *ground.sources] if each}
        self.sources_changed.emit(tuple(known.values()))

    def _load(self, missing: list[str]) -> None:
        found = [self._source(key) for key in missing]
        sources = [each for each in found if each is not None]
        if len(sources) < len(missing):
            self._use_defaults(missing)
        elif self._ground:
            task = partial(measure_tasks.load, sources, self._ground.images)
            self._prepare(task, self._labellings.update)

    def _use_defaults(self, missing: list[str]) -> None:
        """Go back to what is always there; a source of another day is gone."""
        options = self._session.measure
        if self._key(options.other) in missing and options.other == IN_USE:
            self._tell(None, None)  # no classifier is ready yet
            return
        gone = {
            name: default
            for name, default in (("truth", RECORDED), ("other", IN_USE), ("second", ""))
            if self._key(getattr(options, name)) in missing
        }
        self._session.change_measure(**gone)

    def _give_up(self, job: Job, error: Exception) -> None:
        if job is self._preparing:
            self._preparing = None
            self.failed.emit(error)
            self._session.change_measure(truth=RECORDED, other=IN_USE, second="")

    def _made_question(self) -> Question:
        session, options, ground = self._session, self._session.measure, self._ground
        assert ground is not None
        chosen = session.filter.without_paths if options.filtered else Filter()
        keys = self._wanted()
        return Question(
            images=ground.ids,
            lesions=ground.lesions,
            columns=ground.columns,
            truth=self._labellings[keys[0]],
            other=self._labellings[keys[1]],
            second=self._labellings[keys[2]] if len(keys) > 2 else None,
            group=Group(options.group),
            among=matching(session.table, chosen),
            filter_words=chosen.describe(),
            level=options.level,
        )

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
        waits = self._soon.isActive() or self._preparing is not None
        return answer.question is self._question and not waits

    def take_answer(self, answer: Answer) -> None:
        """Show an answer, if it is to what is asked now."""
        if answer.question is not self._question:
            return
        self._tell(self._question, answer)
        if not answer.draws and len(answer.rows):
            self._measure(answer.question, DRAWS)

    def _tell(self, question: Question | None, answer: Answer | None) -> None:
        self._question, self.answer = question, answer
        self._images = self._ground.images if self._ground else ()
        self.answered.emit(answer)
        self._choose_point(again=True)

    # -- the operating point --------------------------------------------------------------

    def choose_point(self, choice: PointChoice) -> None:
        """Stand somewhere else on the curve."""
        self._session.change_measure(point=choice)

    def _choose_point(self, *, again: bool = False) -> None:
        answer, choice = self.answer, self._session.measure.point
        if answer is None:
            self._show_point(None)
        elif again or self.point is None or self.point.choice != choice:
            self._show_point(realise(answer, choice, 0))
            task = partial(measure_tasks.realise, answer, choice, DRAWS)
            job = self._measuring.start(task)
            job.succeeded.connect(partial(self._take_point, answer))

    def _take_point(self, answer: Answer, point: ChosenPoint | None) -> None:
        if point and answer is self.answer and point.choice == self._session.measure.point:
            self._show_point(point)

    def _show_point(self, point: ChosenPoint | None) -> None:
        self.point = point
        self.point_changed.emit(point)

    # -- the images behind a number -------------------------------------------------------

    def open(self, behind: Behind) -> None:
        """List exactly the images that a figure stands on."""
        answer = self.answer
        if answer is None:
            return
        rows = answer.rows[behind.mask(answer)]
        paths = frozenset(self._images[row].path for row in rows.tolist())
        words = behind.words(answer)
        if answer.seen_matters:
            words = f"{words}: {answer.question.group}"
        kept = self._session.filter if self._session.measure.filtered else Filter()
        self._session.set_filter(replace(kept, paths=paths, paths_name=words))
        self.opened.emit(words)

    def close(self) -> None:
        """List again what the filter lets through."""
        self._session.set_filter(self._session.filter.without_paths)


def _same(one: Question, other: Question) -> bool:
    """Whether nothing has changed that an answer depends on."""
    ways = ("images", "truth", "other", "second")
    same = all(getattr(one, name) is getattr(other, name) for name in ways)
    plain = (one.group, one.level, one.filter_words) == (
        other.group,
        other.level,
        other.filter_words,
    )
    return same and plain and _equal(one.among, other.among)


def _equal(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> bool:
    return bool(np.array_equal(one, other))
