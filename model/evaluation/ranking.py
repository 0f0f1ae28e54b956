"""How well scores rank: areas and curves, for one set of weights or for every bootstrap draw."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.evaluation.metrics import Floats, Integers


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """What each threshold gives; point 0 is above every score: nothing is called positive.

    Attributes:
        thresholds: [T + 1], falling, the first infinite; positive is a score at or above.
        sensitivity: [T + 1], TP / P.
        specificity: [T + 1], TN / N.
        precision: [T + 1], TP / (TP + FP); 1 for point 0, where nothing is called positive.
    """

    thresholds: Floats
    sensitivity: Floats
    specificity: Floats
    precision: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Scores sorted once, so that each set of weights costs only sums.

    A group is the images of one score of which at least one is positive; there are G.

    Attributes:
        positives: [P], positive images from the highest score to the lowest.
        negatives: [N - P], the others in that order.
        found: [G], how many positives come up to the end of each group.
        alarms_before: [G], how many negatives come before each group.
        alarms: [G], how many negatives come up to the end of each group.
    """

    positives: Integers
    negatives: Integers
    found: Integers
    alarms_before: Integers
    alarms: Integers


def rank(positive: NDArray[np.bool_], scores: Floats) -> Ranking:
    """Sort images by score.

    Args:
        positive: [N].
        scores: [N], higher for what looks more positive.
    """
    order = np.argsort(-scores)
    is_positive, falling = positive[order], -scores[order]
    positives, negatives = order[is_positive], order[~is_positive]
    groups = np.unique(falling[is_positive])
    return Ranking(
        positives,
        negatives,
        np.searchsorted(falling[is_positive], groups, side="right"),
        np.searchsorted(falling[~is_positive], groups, side="left"),
        np.searchsorted(falling[~is_positive], groups, side="right"),
    )


def areas(ranking: Ranking, weights: NDArray[np.floating]) -> tuple[Floats, Floats]:
    """The area under the ROC curve and the average precision for each column of weights.

    The area counts ties half. The average precision is `sum (R_t - R_(t-1)) P_t` without
    interpolation (Manning et al., "Introduction to information retrieval", 2008, section 8.4).

    Args:
        ranking: Of N images.
        weights: [N, B], not negative; the sums keep their precision.

    Returns:
        Each [B]; the area is NaN unless both kinds weigh something, the precision where no
        positive does.
    """
    lost = _running_sums(weights[ranking.negatives])
    gained = _running_sums(weights[ranking.positives])
    found, alarms = gained[ranking.found], lost[ranking.alarms]
    gain = np.diff(found, axis=0, prepend=np.zeros((1, found.shape[1]), found.dtype))
    called = found + alarms
    precision = np.divide(found, called, out=np.zeros_like(found), where=called > 0)
    beaten = lost[-1] - (alarms + lost[ranking.alarms_before]) / 2
    return (
        _ratio((gain * beaten).sum(0, dtype=np.float64), gained[-1] * lost[-1]),
        _ratio((gain * precision).sum(0, dtype=np.float64), gained[-1]),
    )


def auc(positive: NDArray[np.bool_], scores: Floats) -> float:
    """Area under the ROC curve: P(score of a positive > score of a negative), ties half.

    Args:
        positive: [N].
        scores: [N], higher for what looks more positive.

    Returns:
        0..1; NaN unless both kinds occur.
    """
    return float(weighted_auc(positive, scores, np.ones((1, len(scores))))[0])


def weighted_auc(positive: NDArray[np.bool_], scores: Floats, weights: Floats) -> Floats:
    """The area under the ROC curve for each row of weights [B, N]: [B]."""
    return areas(rank(positive, scores), np.ascontiguousarray(weights.T))[0]


def average_precision(positive: NDArray[np.bool_], scores: Floats) -> float:
    """Average precision of one ranking; NaN without positives."""
    return float(areas(rank(positive, scores), np.ones((len(scores), 1)))[1][0])


def curve(positive: NDArray[np.bool_], scores: Floats, weights: Floats | None = None) -> Curve:
    """Sensitivity, specificity and precision at every different score.

    Args:
        positive: [N].
        scores: [N].
        weights: [N], not negative; None for all alike.
    """
    order = np.argsort(-scores)
    ordered = (np.ones(len(scores)) if weights is None else weights)[order]
    last = np.flatnonzero(np.diff(scores[order], append=-np.inf))
    found = np.concatenate(([0.0], (ordered * positive[order]).cumsum()[last]))
    alarms = np.concatenate(([0.0], (ordered * ~positive[order]).cumsum()[last]))
    called = found + alarms
    precision = np.divide(found, called, out=np.ones_like(found), where=called > 0)
    return Curve(
        np.concatenate(([np.inf], scores[order][last])),
        _ratio(found, np.full_like(found, found[-1])),
        1 - _ratio(alarms, np.full_like(alarms, alarms[-1])),
        precision,
    )


def area_above_sensitivity(curve: Curve, sensitivity: float = 0.8) -> float:
    """The raw area under the ROC curve from where it crosses a sensitivity to its end.

    The ISIC challenges' `auc_sens_80`: trapezia over the false positive rate, with a point inserted
    at exactly that sensitivity, not normalised after McClish; 1 for a perfect ranking.
    """
    if np.isnan(curve.sensitivity).any() or np.isnan(curve.specificity).any():
        return float("nan")
    alarms = 1 - curve.specificity
    at = int(np.searchsorted(curve.sensitivity, sensitivity, side="left"))
    before = slice(at - 1, at + 1)
    start = np.interp(sensitivity, curve.sensitivity[before], alarms[before])
    heights = np.concatenate(([sensitivity], curve.sensitivity[at:]))
    return float(np.trapezoid(heights, np.concatenate(([start], alarms[at:]))))


def _running_sums(weights: NDArray[np.floating]) -> NDArray[np.floating]:
    """Sums of the first 0, 1, ... rows."""
    sums = np.zeros((len(weights) + 1, weights.shape[1]), weights.dtype)
    np.cumsum(weights, axis=0, out=sums[1:])
    return sums


def _ratio(numerator: Floats, denominator: NDArray[np.floating]) -> Floats:
    result = np.full(np.shape(denominator), np.nan)
    np.divide(numerator, denominator, out=result, where=denominator > 0)
    return result
