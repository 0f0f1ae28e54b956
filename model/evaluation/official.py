"""The scores of the ISIC challenges, computed as their own program computes them.

Rules of isic-challenge-scoring (Apache-2.0): a tie for the largest probability is "undecided" and
wrong, a class counts as called above 0.5, and 0/0 counts as 1, which is the opposite of
scikit-learn's 0. A class that no image with weight has is left out of the balanced accuracy.
"""

from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from model.evaluation.metrics import Floats, Integers, mean_of_defined
from model.evaluation.pairs import decided
from model.evaluation.ranking import area_above_sensitivity, areas, curve, rank

THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class OfficialRow:
    """The challenge's figures of one class against all others, or their means; NaN if undefined."""

    accuracy: float
    sensitivity: float
    specificity: float
    dice: float
    ppv: float
    npv: float
    auc: float
    auc_sens_80: float
    ap: float


@dataclass(frozen=True, slots=True)
class OfficialScores:
    """What the challenge's board shows.

    Attributes:
        classes: Codes.
        balanced_accuracy: The goal metric, "balanced multiclass accuracy".
        by_class: A row for each class.
        macro: Means over the classes.
        undecided: Images with a tie, which are all wrong.
    """

    classes: tuple[str, ...]
    balanced_accuracy: float
    by_class: tuple[OfficialRow, ...]
    macro: OfficialRow
    undecided: int


def official_scores(
    classes: tuple[str, ...], truth: Integers, probabilities: Floats, weights: Floats
) -> OfficialScores:
    """Score predictions as the challenges do.

    Args:
        classes: Codes.
        truth: [N], class indices.
        probabilities: [N, C], each 0..1; they need not add up to 1.
        weights: [N], of the same images in the same order, not negative.
    """
    diagnosis = decided(probabilities)
    size = len(classes)
    rows = tuple(_row(truth == each, probabilities[:, each], weights) for each in range(size))
    table = np.array([astuple(row) for row in rows])
    return OfficialScores(
        classes,
        balanced_multiclass_accuracy(truth, diagnosis, weights, size),
        rows,
        OfficialRow(*mean_of_defined(table.T).tolist()),
        int((diagnosis == size).sum()),
    )


def balanced_multiclass_accuracy(
    truth: Integers, diagnosis: Integers, weights: Floats, classes: int
) -> float:
    """Mean over the classes with weight of the share of that weight that is right."""
    total = np.bincount(truth, weights, minlength=classes)
    right = np.bincount(truth, weights * (truth == diagnosis), minlength=classes)
    shares = np.divide(right, total, out=np.full(classes, np.nan), where=total > 0)
    return float(mean_of_defined(shares))


def _row(positive: NDArray[np.bool_], scores: Floats, weights: Floats) -> OfficialRow:
    called = scores > THRESHOLD
    tp, fp = weights[positive & called].sum(), weights[~positive & called].sum()
    fn, tn = weights[positive & ~called].sum(), weights[~positive & ~called].sum()
    auc, precision = areas(rank(positive, scores), weights[:, np.newaxis])
    return OfficialRow(
        _share(tp + tn, tp + tn + fp + fn),
        _share(tp, tp + fn),
        _share(tn, tn + fp),
        _share(2 * tp, 2 * tp + fp + fn),
        _share(tp, tp + fp),
        _share(tn, tn + fn),
        float(auc[0]),
        area_above_sensitivity(curve(positive, scores, weights)),
        float(precision[0]),
    )


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else 1.0
