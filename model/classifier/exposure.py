"""Has the classifier seen this image before? Metrics are split by the answer."""

from enum import StrEnum

import numpy as np

from model.classifier.card import Card

_SEEN_SPLITS = ("training", "validation")
# Measured on 2,004 images of HAM10000: of recompressed, smaller copies 99 % are at most 2 bits
# away; of two million pairs of different lesions, two are.
COPY_BITS = 2


class Exposure(StrEnum):
    """What a classifier saw of an image while it was made."""

    TRAINED = "seen"
    SEEN_LESION = "other image of a seen lesion"
    UNSEEN = "unseen"
    UNKNOWN = "nobody knows"


class ExposureIndex:
    """Answers for one classifier; training and validation images count as seen.

    Of a classifier whose card names no image at all, nobody knows what it saw.
    """

    def __init__(self, card: Card) -> None:
        self._known = any(card.images.values())
        seen = [image for split in _SEEN_SPLITS for image in card.images.get(split, ())]
        self._images = frozenset(image.image_id for image in seen)
        self._lesions = frozenset(image.lesion_id for image in seen if image.lesion_id)
        hashes = [int(image.perceptual_hash, 16) for image in seen if image.perceptual_hash]
        self._hashes = np.array(hashes, np.uint64)

    def exposure(
        self, image_id: str, lesion_id: str, perceptual_hash: int | None = None
    ) -> Exposure:
        """What the classifier saw of an image.

        Args:
            image_id: The file's name without its ending.
            lesion_id: What was photographed; "" matches no other image.
            perceptual_hash: Of `model.images.perceptual_hash`; finds renamed and recompressed
                copies too.
        """
        if not self._known:
            return Exposure.UNKNOWN
        if image_id in self._images or self._is_copy(perceptual_hash):
            return Exposure.TRAINED
        return Exposure.SEEN_LESION if lesion_id in self._lesions else Exposure.UNSEEN

    def _is_copy(self, perceptual_hash: int | None) -> bool:
        if perceptual_hash is None:
            return False
        differing = np.bitwise_count(self._hashes ^ np.uint64(perceptual_hash))
        return bool((differing <= COPY_BITS).any())


def exposure(card: Card, image_id: str, lesion_id: str) -> Exposure:
    """The answer for a single image; for many, keep an `ExposureIndex`."""
    return ExposureIndex(card).exposure(image_id, lesion_id)
