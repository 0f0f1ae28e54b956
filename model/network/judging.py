"""How well logits fit the validation images, as the log tells it after each epoch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.evaluation.calibration import softmax
from model.evaluation.metrics import (
    accuracy,
    balanced_accuracy,
    confusion_matrix,
    macro_f1,
    recall,
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Figures on validation images as they are, in the terms of `model.runs.log.EpochDone`.

    Attributes:
        validation_loss: Mean cross-entropy, without balance or smoothing.
        accuracy: 0..1.
        balanced_accuracy: 0..1.
        macro_f1: 0..1.
        recall: By class; classes without images are left out.
    """

    validation_loss: float
    accuracy: float
    balanced_accuracy: float
    macro_f1: float
    recall: dict[str, float]


def judge(
    logits: NDArray[np.floating[Any]], labels: NDArray[np.int64], classes: Sequence[str]
) -> Judgement:
    """Figures of logits [N, C] against labels [N]."""
    matrix = confusion_matrix(labels, logits.argmax(1), len(classes))
    probabilities = softmax(logits, 1.0)[np.arange(len(labels)), labels]
    found = dict(zip(classes, map(float, recall(matrix)), strict=True))
    return Judgement(
        float(-np.log(np.maximum(probabilities, np.finfo(np.float64).tiny)).mean()),
        float(accuracy(matrix)),
        float(balanced_accuracy(matrix)),
        float(macro_f1(matrix)),
        {code: value for code, value in found.items() if not np.isnan(value)},
    )
