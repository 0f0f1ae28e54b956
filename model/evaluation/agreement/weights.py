"""How much two different answers count as agreeing."""

from collections.abc import Callable

import numpy as np

from model.evaluation.metrics import Floats


def identity(values: Floats) -> Floats:
    """Only equal answers agree: [q, q], 1 on the diagonal."""
    return np.eye(len(values))


def linear(values: Floats) -> Floats:
    """`1 - |a - b| / range` (Cicchetti and Allison 1971), [q, q]."""
    return 1 - _distances(values)


def quadratic(values: Floats) -> Floats:
    """`1 - ((a - b) / range)^2` (Fleiss and Cohen 1973), [q, q]."""
    return 1 - _distances(values) ** 2


WEIGHTS: dict[str, Callable[[Floats], Floats]] = {
    "identity": identity,
    "linear": linear,
    "quadratic": quadratic,
}


def _distances(values: Floats) -> Floats:
    reach = np.ptp(values) if values.size else 0.0
    return np.abs(values[:, np.newaxis] - values) / (reach or 1.0)
