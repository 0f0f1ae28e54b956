"""Metrics of a classifier from labels and probabilities: arrays in, numbers out.

Labels and predictions are class indices 0..C-1 as int arrays [N], probabilities float [N, C].
Everything that can be counted takes optional weights, so that a bootstrap draw is a vector of
multiplicities. A class that no image has gives NaN and is left out of means.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

BINS = 15


def confusion_matrix(truth: Integers, predicted: Integers, classes: int) -> Integers:
    """Counts [C, C]: row the recorded class, column the predicted one."""
    counts = np.bincount(truth * classes + predicted, minlength=classes * classes)
    return counts.reshape(classes, classes)


def accuracy(matrix: NDArray[np.generic]) -> Floats:
    """Share of images that are predicted as recorded, from confusion matrices [..., C, C]."""
    return _ratio(_hits(matrix).sum(-1), np.asarray(matrix, np.float64).sum((-2, -1)))


def recall(matrix: NDArray[np.generic]) -> Floats:
    """Sensitivity for each class [..., C]; NaN for a class without images."""
    return _ratio(_hits(matrix), np.asarray(matrix, np.float64).sum(-1))


def precision(matrix: NDArray[np.generic]) -> Floats:
    """Positive predictive value for each class [..., C]; NaN for one never predicted."""
    return _ratio(_hits(matrix), np.asarray(matrix, np.float64).sum(-2))


def f1(matrix: NDArray[np.generic]) -> Floats:
    """`2 TP / (2 TP + FP + FN)` for each class [..., C]; NaN where there is nothing to count."""
    counts = np.asarray(matrix, np.float64)
    return _ratio(2 * _hits(matrix), counts.sum(-1) + counts.sum(-2))


def balanced_accuracy(matrix: NDArray[np.generic]) -> Floats:
    """Mean recall of the classes that have images, as the ISIC challenges score it."""
    return _mean_of_present(recall(matrix))


def macro_f1(matrix: NDArray[np.generic]) -> Floats:
    """Mean F1 of the classes that have images."""
    return _mean_of_present(np.where(np.isnan(recall(matrix)), np.nan, f1(matrix)))


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
    """The area under the ROC curve for each row of weights.

    Args:
        positive: [N].
        scores: [N].
        weights: [B, N], not negative.

    Returns:
        [B]; NaN where positives or negatives weigh nothing.
    """
    order = np.argsort(scores, kind="stable")
    starts = np.flatnonzero(np.diff(scores[order], prepend=-np.inf))
    sorted_weights = weights[:, order]
    gained = _sums_of_ties(sorted_weights * positive[order], starts)
    lost = _sums_of_ties(sorted_weights * ~positive[order], starts)
    below = np.cumsum(lost, axis=1) - lost / 2
    return _ratio((gained * below).sum(1), gained.sum(1) * lost.sum(1))


def expected_calibration_error(
    confidence: Floats, correct: NDArray[np.bool_], bins: int = BINS
) -> float:
    """Naeini et al. (AAAI 2015): mean |share correct - confidence| over bins of equal width.

    Args:
        confidence: [N], probability of the predicted class.
        correct: [N], whether that class is the recorded one.
        bins: Number of bins over 0..1; each holds its upper bound.

    Returns:
        0..1; NaN without images.
    """
    weights = np.ones((1, len(confidence)))
    return float(weighted_calibration_error(confidence, correct, weights, bins)[0])


def weighted_calibration_error(
    confidence: Floats, correct: NDArray[np.bool_], weights: Floats, bins: int = BINS
) -> Floats:
    """The expected calibration error for each row of weights [B, N]: [B]."""
    place = np.clip(np.ceil(confidence * bins).astype(np.int64) - 1, 0, bins - 1)
    member = np.eye(bins)[place]
    gap = weights @ (member * (correct - confidence)[:, np.newaxis])
    return _ratio(np.abs(gap).sum(1), weights.sum(1))


def _hits(matrix: NDArray[np.generic]) -> Floats:
    return np.asarray(np.diagonal(matrix, axis1=-2, axis2=-1), np.float64)


def _ratio(numerator: Floats, denominator: Floats) -> Floats:
    result = np.full(np.shape(denominator), np.nan)
    np.divide(numerator, denominator, out=result, where=np.asarray(denominator) > 0)
    return result


def _mean_of_present(values: Floats) -> Floats:
    present = ~np.isnan(values)
    return _ratio(np.where(present, values, 0.0).sum(-1), present.sum(-1).astype(np.float64))


def _sums_of_ties(values: Floats, starts: Integers) -> Floats:
    return np.asarray(np.add.reduceat(values, starts, axis=1))
