"""Fingerprints of images that a classifier may have seen under other names."""

from collections.abc import Sequence
from pathlib import Path

from model.classifier.card import Card
from model.images import ImageError, decode, perceptual_hash, read_bytes
from model.progress import Report
from model.records import ImageRecord


def is_named(card: Card, images: Sequence[ImageRecord]) -> list[bool]:
    """Whether each image is in one of the card's splits by its id: then its looks tell no more."""
    names = {image.image_id for split in card.images.values() for image in split}
    return [image.image_id in names for image in images]


def fingerprints(
    root: Path, images: Sequence[ImageRecord], card: Card, report: Report
) -> dict[str, int]:
    """The perceptual hashes of all images that the card does not name, by path.

    Images that cannot be read have none.

    Raises:
        Cancelled: From `report`.
    """
    wanted = [
        image for image, named in zip(images, is_named(card, images), strict=True) if not named
    ]
    found = {}
    for number, image in enumerate(wanted):
        report(number, len(wanted), f"{number:,} of {len(wanted):,}")
        try:
            found[image.path] = perceptual_hash(decode(read_bytes(root / image.path)))
        except ImageError:
            continue
    return found
