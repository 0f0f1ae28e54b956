"""The shape of a lesion: how far inside it each pixel lies."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from painting.fields import Field, Random, as_field, grid, noise, step, uniform


@dataclass(frozen=True, slots=True)
class Shape:
    """What a class of lesions may look like from far.

    Attributes:
        radius: Smallest and largest mean radius in pixels.
        lobes: Unevenness of the outline as a share of the radius.
        ragged: Reach of the fine bays and spurs, as a share of the radius.
        oval: Largest elongation.
    """

    radius: tuple[float, float]
    lobes: float = 0.06
    ragged: float = 0.05
    oval: float = 1.35


@dataclass(frozen=True, slots=True)
class Outline:
    """One outline.

    Attributes:
        depth: Pixels inward from the border, negative outside.
        radius: Mean radius in pixels.
        border: Radius at 360 angles, one for each degree.
    """

    depth: Field
    radius: float
    border: NDArray[np.float64]

    def inside(self, soft: float) -> Field:
        """1 inside, 0 outside, with a border `soft` pixels wide to each side."""
        return step(self.depth, -soft, soft)

    def rim(self, inward: float, width: float) -> Field:
        """A band about `inward` pixels inside the border."""
        offset = (self.depth - np.float32(inward)) / np.float32(width)
        return np.exp(-offset * offset)

    def from_centre(self) -> Field:
        """0 in the centre, 1 at the border."""
        return as_field(1 - np.clip(self.depth / np.float32(self.radius), -1, 1))


def outline(random: Random, shape: Shape, zoomed: float = 1.0) -> Outline:
    """An outline of this kind around the centre of the canvas."""
    radius = uniform(random, *shape.radius) * zoomed
    border = _border(random, radius, shape)
    x, y = grid()
    degrees = (np.degrees(np.arctan2(y, x)) % 360).astype(np.float32)
    reach = np.interp(degrees, np.arange(361), np.append(border, border[0])).astype(np.float32)
    depth = reach - np.hypot(x, y)
    depth += shape.ragged * radius * noise(random, radius * 0.55, 4, 0.6)
    return Outline(depth, radius, border)


def _border(random: Random, radius: float, shape: Shape) -> NDArray[np.float64]:
    angles = np.radians(np.arange(360))
    stretch = uniform(random, 1, shape.oval) ** 0.5
    turned = angles - uniform(random, 0, np.pi)
    oval = 1 / np.hypot(np.cos(turned) / stretch, np.sin(turned) * stretch)
    waves = sum(
        random.normal(0, 1 / order) * np.cos(order * angles + uniform(random, 0, 6.28))
        for order in range(2, 9)
    )
    return np.asarray(radius * oval * np.maximum(1 + shape.lobes * waves, 0.3))
