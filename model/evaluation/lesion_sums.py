"""What each lesion adds to each statistic, so that a bootstrap draw is one matrix product."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.evaluation import metrics
from model.evaluation.metrics import BINS, Floats, Integers, calibration_bins
from model.evaluation.pairs import Pair, numbered
from model.evaluation.ranking import Ranking, areas, rank


@dataclass(frozen=True, slots=True, eq=False)
class LesionSums:
    """A pair of labellings as sums over the images of each of L lesions.

    Attributes:
        cells: [L, C * (C + 1)], images in each cell of the matrix; quick by column.
        gaps: [L, (C + 1) * bins], sums of (is it - probability): of the diagnosis, then by class;
            no columns without probabilities.
        doubt: [C + 1, bins], standard deviation `sqrt(p (1 - p)) / N` of one image of each bin,
            with p its mean probability; 0 where there is none.
        rankings: For each class; empty without probabilities.
        lesions: [N], lesion of each image.
    """

    cells: Floats
    gaps: Floats
    doubt: Floats
    rankings: tuple[Ranking, ...]
    lesions: Integers

    @property
    def classes(self) -> int:
        """How many classes C there are."""
        return int((np.sqrt(4 * self.cells.shape[1] + 1) - 1) / 2 + 0.5)


def lesion_sums(pair: Pair) -> LesionSums:
    """Add up the images of each lesion."""
    size, (lesions, members) = len(pair.classes), numbered(pair.lesions)
    places = (pair.truth * (size + 1) + pair.predicted) * lesions + members
    cells = np.bincount(places, minlength=lesions * size * (size + 1))
    shaped = cells.reshape(size * (size + 1), lesions).astype(np.float64).T
    if pair.probabilities is None:
        nothing = np.zeros((lesions, 0))
        return LesionSums(shaped, nothing, nothing, (), members)
    stated = np.concatenate(
        [pair.probabilities.max(1, keepdims=True, initial=0), pair.probabilities], axis=1
    )
    gaps = _gaps(pair, stated, members, lesions)
    rankings = tuple(rank(pair.truth == at, pair.probabilities[:, at]) for at in range(size))
    return LesionSums(shaped, gaps, _doubt(stated), rankings, members)


def measure(
    sums: LesionSums, drawn: NDArray[np.floating], only: Collection[str] = ()
) -> dict[str, Floats]:
    """Every statistic for each draw.

    Args:
        sums: Of L lesions.
        drawn: [B, L], how often each lesion is drawn.
        only: Names of `COUNTED`, where not every statistic is wanted.

    Returns:
        [B] for what is over all classes, [B, C] for what is by class (its name begins "class_").
        With probabilities also GAPS, [B, C + 1, bins]: what the calibration errors are the sums of.
    """
    size = sums.classes
    matrices = (drawn @ sums.cells).reshape(len(drawn), size, size + 1)
    if only:
        return {name: COUNTED[name](matrices) for name in only}
    found = {name: function(matrices) for name, function in COUNTED.items()}
    return found | (_scored(sums, drawn, matrices) if sums.rankings else {})


GAPS = "calibration_gaps"

# Statistics of the confusion matrix; the names are those of metrics.json.
COUNTED = {
    "accuracy": metrics.accuracy,
    "balanced_accuracy": metrics.balanced_accuracy,
    "macro_f1": metrics.macro_f1,
    "weighted_f1": metrics.weighted_f1,
    "macro_precision": metrics.macro_precision,
    "weighted_precision": metrics.weighted_precision,
    "macro_specificity": metrics.macro_specificity,
    "cohens_kappa": metrics.kappa,
    "class_recall": metrics.recall,
    "class_precision": metrics.precision,
    "class_specificity": metrics.specificity,
    "class_f1": metrics.f1,
    "class_accuracy": metrics.class_accuracy,
    "class_cohens_kappa": metrics.class_kappa,
}


def _scored(sums: LesionSums, drawn: NDArray[np.floating], matrices: Floats) -> dict[str, Floats]:
    weights = np.ascontiguousarray(drawn.T)[sums.lesions]
    both = [areas(ranking, weights) for ranking in sums.rankings]
    auc, precision = (np.stack(each, axis=1) for each in zip(*both, strict=True))
    total = matrices.sum((1, 2))[:, np.newaxis, np.newaxis]
    gaps = (drawn @ sums.gaps).reshape(len(drawn), sums.classes + 1, BINS)
    gaps = np.divide(gaps, total, out=np.full_like(gaps, np.nan), where=total > 0)
    errors = np.abs(gaps).sum(2)
    return {
        "macro_auc": metrics.mean_of_defined(auc),
        "macro_average_precision": metrics.mean_of_defined(precision),
        "expected_calibration_error": errors[:, 0],
        "class_auc": auc,
        "class_average_precision": precision,
        "class_expected_calibration_error": errors[:, 1:],
        GAPS: gaps,
    }


def _gaps(pair: Pair, stated: Floats, members: NDArray[np.intp], lesions: int) -> Floats:
    is_class = pair.truth[:, np.newaxis] == np.arange(len(pair.classes))
    right = (pair.truth == pair.predicted)[:, np.newaxis]
    gap = np.concatenate([right, is_class], axis=1) - stated
    columns = stated.shape[1] * BINS
    places = calibration_bins(stated) + np.arange(stated.shape[1]) * BINS
    places += members[:, np.newaxis] * columns
    summed = np.bincount(places.ravel(), gap.ravel(), minlength=lesions * columns)
    return np.asarray(summed.reshape(lesions, columns), np.float64)


def _doubt(stated: Floats) -> Floats:
    columns = stated.shape[1] * BINS
    places = (calibration_bins(stated) + np.arange(stated.shape[1]) * BINS).ravel()
    counts = np.maximum(np.bincount(places, minlength=columns), 1)
    mean = np.bincount(places, stated.ravel(), minlength=columns) / counts
    spread = np.sqrt(np.maximum(mean * (1 - mean), 0)) / max(len(stated), 1)
    return np.asarray(spread.reshape(stated.shape[1], BINS), np.float64)
