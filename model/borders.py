"""The black border that a dermatoscope leaves around the skin."""

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from model.resampling import Pixels

# As the winners of the ISIC 2019 challenge did (Gessert et al., MethodsX 2020).
_LONGER_SIDE = 600
_BLUR = 2.0  # pixels of 600
_OF_OTSU = 0.2
_MARGIN = 0.1  # of the radius
_DARKEST_INSIDE = 0.3

Inside = tuple[int, int, int, int]


def inside_border(pixels: Pixels) -> Inside:
    """The square around the skin without a black border: x0, y0, x1, y1 in whole pixels.

    The largest region brighter than a fifth of Otsu's threshold is taken for a disc, whose
    diameter is the mean of the region's axes; the square is a tenth of the radius smaller on each
    side, and ends where the region does. It counts only where what is outside is less than 0.3
    times as bright as what is inside; else there is no border and all is inside. The blur makes
    the region larger by up to 4 pixels of 600.

    Args:
        pixels: H x W x 3, RGB; looked at 600 pixels along the longer side where it is larger.
    """
    height, width = pixels.shape[:2]
    scale = max(1.0, max(height, width) / _LONGER_SIDE)
    size = round(width / scale), round(height / scale)
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    if scale > 1:
        grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    square = _square(cast("NDArray[np.uint8]", grey))
    if square is None:
        return 0, 0, width, height
    across, along = width / size[0], height / size[1]
    x0, y0, x1, y1 = square
    return round(x0 * across), round(y0 * along), round(x1 * across), round(y1 * along)


def _square(grey: NDArray[np.uint8]) -> Inside | None:
    blur = _BLUR * max(grey.shape) / _LONGER_SIDE
    smooth = cv2.GaussianBlur(grey, (0, 0), max(blur, 0.3))
    bright = (smooth > _OF_OTSU * _otsu(grey)).astype(np.uint8)
    if bright.all() or not bright.any():
        return None
    (left, top, right, bottom), (x, y), radius = _disc(bright)
    reach = radius * (1 - _MARGIN)
    x0, x1 = max(left, round(x - reach)), min(right, round(x + reach))
    y0, y1 = max(top, round(y - reach)), min(bottom, round(y + reach))
    inside = grey[y0:y1, x0:x1]
    outside = grey.size - inside.size
    if not outside or not inside.size:
        return None
    total, within = float(grey.sum()), float(inside.sum())
    darkness = (total - within) / outside / max(within / inside.size, 1 / 255)
    return (x0, y0, x1, y1) if darkness <= _DARKEST_INSIDE else None


def _otsu(grey: NDArray[np.uint8]) -> float:
    """Otsu's threshold; where several levels are equally good, their middle.

    OpenCV takes the lowest of these, which is black itself where a border is evenly black.
    """
    counts = np.bincount(grey.ravel(), minlength=256)
    below, level = np.cumsum(counts), np.cumsum(counts * np.arange(256))
    above = below[-1] - below
    with np.errstate(divide="ignore", invalid="ignore"):
        between = (level[-1] * below - level * below[-1]) ** 2.0 / (below * above * 1.0)
    best = np.nan_to_num(between)
    return float(np.flatnonzero(best >= best.max() * (1 - 1e-12)).mean())


def _disc(bright: NDArray[np.uint8]) -> tuple[Inside, tuple[float, float], float]:
    """Bounds, centre and radius of the largest region; its axes are those of equal moments."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(bright)
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    left, top, width, height = stats[largest, : cv2.CC_STAT_AREA].tolist()
    moments = cv2.moments((labels == largest).astype(np.uint8), binaryImage=True)
    area = moments["m00"]
    spread = [[moments["mu20"], moments["mu11"]], [moments["mu11"], moments["mu02"]]]
    # A twelfth is the spread inside a pixel.
    axes = 4 * np.sqrt(np.linalg.eigvalsh(np.array(spread) / area) + 1 / 12)
    centre = moments["m10"] / area + 0.5, moments["m01"] / area + 0.5
    return (left, top, left + width, top + height), centre, float(axes.mean()) / 2
