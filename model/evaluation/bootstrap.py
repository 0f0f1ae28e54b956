"""Intervals that respect lesions: images of one lesion are drawn together or not at all."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from model.evaluation.metrics import Floats

DRAWS = 2000
COVERAGE = 0.95
_BLOCK = 100  # 2000 draws of 25,000 images at once would take 400 MB


def cluster_weights(
    clusters: Sequence[str], draws: int = DRAWS, seed: int = 0
) -> Iterator[NDArray[np.float64]]:
    """How often each image occurs in each draw of a cluster bootstrap, in blocks of draws.

    Each draw takes as many lesions as there are, with replacement, and all images of each
    (Davison and Hinkley, "Bootstrap methods and their application", 1997, section 3.8).

    Args:
        clusters: Lesion of each image [N]; images without a lesion id need a name of their own.
        draws: Number of draws B.
        seed: Of the draws.

    Yields:
        [b, N], whole numbers; all blocks together have B rows.
    """
    names, member = np.unique(np.asarray(list(clusters)), return_inverse=True)
    share = np.full(len(names), 1 / len(names))
    generator = np.random.default_rng(seed)
    for start in range(0, draws, _BLOCK):
        size = min(_BLOCK, draws - start)
        drawn = generator.multinomial(len(names), share, size=size)
        yield drawn[:, member].astype(np.float64)


def percentile_interval(values: Floats, coverage: float = COVERAGE) -> tuple[float, float]:
    """The middle `coverage` of the draws' values, NaN left out; NaN where all are.

    Args:
        values: [B], a metric for each draw.
        coverage: 0..1.

    Returns:
        Lower and upper bound.
    """
    known = values[~np.isnan(values)]
    if not known.size:
        return float("nan"), float("nan")
    tail = (1 - coverage) / 2
    low, high = np.quantile(known, [tail, 1 - tail])
    return float(low), float(high)
