"""Intervals that respect lesions: images of one lesion are drawn together or not at all."""

from collections.abc import Iterator
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

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
