"""A number with its interval, and the intervals that need no draws."""

from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from model.evaluation.metrics import Floats

COVERAGE = 0.95
NORMAL = NormalDist().inv_cdf((1 + COVERAGE) / 2)


class Method(StrEnum):
    """How an interval was made."""

    BOOTSTRAP = "bootstrap"
    WILSON = "Wilson"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A statistic of some images and its 95 % interval.

    Attributes:
        value: NaN where it is undefined.
        low: Lower bound, NaN where unknown.
        high: Upper bound, NaN where unknown.
        n: Images that it stands on.
        method: How the interval was made.
        reason: Why there is no interval, in words; "" where there is one or no value.
    """

    value: float
    low: float
    high: float
    n: int
    method: Method
    reason: str = ""

    def to_json(self) -> dict[str, float | int | str | None]:
        """Plain values; what is undefined is None. "reason" is there where there is one."""
        bounds = {"value": self.value, "low": self.low, "high": self.high}
        known = {name: None if np.isnan(each) else float(each) for name, each in bounds.items()}
        words = {"reason": self.reason} if self.reason else {}
        return {**known, "n": self.n, "method": self.method.value, **words}


UNDEFINED = Estimate(float("nan"), float("nan"), float("nan"), 0, Method.NONE)


def without_interval(value: float, n: int, reason: str) -> Estimate:
    """A value whose interval would promise more than it holds, with the reason."""
    return Estimate(value, float("nan"), float("nan"), n, Method.NONE, reason)


def wilson(share: float, n: float, reach: float = NORMAL) -> tuple[float, float]:
    """Wilson's score interval of a share (Journal of the American Statistical Association, 1927).

    Args:
        share: 0..1.
        n: Effective number of trials, not necessarily whole.
        reach: Standard errors to each side.

    Returns:
        Bounds in 0..1; NaN where n is 0.
    """
    if not n > 0:
        return float("nan"), float("nan")
    z = reach
    centre = share + z * z / (2 * n)
    spread = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return max(0.0, float((centre - spread) / scale)), min(1.0, float((centre + spread) / scale))


def effective_n(members: NDArray[np.generic]) -> float:
    """How many independent images the images of lesions are worth, at the least.

    Kish's `(sum m)^2 / sum m^2`: exact where images of a lesion are always right or wrong together
    (Kish, "Survey sampling", 1965, section 8.2).

    Args:
        members: [L], images of each lesion that count, 0 for lesions that do not.

    Returns:
        0 where nothing counts, otherwise 1..the number of images.
    """
    return float(effective_ns(np.asarray(members)[np.newaxis])[0])


def effective_ns(members: NDArray[np.generic]) -> Floats:
    """`effective_n` of each row [K, L]: [K]."""
    counts = np.asarray(members, np.float64)
    squares = np.einsum("kl,kl->k", counts, counts)
    worth: Floats = np.zeros(len(squares))
    np.divide(counts.sum(1) ** 2, squares, out=worth, where=squares > 0)
    return worth


def shared_effective_n(sizes: Floats) -> float:
    """Effective n of a mean of K shares of different sizes: `K^2 / sum(1 / n_k)`.

    A mean of shares has variance `sum p (1 - p) / n_k / K^2`; that of one share of this n.

    Args:
        sizes: [K], effective n of each share; those of 0 are left out.
    """
    known = sizes[sizes > 0]
    return float(len(known) ** 2 / (1 / known).sum()) if known.size else 0.0
