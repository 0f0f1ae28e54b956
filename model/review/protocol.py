"""What a study asks: its stages, its questions, and how it is to be read."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any, Self

from model.review.answers import Answers, Management, Quality

__all__ = ["Answers", "Management", "Protocol", "Quality", "Question", "Stage", "Zoom"]


class Stage(StrEnum):
    """What a reader is shown of a case beside its photographs, from nothing to everything."""

    BLIND = "blind"
    METADATA = "metadata"
    PROBABILITIES = "probabilities"
    HEAT_MAP = "heat map"
    LABEL = "recorded label"


class Question(StrEnum):
    """What a reader is asked; the values are the names of the fields of `Answers`."""

    DIAGNOSIS = "diagnosis"
    SECOND_CHOICE = "second_choice"
    MALIGNANT = "malignant"
    MANAGEMENT = "management"
    CONFIDENCE = "confidence"
    QUALITY = "quality"
    COMMENT = "comment"


class Zoom(StrEnum):
    """How closely a reader may look."""

    FREE = "free"
    ACTUAL_SIZE = "up to actual size"
    WHOLE = "whole photograph only"


_FREE_QUESTIONS = frozenset({Question.SECOND_CHOICE, Question.COMMENT, Question.QUALITY})
_NUMBERS = frozenset({Question.MALIGNANT, Question.CONFIDENCE})
# Known to the coordinator alone: they would tell readers what to expect.
_COORDINATOR_ONLY = ("selection", "repeats", "readers", "network")


@dataclass(frozen=True, slots=True)
class Protocol:
    """How a study is read. What readers need of it is in the study file, the rest in the project.

    Attributes:
        title: Readers see it.
        classes: Codes of the possible diagnoses, in the order of the digits.
        stages: In this order for each case; the first is usually `Stage.BLIND`.
        questions: Asked at every stage.
        zoom: How closely a reader may look.
        by_lesion: Whether a case is a lesion with all its photographs, or a single image.
        stage_by_stage: Whether all cases are read at one stage before the next one begins.
        seed: Of the order of the cases, which differs from reader to reader.
        repeats: Share of cases (0..1) that are shown a second time. Coordinator only.
        readers: Who may read; empty: anybody. Coordinator only.
        selection: How the cases were chosen, in words. Coordinator only.
        instructions: Readers see them before the first case.
        network: Name of the classifier that stages show; filled in when the study is made.
            Coordinator only.
    """

    title: str
    classes: tuple[str, ...]
    stages: tuple[Stage, ...] = (Stage.BLIND,)
    questions: tuple[Question, ...] = (Question.DIAGNOSIS,)
    zoom: Zoom = Zoom.FREE
    by_lesion: bool = False
    stage_by_stage: bool = False
    seed: int = 0
    repeats: float = 0.0
    readers: tuple[str, ...] = ()
    selection: str = ""
    instructions: str = ""
    network: str = ""

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)

    def for_readers(self) -> dict[str, Any]:
        """What a study file may hold of it, as plain values."""
        return {
            name: value for name, value in asdict(self).items() if name not in _COORDINATOR_ONLY
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """From what `to_json` or `for_readers` gave; what this version does not know is left out.

        Raises:
            ValueError: Something is missing or of the wrong kind.
        """
        known = {each.name: values[each.name] for each in fields(cls) if each.name in values}
        try:
            known["classes"] = tuple(map(str, known["classes"]))
            known["stages"] = tuple(map(Stage, known["stages"]))
            known["questions"] = tuple(map(Question, known["questions"]))
            known["zoom"] = Zoom(known.get("zoom", Zoom.FREE))
            known["readers"] = tuple(map(str, known.get("readers", ())))
            return cls(**known)
        except (KeyError, TypeError) as error:
            raise ValueError(f"This is no protocol of a study: {dict(values)!r}.") from error

    def complaint(self, answers: Answers) -> str:
        """What keeps these answers from being stored, as a sentence; "" where nothing does."""
        wrong = self._wrong(answers)
        if wrong or answers.quality == Quality.NOT_ASSESSABLE:
            return wrong
        given = asdict(answers)
        missing = next(
            (each for each in self.questions if _is_open(each) and given[each] in {"", None}), None
        )
        return f"Answer first: {missing.replace('_', ' ')}." if missing else ""

    def _wrong(self, answers: Answers) -> str:
        given = asdict(answers)
        allowed = {
            Question.DIAGNOSIS: self.classes,
            Question.SECOND_CHOICE: self.classes,
            Question.MANAGEMENT: tuple(Management),
            Question.QUALITY: tuple(Quality),
        }
        for question, values in allowed.items():
            if given[question] and given[question] not in values:
                return f"{given[question]!r} is no answer to {question.replace('_', ' ')}."
        for question in _NUMBERS:
            if given[question] is not None and not 0 <= given[question] <= 100:
                return f"{question.capitalize()} is a number from 0 to 100."
        if answers.diagnosis and answers.diagnosis == answers.second_choice:
            return "The second choice is the diagnosis itself; choose another class, or none."
        return ""


def _is_open(question: Question) -> bool:
    return question not in _FREE_QUESTIONS
