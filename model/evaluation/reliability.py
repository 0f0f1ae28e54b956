"""Does a probability mean what it says? Bins for the reliability diagram."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.evaluation.estimates import UNDEFINED, Estimate, Method, effective_n, wilson
from model.evaluation.metrics import BINS, Floats, Integers, calibration_bins
from model.evaluation.pairs import Pair, numbered


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """The images whose probability lies in one range.

    Attributes:
        low: Lower bound, outside (of the first bin inside).
        high: Upper bound, inside.
        confidence: Mean probability stated; NaN without images.
        share: Of the images that it was true for, with Wilson's interval; n is the count.
    """

    low: float
    high: float
    confidence: float
    share: Estimate


def reliability(pair: Pair, of_class: int | None = None, bins: int = BINS) -> list[ReliabilityBin]:
    """The bins of a reliability diagram.

    Args:
        pair: With probabilities.
        of_class: A class index for its own probabilities; None for those of the diagnoses.
        bins: Number of bins of equal width over 0..1.

    Raises:
        ValueError: The pair has no probabilities.
    """
    if pair.probabilities is None:
        raise ValueError("A reliability diagram needs probabilities.")
    if of_class is None:
        stated, true = pair.probabilities.max(1, initial=0), pair.truth == pair.predicted
    else:
        stated, true = pair.probabilities[:, of_class], pair.truth == of_class
    place = calibration_bins(stated, bins)
    return [_bin(at, bins, place == at, stated, (true, pair.lesions)) for at in range(bins)]


def _bin(
    at: int,
    bins: int,
    inside: NDArray[np.bool_],
    stated: Floats,
    facts: tuple[NDArray[np.bool_], Integers],
) -> ReliabilityBin:
    true, lesions = facts
    count = int(inside.sum())
    if not count:
        return ReliabilityBin(at / bins, (at + 1) / bins, float("nan"), UNDEFINED)
    share = float(true[inside].mean())
    low, high = wilson(share, effective_n(np.bincount(numbered(lesions[inside])[1])))
    found = Estimate(share, low, high, count, Method.WILSON)
    return ReliabilityBin(at / bins, (at + 1) / bins, float(stated[inside].mean()), found)
