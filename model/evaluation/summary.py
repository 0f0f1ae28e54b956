"""All metrics of one classifier on one set of images, each with n and its interval."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from model.evaluation import metrics
from model.evaluation.bootstrap import DRAWS, cluster_weights, percentile_interval
from model.evaluation.metrics import Floats, Integers

_OVERALL = ("accuracy", "balanced_accuracy", "macro_f1", "expected_calibration_error")


def summarise(
    truth: Integers,
    probabilities: Floats,
    lesions: Sequence[str],
    classes: Sequence[str],
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> dict[str, Any]:
    """Everything a card says of one set of images.

    Args:
        truth: [N], class indices.
        probabilities: [N, C], calibrated; the largest is the diagnosis.
        lesions: [N], lesion of each image, none empty.
        classes: Codes in the order of the columns.
        draws: Bootstrap draws over lesions.
        seed: Of the draws.

    Returns:
        JSON values: "images" and "lesions" (counts), "interval" (how intervals were made),
        "confusion_matrix", and each metric as {"value", "low", "high", "n"}; "recall",
        "precision", "f1" and "auc" by class. What is undefined is None.
    """
    once = np.ones((1, len(truth)))
    blocks = [once, *cluster_weights(lesions, draws, seed)]
    measured = [_measure(truth, probabilities, weights) for weights in blocks]
    values = {name: np.concatenate([each[name] for each in measured]) for name in measured[0]}
    matrix = metrics.confusion_matrix(truth, probabilities.argmax(1), len(classes))
    recorded, predicted = matrix.sum(1), matrix.sum(0)
    return {
        "images": len(truth),
        "lesions": len(set(lesions)),
        "interval": f"95 % percentile interval, {draws} bootstrap draws over lesions",
        "confusion_matrix": matrix.tolist(),
        **{name: _figure(values[name], len(truth)) for name in _OVERALL},
        **{name: _by_class(values[name], classes, recorded) for name in ("recall", "f1", "auc")},
        "precision": _by_class(values["precision"], classes, predicted),
    }


def _measure(truth: Integers, probabilities: Floats, weights: Floats) -> dict[str, Floats]:
    """Each metric for each row of weights: [B], or [B, C] where it is by class."""
    matrices = _matrices(truth, probabilities.argmax(1), probabilities.shape[1], weights)
    return {
        "accuracy": metrics.accuracy(matrices),
        "balanced_accuracy": metrics.balanced_accuracy(matrices),
        "macro_f1": metrics.macro_f1(matrices),
        "expected_calibration_error": _calibration_error(truth, probabilities, weights),
        "recall": metrics.recall(matrices),
        "precision": metrics.precision(matrices),
        "f1": metrics.f1(matrices),
        "auc": _areas(truth, probabilities, weights),
    }


def _matrices(truth: Integers, predicted: Integers, classes: int, weights: Floats) -> Floats:
    """Weighted confusion matrices [B, C, C] as one matrix product."""
    cells = np.eye(classes * classes)[truth * classes + predicted]
    counts: Floats = weights @ cells
    return counts.reshape(-1, classes, classes)


def _calibration_error(truth: Integers, probabilities: Floats, weights: Floats) -> Floats:
    correct = probabilities.argmax(1) == truth
    return metrics.weighted_calibration_error(probabilities.max(1), correct, weights)


def _areas(truth: Integers, probabilities: Floats, weights: Floats) -> Floats:
    columns = [
        metrics.weighted_auc(truth == index, probabilities[:, index], weights)
        for index in range(probabilities.shape[1])
    ]
    return np.stack(columns, axis=1)


def _by_class(values: Floats, classes: Sequence[str], counts: Integers) -> dict[str, Any]:
    return {
        code: _figure(values[:, index], int(counts[index])) for index, code in enumerate(classes)
    }


def _figure(values: Floats, n: int) -> dict[str, float | int | None]:
    low, high = percentile_interval(values[1:])
    return {"value": _known(values[0]), "low": _known(low), "high": _known(high), "n": n}


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
