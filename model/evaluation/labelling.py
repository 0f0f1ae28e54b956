"""What a label, a classifier, a reader or a decision says of each image, in one form."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

import numpy as np
from numpy.typing import NDArray

from model.evaluation.metrics import Floats, Integers
from model.evaluation.pairs import Pair
from model.records import ImageRecord
from model.taxonomy import class_order

NOTHING = -1  # what a labelling says of an image that it does not know
UNDECIDED = "undecided"  # stands for the code where it decided for none
SPLITS = ("", "training", "validation", "test")


class Kind(StrEnum):
    """Who speaks."""

    LABEL = "recorded label"
    CLASSIFIER = "prediction"
    READER = "reader"
    ADJUDICATED = "adjudicated label"
    SPREAD = "spread of the readings"


_VERBS = {
    Kind.LABEL: "recorded",
    Kind.CLASSIFIER: "predicted",
    Kind.ADJUDICATED: "adjudicated",
    Kind.SPREAD: "mostly read as",
}
_ALONE = (Kind.LABEL, Kind.ADJUDICATED, Kind.SPREAD)


class Seen(IntEnum):
    """What a labelling knew of an image beforehand; the larger weighs more."""

    UNSEEN = 0
    UNKNOWN = 1  # nobody knows what trained it
    SEEN_LESION = 2
    SEEN = 3


@dataclass(frozen=True, slots=True, eq=False)
class Labelling:
    """One opinion on all images of a data set; rows are those of the data set.

    Attributes:
        name: For people.
        kind: Who speaks.
        classes: Codes that it can name.
        values: [rows], position in `classes`; C where it decided for none, `NOTHING` where it
            says nothing of the image.
        probabilities: [rows, C], NaN where there are none; None where it never gives any.
        seen: [rows], what trained it (see `Seen`); None where nothing was trained.
        split: [rows], position in `SPLITS` that the image had in its training; None likewise.
        by_looks: Whether `seen` knows copies of images under other names too.
        facts: What a report says of it: names and texts.
        shares: [rows, C], which share of several readers named each class, NaN where nobody named
            one; None where it is one opinion. `values` are then the most frequent ones.
    """

    name: str
    kind: Kind
    classes: tuple[str, ...]
    values: Integers
    probabilities: Floats | None = None
    seen: NDArray[np.int8] | None = None
    split: NDArray[np.int8] | None = None
    by_looks: bool = True
    facts: Mapping[str, str] = field(default_factory=dict)
    shares: Floats | None = None

    @property
    def verb(self) -> str:
        """How a class of it is spoken of: "recorded" MEL, "predicted" NV."""
        return _VERBS.get(self.kind, f"{self.name}:")

    @property
    def noun(self) -> str:
        """How it is spoken of in a sentence."""
        return str(self.kind) if self.kind in _ALONE else f"{self.kind} ({self.name})"


@dataclass(frozen=True, slots=True)
class Source:
    """A labelling that could be had.

    Attributes:
        key: Names it for as long as the project lives.
        name: For people.
        kind: Who speaks.
        load: Gives what it says of these images; may take its time, and raises `UserError`.
    """

    key: str
    name: str
    kind: Kind
    load: Callable[[Sequence[ImageRecord]], Labelling]


@dataclass(frozen=True, slots=True, eq=False)
class Paired:
    """Two labellings, where both say something that the other can say too.

    Attributes:
        pair: Of N images.
        rows: [N], their rows in the data set.
        left_out: Rows in the data set that are missing for each reason, in words.
    """

    pair: Pair
    rows: NDArray[np.intp]
    left_out: Mapping[str, NDArray[np.intp]]


def recorded_label(images: Sequence[ImageRecord]) -> Labelling:
    """The label that the data set itself gives."""
    return named([image.label for image in images], "Recorded label", Kind.LABEL)


def named(codes: Sequence[str], name: str, kind: Kind) -> Labelling:
    """A labelling from codes of classes [rows], "" where nothing is said, or `UNDECIDED`."""
    classes = tuple(sorted(set(codes) - {"", UNDECIDED}, key=class_order))
    place = {code: at for at, code in enumerate(classes)}
    place |= {"": NOTHING, UNDECIDED: len(classes)}
    values = np.fromiter((place[code] for code in codes), np.int64, len(codes))
    return Labelling(name, kind, classes, values)


def lesions_of(images: Sequence[ImageRecord]) -> Integers:
    """A number for what was photographed [rows]; negative where the lesion is not known.

    Images whose lesion is not known are lesions of their own.
    """
    numbers: dict[str, int] = {}
    return np.array(
        [
            numbers.setdefault(image.lesion_id, len(numbers)) if image.lesion_id else -at - 1
            for at, image in enumerate(images)
        ],
        np.int64,
    )


def classes_of(truth: Labelling, other: Labelling) -> tuple[str, ...]:
    """What both are counted in: the classes of what gives probabilities, otherwise all of both."""
    if other.probabilities is not None:
        return other.classes
    return tuple(sorted({*truth.classes, *other.classes}, key=class_order))


def hold(
    truth: Labelling,
    other: Labelling,
    lesions: Integers,
    among: NDArray[np.bool_],
    classes: tuple[str, ...],
) -> Paired:
    """Hold one labelling against another.

    Images of which either says nothing, or a class that is not counted, are left out and counted.

    Args:
        truth: Taken for right.
        other: What is measured.
        lesions: [rows], of `lesions_of`.
        among: [rows], which images are asked about.
        classes: What is counted; those of `other` in any order where it gives probabilities.
    """
    right, said = translated(truth, classes), translated(other, classes)
    size = len(classes)
    chosen = among & (right >= 0) & (right < size) & (said >= 0)
    rows = np.flatnonzero(chosen)
    probabilities = None
    if other.probabilities is not None:
        columns = [other.classes.index(code) for code in classes]
        probabilities = other.probabilities[rows][:, columns]
    pair = Pair(
        classes, right[rows], said[rows], lesions[rows], bool((lesions >= 0).any()), probabilities
    )
    return Paired(pair, rows, _left_out(truth, other, among, chosen))


def seen_by(labellings: Sequence[Labelling], images: int) -> NDArray[np.int8]:
    """What any of them knew beforehand of each image [rows]."""
    found = np.zeros(images, np.int8)
    for each in labellings:
        if each.seen is not None:
            found = np.maximum(found, each.seen)
    return found


def translated(labelling: Labelling, classes: tuple[str, ...]) -> Integers:
    """Values [rows] as positions in other classes, `NOTHING` where they have no such class."""
    place = {code: at for at, code in enumerate(classes)}
    known = [place.get(code, NOTHING) for code in labelling.classes]
    return np.array([*known, len(classes), NOTHING], np.int64)[labelling.values]


def _left_out(
    truth: Labelling, other: Labelling, among: NDArray[np.bool_], chosen: NDArray[np.bool_]
) -> dict[str, NDArray[np.intp]]:
    silent_truth, silent_other = truth.values == NOTHING, other.values == NOTHING
    missing = among & ~chosen
    counts = {
        f"without {truth.noun}": missing & silent_truth,
        f"without {other.noun}": missing & ~silent_truth & silent_other,
    }
    undecided = missing & ~silent_truth & ~silent_other & (truth.values == len(truth.classes))
    counts[f"undecided by {truth.noun}"] = undecided
    rest = missing & ~silent_truth & ~silent_other & ~undecided
    counts["of classes that only one of the two knows"] = rest
    return {words: np.flatnonzero(mask) for words, mask in counts.items() if mask.any()}
