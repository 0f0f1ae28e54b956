"""Metrics of a classifier from labels and probabilities: arrays in, numbers out.

Labels and predictions are class indices 0..C-1 as int arrays [N], probabilities float [N, C].
Everything that can be counted takes optional weights, so that a bootstrap draw is a vector of
multiplicities. What is undefined is NaN and left out of means. Matrices may have one column more
than rows: images that were given no class at all ("undecided"), which are always wrong.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

BINS = 15


def confusion_matrix(truth: Integers, predicted: Integers, classes: int) -> Integers:
    """Counts [C, C]: row the recorded class, column the predicted one."""
    return matrix_with_undecided(truth, predicted, classes)[:, :classes]


def matrix_with_undecided(truth: Integers, predicted: Integers, classes: int) -> Integers:
    """Counts [C, C + 1]; a prediction of C stands for "undecided"."""
    counts = np.bincount(truth * (classes + 1) + predicted, minlength=classes * (classes + 1))
    return counts.reshape(classes, classes + 1)


def expected_matrix(shares: Floats, predicted: Integers) -> Floats:
    """The mean confusion matrix [C, C] where the truth of each image is drawn from its shares.

    Args:
        shares: [N, C], of the classes; a row with a single 1 counts as in `confusion_matrix`.
        predicted: [N], class indices.
    """
    return np.asarray(shares.T @ np.eye(shares.shape[1])[predicted])


def accuracy(matrix: NDArray[np.generic]) -> Floats:
    """Share of images that are predicted as recorded, from confusion matrices [..., C, C]."""
    return _ratio(_hits(matrix).sum(-1), np.asarray(matrix, np.float64).sum((-2, -1)))


def recall(matrix: NDArray[np.generic]) -> Floats:
    """Sensitivity for each class [..., C]; NaN for a class without images."""
    return _ratio(_hits(matrix), np.asarray(matrix, np.float64).sum(-1))


def precision(matrix: NDArray[np.generic]) -> Floats:
    """Positive predictive value for each class [..., C]; NaN for one never predicted."""
    return _ratio(_hits(matrix), _named(matrix))


def specificity(matrix: NDArray[np.generic]) -> Floats:
    """`TN / (TN + FP)`, each class against all others [..., C]; NaN where there are no others."""
    others = _total(matrix) - _recorded(matrix)
    return _ratio(others - (_named(matrix) - _hits(matrix)), others)


def f1(matrix: NDArray[np.generic]) -> Floats:
    """`2 TP / (2 TP + FP + FN)` for each class [..., C]; NaN where there is nothing to count."""
    return _ratio(2 * _hits(matrix), _recorded(matrix) + _named(matrix))


def class_accuracy(matrix: NDArray[np.generic]) -> Floats:
    """`(TP + TN) / N`, each class against all others [..., C]."""
    total = _total(matrix)
    wrong = _recorded(matrix) + _named(matrix) - 2 * _hits(matrix)
    return _ratio(total - wrong, np.broadcast_to(total, wrong.shape))


def balanced_accuracy(matrix: NDArray[np.generic]) -> Floats:
    """Mean recall of the classes that have images, as the ISIC challenges score it."""
    return mean_of_defined(recall(matrix))


def macro_f1(matrix: NDArray[np.generic]) -> Floats:
    """Mean F1 of the classes that are recorded or predicted, as scikit-learn has it."""
    return mean_of_defined(f1(matrix))


def macro_precision(matrix: NDArray[np.generic]) -> Floats:
    """Mean precision of the classes that are recorded or predicted; 0 for one never predicted."""
    never = np.isnan(precision(matrix)) & (_recorded(matrix) > 0)
    return mean_of_defined(np.where(never, 0.0, precision(matrix)))


def macro_specificity(matrix: NDArray[np.generic]) -> Floats:
    """Mean specificity of the classes that have images."""
    return mean_of_defined(np.where(_recorded(matrix) > 0, specificity(matrix), np.nan))


def weighted_f1(matrix: NDArray[np.generic]) -> Floats:
    """F1 of the classes, weighted by how many images each has."""
    return _mean_by_support(f1(matrix), matrix)


def weighted_precision(matrix: NDArray[np.generic]) -> Floats:
    """Precision of the classes, weighted by their images; 0 for a class never predicted."""
    return _mean_by_support(precision(matrix), matrix)


def kappa(matrix: NDArray[np.generic]) -> Floats:
    """Cohen's kappa `(p_o - p_e) / (1 - p_e)`; NaN where chance explains everything.

    Source: Cohen, Educational and Psychological Measurement 20, 1960.
    """
    counts = np.asarray(matrix, np.float64)
    total = counts.sum((-2, -1))
    chance = (_recorded(matrix) * _named(matrix)).sum(-1)
    return _ratio(_hits(matrix).sum(-1) * total - chance, total**2 - chance)


def class_kappa(matrix: NDArray[np.generic]) -> Floats:
    """Cohen's kappa of each class against all others [..., C]."""
    total, hits = _total(matrix), _hits(matrix)
    recorded, named = _recorded(matrix), _named(matrix)
    agreed = total - recorded - named + 2 * hits
    chance = recorded * named + (total - recorded) * (total - named)
    return _ratio(agreed * total - chance, total**2 - chance)


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
    member = np.eye(bins)[calibration_bins(confidence, bins)]
    gap = weights @ (member * (correct - confidence)[:, np.newaxis])
    return _ratio(np.abs(gap).sum(1), weights.sum(1))


def calibration_bins(probabilities: Floats, bins: int = BINS) -> Integers:
    """The bin of equal width that each probability falls into; a bin holds its upper bound."""
    return np.clip(np.ceil(probabilities * bins).astype(np.int64) - 1, 0, bins - 1)


def mean_of_defined(values: Floats) -> Floats:
    """The mean over the last axis without NaN; NaN where all are."""
    defined = ~np.isnan(values)
    return _ratio(np.where(defined, values, 0.0).sum(-1), defined.sum(-1).astype(np.float64))


def _hits(matrix: NDArray[np.generic]) -> Floats:
    return np.asarray(np.diagonal(matrix, axis1=-2, axis2=-1), np.float64)


def _recorded(matrix: NDArray[np.generic]) -> Floats:
    return np.asarray(np.asarray(matrix, np.float64).sum(-1))


def _named(matrix: NDArray[np.generic]) -> Floats:
    """How often each class was predicted; the column of the undecided is no class."""
    classes = np.shape(matrix)[-2]
    return np.asarray(np.asarray(matrix, np.float64).sum(-2)[..., :classes])


def _total(matrix: NDArray[np.generic]) -> Floats:
    return np.asarray(np.asarray(matrix, np.float64).sum((-2, -1))[..., np.newaxis])


def _mean_by_support(values: Floats, matrix: NDArray[np.generic]) -> Floats:
    support = _recorded(matrix)
    weighted = np.where(np.isnan(values), 0.0, values) * support
    return _ratio(weighted.sum(-1), support.sum(-1))


def _ratio(numerator: Floats, denominator: Floats) -> Floats:
    result = np.full(np.shape(denominator), np.nan)
    np.divide(numerator, denominator, out=result, where=np.asarray(denominator) > 0)
    return result
