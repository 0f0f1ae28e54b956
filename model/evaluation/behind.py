"""Which images stand behind a number: every figure that is shown can be opened.

Each kind of figure has a class here. Its `mask` says which of an answer's images [N] are meant, and
its `words` say it to the user.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from model.evaluation.conformal import prediction_sets
from model.evaluation.metrics import BINS, calibration_bins
from model.evaluation.operating_points import scores
from model.evaluation.pairs import MALIGNANT, Pair, against_rest
from model.evaluation.question import Answer
from model.taxonomy import lesion_class

Mask = NDArray[np.bool_]


class Behind(Protocol):
    """A set of images of an answer."""

    def mask(self, answer: Answer) -> Mask:
        """Which of the N images, bool [N]."""

    def words(self, answer: Answer) -> str:
        """What they have in common, such as "recorded MEL, predicted NV"."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Images of a cell of the matrix, or of a row, a column, or all of it.

    Attributes:
        recorded: Position of the row's class; None for any.
        predicted: Position of the column's class, C for undecided; None for any.
    """

    recorded: int | None = None
    predicted: int | None = None

    def mask(self, answer: Answer) -> Mask:
        pair = answer.measurement.pair
        found = np.ones(len(pair), bool)
        if self.recorded is not None:
            found &= pair.truth == self.recorded
        if self.predicted is not None:
            found &= pair.predicted == self.predicted
        return found

    def words(self, answer: Answer) -> str:
        names = (*answer.measurement.pair.classes, "undecided")
        parts = [
            f"{word} {names[at]}"
            for word, at in zip(sides(answer), (self.recorded, self.predicted), strict=True)
            if at is not None
        ]
        return ", ".join(parts) or "all that are measured"


@dataclass(frozen=True, slots=True)
class Agreeing:
    """The diagonal, or all that is off it."""

    right: bool

    def mask(self, answer: Answer) -> Mask:
        pair = answer.measurement.pair
        return np.asarray((pair.truth == pair.predicted) == self.right)

    def words(self, answer: Answer) -> str:
        truth, other = answer.question.truth.noun, answer.question.other.noun
        return f"{truth} and {other} {'agree' if self.right else 'differ'}"


@dataclass(frozen=True, slots=True)
class NotOf:
    """Images of all classes but one: what a specificity stands on."""

    recorded: int

    def mask(self, answer: Answer) -> Mask:
        return np.asarray(answer.measurement.pair.truth != self.recorded)

    def words(self, answer: Answer) -> str:
        return f"{sides(answer)[0]} other than {answer.measurement.pair.classes[self.recorded]}"


@dataclass(frozen=True, slots=True)
class Part:
    """Images that have one thing in common, such as the sex."""

    column: str
    value: str

    def mask(self, answer: Answer) -> Mask:
        wanted = "" if self.value == "unknown" else self.value
        found = answer.columns[self.column] == wanted
        if self.value == "unknown":
            found |= answer.columns[self.column] == self.value
        return np.asarray(found, bool)

    def words(self, answer: Answer) -> str:
        return f"{self.column} {self.value}"


@dataclass(frozen=True, slots=True)
class Bin:
    """Images of one bar of the reliability diagram.

    Attributes:
        of_class: Position of the class whose probability it is; None for that of the diagnosis.
        at: Number of the bar.
    """

    of_class: int | None
    at: int

    def mask(self, answer: Answer) -> Mask:
        pair = answer.measurement.pair
        given = _probabilities(pair)
        stated = given.max(1, initial=0) if self.of_class is None else given[:, self.of_class]
        return np.asarray(calibration_bins(stated) == self.at)

    def words(self, answer: Answer) -> str:
        classes = answer.measurement.pair.classes
        of = "the diagnosis" if self.of_class is None else classes[self.of_class]
        low, high = 100 * self.at / BINS, 100 * (self.at + 1) / BINS
        return f"probability of {of} {low:.0f} to {high:.0f} %"


@dataclass(frozen=True, slots=True)
class Held:
    """Images whose conformal set holds the right class, or misses it.

    Attributes:
        recorded: Position of their class; None for all.
        held: Whether it is in the set; None for either.
    """

    recorded: int | None = None
    held: bool | None = None

    def mask(self, answer: Answer) -> Mask:
        pair, sets = answer.measurement.pair, _sets(answer)
        found = np.ones(len(pair), bool)
        if self.recorded is not None:
            found &= pair.truth == self.recorded
        if self.held is not None:
            found &= sets[np.arange(len(pair)), pair.truth] == self.held
        return found

    def words(self, answer: Answer) -> str:
        first = Cell(self.recorded).words(answer) if self.recorded is not None else "any class"
        if self.held is None:
            return first
        return f"{first}, {'in' if self.held else 'not in'} its set"


@dataclass(frozen=True, slots=True)
class SetSize:
    """Images whose conformal set has so many classes."""

    size: int

    def mask(self, answer: Answer) -> Mask:
        return np.asarray(_sets(answer).sum(1) == self.size)

    def words(self, answer: Answer) -> str:
        return f"sets of {self.size} class{'es' * (self.size != 1)}"


@dataclass(frozen=True, slots=True)
class Called:
    """Images that a threshold calls positive or negative.

    Attributes:
        positive: Code of the class that is looked for, `MALIGNANT` for all malignant ones.
        threshold: Positive is a probability at or above.
        truly: Whether the images are of that class; None for either.
        called: Whether they are called so; None for either.
    """

    positive: str
    threshold: float
    truly: bool | None
    called: bool | None

    def mask(self, answer: Answer) -> Mask:
        two = against(answer.measurement.pair, self.positive)
        found = np.ones(len(two), bool)
        if self.truly is not None:
            found &= (two.truth == 0) == self.truly
        if self.called is not None:
            found &= (scores(two, 0) >= self.threshold) == self.called
        return found

    def words(self, answer: Answer) -> str:
        parts = []
        if self.truly is not None:
            parts.append(f"{sides(answer)[0]} {'' if self.truly else 'not '}{self.positive}")
        if self.called is not None:
            sign = "≥" if self.called else "<"
            parts.append(f"probability of {self.positive} {sign} {self.threshold:.3g}")
        return ", ".join(parts) or "all that are measured"


Swap = Literal["gained", "lost", "changed", "both right", "both wrong", "both"]


@dataclass(frozen=True, slots=True)
class Swapped:
    """Images on which two labellings part, or both are right or wrong."""

    kind: Swap

    def mask(self, answer: Answer) -> Mask:
        found = np.zeros(len(answer.rows), bool)
        if answer.rivals is not None:
            chosen = answer.rivals.rows[self._inside(answer)]
            found[np.searchsorted(answer.rows, chosen)] = True
        return found

    def _inside(self, answer: Answer) -> Mask:
        rivals = answer.rivals
        assert rivals is not None
        first = rivals.first.predicted == rivals.first.truth
        second = rivals.second.predicted == rivals.first.truth
        masks: dict[Swap, Mask] = {
            "gained": ~first & second,
            "lost": first & ~second,
            "changed": ~first & ~second & (rivals.first.predicted != rivals.second.predicted),
            "both right": first & second,
            "both wrong": ~first & ~second,
            "both": np.ones(len(first), bool),
        }
        return masks[self.kind]

    def words(self, answer: Answer) -> str:
        question = answer.question
        first = question.other.name
        second = question.second.name if question.second else ""
        return {
            "gained": f"only {second} right",
            "lost": f"only {first} right",
            "changed": "both wrong, differently",
            "both right": "both right",
            "both wrong": "both wrong",
            "both": f"{first} and {second} both say something",
        }[self.kind]


def behind_estimate(name: str, of_class: int | None) -> Behind:
    """The images that a statistic stands on: exactly its n.

    Args:
        name: Of a statistic of `Evaluation.overall`, or with a class of `Evaluation.by_class`.
        of_class: Position of the class, None for all.
    """
    if of_class is None or name in {"accuracy", "cohens_kappa", "expected_calibration_error"}:
        return Cell()
    if name == "precision":
        return Cell(predicted=of_class)
    return NotOf(of_class) if name == "specificity" else Cell(recorded=of_class)


def sides(answer: Answer) -> tuple[str, str]:
    """How the two labellings are spoken of: "recorded" and "predicted", or their names."""
    truth, other = answer.question.truth, answer.question.other
    if truth.verb == other.verb:
        return f"{truth.name}:", f"{other.name}:"
    return truth.verb, other.verb


def against(pair: Pair, positive: str) -> Pair:
    """The pair as one class, or all malignant ones, against the rest."""
    codes = [each for each in pair.classes if lesion_class(each).malignant]
    codes = codes if positive == MALIGNANT else [positive]
    return against_rest(pair, codes, (positive, "others"))


def _probabilities(pair: Pair) -> NDArray[np.float64]:
    if pair.probabilities is None:
        raise ValueError("There are no probabilities.")
    return pair.probabilities


def _sets(answer: Answer) -> Mask:
    sets = answer.measurement.sets
    if sets is None:
        raise ValueError("There are no conformal sets.")
    return prediction_sets(_probabilities(answer.measurement.pair), sets.thresholds)
