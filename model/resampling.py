"""A part of a photograph at another size, exact to a fraction of a pixel."""

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Box = tuple[float, float, float, float]


def resample(pixels: Pixels, box: Box, target: tuple[int, int]) -> Pixels:
    """The part of a photograph inside `box`, at another size.

    Bilinear; where a side shrinks to half or less, the mean over areas, so that nothing is
    skipped.

    Args:
        pixels: H x W x 3.
        box: x0, y0, x1, y1 in pixels; edges lie at whole numbers, centres at halves.
        target: Width and height of the result.
    """
    x0, y0, x1, y1 = box
    scale_x, scale_y = (x1 - x0) / target[0], (y1 - y0) / target[1]
    if all(float(edge).is_integer() for edge in box):
        part = pixels[int(y0) : int(y1), int(x0) : int(x1)]
        method = cv2.INTER_AREA if max(scale_x, scale_y) >= 2 else cv2.INTER_LINEAR
        return cast(Pixels, cv2.resize(part, target, interpolation=method))
    return _between_pixels(pixels, (x0, y0), (scale_x, scale_y), target)


def _between_pixels(
    pixels: Pixels, corner: tuple[float, float], scale: tuple[float, float], target: tuple[int, int]
) -> Pixels:
    """As cv2.resize, for a box whose edges lie inside pixels."""
    shrink_x, shrink_y = max(1, int(scale[0])), max(1, int(scale[1]))
    if max(shrink_x, shrink_y) >= 2:
        pixels = _shrunk(pixels, shrink_x, shrink_y)
    step_x, step_y = scale[0] / shrink_x, scale[1] / shrink_y
    left, top = corner[0] / shrink_x, corner[1] / shrink_y
    # Pixel centres lie at half coordinates: source + 0.5 = corner + (target + 0.5) * step.
    matrix = np.array([[step_x, 0, left + step_x / 2 - 0.5], [0, step_y, top + step_y / 2 - 0.5]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    found = cv2.warpAffine(pixels, matrix, target, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return cast(Pixels, found)


def _shrunk(pixels: Pixels, by_x: int, by_y: int) -> Pixels:
    """Means over by_y x by_x pixels; the last row and column are repeated to make it even."""
    height, width = pixels.shape[:2]
    size = -(-width // by_x), -(-height // by_y)
    below, right = size[1] * by_y - height, size[0] * by_x - width
    whole = cv2.copyMakeBorder(pixels, 0, below, 0, right, cv2.BORDER_REPLICATE)
    return cast(Pixels, cv2.resize(whole, size, interpolation=cv2.INTER_AREA))
