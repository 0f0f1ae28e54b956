"""Two classifiers on the same images: how far apart, by chance or not, and on which images."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.evaluation.bootstrap import DRAWS
from model.evaluation.estimates import Estimate
from model.evaluation.estimating import BY_CLASS, Estimates, Estimating, Statistics
from model.evaluation.evaluation import draw_statistics
from model.evaluation.intervals import correlation, difference_estimate
from model.evaluation.lesion_sums import lesion_sums
from model.evaluation.metrics import Integers
from model.evaluation.pairs import Pair
from model.progress import Report, silent


@dataclass(frozen=True, slots=True)
class McNemar:
    """McNemar's test of equal accuracy (Psychometrika 12, 1947). Images count as independent.

    Attributes:
        both_right: Images that both get right.
        only_first: That only the first does.
        only_second: That only the second does.
        both_wrong: That neither does.
        exact_p: Two-sided, from the binomial distribution.
        statistic: Chi-squared with Edwards' continuity correction; NaN where nothing differs.
        p: Of that statistic.
    """

    both_right: int
    only_first: int
    only_second: int
    both_wrong: int
    exact_p: float
    statistic: float
    p: float


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """A second classifier held against a first.

    Attributes:
        differences: Second less first, with intervals by paired bootstrap over lesions.
        by_class: The same for each class.
        mcnemar: Of being right.
        gained: Positions of the images that only the second gets right.
        lost: Positions of the images that only the first gets right.
        changed: Positions of the images that both get wrong, differently.
        first: All statistics of the first.
        second: All of the second.
    """

    differences: dict[str, Estimate]
    by_class: dict[str, tuple[Estimate, ...]]
    mcnemar: McNemar
    gained: Integers
    lost: Integers
    changed: Integers
    first: Estimates
    second: Estimates


def compare(
    first: Pair, second: Pair, *, draws: int = DRAWS, seed: int = 0, report: Report = silent
) -> Comparison:
    """Compare two labellings with the same truth.

    Args:
        first: Of N images.
        second: Of the same images in the same order.
        draws: Of the bootstrap; each draws the same lesions for both.
        seed: Of the draws.
        report: Told after each block of draws.

    Raises:
        ValueError: The pairs are not of the same images, classes and truth.
        Cancelled: From `report`.
    """
    if first.classes != second.classes or not np.array_equal(first.truth, second.truth):
        raise ValueError("Only labellings of the same images can be compared.")
    both = [lesion_sums(each) for each in (first, second)]
    found = [draw_statistics(each, draws, seed, report) for each in both]
    before, after = (
        Estimating(sums, *each).estimates() for sums, each in zip(both, found, strict=True)
    )
    drawn = found[0][1], found[1][1]
    right = first.truth == first.predicted, second.truth == second.predicted
    differing = ~right[0] & ~right[1] & (first.predicted != second.predicted)
    return Comparison(
        _differences(before.overall, after.overall, drawn),
        _class_differences(before.by_class, after.by_class, drawn),
        mcnemar(*right),
        np.flatnonzero(~right[0] & right[1]),
        np.flatnonzero(right[0] & ~right[1]),
        np.flatnonzero(differing),
        before,
        after,
    )


def _differences(
    first: Mapping[str, Estimate], second: Mapping[str, Estimate], drawn: tuple[Statistics, ...]
) -> dict[str, Estimate]:
    return {
        name: difference_estimate(
            first[name], second[name], correlation(drawn[0][name], drawn[1][name])
        )
        for name in first
        if name in second
    }


def _class_differences(
    first: Mapping[str, tuple[Estimate, ...]],
    second: Mapping[str, tuple[Estimate, ...]],
    drawn: tuple[Statistics, ...],
) -> dict[str, tuple[Estimate, ...]]:
    found = {}
    for name in first:
        if name in second:
            columns = [each[f"{BY_CLASS}{name}"] for each in drawn]
            found[name] = tuple(
                difference_estimate(*pair, correlation(columns[0][:, at], columns[1][:, at]))
                for at, pair in enumerate(zip(first[name], second[name], strict=True))
            )
    return found


def mcnemar(first_right: NDArray[np.bool_], second_right: NDArray[np.bool_]) -> McNemar:
    """The test of two lists [N] of what is right."""
    only_first = int((first_right & ~second_right).sum())
    only_second = int((~first_right & second_right).sum())
    statistic, p = _chi_squared(only_first, only_second)
    return McNemar(
        int((first_right & second_right).sum()),
        only_first,
        only_second,
        int((~first_right & ~second_right).sum()),
        exact_p(only_first, only_second),
        statistic,
        p,
    )


def exact_p(only_first: int, only_second: int) -> float:
    """`min(1, 2 P(X <= min))` with X binomial of all that differ and 1/2; 1 where none does."""
    differing = only_first + only_second
    term = total = 1
    # Whole numbers, so that nothing is rounded before the division.
    for count in range(1, min(only_first, only_second) + 1):
        term = term * (differing - count + 1) // count
        total += term
    return min(1.0, 2 * total / 2**differing) if differing else 1.0


def _chi_squared(only_first: int, only_second: int) -> tuple[float, float]:
    differing = only_first + only_second
    if not differing:
        return float("nan"), 1.0
    statistic = (abs(only_first - only_second) - 1) ** 2 / differing
    return statistic, math.erfc(math.sqrt(statistic / 2))
