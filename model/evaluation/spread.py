"""A labelling held against the spread of several readers, where no single class is the truth.

What is counted is what would be counted, on average, if the truth of each image were one of its
readers' answers, drawn at random. Where all readers agree on every image these are the figures of
`evaluate`, intervals and all.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.evaluation import intervals
from model.evaluation.bootstrap import DRAWS, lesion_draws
from model.evaluation.estimates import UNDEFINED, Estimate, effective_n, without_interval
from model.evaluation.estimating import Estimating, Formula
from model.evaluation.evaluation import draw_statistics
from model.evaluation.intervals import Support
from model.evaluation.labelling import Labelling, translated
from model.evaluation.lesion_sums import LesionSums
from model.evaluation.metrics import Floats, Integers
from model.evaluation.pairs import Pair, numbered
from model.progress import Report, silent

ATTAINABLE = "attainable_accuracy"
_ROUNDED = 0.01
SPREAD_NAMES = {
    "accuracy": "Expected accuracy",
    ATTAINABLE: "Attainable accuracy",
    "balanced_accuracy": "Expected balanced accuracy",
    "macro_f1": "Expected macro F1",
    "cross_entropy": "Cross-entropy, nats",
    "brier_score": "Brier score",
}
SPREAD_NOTE = (
    "Expected: what it would be if the truth of each image were the answer of one of its readers,"
    " drawn at random. Attainable: that of always naming the most frequent answer. Cross-entropy"
    " and Brier score are means over the readers too; the smaller the better, but not 0 where"
    " readers differ."
)


@dataclass(frozen=True, slots=True, eq=False)
class SpreadEvaluation:
    """What there is to say of a labelling against a spread of readers.

    Attributes:
        classes: Codes.
        images: How many N.
        lesions: How many different ones.
        by_lesion: Whether intervals are over lesions; otherwise over images.
        draws: Of the bootstrap.
        matrix: [C, C + 1], the expected confusion matrix: row the class that readers name, column
            the one that the labelling names, last the undecided; its cells are parts of images.
        overall: "accuracy" (the chance that one of the image's readers, drawn at random, named the
            same), "balanced_accuracy", "macro_f1" and more of the expected matrix;
            `ATTAINABLE`, the accuracy of whoever names each image's most frequent answer; with
            probabilities that add up to 1 "cross_entropy" (nats) and "brier_score" (0..2), both
            the smaller the better.
        by_class: "recall" and more of the expected matrix, as many as there are classes.
    """

    classes: tuple[str, ...]
    images: int
    lesions: int
    by_lesion: bool
    draws: int
    matrix: Floats
    overall: dict[str, Estimate]
    by_class: dict[str, tuple[Estimate, ...]]


def evaluate_spread(
    pair: Pair, shares: Floats, *, draws: int = DRAWS, seed: int = 0, report: Report = silent
) -> SpreadEvaluation:
    """Hold a labelling against the spread of the readers.

    The expected confusion matrix is `sum_i q_i e(d_i)^T`, q being the shares of the readers and d
    what the labelling names. Cross-entropy `-sum_c q_c log p_c` and Brier score
    `sum_c q_c sum_k (p_k - [k = c])^2 = sum_k (p_k - q_k)^2 + 1 - sum_k q_k^2` are the means over
    the readers of the two proper scores (Gneiting and Raftery, JASA 102, 2007, sections 4.1 and
    3.1); both are least, but not 0, where p = q.

    Args:
        pair: The labelling, and which image is of which lesion; its truth is not looked at.
        shares: [N, C], rows add up to 1.
        draws: Bootstrap draws over lesions.
        seed: Of the draws.
        report: Told after each block of draws.

    Raises:
        Cancelled: From `report`.
    """
    sums = _expected_sums(pair, shares)
    once, drawn = draw_statistics(sums, draws, seed, report)
    found = Estimating(sums, once, drawn).estimates()
    scores = _scores(pair.probabilities, shares, _Means(sums, draws, seed))
    size = len(pair.classes)
    return SpreadEvaluation(
        pair.classes,
        len(pair),
        pair.lesion_count,
        pair.by_lesion,
        draws,
        sums.cells.sum(0).reshape(size, size + 1),
        found.overall | scores,
        found.by_class,
    )


def _scores(probabilities: Floats | None, shares: Floats, means: "_Means") -> dict[str, Estimate]:
    """What the expected matrix does not hold."""
    found = {ATTAINABLE: means.estimate(shares.max(1, initial=0), intervals.weighted_estimate)}
    if probabilities is not None and _add_up(probabilities):
        found |= {
            name: means.estimate(score(probabilities, shares), formula)
            for name, (score, formula) in SCORES.items()
        }
    return found


def _add_up(probabilities: Floats) -> bool:
    """Whether these are probabilities; a proper score of anything else says nothing."""
    return bool((np.abs(probabilities.sum(1) - 1) < _ROUNDED).all())


def hold_against_spread(
    truth: Labelling,
    other: Labelling,
    lesions: Integers,
    among: NDArray[np.bool_],
    classes: tuple[str, ...],
) -> tuple[Pair, Floats]:
    """What a labelling says of images that readers have named a class of, and their shares [N, C].

    Readings of classes that are not counted do not count; an image with no others is left out.

    Args:
        truth: With shares.
        other: What is measured.
        lesions: [rows], of `lesions_of`.
        among: [rows], which images are asked about.
        classes: What is counted; those of `other` in any order where it gives probabilities.
    """
    assert truth.shares is not None, "the truth is a spread"
    shares = np.zeros((len(lesions), len(classes)))
    for at, code in enumerate(classes):
        if code in truth.classes:
            shares[:, at] = np.nan_to_num(truth.shares[:, truth.classes.index(code)])
    said, mass = translated(other, classes), shares.sum(1)
    rows = np.flatnonzero(among & (mass > 0) & (said >= 0))
    shares = shares[rows] / mass[rows, np.newaxis]
    probabilities = None
    if other.probabilities is not None:
        columns = [other.classes.index(code) for code in classes]
        probabilities = other.probabilities[rows][:, columns]
    by_lesion = bool((lesions >= 0).any())
    frequent = np.asarray(shares.argmax(1), np.int64)
    return Pair(classes, frequent, said[rows], lesions[rows], by_lesion, probabilities), shares


def cross_entropies(probabilities: Floats, shares: Floats) -> Floats:
    """`-sum_c q_c log p_c` of each image [N], in nats."""
    logarithms = np.log(np.maximum(probabilities, np.finfo(np.float64).tiny))
    return np.asarray(-(shares * logarithms).sum(1))


def brier_scores(probabilities: Floats, shares: Floats) -> Floats:
    """`sum_k (p_k - q_k)^2 + 1 - sum_k q_k^2` of each image [N], 0..2."""
    return np.asarray(((probabilities - shares) ** 2).sum(1) + 1 - (shares**2).sum(1))


def _of_share(most: float) -> Formula:
    """A mean in 0..`most` as the share that it is of it."""

    def estimate(value: float, draws: Floats, support: Support) -> Estimate:
        found = intervals.weighted_estimate(value / most, draws / most, support)
        return replace(found, value=value, low=found.low * most, high=found.high * most)

    return estimate


SCORES: dict[str, tuple[Callable[[Floats, Floats], Floats], Formula]] = {
    "cross_entropy": (cross_entropies, intervals.positive_estimate),
    "brier_score": (brier_scores, _of_share(2)),
}


class _Means:
    """Means over images of what each image has, with intervals over lesions."""

    def __init__(self, sums: LesionSums, draws: int, seed: int) -> None:
        self._members, self._lesions = sums.lesions, len(sums.cells)
        self._images = np.bincount(self._members, minlength=self._lesions).astype(np.float64)
        self._draws, self._seed = draws, seed

    def estimate(self, values: Floats, formula: Formula) -> Estimate:
        """Of values [N], with the interval of a formula."""
        n = len(values)
        if not n:
            return UNDEFINED
        value = float(values.mean())
        if not self._draws or np.ptp(values) == 0:
            return without_interval(value, n, "every image has the same" if self._draws else "")
        sums = np.bincount(self._members, values, minlength=self._lesions)
        drawn = lesion_draws(self._lesions, self._draws, self._seed)
        means = np.concatenate([(each @ sums) / (each @ self._images) for each in drawn])
        support = Support(n, n, self._lesions, effective_n(self._images))
        return formula(value, means, support)


def _expected_sums(pair: Pair, shares: Floats) -> LesionSums:
    """What each lesion adds to the expected matrix; nothing is ranked or binned."""
    size, (lesions, members) = len(pair.classes), numbered(pair.lesions)
    places, columns = members * (size + 1) + pair.predicted, lesions * (size + 1)
    rows = [np.bincount(places, shares[:, at], minlength=columns) for at in range(size)]
    cells = np.stack(rows).astype(np.float64).reshape(size, lesions, size + 1).transpose(0, 2, 1)
    nothing = np.zeros((lesions, 0))
    return LesionSums(cells.reshape(size * (size + 1), lesions).T, nothing, nothing, (), members)
