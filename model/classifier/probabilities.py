"""From logits to probabilities, for both kinds of head."""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Head = Literal["softmax", "sigmoid"]


def probabilities(
    logits: NDArray[np.floating[Any]], head: Head, temperature: float = 1.0
) -> NDArray[np.float64]:
    """Of each class, 0..1 [..., C], in float64.

    Args:
        logits: [..., C].
        head: "softmax": they sum to 1; "sigmoid": each class by itself.
        temperature: Logits are divided by it first.
    """
    scaled = np.asarray(logits, np.float64) / temperature
    if head == "sigmoid":
        alone: NDArray[np.float64] = np.exp(-np.logaddexp(0, -scaled))
        return alone
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    shares: NDArray[np.float64] = powers / powers.sum(axis=-1, keepdims=True)
    return shares
