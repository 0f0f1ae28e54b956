"""What the activities Read and Adjudicate have on their table."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from model.review.readings import Conflict
from model.review.studies import StudyRecord


@dataclass(frozen=True, slots=True)
class ReaderStanding:
    """How far one reader came with a study.

    Attributes:
        name: As the study spells it.
        iteration: 1 for the first time, 2 where the whole study is read again.
        answered: Steps with an answer.
        steps: Of how many.
        last: When the last answer was given, ISO 8601, UTC; "" where none was.
        seconds: Median time of an answer, None where none is recorded.
    """

    name: str
    iteration: int
    answered: int
    steps: int
    last: str
    seconds: float | None


@dataclass(frozen=True, slots=True)
class StudyStanding:
    """A study with what came back.

    Attributes:
        record: The study.
        steps: How many answers one reader gives.
        readers: Everyone who is to read or has read, by name.
        conflicts: Answers of one reader that contradict each other, until one is chosen.
    """

    record: StudyRecord
    steps: int
    readers: tuple[ReaderStanding, ...]
    conflicts: tuple[Conflict, ...]

    @property
    def number(self) -> int:
        """Of the study in the project."""
        return self.record.number

    @property
    def answered(self) -> int:
        """Answers of all readers."""
        return sum(reader.answered for reader in self.readers)


class ReviewSession(QObject):
    """The one home of what is read and decided. GUI thread only.

    Signals:
        studies_changed: Studies or readings came, or another project is open.
        study_chosen: Another study is looked at, or none.
    """

    studies_changed = Signal()
    study_chosen = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.studies: tuple[StudyStanding, ...] = ()
        self._chosen: int | None = None

    def set_studies(self, studies: Sequence[StudyStanding]) -> None:
        """Show what is known of all studies now; the last is looked at where none was."""
        self.studies = tuple(studies)
        if self._chosen not in {each.number for each in studies}:
            self._chosen = studies[-1].number if studies else None
        self.studies_changed.emit()
        self.study_chosen.emit()

    def choose_study(self, number: int | None) -> None:
        """Look at another study."""
        if number != self._chosen:
            self._chosen = number
            self.study_chosen.emit()

    @property
    def study(self) -> StudyStanding | None:
        """The study that is looked at."""
        return next((each for each in self.studies if each.number == self._chosen), None)
