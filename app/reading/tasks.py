"""What the reading's worker threads run: everything that touches a file."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.case import Case, halved
from model.errors import UserError
from model.images import decode
from model.progress import Report
from model.review.aids import Aid
from model.review.answers import Answers, Shown
from model.review.protocol import Stage
from model.review.sitting import Sitting, Step
from model.review.study_file import Study

# Cases whose photographs are decoded before they are asked for.
_AHEAD = 3


@dataclass(frozen=True, slots=True, eq=False)
class Presented:
    """A step that has begun, or the end of the study.

    Attributes:
        step: What is to be answered; None at the end.
        aids: What is shown beside the photographs, of this stage and those before.
        answers: What to start from: taken back just now, or given at the stage before.
        done: Steps answered.
        total: Steps in all.
        can_undo: Whether the last answer may be taken back.
        ahead: The next cases' codes with their numbers of photographs, to be decoded ahead.
    """

    step: Step | None
    aids: Mapping[Stage, Aid]
    answers: Answers
    done: int
    total: int
    can_undo: bool
    ahead: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Given:
    """What is stored about one step, beside what the sitting knows."""

    answers: Answers
    shown: Shown
    started: str
    seconds: float


def begin(study: Study, reader: str, _report: Report) -> Sitting:
    """Open the reader's own file, or make it."""
    return Sitting.open(study, reader)


def present(sitting: Sitting, answers: Answers | None, _report: Report) -> Presented:
    """Begin the current step; `answers` are what it starts from, None for those of before."""
    aids = sitting.show()
    done, total = sitting.progress
    start = answers or sitting.earlier_answers() or Answers()
    return Presented(sitting.step, aids, start, done, total, sitting.can_undo, _ahead(sitting))


def store(sitting: Sitting, given: Given, _report: Report) -> None:
    """Store the answers to the current step, whose successor is presented at once."""
    sitting.store(given.answers, given.shown, given.started, given.seconds, going_on=True)


def undo(sitting: Sitting, _report: Report) -> Answers:
    """Take back what was stored last."""
    return sitting.undo()


def load_photograph(study: Study, code: str, number: int, _report: Report) -> Case:
    """Decode one photograph of a case."""
    name = f"{code} {number}"
    try:
        levels = halved(decode(study.photograph(code, number)))
    except UserError as error:
        return Case(name, "", (), reason=str(error))
    return Case(name, "", levels)


def close(sitting: Sitting | None, study: Study, _report: Report) -> None:
    """Let go of the files."""
    if sitting:
        sitting.close()
    study.close()


def _ahead(sitting: Sitting) -> tuple[tuple[str, int], ...]:
    codes = dict.fromkeys(step.code for step in sitting.ahead(_AHEAD))
    return tuple((code, sitting.study.photograph_count(code)) for code in codes)
