"""Things drawn with a pen: hairs, vessels, streaks and spots, with smooth edges."""

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from painting.fields import SIDE, Field, Random, as_field, uniform

_FINE = 2  # strokes are drawn this many times larger, then reduced
_SHIFT = 4  # binary digits after the point in OpenCV's coordinates

Points = NDArray[np.float64]


class Sheet:
    """A transparent sheet to draw on, in pixels of the finished field."""

    def __init__(self, width: int = SIDE, height: int = SIDE) -> None:
        self._size = (width, height)
        self._ink = np.zeros((height * _FINE, width * _FINE), np.uint8)

    def stroke(self, points: Points, widths: NDArray[np.float64], strength: float = 1.0) -> None:
        """A line through `points` (n x 2), `widths` (n) wide."""
        places = np.round(points * _FINE * 2**_SHIFT).astype(int)
        colour = int(255 * min(1.0, strength))
        for start, end, width in zip(places[:-1], places[1:], widths, strict=False):
            thickness = max(1, round(float(width) * _FINE))
            ends = (tuple(map(int, start)), tuple(map(int, end)))
            cv2.line(self._ink, *ends, colour, thickness, cv2.LINE_AA, _SHIFT)

    def spot(
        self, centre: Iterable[float], axes: tuple[float, float], angle: float, strength: float
    ) -> None:
        """A filled ellipse; `angle` in degrees."""
        factor = _FINE * 2**_SHIFT
        place = tuple(round(float(each) * factor) for each in centre)
        half = tuple(max(1, round(each * factor)) for each in axes)
        colour = int(255 * min(1.0, strength))
        cv2.ellipse(self._ink, place, half, angle, 0, 360, colour, -1, cv2.LINE_AA, _SHIFT)

    def field(self, blur: float = 0.0) -> Field:
        """What was drawn, 0 to 1."""
        small = cv2.resize(self._ink, self._size, interpolation=cv2.INTER_AREA)
        result = small.astype(np.float32) / np.float32(255)
        return as_field(cv2.GaussianBlur(result, (0, 0), blur) if blur else result)


def curve(random: Random, start: Points, angle: float, length: float, bend: float) -> Points:
    """A smooth line of 24 points that turns by about `bend` radians on its way."""
    count = 24
    turns = np.cumsum(random.normal(0, bend / count**0.5 / 2, count)) + np.linspace(
        0, random.normal(0, bend), count
    )
    directions = np.stack((np.cos(angle + turns), np.sin(angle + turns)), axis=1)
    return start + np.cumsum(directions, axis=0) * length / count


def tapered(width: float, root: float = 0.7) -> NDArray[np.float64]:
    """Widths for `curve`: from `root` of the width over the whole width to a thin tip."""
    along = np.linspace(0, 1, 24)
    return width * np.minimum(root + 3 * along, 1) * np.sqrt(np.clip(1.02 - along, 0, 1))


def places(random: Random, where: Field, count: int) -> Points:
    """`count` places (x, y in canvas pixels), likelier where the field is larger."""
    small = cv2.resize(where, (SIDE // 4, SIDE // 4), interpolation=cv2.INTER_AREA).ravel()
    weight = np.clip(small, 0, None).astype(np.float64)
    if weight.sum() <= 0:
        return np.empty((0, 2))
    chosen = random.choice(weight.size, count, p=weight / weight.sum())
    spots = np.stack((chosen % (SIDE // 4), chosen // (SIDE // 4)), axis=1)
    return np.asarray(spots * 4 + random.uniform(0, 4, (count, 2)))


def spots(
    random: Random, where: Field, count: int, radii: tuple[float, float], blur: float = 0.8
) -> Field:
    """Round to oval spots of different strength, 0 to 1."""
    sheet = Sheet()
    for centre in places(random, where, count):
        radius = uniform(random, *radii)
        axes = (radius, radius * uniform(random, 0.65, 1.0))
        sheet.spot(centre, axes, uniform(random, 0, 180), uniform(random, 0.55, 1.0))
    return sheet.field(blur)


def tree(random: Random, start: Points, angle: float, length: float, width: float) -> Field:
    """A vessel that branches into ever finer ones."""
    sheet = Sheet()
    _branch(random, sheet, (start, angle, length, width))
    return sheet.field(0.5)


def _branch(random: Random, sheet: Sheet, stem: tuple[Points, float, float, float]) -> None:
    start, angle, length, width = stem
    line = curve(random, start, angle, length, 0.9)
    widths = np.linspace(width, width * 0.6, len(line))
    sheet.stroke(line, widths, 0.55 + 0.15 * width)
    if width < 0.7:
        return
    for _ in range(int(random.integers(2, 4))):
        at = int(random.integers(6, len(line)))
        turn = angle + random.choice((-1, 1)) * uniform(random, 0.4, 1.1)
        child = (line[at], turn, length * uniform(random, 0.45, 0.8), width * 0.62)
        _branch(random, sheet, child)
