"""Confident learning: how often each class is recorded for another, and for which images.

Northcutt, Jiang and Chuang, Journal of Artificial Intelligence Research 70, 2021, with the steps
of their library. Probabilities have to be of a network that saw neither the image nor another
image of its lesion; `audit` sees to that.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.evaluation.metrics import Floats, Integers

_ABSENT = 2.0  # a threshold that no probability reaches
_CLOSE = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class ConfidentJoint:
    """How given labels and confident guesses go together.

    Attributes:
        thresholds: [C], mean probability of a class over the images labelled so; 2 where none is.
        counts: [C, C], images by given label (row) and confident guess (column); no less than 1
            on the diagonal.
        calibrated: [C, C], the same scaled up to all images, whole numbers; each row adds up to
            the images of that label.
    """

    thresholds: Floats
    counts: Integers
    calibrated: Integers


def confident_joint(labels: Integers, probabilities: Floats) -> ConfidentJoint:
    """Count the labels that the probabilities contradict.

    Args:
        labels: [N], class indices.
        probabilities: [N, C].
    """
    size = probabilities.shape[1]
    totals = np.bincount(labels, minlength=size)
    thresholds = class_thresholds(labels, probabilities)
    confident = probabilities >= thresholds - _CLOSE
    several = confident.sum(1) > 1
    guess = np.where(several, probabilities.argmax(1), confident.argmax(1))
    sure = confident.any(1)
    places = labels[sure] * size + guess[sure]
    counts = np.bincount(places, minlength=size * size).reshape(size, size)
    np.fill_diagonal(counts, counts.diagonal().clip(min=1))
    scaled = counts / counts.sum(1, keepdims=True) * totals[:, np.newaxis]
    scaled *= totals.sum() / max(scaled.sum(), 1)
    return ConfidentJoint(thresholds, counts, np.array([rounded(row) for row in scaled]))


def class_thresholds(labels: Integers, probabilities: Floats) -> Floats:
    """The mean probability of each class over the images labelled so [C]; 2 where none is."""
    size = probabilities.shape[1]
    own = probabilities[np.arange(len(labels)), labels]
    totals = np.bincount(labels, minlength=size)
    sums = np.bincount(labels, own, minlength=size)
    means = np.divide(sums, totals, out=np.full(size, _ABSENT), where=totals > 0)
    return np.asarray(means, np.float64)


def label_issues(
    labels: Integers, probabilities: Floats, min_examples: int = 1
) -> NDArray[np.bool_]:
    """The images whose label is probably wrong [N], pruned by noise rate.

    For each given class j and true class k as many as the joint says, those with the largest
    margin `p_k - p_j`, equal margins all; never one whose label is the most probable class.

    Args:
        labels: [N], class indices.
        probabilities: [N, C].
        min_examples: So many images of a class stay at least.
    """
    wrong = _at_least(confident_joint(labels, probabilities).calibrated, min_examples)
    totals = np.bincount(labels, minlength=len(wrong))
    flagged = np.zeros(len(labels), bool)
    for given, true in zip(*np.nonzero(wrong), strict=True):
        if given == true or totals[given] <= min_examples:
            continue
        margin = probabilities[:, true] - probabilities[:, given]
        of_class = labels == given
        last = np.sort(margin[of_class])[-min(wrong[given, true], totals[given])]
        flagged |= of_class & (margin >= last)
    return np.asarray(flagged & (probabilities.argmax(1) != labels))


def rounded(values: Floats) -> Integers:
    """Whole numbers near some values that keep their sum, changing those that lose least."""
    whole = values.round()
    lacking = round(float(values.sum().round() - whole.sum()))
    order = np.argsort(values - whole, kind="stable")
    changed = order[::-1][:lacking] if lacking > 0 else order[:-lacking]
    whole[changed] += np.sign(lacking)
    return np.asarray(whole, np.int64)


def _at_least(joint: Integers, least: int) -> Integers:
    """The joint with no less than so many on the diagonal, taken from the rest of the row."""
    own = np.maximum(joint.diagonal(), least)
    others = np.maximum(np.count_nonzero(joint, axis=1) - 1, 1)
    taken = (own - joint.diagonal()) / others
    kept = np.maximum(joint - taken[:, np.newaxis], 0)
    np.fill_diagonal(kept, own)
    return np.array([rounded(row) for row in kept])
