"""Heat maps over photographs: what was computed cell by cell, drawn where it belongs.

Coordinates are in photograph pixels with edges at whole numbers, so the centre of pixel n is at
n + 0.5. A cell of a map covers an equal share of the box that the network saw.
"""

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Box = tuple[float, float, float, float]
FloatMap = NDArray[np.float32]

# Below this share of the maximum the colour fades out, so that the photograph stays clear.
_FADE = 0.4
_TINY = 1e-30  # the reciprocal of less overflows float32
_TABLES = {
    "viridis": cv2.COLORMAP_VIRIDIS,
    "cividis": cv2.COLORMAP_CIVIDIS,
    "inferno": cv2.COLORMAP_INFERNO,
    "magma": cv2.COLORMAP_MAGMA,
    "turbo": cv2.COLORMAP_TURBO,
    "jet (classic)": cv2.COLORMAP_JET,
}
COLOUR_MAPS: tuple[str, ...] = tuple(_TABLES)
OPACITY = 0.5


def colour_table(name: str) -> Pixels:
    """The 256 colours of one of `COLOUR_MAPS`, from nothing to most: 256 x 3, RGB.

    Raises:
        ValueError: No such colour map.
    """
    if name not in _TABLES:
        raise ValueError(f"no colour map {name!r}; there are {', '.join(COLOUR_MAPS)}")
    ramp = np.arange(256, dtype=np.uint8)[:, None]
    table = cv2.applyColorMap(ramp, _TABLES[name])[:, 0, ::-1]
    return np.ascontiguousarray(cast(Pixels, table))


def has_evidence(heat_map: FloatMap) -> bool:
    """Whether any cell speaks for the class; otherwise there is nothing to draw."""
    return bool(np.nanmax(heat_map, initial=0.0) > 0)


def intensity(heat_map: FloatMap, maximum: float | None = None) -> FloatMap:
    """A signed map as 0..1: negative cells are 0, `maximum` and above are 1.

    Args:
        heat_map: H x W, in any unit; NaN counts as 0.
        maximum: What 1 stands for; the map's own maximum if None. A common one makes the maps of
            several classes or images comparable.
    """
    positive = np.maximum(np.nan_to_num(heat_map, nan=0.0, posinf=0.0, neginf=0.0), 0)
    top = float(positive.max(initial=0)) if maximum is None else maximum
    if not top > 0:
        return np.zeros(heat_map.shape, np.float32)
    # In float64, as the reciprocal of a tiny maximum overflows float32.
    return np.minimum(positive.astype(np.float64) / top, 1).astype(np.float32)


def steps(heat_map: FloatMap, maximum: float) -> Pixels:
    """`intensity` in 256 steps for a table of colours, several times as fast: uint8 0..255."""
    if not maximum > _TINY:
        return np.rint(255 * intensity(heat_map, maximum)).astype(np.uint8)
    cut = np.clip(heat_map, 0, np.float32(maximum))
    # What is not a number becomes 0 on the way to bytes.
    return cast(Pixels, cv2.convertScaleAbs(cut, alpha=255 / maximum))


def upsample(heat_map: FloatMap, width: int, height: int, box: Box) -> FloatMap:
    """A map at the photograph's size: bilinear between the cells' centres, 0 outside `box`.

    Half-pixel exact: cell (i, j) of a 7 x 7 map over 224 pixels peaks at 32 i + 15.5, counted in
    pixel indices. Beyond the outermost centres, the outermost cells go on to the edge of the box.

    Args:
        heat_map: H x W; what is no finite number counts as 0.
        width: Of the photograph, in pixels.
        height: Of the photograph, in pixels.
        box: What the network saw: x0, y0, x1, y1 (see `model.images.crop_box`).

    Returns:
        height x width.
    """
    rows, columns = heat_map.shape
    x0, y0, x1, y1 = box
    across, along = columns / (x1 - x0), rows / (y1 - y0)
    # Cell index = (pixel index + 0.5 - edge) * cells per pixel - 0.5.
    x = ((np.arange(width) + 0.5 - x0) * across - 0.5).astype(np.float32)
    y = ((np.arange(height) + 0.5 - y0) * along - 0.5).astype(np.float32)
    # As products of matrices the large map is written once: five times as fast as by indexing.
    finite = np.nan_to_num(heat_map.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    vertical = _shares(y, rows) @ finite
    return cast(FloatMap, vertical @ _shares(x, columns).T)


def alpha(intensity_map: FloatMap, opacity: float) -> FloatMap:
    """How much colour covers the photograph, 0..opacity; 0 where there is no evidence."""
    covered = np.minimum(intensity_map * np.float32(1 / _FADE), np.float32(1))
    return cast(FloatMap, covered * np.float32(opacity))


def blend(photograph: Pixels, intensity_map: FloatMap, opacity: float, colour_map: str) -> Pixels:
    """The photograph under the colours of an intensity map of its own size.

    Args:
        photograph: H x W x 3, RGB.
        intensity_map: H x W, 0..1.
        opacity: 0 (photograph only) to 1 (colour only, where there is evidence).
        colour_map: One of `COLOUR_MAPS`.

    Returns:
        H x W x 3: photograph * (1 - alpha) + colour * alpha.
    """
    steps = np.rint(np.clip(intensity_map, 0, 1) * 255).astype(np.uint8)
    colours = colour_table(colour_map)[steps]
    share = alpha(np.clip(intensity_map, 0, 1), opacity)
    return cast(Pixels, cv2.blendLinear(photograph, colours, 1 - share, share))


def draw(
    photograph: Pixels,
    heat_map: FloatMap,
    box: Box,
    *,
    opacity: float = OPACITY,
    colour_map: str = COLOUR_MAPS[0],
) -> Pixels:
    """Lay a map over a photograph; without positive evidence, the photograph as it is.

    Args:
        photograph: H x W x 3, RGB.
        heat_map: Any size, signed.
        box: What the map covers, in photograph pixels.
        opacity: 0 to 1, where the map is strongest.
        colour_map: One of `COLOUR_MAPS`.

    Returns:
        As the photograph.
    """
    if not has_evidence(heat_map):
        return photograph
    height, width = photograph.shape[:2]
    # Enlarged before the negative part is cut away, as everywhere in the program.
    enlarged = upsample(heat_map, width, height, box)
    strength = intensity(enlarged, float(heat_map.max()))
    return blend(photograph, strength, opacity, colour_map)


def _shares(positions: FloatMap, cells: int) -> FloatMap:
    """What each cell gives to a pixel by linear interpolation, ends held; 0 outside of the box.

    Args:
        positions: Of the pixels' centres, in cell indices.
        cells: How many there are.

    Returns:
        float32 [pixels, cells].
    """
    last = cells - 1
    held = np.clip(positions, 0, last)
    lower = np.minimum(held.astype(np.intp), max(last - 1, 0))
    upper = held - lower.astype(np.float32)
    shares, pixels = np.zeros((len(positions), cells), np.float32), np.arange(len(positions))
    shares[pixels, lower] = 1 - upper
    shares[pixels, np.minimum(lower + 1, last)] += upper
    inside = (positions >= -0.5) & (positions < cells - 0.5)
    return shares * inside[:, None]
