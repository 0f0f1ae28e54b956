"""Cohen's kappa of two readers from their table, with its large-sample standard errors."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from model.evaluation.estimates import COVERAGE
from model.evaluation.metrics import Floats


@dataclass(frozen=True, slots=True)
class CohensKappa:
    """Cohen's kappa, plain or weighted.

    Attributes:
        value: NaN where both readers give one and the same answer to everything.
        error: Asymptotic standard error, for intervals.
        error_by_chance: The same if the readers agreed by chance alone, for a test against 0.
    """

    value: float
    error: float
    error_by_chance: float

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval `value +- 1.96 error`, as if each case were a lesion of its own."""
        reach = NormalDist().inv_cdf((1 + COVERAGE) / 2) * self.error
        return self.value - reach, self.value + reach

    @property
    def z(self) -> float:
        """The value in standard errors by chance; NaN where that error is 0."""
        return self.value / self.error_by_chance if self.error_by_chance else float("nan")


def cohens_kappa(table: NDArray[np.generic], weights: Floats) -> CohensKappa:
    """Kappa with standard errors (Fleiss, Cohen and Everitt, Psychological Bulletin 72, 1969).

    Args:
        table: [q, q], cases with an answer of the first reader (row) and one of the second.
        weights: [q, q], how much two answers agree, 1 on the diagonal.
    """
    counts = np.asarray(table, np.float64)
    total = counts.sum()
    if not total:
        return CohensKappa(float("nan"), float("nan"), float("nan"))
    joint = counts / total
    row, column = joint.sum(1), joint.sum(0)
    observed, chance = (weights * joint).sum(), float(row @ weights @ column)
    if 1 - chance < 1e-12:
        return CohensKappa(float("nan"), float("nan"), float("nan"))
    means = (weights @ column)[:, np.newaxis] + weights.T @ row
    inner = weights * (1 - chance) - means * (1 - observed)
    correction = (observed * chance - 2 * chance + observed) ** 2
    spread = (joint * inner**2).sum() - correction
    by_chance = (np.outer(row, column) * (weights - means) ** 2).sum() - chance**2
    return CohensKappa(
        float((observed - chance) / (1 - chance)),
        float(np.sqrt(max(spread, 0.0) / total) / (1 - chance) ** 2),
        float(np.sqrt(max(by_chance, 0.0) / total) / (1 - chance)),
    )


def cross_table(first: NDArray[np.integer], second: NDArray[np.integer], size: int) -> Floats:
    """How often each two answers met [q, q]; cases that either did not read are left out."""
    both = (first >= 0) & (second >= 0)
    counts = np.bincount(first[both] * size + second[both], minlength=size * size)
    return counts.reshape(size, size).astype(np.float64)
