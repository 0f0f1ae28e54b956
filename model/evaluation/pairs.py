"""Two labellings of the same images: what every evaluation is about."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.evaluation.metrics import Floats, Integers

MALIGNANT, BENIGN = "malignant", "benign"


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """One labelling held against another: a prediction, a reader, another label.

    Attributes:
        classes: Codes; both labellings count in this order.
        truth: [N], class index in the labelling that is taken for right.
        predicted: [N], class index in the other one; C where it decided for none.
        lesions: [N], a number for what was photographed.
        by_lesion: Whether lesions are known; otherwise each image is one of its own.
        probabilities: [N, C] behind `predicted`, None where there are none.
    """

    classes: tuple[str, ...]
    truth: Integers
    predicted: Integers
    lesions: Integers
    by_lesion: bool
    probabilities: Floats | None = None

    def __post_init__(self) -> None:
        count, shape = len(self.truth), (len(self.truth), len(self.classes))
        if len(self.predicted) != count or len(self.lesions) != count:
            raise ValueError("The labellings are of different images.")
        if self.probabilities is not None and self.probabilities.shape != shape:
            raise ValueError(f"Probabilities of shape {self.probabilities.shape}, not {shape}.")

    def __len__(self) -> int:
        return len(self.truth)

    @property
    def lesion_count(self) -> int:
        """How many different lesions there are."""
        return numbered(self.lesions)[0]

    def only(self, chosen: NDArray[np.bool_] | NDArray[np.integer]) -> "Pair":
        """The same of some images: a mask [N] or positions."""
        probabilities = None if self.probabilities is None else self.probabilities[chosen]
        return replace(
            self,
            truth=self.truth[chosen],
            predicted=self.predicted[chosen],
            lesions=self.lesions[chosen],
            probabilities=probabilities,
        )


def pair(
    classes: Sequence[str], truth: Integers, predicted: Integers, lesions: Sequence[str] = ()
) -> Pair:
    """Two labellings without probabilities: readers, labels, decisions.

    Args:
        classes: Codes.
        truth: [N], class indices.
        predicted: [N], class indices, C for undecided.
        lesions: [N], lesion ids, "" for an image whose lesion is not known; empty if none is.
    """
    numbers = lesion_numbers(lesions, len(truth))
    known = any(lesions)
    given = np.asarray(predicted, np.int64)
    return Pair(tuple(classes), np.asarray(truth, np.int64), given, numbers, known)


def pair_with_probabilities(
    classes: Sequence[str],
    truth: Integers,
    probabilities: NDArray[np.floating],
    lesions: Sequence[str] = (),
) -> Pair:
    """Labels and a classifier's probabilities; the largest is the diagnosis, a tie is none.

    Args:
        classes: Codes in the order of the columns.
        truth: [N], class indices.
        probabilities: [N, C].
        lesions: As of `pair`.
    """
    values = np.asarray(probabilities, np.float64)
    return replace(pair(classes, truth, decided(values), lesions), probabilities=values)


def decided(probabilities: Floats) -> Integers:
    """The class of the largest probability [N], C where several are largest."""
    if not probabilities.size:
        return np.zeros(len(probabilities), np.int64)
    largest = probabilities == probabilities.max(1, keepdims=True)
    ties = largest.sum(1) > 1
    return np.asarray(np.where(ties, probabilities.shape[1], largest.argmax(1)), np.int64)


def lesion_numbers(lesions: Sequence[str], count: int) -> Integers:
    """A number for each lesion id [N]; images without an id are lesions of their own."""
    known = {name: number for number, name in enumerate(dict.fromkeys(lesions)) if name}
    names = lesions or [""] * count
    numbers = [known.get(name, len(known) + at + 1) for at, name in enumerate(names)]
    return numbered(np.array(numbers, np.int64))[1]


def numbered(lesions: NDArray[np.integer]) -> tuple[int, Integers]:
    """How many different numbers there are, and the place [N] of each among them in order.

    As numpy's `unique` with its inverse; without sorting, since lesions have small numbers.
    """
    if not len(lesions):
        return 0, np.zeros(0, np.int64)
    places = lesions - lesions.min()
    met = np.zeros(int(places.max()) + 1, bool)
    met[places] = True
    number = met.cumsum()
    return int(number[-1]), number[places] - 1


def against_rest(pair: Pair, positive: Collection[str], names: tuple[str, str]) -> Pair:
    """The same images with two classes: those of `positive`, and all others.

    An image is called positive where its diagnosis is; undecided ones stay so. Probabilities
    add up.

    Args:
        pair: Of any classes.
        positive: Codes that together are the first class.
        names: Of the two classes, the positive one first.
    """
    kind = np.array([code not in positive for code in pair.classes] + [2], np.int64)
    probabilities = None
    if pair.probabilities is not None:
        inside = pair.probabilities[:, kind[:-1] == 0].sum(1)
        outside = pair.probabilities[:, kind[:-1] == 1].sum(1)
        probabilities = np.stack([inside, outside], axis=1)
    return replace(
        pair,
        classes=names,
        truth=kind[pair.truth],
        predicted=kind[pair.predicted],
        probabilities=probabilities,
    )
