"""One reader with one study: what comes next, what was answered, what may be taken back."""

import uuid
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Self

from model import VERSION
from model.review.aids import Aid
from model.review.answers import Answers, Shown
from model.review.course import Course
from model.review.places import readings_place
from model.review.protocol import Stage
from model.review.reading import Reading, now, reader_key
from model.review.readings_file import (
    READING,
    RETRACTION,
    SHOWN,
    Entry,
    ReadingsFile,
    broken_row,
)
from model.review.study_file import Study
from model.review.tables import ReadingsError


@dataclass(frozen=True, slots=True)
class Step:
    """A case at a stage: one thing to answer.

    Attributes:
        code: Of the case.
        stage: What is shown.
        number: Which step of all it is, from 0.
        total: How many steps there are.
        photographs: How many photographs the case has.
    """

    code: str
    stage: Stage
    number: int
    total: int
    photographs: int


class Sitting:
    """A reader's way through a study; it can be left and gone on with at any moment.

    Attributes:
        study: What is read.
        reader: Name or code.
    """

    def __init__(self, study: Study, file: ReadingsFile) -> None:
        if file.study != study.identity:
            raise ReadingsError(f"{file.path} belongs to another study than {study.path}.")
        self.study = study
        self.reader = file.reader
        self._file = file
        codes = study.order(file.reader)
        self._course = Course(study.protocol, codes, file.reader, file.iteration)
        for number, entry in enumerate(file.entries, start=1):
            try:
                self._course.follow(entry)
            except ValueError as error:
                raise broken_row(file.path, number, error) from error

    @classmethod
    def open(cls, study: Study, reader: str, path: Path | None = None, iteration: int = 1) -> Self:
        """Begin, or go on where this reader stopped.

        Args:
            study: What is read.
            reader: Name or code, as the reader types it.
            path: Of the readings file; None for its usual place (see `readings_place`).
            iteration: 1 for the first time, 2 where the reader reads the whole study again.

        Raises:
            ReadingsError: The reader is not admitted, or the readings file cannot be used.
        """
        name = " ".join(reader.split())
        if not name:
            raise ReadingsError("Type your name or code first.")
        if not study.admits(name):
            raise ReadingsError(f"{name!r} is not a reader of this study; check the spelling.")
        place = path or readings_place(study, name, iteration)
        if not place.exists():
            return cls(study, ReadingsFile.create(place, study.identity, name, iteration))
        file = ReadingsFile.open(place)
        if reader_key(file.reader) != reader_key(name):
            raise ReadingsError(f"{place} holds the readings of {file.reader!r}, not of {name!r}.")
        return cls(study, file)

    def close(self) -> None:
        """Close the readings file."""
        self._file.close()

    @property
    def path(self) -> Path:
        """The readings file, which goes back to the coordinator."""
        return self._file.path

    @property
    def step(self) -> Step | None:
        """What is to be answered now; None at the end."""
        number = self._course.next
        return None if number is None else self._step(number)

    def ahead(self, count: int) -> tuple[Step, ...]:
        """The steps after the current one that are not answered yet, at most `count`."""
        first = self._course.next
        later = range(len(self._course.steps) if first is None else first + 1, self.progress[1])
        open_steps = (number for number in later if number not in self._course.standing)
        return tuple(self._step(number) for number in islice(open_steps, count))

    @property
    def progress(self) -> tuple[int, int]:
        """How many steps are answered, of how many. It does not tell which cases are repeats."""
        return len(self._course.standing), len(self._course.steps)

    def show(self) -> dict[Stage, Aid]:
        """Begin the current step: what it shows beside the photographs, earlier stages included.

        That it was shown is written down first, and freezes the case's earlier stages.

        Raises:
            ReadingsError: It cannot be written down; nothing may be shown then.
        """
        step = self.step
        if step is None:
            return {}
        if first := self._first_showing(step):
            self._append(first)
        stages = self.study.protocol.stages
        reached = stages[: stages.index(step.stage) + 1]
        aids = {stage: self.study.aid(step.code, stage) for stage in reached}
        return {stage: aid for stage, aid in aids.items() if aid is not None}

    def photograph(self, number: int) -> bytes:
        """A photograph of the current case (JPEG), by its number from 0.

        Raises:
            UserError: The study file is damaged or cannot be read.
            IndexError: There is no current case.
        """
        if self.step is None:
            raise IndexError("The study is finished.")
        return self.study.photograph(self.step.code, number)

    def earlier_answers(self) -> Answers | None:
        """What this reader answered to the current case at the stage before; None at the first."""
        step = self.step
        if step is None:
            return None
        stages = self.study.protocol.stages
        at = stages.index(step.stage)
        before = self._course.answered(step.code, stages[at - 1]) if at else None
        return before.answers if before else None

    def store(
        self,
        answers: Answers,
        shown: Shown,
        started: str,
        seconds: float,
        *,
        going_on: bool = False,
    ) -> Reading:
        """Store the answers to the current step; on the disk when this returns.

        Args:
            answers: What was answered; `Protocol.complaint` has nothing to say about it.
            shown: How the case was looked at.
            started: When it was put on the screen (`now()` of `model.review.reading`).
            seconds: Since then.
            going_on: The next step is shown at once: that it was is written in the same
                transaction, so that `show` need not wait for the disk again.

        Raises:
            ReadingsError: An answer is missing or wrong, or nothing can be written (a full disk,
                for example). Nothing was half-written; store them again.
        """
        step = self.step
        if step is None:
            raise ReadingsError("All cases are answered.")
        if complaint := self.study.protocol.complaint(answers):
            raise ReadingsError(complaint)
        reading = self._reading(step, answers, shown, started, seconds)
        following = self.ahead(1) if going_on else ()
        showings = [first for each in following if (first := self._first_showing(each))]
        self._append(Entry.new(READING, reading.to_json(), reading.id), *showings)
        return reading

    @property
    def can_undo(self) -> bool:
        """Whether the last answer can still be taken back."""
        return self._course.undoable is not None

    def undo(self) -> Answers:
        """Take the last answer back; its step is the current one again.

        Returns:
            What had been answered.

        Raises:
            ReadingsError: The next stage of that case was shown, or nothing can be written.
        """
        number = self._course.undoable
        if number is None:
            raise ReadingsError(
                "This answer stands: more has been shown of the case since it was given."
            )
        reading = self._course.standing[number]
        content = {"reading": reading.id, "at": now(), "by": self.reader}
        self._append(Entry.new(RETRACTION, content))
        return reading.answers

    def _reading(
        self, step: Step, answers: Answers, shown: Shown, started: str, seconds: float
    ) -> Reading:
        """A new reading, which ends now."""
        return Reading(
            id=str(uuid.uuid4()),
            reader=self.reader,
            code=step.code,
            stage=step.stage,
            iteration=self._file.iteration,
            order=step.number,
            answers=answers,
            shown=shown,
            started=started,
            ended=now(),
            seconds=round(seconds, 3),
            version=VERSION,
        )

    def _first_showing(self, step: Step) -> Entry | None:
        """The row that says that a step is shown; None where one says so already."""
        if self._course.was_shown((step.code, step.stage)):
            return None
        return Entry.new(SHOWN, {"code": step.code, "stage": step.stage.value, "at": now()})

    def _append(self, *rows: Entry) -> None:
        # First the disk: what could not be written did not happen.
        self._file.append(*rows)
        for row in rows:
            self._course.follow(row)

    def _step(self, number: int) -> Step:
        code, stage = self._course.steps[number]
        total = len(self._course.steps)
        return Step(code, stage, number, total, self.study.photograph_count(code))
