"""Which images a training uses, and how whole lesions are dealt out to its splits."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.catalogue.splits import lesion_safe_split
from model.classifier.card import TrainedImage
from model.errors import UserError
from model.network.features import Features
from model.network.head import Examples
from model.records import ImageRecord
from model.taxonomy import class_order

SPLITS = ("training", "validation", "test")


class TrainingDataError(UserError):
    """A data set that nothing can be learned from."""


@dataclass(frozen=True, slots=True)
class Split:
    """The images of one split, and what the frozen network made of them.

    Attributes:
        images: As the card lists them, N.
        lesions: Lesion of each image, none empty: without one, an image is its own.
        examples: Embeddings and labels.
        rows: Where each image stands in the features.
    """

    images: tuple[TrainedImage, ...]
    lesions: tuple[str, ...]
    examples: Examples
    rows: NDArray[np.intp]


def choose_classes(
    records: Sequence[ImageRecord], wanted: Sequence[str], root: Path
) -> tuple[str, ...]:
    """The classes to learn, in the classifier's order.

    Args:
        records: All images of the data set.
        wanted: What the configuration names; empty for every class of the data set.
        root: The data set's folder, for messages.

    Raises:
        TrainingDataError: Fewer than two classes, or one with fewer lesions than splits.
    """
    lesions: defaultdict[str, set[str]] = defaultdict(set)
    for record in records:
        if record.label:
            lesions[record.label].add(_lesion(record))
    classes = tuple(wanted) or tuple(sorted(lesions, key=class_order))
    if len(classes) < 2:
        raise TrainingDataError(
            f"{root} has labels of {len(classes)} classes and a training needs two: add a table "
            "of labels, or sort the images into one folder for each class."
        )
    for code in classes:
        if len(lesions[code]) < len(SPLITS):
            raise TrainingDataError(
                f"Class {code} has {len(lesions[code])} lesions in {root}, and training, "
                "validation and test need one each: add images, or leave the class out of "
                "`classes` under [data] in the configuration."
            )
    return classes


def with_labels(records: Sequence[ImageRecord], classes: Sequence[str]) -> list[ImageRecord]:
    """The images whose label is one of the classes."""
    return [record for record in records if record.label in classes]


def divide(
    features: Features, classes: Sequence[str], shares: Sequence[float], seed: int
) -> Mapping[str, Split]:
    """Deal whole lesions out to training, validation and test, class by class."""
    named_shares = dict(zip(SPLITS, shares, strict=True))
    place = lesion_safe_split(features.records, named_shares, seed)
    member = np.array([place[record.path] for record in features.records])
    return {name: _split(features, np.flatnonzero(member == name), classes) for name in SPLITS}


def _split(features: Features, rows: NDArray[np.intp], classes: Sequence[str]) -> Split:
    records = [features.records[row] for row in rows]
    hashes = [features.hashes[row] for row in rows]
    labels = np.array([classes.index(each.label) for each in records], np.int64)
    return Split(
        tuple(
            TrainedImage(each.image_id, each.lesion_id, found)
            for each, found in zip(records, hashes, strict=True)
        ),
        tuple(_lesion(each) for each in records),
        Examples(features.embeddings[rows], labels),
        rows,
    )


def _lesion(record: ImageRecord) -> str:
    return record.lesion_id or f"image {record.path}"
