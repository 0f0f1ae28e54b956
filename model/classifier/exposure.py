"""Has the classifier seen this image before? Metrics are split by the answer."""

from enum import StrEnum

from model.classifier.card import Card

_SEEN_SPLITS = ("training", "validation")


class Exposure(StrEnum):
    """What a classifier saw of an image while it was made."""

    TRAINED = "seen"
    SEEN_LESION = "other image of a seen lesion"
    UNSEEN = "unseen"


class ExposureIndex:
    """Answers for one classifier; training and validation images count as seen."""

    def __init__(self, card: Card) -> None:
        seen = [image for split in _SEEN_SPLITS for image in card.images.get(split, ())]
        self._images = frozenset(image.image_id for image in seen)
        self._lesions = frozenset(image.lesion_id for image in seen if image.lesion_id)

    def exposure(self, image_id: str, lesion_id: str) -> Exposure:
        """What the classifier saw of this image; an unknown lesion ("") matches none."""
        if image_id in self._images:
            return Exposure.TRAINED
        return Exposure.SEEN_LESION if lesion_id in self._lesions else Exposure.UNSEEN


def exposure(card: Card, image_id: str, lesion_id: str) -> Exposure:
    """The answer for a single image; for many, keep an `ExposureIndex`."""
    return ExposureIndex(card).exposure(image_id, lesion_id)
