"""Two classifiers on the same images: how far apart, by chance or not, and on which images."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.evaluation.bootstrap import DRAWS, corrected_interval, lesion_draws
from model.evaluation.estimates import Estimate, Method
from model.evaluation.lesion_sums import LesionSums, lesion_sums, measure
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
    """

    differences: dict[str, Estimate]
    by_class: dict[str, tuple[Estimate, ...]]
    mcnemar: McNemar
    gained: Integers
    lost: Integers
    changed: Integers


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
    sums = lesion_sums(first), lesion_sums(second)
    lesions = len(sums[0].cells)
    blocks = [_gaps(sums, np.ones((1, lesions)))]
    for number, drawn in enumerate(lesion_draws(lesions, draws, seed), 1):
        blocks.append(_gaps(sums, drawn))
        report(min(number * len(drawn), draws), draws, "comparing")
    gaps = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
    right = first.truth == first.predicted, second.truth == second.predicted
    differing = ~right[0] & ~right[1] & (first.predicted != second.predicted)
    return Comparison(
        {name: _gap(each, first) for name, each in gaps.items() if each.ndim == 1},
        {
            name.removeprefix("class_"): tuple(_gap(column, first) for column in each.T)
            for name, each in gaps.items()
            if each.ndim == 2
        },
        mcnemar(*right),
        np.flatnonzero(~right[0] & right[1]),
        np.flatnonzero(right[0] & ~right[1]),
        np.flatnonzero(differing),
    )


def _gaps(
    sums: tuple[LesionSums, LesionSums], drawn: NDArray[np.floating]
) -> dict[str, NDArray[np.float64]]:
    before, after = (measure(each, drawn) for each in sums)
    return {name: after[name] - before[name] for name in before if name in after}


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


def _gap(values: NDArray[np.float64], first: Pair) -> Estimate:
    value, n = float(values[0]), len(first)
    if np.isnan(value):
        return Estimate(value, value, value, n, Method.NONE)
    low, high = corrected_interval(values[1:], value, first.lesion_count)
    method = Method.BOOTSTRAP if high > low else Method.NONE
    return Estimate(value, low, high, n, method)
