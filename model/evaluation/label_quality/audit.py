"""Which lesions' labels a classifier doubts that never saw them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.evaluation.label_quality.confident_learning import (
    ConfidentJoint,
    confident_joint,
    label_issues,
)
from model.evaluation.label_quality.ranks import (
    adjusted_self_confidence,
    normalized_margin,
    self_confidence,
)
from model.evaluation.metrics import Floats, Integers


@dataclass(frozen=True, slots=True)
class Suspect:
    """A lesion whose label is probably wrong.

    Attributes:
        images: Positions of its measured images, the most suspect first.
        flagged: How many of them are.
        recorded: Class index of the label.
        suggested: Class index that most flagged images are given instead.
        self_confidence: Mean probability of the label; low is suspect.
        adjusted: The same after making up for classes that the network is surer of than others.
        margin: Mean `(p_y - max of the others + 1) / 2`.
        seen: Whether the classifier has seen an image of the lesion.
    """

    images: tuple[int, ...]
    flagged: int
    recorded: int
    suggested: int
    self_confidence: float
    adjusted: float
    margin: float
    seen: bool


@dataclass(frozen=True, slots=True, eq=False)
class LabelAudit:
    """What confident learning says of N labels.

    Attributes:
        measured: [N], which images took part.
        flagged: [N], whose label is probably wrong.
        suggested: [N], the most probable class.
        self_confidence: [N], NaN for images that did not take part.
        joint: Of the images that took part.
        suspects: Lesions with a flagged image, the most suspect first.
        note: Which images were left out, for people; "" where none was.
    """

    measured: NDArray[np.bool_]
    flagged: NDArray[np.bool_]
    suggested: Integers
    self_confidence: Floats
    joint: ConfidentJoint
    suspects: tuple[Suspect, ...]
    note: str


def audit_labels(
    labels: Integers,
    probabilities: Floats,
    lesions: Integers,
    seen: NDArray[np.bool_],
    *,
    include_seen: bool = False,
) -> LabelAudit:
    """Find suspect labels, by lesion: a lesion has one label, whatever its number of images.

    Args:
        labels: [N], class indices.
        probabilities: [N, C]; out-of-fold ones, or of a classifier that did not see the image.
        lesions: [N], a number for what was photographed.
        seen: [N], whether the classifier has seen the image or another one of its lesion. Such
            images have been learnt by heart, wrong labels too.
        include_seen: Whether they take part all the same; they stay marked.
    """
    measured = np.ones(len(labels), bool) if include_seen else ~seen
    given, stated = labels[measured], probabilities[measured]
    flagged = np.zeros(len(labels), bool)
    flagged[measured] = label_issues(given, stated)
    ranks = np.full((3, len(labels)), np.nan)
    for row, rank in enumerate((self_confidence, adjusted_self_confidence, normalized_margin)):
        ranks[row, measured] = rank(given, stated)
    suggested = np.asarray(probabilities.argmax(1), np.int64)
    found = _Found(labels, lesions, measured, flagged, suggested)
    suspects = [
        found.suspect(lesion, ranks, seen) for lesion in np.unique(lesions[flagged]).tolist()
    ]
    suspects.sort(key=lambda each: (each.self_confidence, each.images))
    joint = confident_joint(given, stated)
    note = _note(seen, include_seen=include_seen)
    return LabelAudit(measured, flagged, suggested, ranks[0], joint, tuple(suspects), note)


def seen_through_folds(lesions: Integers, folds: Sequence[int]) -> NDArray[np.bool_]:
    """Images [N] of lesions that lie in several folds: out-of-fold networks have seen these.

    Args:
        lesions: [N], a number for what was photographed.
        folds: [N], the fold that the image was left out in.
    """
    numbers = np.asarray(folds, np.int64)
    count = int(lesions.max(initial=-1)) + 1
    low, high = np.full(count, numbers.max(initial=0)), np.full(count, numbers.min(initial=0))
    np.minimum.at(low, lesions, numbers)
    np.maximum.at(high, lesions, numbers)
    return np.asarray((low != high)[lesions])


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    labels: Integers
    lesions: Integers
    measured: NDArray[np.bool_]
    flagged: NDArray[np.bool_]
    suggested: Integers

    def suspect(self, lesion: int, ranks: Floats, seen: NDArray[np.bool_]) -> Suspect:
        images = np.flatnonzero(self.measured & (self.lesions == lesion))
        images = images[np.argsort(ranks[0, images], kind="stable")]
        doubted = images[self.flagged[images]]
        own, adjusted, margin = ranks[:, images].mean(1).tolist()
        return Suspect(
            tuple(images.tolist()),
            len(doubted),
            int(self.labels[doubted[0]]),
            int(np.bincount(self.suggested[doubted]).argmax()),
            own,
            adjusted,
            margin,
            bool(seen[images].any()),
        )


def _note(seen: NDArray[np.bool_], *, include_seen: bool) -> str:
    count = int(seen.sum())
    if not count:
        return ""
    if include_seen:
        return f"{count:,} images that the classifier has seen take part: their labels look better"
    return f"{count:,} images that the classifier has seen, or others of their lesions, left out"
