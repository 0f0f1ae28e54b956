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
    expected_matrix,
    macro_f1,
    recall,
)
from model.evaluation.spread import cross_entropies


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
    logits: NDArray[np.floating[Any]], targets: NDArray[np.float64], classes: Sequence[str]
) -> Judgement:
    """Figures of logits [N, C] against targets [N, C]."""
    matrix = expected_matrix(targets, logits.argmax(1))
    found = dict(zip(classes, map(float, recall(matrix)), strict=True))
    return Judgement(
        float(cross_entropies(softmax(logits), targets).mean()),
        float(accuracy(matrix)),
        float(balanced_accuracy(matrix)),
        float(macro_f1(matrix)),
        {code: value for code, value in found.items() if not np.isnan(value)},
    )
