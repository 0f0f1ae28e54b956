"""Which images of an evaluation the classifier has seen; the headline is the unseen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.classifier.card import Card
from model.classifier.exposure import Exposure, ExposureIndex
from model.classifier.facts import card_facts
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
# Of several classifiers the one counts that knew most of an image.
_GRAVEST = (Exposure.TRAINED, Exposure.SEEN_LESION, Exposure.UNKNOWN, Exposure.UNSEEN)


@dataclass(frozen=True, slots=True, eq=False)
class Exposed:
    """The images in groups.

    Attributes:
        headline: Name of the group that the figures at the top are of.
        groups: Names with positions of images; empty groups too.
        validation: The first classifier's validation images, None where there are none.
        cards: Facts of the cards for people.
        notes: What a reader must know of the groups.
    """

    headline: str
    groups: tuple[tuple[str, NDArray[np.intp]], ...]
    validation: Pair | None
    cards: tuple[Mapping[str, str], ...]
    notes: tuple[str, ...]


def expose(
    folders: Sequence[Path], inputs: Inputs, photographs: Mapping[str, Path], report: Report
) -> Exposed:
    """Sort the images by what any of the classifiers saw of them.

    Args:
        folders: Of the classifiers that are known, that of the predictions first.
        inputs: The images.
        photographs: Files by image id, which find copies under other names; may be empty.
        report: Told for each photograph.

    Raises:
        ClassifierError: A folder holds no classifier.
        Cancelled: From `report`.
    """
    counted = inputs.weights > 0
    if not folders:
        note = "no classifier was named: images that it may have seen are not kept apart"
        return Exposed(ALL, ((ALL, np.flatnonzero(counted)),), None, (), (note,))
    cards = [Card.load(folder) for folder in folders]
    seen = _exposures([ExposureIndex(card) for card in cards], inputs, photographs, report)
    groups = [
        (name, np.flatnonzero(counted & (seen == exposure.value)))
        for exposure, name in _NAMES.items()
    ]
    groups.append((Group.ALL.value, np.flatnonzero(counted)))
    notes = []
    if not all(any(card.images.values()) for card in cards):
        notes.append("nobody knows which images trained the classifier: any of them may have")
    elif not len(groups[0][1]):
        notes.append("the classifier has seen every image or its lesion: there is no headline")
    facts = tuple(card_facts(card) for card in cards)
    return Exposed(UNSEEN, tuple(groups), _validation(cards[0], inputs), facts, tuple(notes))


def _exposures(
    indices: Sequence[ExposureIndex],
    inputs: Inputs,
    photographs: Mapping[str, Path],
    report: Report,
) -> NDArray[np.object_]:
    found = []
    for number, (image, lesion) in enumerate(zip(inputs.images, inputs.lesions, strict=True)):
        report(number, len(inputs.images), f"looking for seen images: {number:,}")
        fingerprint = _fingerprint(photographs.get(image))
        answers = [index.exposure(image, lesion, fingerprint) for index in indices]
        found.append(min(answers, key=_GRAVEST.index).value)
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
