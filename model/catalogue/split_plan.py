"""Which images a training learns from, chooses by and is tested on, before anything starts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.catalogue.lesions import Copies, Lesions, find_lesions
from model.catalogue.likeness import Likeness
from model.catalogue.splits import SPLITS
from model.errors import UserError
from model.records import ImageRecord
from model.taxonomy import class_order

LEFT_OUT = ""


class SplitError(UserError):
    """A data set that cannot be divided as asked."""


@dataclass(frozen=True, slots=True)
class Pool:
    """The images that a training may use.

    Attributes:
        classes: Codes in the classifier's order.
        records: Images with one of these labels, in the order of their paths.
        lesions: What they are of.
    """

    classes: tuple[str, ...]
    records: tuple[ImageRecord, ...]
    lesions: Lesions


@dataclass(frozen=True, slots=True)
class SplitCounts:
    """How many images and lesions of each class are in each split.

    Attributes:
        classes: Codes, K.
        images: int64 [K, 3], columns in the order of `SPLITS`.
        lesions: int64 [K, 3].
    """

    classes: tuple[str, ...]
    images: NDArray[np.int64]
    lesions: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SplitPlan:
    """A data set divided. Equal values divide equally.

    Attributes:
        classes: Codes in the classifier's order.
        records: The images, in the order of their paths.
        lesions: A name of the lesion of each image, never empty.
        splits: One of `SPLITS` for each image, "" where it is left out.
        wanted: Where each image was asked to be; differs from `splits` where that would have
            put a lesion into two splits.
        copies: Pairs of files that show the same photograph.
        notes: What the user must know, in sentences.
        leaked: How many images of validation and test the starting classifier has learned from.
    """

    classes: tuple[str, ...]
    records: tuple[ImageRecord, ...]
    lesions: tuple[str, ...]
    splits: tuple[str, ...]
    wanted: tuple[str, ...]
    copies: tuple[Copies, ...] = ()
    notes: tuple[str, ...] = ()
    leaked: int = 0

    @property
    def place(self) -> dict[str, str]:
        """The split of each path, "" where it is left out."""
        return {record.path: name for record, name in zip(self.records, self.splits, strict=True)}

    def of(self, split: str) -> NDArray[np.intp]:
        """Rows of `records` that are in a split."""
        return np.flatnonzero([name == split for name in self.splits])

    def counts(self) -> SplitCounts:
        """For a table: images and lesions, class by split."""
        labels = [record.label for record in self.records]
        images = Counter(zip(labels, self.splits, strict=True))
        distinct = set(zip(labels, self.splits, self.lesions, strict=True))
        lesions = Counter((label, split) for label, split, _ in distinct)
        return SplitCounts(self.classes, self._table(images), self._table(lesions))

    def _table(self, counted: Mapping[tuple[str, str], int]) -> NDArray[np.int64]:
        return np.array([[counted[code, name] for name in SPLITS] for code in self.classes])


def copies_across(plan: SplitPlan) -> tuple[Copies, ...]:
    """Pairs of copies that were asked to be in different splits; the plan keeps them apart."""
    wanted = {record.path: name for record, name in zip(plan.records, plan.wanted, strict=True)}
    return tuple(pair for pair in plan.copies if wanted[pair.first] != wanted[pair.second])


def pool_of(
    records: Sequence[ImageRecord],
    classes: Sequence[str] = (),
    likenesses: Mapping[str, Likeness] | None = None,
) -> Pool:
    """The images whose label is one of the classes, lesion by lesion.

    Args:
        records: All images of a data set.
        classes: Codes in the classifier's order; empty for all that the data set has.
        likenesses: What the images look like, by path; None where nobody has looked yet.

    Raises:
        SplitError: Fewer than two classes have images.
    """
    found = {record.label for record in records if record.label}
    chosen = tuple(classes) or tuple(sorted(found, key=class_order))
    missing = [code for code in chosen if code not in found]
    if missing:
        raise SplitError(
            f"No image is labelled {' or '.join(missing)}; the data set has "
            f"{', '.join(sorted(found, key=class_order)) or 'no labels'}. Choose among these."
        )
    if len(chosen) < 2:
        has = f"All labels are {chosen[0]}" if chosen else "No image has a label"
        raise SplitError(
            f"{has}, and a training needs two classes: add a table of labels, or sort the images "
            "into one folder for each class."
        )
    used = sorted((r for r in records if r.label in chosen), key=lambda each: each.path)
    return Pool(chosen, tuple(used), find_lesions(used, likenesses))
