"""Intervals that respect lesions: images of one lesion are drawn together or not at all."""

from collections.abc import Iterator
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from model.evaluation.estimates import COVERAGE
from model.evaluation.metrics import Floats

Draws = NDArray[np.float32]  # exact for whole numbers, and half as much to move

DRAWS = 2000
_BLOCK = 50  # 2000 draws of 25,000 images at once would take 200 MB
_NUMBERS = 200_000  # 2 MB at once, where draws are small: calls cost more than sums then


def block_for(width: int) -> int:
    """How many draws to take at once, where each needs so many numbers."""
    return max(_BLOCK, _NUMBERS // max(width, 1))


def lesion_draws(
    lesions: int, draws: int = DRAWS, seed: int = 0, block: int = _BLOCK
) -> Iterator[Draws]:
    """How often each lesion occurs in each draw of a cluster bootstrap, in blocks of draws.

    Each draw takes as many lesions as there are, with replacement, and all images of each
    (Davison and Hinkley, "Bootstrap methods and their application", 1997, section 3.8).

    Args:
        lesions: How many there are, L.
        draws: Number of draws B.
        seed: Of the draws.
        block: Draws at once; they are the same whatever it is.

    Yields:
        [b, L], whole numbers that add up to L in each row; all blocks together have B rows.
    """
    generator = np.random.default_rng(seed)
    for start in range(0, draws, block):
        size = min(block, draws - start)
        drawn = generator.integers(0, lesions, (size, lesions)) if lesions else np.zeros((size, 0))
        places = drawn + np.arange(size)[:, np.newaxis] * lesions
        counts = np.bincount(places.ravel().astype(np.int64), minlength=size * lesions)
        yield counts.reshape(size, lesions).astype(np.float32)


def corrected_interval(
    values: Floats, value: float, lesions: float = np.inf, coverage: float = COVERAGE
) -> tuple[float, float]:
    """The middle of the draws' values, moved by how far they lie to one side of the value.

    Draws of few lesions vary too little, by the factor sqrt((L - 1) / L), and know nothing of
    Student's tails. The expanded percentile interval takes outer quantiles that make up for both
    (Hesterberg, The American Statistician 69, 2015, section 4.3).

    Bias-corrected percentiles `Phi(2 z0 +- z)` with `z0` from the share of draws below the value,
    equal ones half (Efron and Tibshirani, "An introduction to the bootstrap", 1993, section 14.3,
    without acceleration).

    Args:
        values: [B], a statistic for each draw; NaN is left out.
        value: The statistic of the images themselves.
        lesions: How many lesions the statistic stands on; infinite for plain percentiles.
        coverage: 0..1.
    """
    known = values[~np.isnan(values)]
    if not known.size:
        return float("nan"), float("nan")
    normal = NormalDist()
    below = ((known < value).sum() + (known == value).sum() / 2 + 0.5) / (known.size + 1)
    shift = 2 * normal.inv_cdf(float(below))
    reach = normal.inv_cdf(max(expanded_tail(lesions, coverage), 1e-9))
    low, high = np.quantile(known, [normal.cdf(shift + reach), normal.cdf(shift - reach)])
    return float(low), float(high)


def expanded_tail(lesions: float, coverage: float = COVERAGE) -> float:
    """Share of the draws beyond each bound: `Phi(-sqrt(L / (L - 1)) t)`, 0.025 for many lesions."""
    tail = (1 - coverage) / 2
    if np.isinf(lesions):
        return tail
    if lesions < 2:
        return 0.0
    return NormalDist().cdf(-np.sqrt(lesions / (lesions - 1)) * student(1 - tail, lesions - 1))


def student(probability: float, freedom: float) -> float:
    """The quantile of Student's t by Fisher and Cornish's series; 0.2 % off at 4 degrees.

    Source: Abramowitz and Stegun, "Handbook of mathematical functions", 26.7.5.
    """
    z = NormalDist().inv_cdf(probability)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return z + sum(term / freedom ** (at + 1) for at, term in enumerate(terms))
