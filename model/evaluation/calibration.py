"""Temperature: one number that makes probabilities mean what they say."""

import numpy as np
from numpy.typing import NDArray

from model.evaluation.metrics import Floats, Integers

_STEPS = 60
_SMALLEST, _LARGEST = 0.05, 20.0


def softmax(logits: NDArray[np.floating], temperature: float = 1.0) -> Floats:
    """Probabilities `softmax(logits / temperature)` over the last axis."""
    scaled = np.asarray(logits, np.float64) / temperature
    powers = np.exp(scaled - scaled.max(-1, keepdims=True))
    return np.asarray(powers / powers.sum(-1, keepdims=True))


def negative_log_likelihood(
    logits: NDArray[np.floating], truth: Integers | Floats, temperature: float = 1.0
) -> float:
    """Mean `-log p` of the recorded class, in nats.

    Args:
        logits: [N, C].
        truth: [N], class indices; or [N, C], shares of the classes, for the mean over them.
        temperature: Divides the logits.
    """
    scaled = np.asarray(logits, np.float64) / temperature
    top = scaled.max(-1)
    log_sum = top + np.log(np.exp(scaled - top[:, np.newaxis]).sum(-1))
    if truth.ndim == scaled.ndim:
        return float(np.mean(log_sum - (truth * scaled).sum(-1)))
    return float(np.mean(log_sum - scaled[np.arange(len(truth)), truth.astype(np.int64)]))


def fit_temperature(logits: NDArray[np.floating], truth: Integers | Floats) -> float:
    """The temperature of the smallest negative log-likelihood (Guo et al., ICML 2017).

    The likelihood is convex in the inverse temperature, so a golden-section search finds it.

    Args:
        logits: [N, C] of validation images.
        truth: [N], or shares [N, C].

    Returns:
        0.05..20; the class predicted never changes.
    """
    golden = (np.sqrt(5) - 1) / 2
    low, high = 1 / _LARGEST, 1 / _SMALLEST
    for _ in range(_STEPS):
        left, right = high - golden * (high - low), low + golden * (high - low)
        if negative_log_likelihood(logits, truth, 1 / left) < negative_log_likelihood(
            logits, truth, 1 / right
        ):
            high = right
        else:
            low = left
    return float(2 / (low + high))
