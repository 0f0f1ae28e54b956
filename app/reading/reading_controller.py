"""Walks a reader through a study: what is shown, what is stored, what is decoded ahead."""

import time
from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QObject, Signal

from app.case import Case
from app.jobs import Job, JobRunner, Task
from app.reading import tasks
from model.errors import UserError
from model.review.answers import Answers, Shown
from model.review.reading import now
from model.review.sitting import Sitting
from model.review.study_file import Study

Photograph = tuple[str, int]  # code of the case, number from 0


class ReadingController(QObject):
    """Everything that touches a file happens on runners; answers stay until they are stored.

    Attributes:
        study: What is read.
        sitting: The reader's way through it; None before the reader is known.
        current: What is on the screen; None where nothing could be fetched.

    Signals:
        refused: The reader cannot begin. Argument: why.
        presented: A step begins, or the study ended. Argument: what to show (`Presented`).
        photograph_changed: Arguments: the decoded photograph, or None while it is being read;
            its number in the case, from 0.
        incomplete: An answer is missing or cannot be.
        told: Something has to be said beside the questions. Argument: a sentence.
        busy_changed: Argument: whether something is being stored or fetched.
    """

    refused = Signal(str)
    presented = Signal(object)
    photograph_changed = Signal(object, int)
    incomplete = Signal()
    told = Signal(str)
    busy_changed = Signal(bool)

    def __init__(self, study: Study, storing: JobRunner, photographs: JobRunner) -> None:
        super().__init__()
        self.study = study
        self._storing, self._photographs = storing, photographs
        self.sitting: Sitting | None = None
        self.current: tasks.Presented | None = None
        self._photograph = 0
        self._seen: set[int] = set()
        self._cases: dict[Photograph, Case] = {}
        self._jobs: dict[Photograph, Job] = {}
        self._running = 0
        self._started, self._seconds = "", 0.0
        self._since: float | None = None
        self._largest_scale = 0.0

    # -- the reader's wishes --------------------------------------------------------------

    def begin(self, reader: str) -> None:
        """Open the reader's file, or make it, and go to the first open step."""
        job = self._run(partial(tasks.begin, self.study, reader))
        job.succeeded.connect(self._begin)
        job.failed.connect(self._refuse)

    def store(self, answers: Answers, shown: Shown) -> None:
        """Store the answers to what is on the screen, and go on."""
        if self.busy or self.sitting is None:
            return
        if self.current is None:
            self._present(None)  # the last attempt failed
            return
        if self.current.step is None or not self.ready:
            return
        if complaint := self.study.protocol.complaint(answers):
            self.incomplete.emit()
            self.told.emit(complaint)
            return
        given = tasks.Given(answers, shown, self._started, self.seconds)
        job = self._run(partial(tasks.store, self.sitting, given))
        job.succeeded.connect(self._on_stored)
        job.failed.connect(self._on_not_stored)

    def undo(self) -> None:
        """Take back what was stored last, where nothing more of that case was shown."""
        if self.busy or self.sitting is None or self.current is None:
            return
        if not self.current.can_undo:
            self.told.emit("Nothing can be taken back: more was shown of the case since then.")
            return
        job = self._run(partial(tasks.undo, self.sitting))
        job.succeeded.connect(self._present)
        job.failed.connect(self._tell)

    def turn_photograph(self, steps: int) -> None:
        """Show another photograph of the case; after the last comes the first."""
        step = self.current.step if self.current else None
        if step and step.photographs > 1:
            self._photograph = (self._photograph + steps) % step.photographs
            self._show_photograph()

    def pause(self) -> None:
        """Stop the clock."""
        if self._since is not None:
            self._seconds, self._since = self.seconds, None

    def go_on(self) -> None:
        """Let the clock run again."""
        if self._started and self._since is None:
            self._since = time.perf_counter()

    def note_scale(self, scale: float) -> None:
        """The photograph is drawn at another scale."""
        self._largest_scale = max(self._largest_scale, scale)

    # -- what is known of how the case was looked at --------------------------------------

    @property
    def seconds(self) -> float:
        """Since the case was put on the screen, without breaks."""
        running = 0.0 if self._since is None else time.perf_counter() - self._since
        return self._seconds + running

    @property
    def ready(self) -> bool:
        """Whether the case is on the screen and the clock has begun."""
        return bool(self._started)

    @property
    def largest_scale(self) -> float:
        """Screen pixels to a pixel of the photograph, at the most, in this step."""
        return self._largest_scale

    @property
    def seen(self) -> int:
        """How many of the case's photographs were shown in this step."""
        return len(self._seen)

    # -- steps ----------------------------------------------------------------------------

    def _begin(self, sitting: Sitting) -> None:
        self.sitting = sitting
        self._present(None)

    def _refuse(self, error: Exception) -> None:
        self.refused.emit(_said(error))

    def _present(self, answers: Answers | None) -> None:
        assert self.sitting
        job = self._run(partial(tasks.present, self.sitting, answers))
        job.succeeded.connect(self._show)
        job.failed.connect(self._on_not_presented)

    def _on_stored(self, _nothing: object) -> None:
        self._stop_clock()
        self._present(None)

    def _on_not_stored(self, error: Exception) -> None:
        self.told.emit(f"Not stored. {_said(error)} Your answers stay here; Enter tries again.")

    def _on_not_presented(self, error: Exception) -> None:
        self.current = None
        self.told.emit(f"{_said(error)} All earlier answers are stored; Enter tries again.")

    def _tell(self, error: Exception) -> None:
        self.told.emit(_said(error))

    def _show(self, presented: tasks.Presented) -> None:
        self.current = presented
        self._photograph, self._seen, self._largest_scale = 0, set(), 0.0
        self._stop_clock()
        self.presented.emit(presented)
        self._show_photograph()

    def _stop_clock(self) -> None:
        self._started, self._seconds, self._since = "", 0.0, None

    # -- photographs ----------------------------------------------------------------------

    def _show_photograph(self) -> None:
        step = self.current.step if self.current else None
        if step is None:
            self._keep(())
            return
        assert self.current
        place = (step.code, self._photograph)
        own = [(step.code, number) for number in range(step.photographs)]
        after = [(code, n) for code, count in self.current.ahead for n in range(count)]
        self._keep({*own, *after})
        for wanted in (place, *own, *after):
            self._load(wanted)
        case = self._cases.get(place)
        self.photograph_changed.emit(case, self._photograph)
        if case:
            self._begin_clock()

    def _begin_clock(self) -> None:
        self._seen.add(self._photograph)
        if not self._started:
            self._started, self._since = now(), time.perf_counter()

    def _keep(self, wanted: Iterable[Photograph]) -> None:
        wanted = set(wanted)
        self._cases = {place: case for place, case in self._cases.items() if place in wanted}
        for place in [place for place in self._jobs if place not in wanted]:
            self._jobs.pop(place).cancel()

    def _load(self, place: Photograph) -> None:
        if place in self._cases or place in self._jobs:
            return
        job = self._photographs.start(partial(tasks.load_photograph, self.study, *place))
        self._jobs[place] = job
        job.succeeded.connect(partial(self._take, job, place))
        job.failed.connect(partial(self._fail, job, place))

    def _take(self, job: Job, place: Photograph, case: Case) -> None:
        if self._jobs.get(place) is not job:
            return
        del self._jobs[place]
        self._cases[place] = case
        step = self.current.step if self.current else None
        if step and place == (step.code, self._photograph):
            self.photograph_changed.emit(case, self._photograph)
            self._begin_clock()

    def _fail(self, job: Job, place: Photograph, error: Exception) -> None:
        reason = f"The photograph could not be shown: {error}"
        self._take(job, place, Case(f"{place[0]} {place[1]}", "", (), reason=reason))

    # -- jobs -----------------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Whether something is being stored or fetched; answers are not taken meanwhile."""
        return self._running > 0

    def _run(self, task: Task) -> Job:
        """While one runs nothing else begins: nobody can store twice, or store and take back."""
        self._running += 1
        job = self._storing.start(task)
        job.ended.connect(self._end)
        self.busy_changed.emit(True)
        return job

    def _end(self) -> None:
        self._running -= 1
        self.busy_changed.emit(self.busy)


def _said(error: Exception) -> str:
    if isinstance(error, UserError):
        return str(error)
    return f"Something went wrong inside the program ({type(error).__name__})."
