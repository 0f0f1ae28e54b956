"""Shades of gray: the light of a photograph estimated and taken out.

Finlayson and Trezzi, "Shades of gray and colour constancy", Color Imaging Conference 2004, with
the details of van de Weijer's `general_cc(image, 0, 6, 0)`: saturated pixels, their neighbours and
the outermost pixels tell nothing of the light.
"""

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from model.resampling import Pixels

_POWER = 6
_SATURATED = 255
_LEVELS = np.arange(256) / 255
_AROUND = np.ones((3, 3), np.uint8)


def light_of(pixels: Pixels) -> NDArray[np.float64] | None:
    """The colour of the light, by the Minkowski mean of power 6 of each channel.

    Args:
        pixels: H x W x 3, RGB.

    Returns:
        float64 [3] of length 1, grey light being (1, 1, 1) / sqrt(3); None where every pixel is
        saturated or a channel is black, so that nothing can be said.
    """
    counted = _counted(pixels)
    if not counted.any():
        return None
    histograms = [
        cv2.calcHist([pixels], [channel], counted, [256], [0, 256]) for channel in range(3)
    ]
    sums = np.array([float(_LEVELS**_POWER @ each.ravel()) for each in histograms])
    if not sums.all():
        return None
    light = (sums / np.count_nonzero(counted)) ** (1 / _POWER)
    return cast("NDArray[np.float64]", light / np.linalg.norm(light))


def without_tint(pixels: Pixels) -> Pixels:
    """The photograph as under grey light: each channel divided by its part of the light.

    Args:
        pixels: H x W x 3, RGB. What becomes brighter than white is white.

    Returns:
        As the photograph; itself where the light is not known.
    """
    light = light_of(pixels)
    if light is None:
        return pixels
    table = np.arange(256)[:, None] / (light * np.sqrt(3))
    rounded = np.clip(np.rint(table), 0, 255).astype(np.uint8)
    return cast(Pixels, cv2.LUT(pixels, rounded[None]))


def _counted(pixels: Pixels) -> NDArray[np.uint8]:
    """1 for pixels that tell of the light, H x W."""
    red, green, blue = cv2.split(pixels)
    brightest = cv2.dilate(cv2.max(cv2.max(red, green), blue), _AROUND)
    counted = (brightest < _SATURATED).astype(np.uint8)
    counted[[0, -1]] = 0
    counted[:, [0, -1]] = 0
    return counted
