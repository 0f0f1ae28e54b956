"""How far a reader is in a study, by the rows of the readings file.

One truth for whoever reads and for whoever merges: what may follow on what.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from model.review.protocol import Protocol, Stage
from model.review.reading import Reading, Retraction, reader_key
from model.review.readings_file import READING, RETRACTION, SHOWN, Entry

CaseAtStage = tuple[str, Stage]


class Course:
    """What follows from the rows of a readings file, one after another.

    Attributes:
        steps: Cases at stages, in the order in which this reader is asked about them.
        standing: The readings that were not taken back, by number of the step.
        readings: All readings, oldest first.
        retractions: What was taken back, oldest first.
    """

    def __init__(
        self, protocol: Protocol, codes: Sequence[str], reader: str, iteration: int
    ) -> None:
        self.steps = _steps(protocol, codes)
        self.standing: dict[int, Reading] = {}
        self.readings: list[Reading] = []
        self.retractions: list[Retraction] = []
        self._protocol, self._reader, self._iteration = protocol, reader, iteration
        self._place = {step: number for number, step in enumerate(self.steps)}
        self._shown: set[CaseAtStage] = set()
        self._next = 0

    @property
    def next(self) -> int | None:
        """The number of the step to be answered now; None at the end."""
        return self._next if self._next < len(self.steps) else None

    @property
    def undoable(self) -> int | None:
        """The number of the last answer while it may be taken back, else None."""
        number = max(self.standing, default=None)
        if number is None:
            return None
        code, stage = self.steps[number]
        stages = self._protocol.stages
        later = stages[stages.index(stage) + 1 :]
        return None if any((code, each) in self._shown for each in later) else number

    def answered(self, code: str, stage: Stage) -> Reading | None:
        """The reading of a case at a stage that stands; None where there is none."""
        return self.standing.get(self._place[code, stage])

    def was_shown(self, step: CaseAtStage) -> bool:
        """Whether a stage of a case was put on the screen."""
        return step in self._shown

    def follow(self, entry: Entry) -> None:
        """Take one more row in.

        Raises:
            ValueError: It cannot follow on those before; says why.
        """
        if entry.kind == READING:
            self._follow_reading(entry)
        elif entry.kind == RETRACTION:
            self._follow_retraction(entry)
        elif entry.kind == SHOWN:
            self._shown.add(self._step_of(entry.content))
        else:
            raise ValueError(f"{entry.kind!r} is not known")

    def _follow_reading(self, entry: Entry) -> None:
        reading = Reading.from_json(entry.content)
        if reading.id != entry.id:
            raise ValueError("its id is another one inside")
        if (reader_key(reading.reader), reading.iteration) != (
            reader_key(self._reader),
            self._iteration,
        ):
            raise ValueError(f"it is of the reader {reading.reader!r}")
        number = self.next
        if number is None or number != reading.order:
            raise ValueError("it answers what was not asked at this point")
        if self.steps[number] != (reading.code, reading.stage):
            raise ValueError("its case is not the one that this reader was asked about")
        if complaint := self._protocol.complaint(reading.answers):
            raise ValueError(complaint.rstrip("."))
        self.standing[number] = reading
        self.readings.append(reading)
        self._move()

    def _follow_retraction(self, entry: Entry) -> None:
        retraction = Retraction.from_json(entry.id, entry.content)
        number = self.undoable
        if number is None or self.standing[number].id != retraction.reading:
            raise ValueError("it takes back an answer that stands")
        del self.standing[number]
        self.retractions.append(retraction)
        self._move()

    def _step_of(self, content: Mapping[str, Any]) -> CaseAtStage:
        try:
            step = str(content["code"]), Stage(content["stage"])
        except KeyError as error:
            raise ValueError(f"it lacks its {error}") from error
        if step not in self._place:
            raise ValueError("it is of a case that the study does not have")
        return step

    def _move(self) -> None:
        steps = range(len(self.steps))
        self._next = next((n for n in steps if n not in self.standing), len(self.steps))


def _steps(protocol: Protocol, codes: Sequence[str]) -> tuple[CaseAtStage, ...]:
    if protocol.stage_by_stage:
        return tuple((code, stage) for stage in protocol.stages for code in codes)
    return tuple((code, stage) for code in codes for stage in protocol.stages)
