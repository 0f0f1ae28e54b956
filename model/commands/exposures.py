"""Which images of an evaluation the classifier has seen; the headline is the unseen."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.classifier.card import Card
from model.classifier.exposure import Exposure, ExposureIndex
from model.commands.evaluation_inputs import Inputs
from model.evaluation.pairs import Pair
from model.evaluation.question import Group
from model.images import ImageError, perceptual_hash, read_image
from model.progress import Report

ALL, UNSEEN, UNKNOWN = "images", Group.UNSEEN.value, Group.UNKNOWN.value
_NAMES = {
    Exposure.UNSEEN: UNSEEN,
    Exposure.SEEN_LESION: Group.SEEN_LESION.value,
    Exposure.TRAINED: Group.SEEN.value,
    Exposure.UNKNOWN: UNKNOWN,
}


@dataclass(frozen=True, slots=True, eq=False)
class Exposed:
    """The images in groups.

    Attributes:
        headline: Name of the group that the figures at the top are of.
        groups: Names with positions of images; empty groups too.
        validation: The classifier's validation images, None where there are none.
        card: Facts of its card for people.
        notes: What a reader must know of the groups.
    """

    headline: str
    groups: tuple[tuple[str, NDArray[np.intp]], ...]
    validation: Pair | None
    card: Mapping[str, str]
    notes: tuple[str, ...]


def expose(
    folder: Path | None, inputs: Inputs, photographs: Mapping[str, Path], report: Report
) -> Exposed:
    """Sort the images by what the classifier saw of them.

    Args:
        folder: Of the classifier; None where it is not known.
        inputs: The images.
        photographs: Files by image id, which find copies under other names; may be empty.
        report: Told for each photograph.

    Raises:
        ClassifierError: The folder holds no classifier.
        Cancelled: From `report`.
    """
    counted = inputs.weights > 0
    if folder is None:
        note = "no classifier was named: images that it may have seen are not kept apart"
        return Exposed(ALL, ((ALL, np.flatnonzero(counted)),), None, {}, (note,))
    card = Card.load(folder)
    seen = _exposures(ExposureIndex(card), inputs, photographs, report)
    groups = [
        (name, np.flatnonzero(counted & (seen == exposure.value)))
        for exposure, name in _NAMES.items()
    ]
    groups.append((Group.ALL.value, np.flatnonzero(counted)))
    notes = []
    if not any(card.images.values()):
        notes.append("nobody knows which images trained the classifier: any of them may have")
    elif not len(groups[0][1]):
        notes.append("the classifier has seen every image or its lesion: there is no headline")
    return Exposed(UNSEEN, tuple(groups), _validation(card, inputs), _facts(card), tuple(notes))


def _exposures(
    index: ExposureIndex, inputs: Inputs, photographs: Mapping[str, Path], report: Report
) -> NDArray[np.object_]:
    found = []
    for number, (image, lesion) in enumerate(zip(inputs.images, inputs.lesions, strict=True)):
        report(number, len(inputs.images), f"looking for seen images: {number:,}")
        fingerprint = _fingerprint(photographs.get(image))
        found.append(index.exposure(image, lesion, fingerprint).value)
    return np.array(found, object)


def _fingerprint(path: Path | None) -> int | None:
    if path is None:
        return None
    try:
        return perceptual_hash(read_image(path))
    except ImageError:
        return None  # what cannot be read is still known by its name


def _validation(card: Card, inputs: Inputs) -> Pair | None:
    names = {each.image_id for each in card.images.get("validation", ())}
    rows = np.flatnonzero([image in names for image in inputs.images])
    # Thresholds are in the order of the table's classes, so any classifier's images serve.
    return inputs.pair.only(rows) if rows.size else None


def _facts(card: Card) -> dict[str, str]:
    return {
        "name": card.name,
        "created": card.created,
        "classes": ", ".join(card.classes),
        "trained on": card.data,
        "intended use": card.intended_use,
        "not for": card.not_for,
        "licence": card.licence,
        "network (SHA-256)": card.network_hash,
        "images": ", ".join(f"{len(images):,} {split}" for split, images in card.images.items()),
    }
