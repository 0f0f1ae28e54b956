"""Sets of classes that hold the right one as often as promised, class by class.

Split conformal prediction with the score `1 - p_y` (Sadinle, Lei and Wasserman, Journal of the
American Statistical Association 114, 2019), calibrated for each class apart (Vovk, 2012), since
promises over all classes are kept by the frequent ones alone.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.evaluation.bootstrap import DRAWS
from model.evaluation.estimates import Estimate
from model.evaluation.evaluation import evaluate_shares
from model.evaluation.metrics import Floats
from model.evaluation.pairs import Pair, numbered
from model.progress import Report, silent


@dataclass(frozen=True, slots=True)
class ClassThreshold:
    """What one class needs to be in a set.

    Attributes:
        code: Of the class.
        lesions: That it was calibrated on.
        needed: The fewest with which the level can be promised by more than "always".
        threshold: The class is in the set where `1 - p` is at most this; infinite with too few
            lesions, so that the class is in every set.
    """

    code: str
    lesions: int
    needed: int
    threshold: float

    @property
    def too_few(self) -> bool:
        """Whether the class is in every set because too few lesions calibrated it."""
        return self.lesions < self.needed


@dataclass(frozen=True, slots=True)
class ConformalCoverage:
    """What the sets do on some images.

    Attributes:
        overall: Share of images whose set holds the right class.
        by_class: The same for the images of each class.
        mean_size: Mean number of classes in a set.
        empty: Images with no class in their set.
    """

    overall: Estimate
    by_class: tuple[Estimate, ...]
    mean_size: float
    empty: int


def calibrate(calibration: Pair, level: float) -> tuple[ClassThreshold, ...]:
    """The thresholds for sets that hold the right class at least as often as `level`.

    Exchangeable are lesions, not images: each lesion counts once, with its least typical image, so
    that a set holds for all images of a lesion.

    Args:
        calibration: Images that neither trained the classifier nor are reported on.
        level: 0..1, such as 0.9.

    Raises:
        ValueError: There are no probabilities, or the level is not inside 0..1.
    """
    if calibration.probabilities is None or not 0 < level < 1:
        raise ValueError("Conformal sets need probabilities, and a level between 0 and 1.")
    found = []
    for index, code in enumerate(calibration.classes):
        inside = calibration.truth == index
        scores = 1 - calibration.probabilities[inside, index]
        worst = _largest_by_lesion(scores, calibration.lesions[inside])
        found.append(
            ClassThreshold(code, len(worst), lesions_needed(level), threshold(worst, level))
        )
    return tuple(found)


def threshold(scores: Floats, level: float) -> float:
    """The `ceil((n + 1) level)`-th smallest score; infinite where n is smaller than that.

    numpy's quantile at `ceil((n + 1) level) / n` with method "higher" is one too far.
    """
    place = _ceil((len(scores) + 1) * level)
    return float(np.sort(scores)[place - 1]) if place <= len(scores) else math.inf


def lesions_needed(level: float) -> int:
    """The smallest n with `ceil((n + 1) level) <= n`: 9 for 90 %, 19 for 95 %."""
    return _ceil(level / (1 - level))


def prediction_sets(
    probabilities: Floats, thresholds: tuple[ClassThreshold, ...]
) -> NDArray[np.bool_]:
    """Which classes are in the set of each image [N, C]."""
    limits = np.array([each.threshold for each in thresholds])
    return np.asarray(1 - probabilities <= limits)


def coverage(
    reported_on: Pair,
    thresholds: tuple[ClassThreshold, ...],
    *,
    draws: int = DRAWS,
    report: Report = silent,
) -> ConformalCoverage:
    """How often the sets hold the right class, and how large they are.

    Args:
        reported_on: With probabilities; none of the images that calibrated.
        thresholds: Of `calibrate`.
        draws: Of the bootstrap.
        report: Told after each block of draws.

    Raises:
        ValueError: The pair has no probabilities.
    """
    if reported_on.probabilities is None:
        raise ValueError("Conformal sets need probabilities.")
    sets = prediction_sets(reported_on.probabilities, thresholds)
    held = sets[np.arange(len(sets)), reported_on.truth]
    size = len(reported_on.classes)
    # Held is like being right, so that recall is coverage.
    predicted = np.where(held, reported_on.truth, size)
    as_pair = replace(reported_on, predicted=predicted, probabilities=None)
    found = evaluate_shares(as_pair, draws=draws, report=report)
    sizes = sets.sum(1)
    return ConformalCoverage(
        found.overall["accuracy"],
        found.by_class["recall"],
        float(sizes.mean()) if len(sizes) else float("nan"),
        int((sizes == 0).sum()),
    )


def _largest_by_lesion(scores: Floats, lesions: NDArray[np.integer]) -> Floats:
    count, member = numbered(lesions)
    largest = np.full(count, -np.inf)
    np.maximum.at(largest, member, scores)
    return largest


def _ceil(number: float) -> int:
    # 10 * (1 - .9) is a little more than 1 for a computer; that is no reason for 2.
    return math.ceil(round(number, 9))
