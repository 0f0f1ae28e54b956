"""What skin is made of at each place, and which colour that gives.

Pigment and blood dim the light that the skin sends back by the law of Beer and Lambert; pigment
that lies deep looks blue because of what scatters above it; scar, keratin and scale cover.
The constants were chosen by eye.
"""

from dataclasses import dataclass, field, fields

import cv2
import numpy as np

from painting.fields import Field, Random, as_field, bends, blur, moved, noise, zeros

# How much melanin, bright blood and venous blood (rows) take of red, green and blue (columns).
_ABSORPTION = np.array([[0.60, 0.96, 1.20], [0.15, 0.92, 0.74], [0.75, 1.35, 0.72]], np.float32)
_BLUE_GREY = np.array([0.33, 0.34, 0.39], np.float32)
_WHITE = np.array([0.97, 0.90, 0.91], np.float32)
_KERATIN = np.array([0.88, 0.77, 0.57], np.float32)
_FLOOR = np.array([0.055, 0.035, 0.04], np.float32)


@dataclass
class Tissue:
    """Fields over the canvas.

    Attributes:
        melanin: Optical amount of brown pigment; 0.5 is tan, 1.5 dark brown, 3 black.
        blood, venous: The same for bright red and for blue-red blood.
        deep: 0 to 1, blue-grey pigment in the dermis.
        white: 0 to 1, scar, veil or scale.
        keratin: 0 to 1, yellow horn.
        height: Relief in pixels, seen through its shading.
    """

    melanin: Field = field(default_factory=zeros)
    blood: Field = field(default_factory=zeros)
    venous: Field = field(default_factory=zeros)
    deep: Field = field(default_factory=zeros)
    white: Field = field(default_factory=zeros)
    keratin: Field = field(default_factory=zeros)
    height: Field = field(default_factory=zeros)


def laid_on(below: Tissue, above: Tissue) -> Tissue:
    """Both tissues together, layer by layer."""
    return Tissue(
        *(getattr(below, each.name) + getattr(above, each.name) for each in fields(Tissue))
    )


def grown(random: Random, drawn: Tissue) -> Tissue:
    """What was drawn, as if it had grown: bent, granular, its deep layers out of focus."""
    x, y = bends(random, (0.6, 9), (2.2, 60))
    bent = Tissue(*(moved(getattr(drawn, each.name), x, y) for each in fields(Tissue)))
    granular = np.exp(0.20 * noise(random, 11, 4, 0.85) - 0.02)
    bent.melanin *= granular
    bent.blood *= 0.5 + 0.5 * granular
    bent.melanin = as_field(cv2.GaussianBlur(bent.melanin, (0, 0), 0.8))
    bent.deep = as_field(cv2.GaussianBlur(bent.deep, (0, 0), 1.8))
    return bent


def colour(tone: Field, tissue: Tissue) -> Field:
    """RGB, H x W x 3 in 0 to 1, of tissue on skin whose own colour is `tone` (3)."""
    absorbers = np.stack((tissue.melanin, tissue.blood, tissue.venous), axis=-1)
    np.maximum(absorbers, 0, out=absorbers)
    light = tone * np.exp(cv2.transform(absorbers, -_ABSORPTION.T))
    light = _FLOOR + (1 - _FLOOR) * light
    light = _covered(light, tissue.deep, _BLUE_GREY * (0.5 + 0.6 * tone.mean()))
    light = _covered(light, tissue.keratin, _KERATIN * (0.3 + tone))
    light = _covered(light, tissue.white, _WHITE * (0.45 + 0.62 * tone))
    lit: Field = light * (1 + _shading(tissue.height))[..., np.newaxis]
    return lit


def _covered(light: Field, cover: Field, with_colour: Field) -> Field:
    share = np.clip(cover, 0, 1)[..., np.newaxis]
    return light + share * (with_colour.astype(np.float32) - light)


def _shading(height: Field) -> Field:
    """Slopes towards the upper left are brighter; valleys get less light."""
    slope_y, slope_x = np.gradient(height)
    valley = height - blur(height, 5)
    return np.clip(-0.055 * (slope_x + slope_y) + 0.022 * valley, -0.35, 0.3).astype(np.float32)
