"""Fields: square float32 arrays over the canvas, and the noise and shapes that all is made of.

Lengths are canvas pixels; the canvas is centred on the lesion, x to the right and y down.
"""

from functools import lru_cache
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

Field: TypeAlias = NDArray[np.float32]
Random: TypeAlias = np.random.Generator

# Large enough for a 600 x 450 frame turned by any angle.
SIDE = 800

_COARSE = 8.0  # pixels


@lru_cache(maxsize=1)
def grid() -> tuple[Field, Field]:
    """Both coordinates, x and y, of every pixel, from the centre of the canvas."""
    axis = np.arange(SIDE, dtype=np.float32) - (SIDE - 1) / 2
    x, y = np.meshgrid(axis, axis)
    return x, y


def as_field(values: ArrayLike) -> Field:
    """The values in the type of fields."""
    return np.asarray(values, np.float32)


def zeros() -> Field:
    """An empty field."""
    return np.zeros((SIDE, SIDE), np.float32)


def step(field: Field, low: float, high: float) -> Field:
    """0 below `low`, 1 above `high`, smooth between (the smoothstep of computer graphics)."""
    part = np.clip((field - low) / (high - low), 0, 1).astype(np.float32)
    return as_field(part * part * (3 - 2 * part))


def blur(field: Field, sigma: float) -> Field:
    """The field through a Gaussian; wide ones go through a smaller copy, which looks the same."""
    if sigma <= 6:
        return as_field(cv2.GaussianBlur(field, (0, 0), sigma))
    factor = sigma / 3
    small = max(8, round(field.shape[0] / factor))
    reduced = cv2.resize(field, (small, small), interpolation=cv2.INTER_AREA)
    smooth = cv2.GaussianBlur(reduced, (0, 0), sigma * small / field.shape[0])
    return as_field(cv2.resize(smooth, field.shape[::-1], interpolation=cv2.INTER_CUBIC))


def noise(random: Random, scale: float, octaves: int = 3, gain: float = 0.5) -> Field:
    """Fractal noise, mean 0 and deviation about 1, with bumps about `scale` wide."""
    # Wide bumps are as smooth at half the resolution, where they cost a quarter.
    coarse, fine = np.zeros((SIDE // 2, SIDE // 2), np.float32), None
    for octave in range(octaves):
        cells = int(SIDE * 2**octave / scale) + 4
        values = np.float32(gain**octave) * random.standard_normal((cells, cells), np.float32)
        if scale / 2**octave >= _COARSE:
            coarse += cv2.resize(values, coarse.shape, interpolation=cv2.INTER_CUBIC)
        else:
            layer = cv2.resize(values, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
            fine = layer if fine is None else fine + layer
    total = cv2.resize(coarse, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)
    if fine is not None:
        total = total + fine
    sparse = total[::4, ::4]
    return as_field((total - sparse.mean()) / (sparse.std() + 1e-6))


def grain(random: Random, width: float, along: float = 0.0, angle: float = 0.0) -> Field:
    """White noise smoothed to `width`, drawn out by `along` in the direction `angle` (radians)."""
    field = random.standard_normal((SIDE, SIDE), dtype=np.float32)
    if along:
        field = as_field(cv2.filter2D(field, -1, _line_kernel(along, angle)))
    field = as_field(cv2.GaussianBlur(field, (0, 0), width))
    return as_field((field - field.mean()) / field.std())


def _line_kernel(length: float, angle: float) -> Field:
    half = int(np.ceil(length / 2)) + 1
    kernel = np.zeros((2 * half + 1, 2 * half + 1), np.float32)
    reach = np.array([np.cos(angle), np.sin(angle)]) * length / 2
    ends = [tuple(int(v) for v in np.round(half + sign * reach)) for sign in (-1, 1)]
    cv2.line(kernel, ends[0], ends[1], 1.0, 1, cv2.LINE_AA)
    return as_field(kernel / kernel.sum())


def bends(random: Random, *waves: tuple[float, float]) -> tuple[Field, Field]:
    """Where each pixel comes from when the canvas is bent by noise; `waves` are (reach, scale)."""
    x, y = grid()
    middle = np.float32((SIDE - 1) / 2)
    from_x, from_y = x + middle, y + middle
    for reach, scale in waves:
        from_x += np.float32(reach) * noise(random, scale, 2)
        from_y += np.float32(reach) * noise(random, scale, 2)
    return from_x, from_y


def moved(field: Field, from_x: Field, from_y: Field) -> Field:
    """The field with every pixel taken from where `bends` says."""
    return as_field(
        cv2.remap(field, from_x, from_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    )


def bent(random: Random, field: Field, reach: float, scale: float) -> Field:
    """The field bent by noise, so that nothing regular stays straight."""
    return moved(field, *bends(random, (reach, scale)))


def distance_to_seeds(random: Random, spacing: float, jitter: float) -> Field:
    """Distance to the nearest seed of a jittered hexagonal grid, in units of its spacing.

    About 0 in the middle of a cell and 0.5 to 0.6 where cells meet.
    """
    rows = int(SIDE / (spacing * 0.866)) + 2
    columns = int(SIDE / spacing) + 2
    row, column = np.mgrid[0:rows, 0:columns]
    x = (column + 0.5 * (row % 2)) * spacing + random.normal(0, jitter * spacing, row.shape)
    y = row * 0.866 * spacing + random.normal(0, jitter * spacing, row.shape)
    free = np.full((SIDE, SIDE), 255, np.uint8)
    inside = (x >= 0) & (x < SIDE) & (y >= 0) & (y < SIDE)
    free[y[inside].astype(int), x[inside].astype(int)] = 0
    distance = cv2.distanceTransform(free, cv2.DIST_L2, 5)
    return cv2.GaussianBlur(distance, (0, 0), 0.8) / np.float32(spacing)


def uniform(random: Random, low: float, high: float) -> float:
    """One number between `low` and `high`."""
    return float(random.uniform(low, high))
