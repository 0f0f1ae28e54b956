"""The images of each split, with what the starting network made of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.catalogue.chosen_labels import ChosenLabels, label_targets
from model.catalogue.split_plan import SplitPlan
from model.catalogue.splits import SPLITS
from model.classifier.card import Card, TrainedImage
from model.network.features import Features
from model.network.head import Examples
from model.records import ImageRecord


@dataclass(frozen=True, slots=True)
class Split:
    """The images of one split, and what the frozen network made of them.

    Attributes:
        records: The images, N.
        images: The same as the card lists them.
        lesions: Lesion of each image, none empty: without one, an image is its own.
        labels: int64 [N], class indices; of shares the largest.
        examples: Embeddings and what is to be said of each image.
    """

    records: tuple[ImageRecord, ...]
    images: tuple[TrainedImage, ...]
    lesions: tuple[str, ...]
    labels: NDArray[np.int64]
    examples: Examples


@dataclass(frozen=True, slots=True)
class TrainingData:
    """What one network is trained on.

    Attributes:
        root: The data set's folder.
        plan: How it is divided, with the classes in the classifier's order.
        splits: Each of `SPLITS`.
        start: Card of the classifier that the training starts from; None for other weights.
        chosen: The labels, where others than the recorded ones were chosen.
    """

    root: Path
    plan: SplitPlan
    splits: Mapping[str, Split]
    start: Card | None = None
    chosen: ChosenLabels | None = None

    @property
    def classes(self) -> tuple[str, ...]:
        """Codes in the order of the logits."""
        return self.plan.classes

    @property
    def is_soft(self) -> bool:
        """Whether images count for several classes in shares."""
        return self.chosen is not None and bool(self.chosen.shares)

    def counts(self, split: str) -> NDArray[np.int64]:
        """Images of each class in a split."""
        return np.bincount(self.splits[split].labels, minlength=len(self.classes))

    def mass(self, split: str) -> NDArray[np.float64]:
        """The same where images count for several classes in shares."""
        return np.asarray(self.splits[split].examples.targets.sum(0))


def training_data(
    root: Path,
    plan: SplitPlan,
    features: Features,
    start: Card | None = None,
    chosen: ChosenLabels | None = None,
) -> TrainingData:
    """Put together what a plan says and what was computed for its images.

    Args:
        root: The data set's folder.
        plan: For images that all have features.
        features: Of the starting network.
        start: Card of the classifier that the training starts from.
        chosen: The labels, where others than the recorded ones were chosen.
    """
    row = {record.path: number for number, record in enumerate(features.records)}
    rows = np.array([row[record.path] for record in plan.records])
    shares = chosen.shares if chosen else {}
    targets = label_targets(plan.records, plan.classes, shares)
    splits = {
        name: _split(plan, features, members, rows[members], targets[members])
        for name, members in ((name, plan.of(name)) for name in SPLITS)
    }
    return TrainingData(root, plan, splits, start, chosen)


def _split(
    plan: SplitPlan,
    features: Features,
    members: NDArray[np.intp],
    rows: NDArray[np.intp],
    targets: NDArray[np.float64],
) -> Split:
    records = tuple(plan.records[member] for member in members)
    hashes = [features.hashes[row] for row in rows]
    return Split(
        records,
        tuple(
            TrainedImage(each.image_id, each.lesion_id, found)
            for each, found in zip(records, hashes, strict=True)
        ),
        tuple(plan.lesions[member] for member in members),
        np.array([plan.classes.index(each.label) for each in records], np.int64),
        Examples(features.embeddings[rows], targets),
    )
