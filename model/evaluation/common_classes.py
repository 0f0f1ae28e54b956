"""Two classifiers that name different classes, in classes that both can be held against."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.class_systems import (
    MALIGNANT_OR_BENIGN,
    SEVEN_CLASSES,
    ClassSystem,
    class_mapping,
    mapping_of,
    system_of,
)
from model.evaluation.labelling import NOTHING, Labelling
from model.evaluation.other_classes import in_system


@dataclass(frozen=True, slots=True, eq=False)
class Common:
    """Three opinions on all images of a data set, in the same classes.

    Attributes:
        truth: Taken for right; silent on images of classes that only one of the two knows.
        first: The one that is measured.
        second: The one that it is compared with.
        classes: Of the two.
        words: What was done to all three, for people.
    """

    truth: Labelling
    first: Labelling
    second: Labelling
    classes: tuple[str, ...]
    words: str


def in_common_classes(truth: Labelling, first: Labelling, second: Labelling) -> Common | None:
    """Two classifiers and what is right, in the finest system that loses no class of either.

    Probabilities only add up: none is scaled, since a classifier that was never asked about a
    class has not said that it is impossible. So classes that one of the two lacks are no ground
    for comparing them, and images of those are left out; None where nothing common is left.
    """
    for target in (SEVEN_CLASSES, MALIGNANT_OR_BENIGN):
        one, other = _seen_in(first, target), _seen_in(second, target)
        if one is not None and other is not None and one.classes == other.classes:
            known = _known(truth, first) & _known(truth, second)
            mapped = _truth_in(truth, known, target)
            words = _words(first, second, target)
            if left_out := sorted({truth.classes[at] for at in truth.values[~known].tolist()}):
                words += (
                    f" Not counted, since one of the two cannot name them: {', '.join(left_out)}"
                    f" ({int((~known).sum()):,} images)."
                )
            return Common(mapped, one, other, one.classes, words)
    return None


def _seen_in(labelling: Labelling, target: ClassSystem) -> Labelling | None:
    """The same in a system; None where it would lose a class, or name one class only."""
    source = system_of(labelling.classes)
    if source is None:
        return None
    seen = labelling if source == target else in_system(labelling, class_mapping(source, target))
    return seen if seen is not None and len(seen.classes) > 1 else None


def _known(truth: Labelling, labelling: Labelling) -> NDArray[np.bool_]:
    """Images [rows] whose class, where there is the like in its system, a labelling can name."""
    source = system_of(labelling.classes)
    if source is None:
        return np.ones(len(truth.values), bool)
    codes = mapping_of(truth.classes, source).codes(truth.classes)
    can = [not code or code in labelling.classes for code in codes]
    return np.asarray(np.array([*can, True, True], bool)[truth.values], bool)


def _truth_in(truth: Labelling, known: NDArray[np.bool_], target: ClassSystem) -> Labelling:
    codes = mapping_of(truth.classes, target).codes(truth.classes)
    classes = tuple(code for code in target.codes if code in codes)
    place = [classes.index(code) if code else NOTHING for code in codes]
    values = np.array([*place, len(classes), NOTHING], np.int64)[truth.values]
    return replace(truth, classes=classes, values=np.where(known, values, NOTHING), shares=None)


def _words(first: Labelling, second: Labelling, target: ClassSystem) -> str:
    pairs = {
        code: to
        for each in (first, second)
        for code, to in mapping_of(each.classes, target).of(each.classes).pairs
        if code != to
    }
    told = ", ".join(f"{code} as {to}" for code, to in pairs.items())
    return (
        f"They name different classes, so both are compared as {target.name.lower()}"
        f" ({told}); probabilities of classes that become one add up."
    )
