"""The interval of an expected calibration error, which few images always make too large."""

from collections.abc import Callable

import numpy as np

from model.evaluation.metrics import Floats

FEWEST_LESIONS = 100
FEWEST_OF_CLASS = 10
TAIL = 0.0125
"""Beyond each bound, half of what 95 % leaves: bins of few images spread more than draws show."""
_STEPS = 25
_FARTHEST = 6.0  # times the observed error


def calibration_interval(gaps: Floats, draws: Floats, doubt: Floats) -> tuple[float, float]:
    """The errors under which the error of these images would not be unusual.

    The sum of |gap| over bins is biased: noise alone makes it larger than the truth, which is 0 for
    a calibrated classifier. So the bootstrap is inverted as a test (Carpenter, Journal of the Royal
    Statistical Society B 61, 1999): the gaps are scaled by a factor, the noise of the draws is
    added, and those factors are kept under which the observed sum lies in no tail of what comes
    out. Where every image of a bin turned out the same, draws show no noise though another image
    might have turned out differently: each bin gets half of that variance on top.

    What it held in simulations is told in `intervals.HELD`.

    Args:
        gaps: [bins], sums of (is it - probability) over the images in each bin, by the number of
            all images.
        draws: [B, bins], the same of each draw.
        doubt: [bins], standard deviation that one image more has in each bin, on the same scale;
            0 in empty bins.

    Returns:
        Lower and upper bound, not below 0.
    """
    observed = float(np.abs(gaps).sum())
    generator = np.random.default_rng(0)
    noise = draws - gaps + generator.standard_normal(draws.shape) * doubt * np.sqrt(0.5)

    def share_at_least(factor: float) -> float:
        return float((np.abs(factor * gaps + noise).sum(1) >= observed).mean())

    low = _crossing(lambda factor: share_at_least(factor) >= TAIL)
    high = _crossing(lambda factor: share_at_least(factor) > 1 - TAIL)
    return low * observed, high * observed


def _crossing(reached: Callable[[float], bool]) -> float:
    """The smallest factor from which on it is reached; 0 where it always is."""
    if reached(0.0):
        return 0.0
    low, high = 0.0, _FARTHEST
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high
