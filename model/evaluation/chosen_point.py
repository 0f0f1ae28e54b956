"""An operating point as the user moves it: chosen on validation images, realised on those shown."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from model.evaluation.behind import against
from model.evaluation.estimates import Estimate
from model.evaluation.operating_points import Held, at_threshold, choose_threshold, scores
from model.evaluation.pairs import MALIGNANT, Pair
from model.evaluation.question import Answer


class Holding(StrEnum):
    """What the user keeps fixed."""

    SPECIFICITY = "specificity"
    SENSITIVITY = "sensitivity"
    THRESHOLD = "threshold"


@dataclass(frozen=True, slots=True)
class PointChoice:
    """What is asked of an operating point.

    Attributes:
        positive: Code of the class that is looked for, `MALIGNANT` for all malignant ones.
        holding: What is kept fixed.
        target: Its value, 0..1; the threshold itself where that is kept.
    """

    positive: str = MALIGNANT
    holding: Holding = Holding.SPECIFICITY
    target: float = 0.9


@dataclass(frozen=True, slots=True)
class ChosenPoint:
    """What became of a choice.

    Attributes:
        choice: What was asked.
        threshold: Positive is a probability at or above; infinite where nothing may be positive.
        chosen_on: Validation images that the threshold was chosen on; 0 where it was chosen on
            the images that are shown, or by hand.
        promised: Sensitivity and specificity there; NaN without such images.
        found: Images of the class that are called so.
        missed: Those that are not.
        alarms: Other images that are called so.
        spared: Those that are not.
        sensitivity: Realised on the images that are shown.
        specificity: Likewise.
        draws: Of the bootstrap; 0 where the intervals are still to come.
    """

    choice: PointChoice
    threshold: float
    chosen_on: int
    promised: tuple[float, float]
    found: int
    missed: int
    alarms: int
    spared: int
    sensitivity: Estimate
    specificity: Estimate
    draws: int


def realise(answer: Answer, choice: PointChoice, draws: int) -> ChosenPoint | None:
    """Choose the threshold, and see what it does on the images that are shown.

    Args:
        answer: Those images, and the validation images.
        choice: What is asked.
        draws: Bootstrap draws over lesions; 0 for none.

    Returns:
        None where the class has no curve.
    """
    if choice.positive not in answer.curves:
        return None
    shown = against(answer.measurement.pair, choice.positive)
    elsewhere = _chosen_on(answer, choice.positive)
    threshold = _threshold(shown if elsewhere is None else elsewhere, choice)
    promised = _shares(elsewhere, threshold) if elsewhere else (float("nan"), float("nan"))
    positive, called = shown.truth == 0, scores(shown, 0) >= threshold
    return ChosenPoint(
        choice,
        threshold,
        len(elsewhere) if elsewhere and choice.holding is not Holding.THRESHOLD else 0,
        promised,
        int((positive & called).sum()),
        int((positive & ~called).sum()),
        int((~positive & called).sum()),
        int((~positive & ~called).sum()),
        *at_threshold(shown, threshold, draws=draws),
        draws,
    )


def _chosen_on(answer: Answer, positive: str) -> Pair | None:
    """The validation images, where both kinds occur."""
    if answer.validation is None:
        return None
    found = against(answer.validation, positive)
    return found if len(np.unique(found.truth)) == 2 else None


def _threshold(chosen_on: Pair, choice: PointChoice) -> float:
    if choice.holding is Holding.THRESHOLD:
        return choice.target
    held: Held = "specificity" if choice.holding is Holding.SPECIFICITY else "sensitivity"
    return choose_threshold(chosen_on, held, choice.target)


def _shares(pair: Pair, threshold: float) -> tuple[float, float]:
    called, positive = scores(pair, 0) >= threshold, pair.truth == 0
    return float(called[positive].mean()), float((~called)[~positive].mean())
