"""Where on a curve to stand: a threshold chosen on some images, realised on others."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from model.evaluation.bootstrap import DRAWS
from model.evaluation.estimates import UNDEFINED, Estimate
from model.evaluation.evaluation import evaluate_shares
from model.evaluation.metrics import Floats
from model.evaluation.pairs import Pair
from model.evaluation.ranking import curve

Held = Literal["sensitivity", "specificity"]


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """A threshold, what it promised where it was chosen, and what it does elsewhere.

    Attributes:
        held: What was asked for.
        target: Its least value, 0..1.
        threshold: Positive is a score at or above; infinite where nothing may be called positive.
        chosen_sensitivity: On the images that it was chosen on.
        chosen_specificity: On the same.
        chosen_on: How many those are.
        sensitivity: Realised on the images that it is reported on.
        specificity: Realised on the same.
    """

    held: Held
    target: float
    threshold: float
    chosen_sensitivity: float
    chosen_specificity: float
    chosen_on: int
    sensitivity: Estimate
    specificity: Estimate


def choose_threshold(chosen_on: Pair, held: Held, target: float, positive: int = 0) -> float:
    """The threshold that keeps one of the two at least at the target and makes the other largest.

    Args:
        chosen_on: Usually the validation images; with probabilities.
        held: "specificity" for the largest sensitivity at that specificity, or the reverse.
        target: 0..1.
        positive: Index of the class that is looked for.

    Returns:
        NaN unless both kinds occur.
    """
    points = curve(chosen_on.truth == positive, scores(chosen_on, positive))
    kept = points.sensitivity if held == "sensitivity" else points.specificity
    other = points.specificity if held == "sensitivity" else points.sensitivity
    if np.isnan(kept).any() or np.isnan(other).any():
        return float("nan")
    # The curve's shares are sums of rounded numbers; .9 of 10 must count as reached.
    reached = np.where(kept >= target - 1e-12, other, -1.0)
    best = np.flatnonzero(reached == reached.max())
    # Of equally good ones the one that also keeps most of what is held.
    return float(points.thresholds[best[np.argmax(kept[best])]])


def operating_point(
    chosen_on: Pair,
    reported_on: Pair,
    held: Held,
    target: float,
    positive: int = 0,
    draws: int = DRAWS,
) -> OperatingPoint:
    """Choose on some images, report on others.

    Args:
        chosen_on: Validation images.
        reported_on: Test images.
        held: As of `choose_threshold`.
        target: 0..1.
        positive: Index of the class that is looked for.
        draws: Of the bootstrap, for the realised figures.
    """
    threshold = choose_threshold(chosen_on, held, target, positive)
    promised = at_threshold(chosen_on, threshold, positive, draws=0)
    realised = at_threshold(reported_on, threshold, positive, draws)
    return OperatingPoint(
        held,
        target,
        threshold,
        promised[0].value,
        promised[1].value,
        len(chosen_on),
        *realised,
    )


def at_threshold(
    chosen: Pair, threshold: float, positive: int = 0, draws: int = DRAWS
) -> tuple[Estimate, Estimate]:
    """Sensitivity and specificity of calling positive what scores at least the threshold.

    Args:
        chosen: With probabilities.
        threshold: NaN gives undefined estimates.
        positive: Index of the class that is looked for.
        draws: Of the bootstrap.
    """
    if np.isnan(threshold) or not len(chosen):
        return UNDEFINED, UNDEFINED
    two = replace(
        chosen,
        classes=("positive", "others"),
        truth=np.where(chosen.truth == positive, 0, 1),
        predicted=np.where(scores(chosen, positive) >= threshold, 0, 1),
        probabilities=None,
    )
    by_class = evaluate_shares(two, draws=draws).by_class
    return by_class["recall"][0], by_class["specificity"][0]


def scores(chosen: Pair, positive: int) -> Floats:
    """The probabilities of a class [N].

    Raises:
        ValueError: The pair has no probabilities.
    """
    if chosen.probabilities is None:
        raise ValueError("An operating point needs probabilities.")
    return chosen.probabilities[:, positive]
