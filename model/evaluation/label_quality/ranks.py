"""How well each label fits its probabilities: 0..1, low is suspect."""

import numpy as np

from model.evaluation.label_quality.confident_learning import class_thresholds
from model.evaluation.metrics import Floats, Integers

_TINY = 1e-12


def self_confidence(labels: Integers, probabilities: Floats) -> Floats:
    """The probability of the given label [N]."""
    return np.asarray(probabilities[np.arange(len(labels)), labels])


def adjusted_self_confidence(labels: Integers, probabilities: Floats) -> Floats:
    """The same after making up for classes that the network is surer of than of others [N]."""
    thresholds = class_thresholds(labels, probabilities)
    present = thresholds <= 1
    top = thresholds[present].max(initial=0)
    moved = probabilities - np.where(present, thresholds, top) + top
    return self_confidence(labels, moved / np.maximum(moved.sum(1, keepdims=True), _TINY))


def normalized_margin(labels: Integers, probabilities: Floats) -> Floats:
    """`(p_y - max of the others + 1) / 2` [N]."""
    own = self_confidence(labels, probabilities)
    others = probabilities.copy()
    others[np.arange(len(labels)), labels] = -np.inf
    return np.asarray((own - others.max(1) + 1) / 2)


def confidence_weighted_entropy(labels: Integers, probabilities: Floats) -> Floats:
    """`log(1 + h / p_y) / (h / p_y)` with the entropy h in units of the largest there is [N]."""
    entropy = -(probabilities * np.log(np.maximum(probabilities, _TINY))).sum(1)
    entropy /= np.log(probabilities.shape[1])
    doubt = np.maximum(entropy, _TINY) / np.maximum(self_confidence(labels, probabilities), _TINY)
    return np.asarray(np.log1p(doubt) / doubt)
