"""A heat map over the photograph, in the photograph's own size."""

import numpy as np
from numpy.typing import NDArray

from model.images import Preprocessing, crop_box
from model.overlay import COLOUR_MAPS, blend, has_evidence, intensity, upsample

COLOUR_MAP = COLOUR_MAPS[0]
OPACITY = 0.5


def draw_overlay(
    photograph: NDArray[np.uint8],
    heat_map: NDArray[np.float32],
    preprocessing: Preprocessing,
    opacity: float = OPACITY,
) -> NDArray[np.uint8]:
    """Lay a map over a photograph; without positive evidence, the photograph as it is.

    Args:
        photograph: Height x width x 3, RGB.
        heat_map: Any size, signed.
        preprocessing: Of the classifier: it says what part of the photograph the map covers.
        opacity: 0 to 1, where the map is strongest.

    Returns:
        As the photograph.
    """
    if not has_evidence(heat_map):
        return photograph
    height, width = photograph.shape[:2]
    box = crop_box(width, height, preprocessing.mode)
    # Enlarged before the negative part is cut away, as everywhere in the program.
    enlarged = upsample(heat_map, width, height, box)
    strength = intensity(enlarged, float(heat_map.max()))
    return blend(photograph, strength, opacity, COLOUR_MAP)
