"""What is said of a case whose images differ: the rule for window and commands."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def agreed(said: Iterable[str]) -> str:
    """What all images of a case say; where they differ, or say nothing, nothing is known: ""."""
    found = set(said)
    return found.pop() if len(found) == 1 else ""


def network_class(classes: Sequence[str], probabilities: NDArray[np.floating[Any]]) -> str:
    """The network's class of a case: the likeliest by the mean over its images, [N, C], N > 0."""
    return classes[int(probabilities.mean(0).argmax())]
