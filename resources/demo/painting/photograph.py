"""From the canvas of a lesion to one photograph of it: frame, light, lens, sensor, file."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from painting.artefacts import (
    HEIGHT,
    WIDTH,
    Hairs,
    add_bubbles,
    add_hairs,
    add_ink,
    add_ruler,
    hairs_of,
)
from painting.fields import SIDE, Field, Random, as_field, uniform

_LARGEST_FILE = 19_200
_QUALITIES = (93, 90, 87, 84, 80, 76, 72, 68, 64, 60, 55, 50)


@dataclass(frozen=True, slots=True)
class Camera:
    """What all photographs of one lesion have in common besides the lesion.

    Attributes:
        field_radius: Radius of the bright disc in pixels; beyond it the tube is black.
        tube: How far the black reaches, 0 (none to see) to 1.
        cast: Gains of red, green and blue.
        ruler, bubbles, ink: Whether they are in the frame.
        hairs: The hairs of this skin.
    """

    field_radius: float
    tube: float
    cast: Field
    ruler: bool
    bubbles: bool
    ink: bool
    hairs: Hairs


def camera(random: Random) -> Camera:
    """One of the dermatoscopes of the clinic."""
    kind = random.random()
    radius = uniform(random, 262, 310) if kind < 0.06 else uniform(random, 322, 372)
    return Camera(
        field_radius=radius,
        tube=1.0 if kind < 0.30 else 0.0,
        cast=random.normal(1, (0.025, 0.02, 0.035)).astype(np.float32),
        ruler=bool(random.random() < 0.10),
        bubbles=bool(random.random() < 0.14),
        ink=bool(random.random() < 0.02),
        hairs=hairs_of(random),
    )


def photograph(random: Random, canvas: Field, equipment: Camera) -> NDArray[np.uint8]:
    """One photograph, 450 x 600 x 3 RGB, of the lesion painted on `canvas`."""
    turned = uniform(random, 0, 2 * np.pi)
    zoom = uniform(random, 0.94, 1.30)
    image = _framed(random, canvas, turned, zoom)
    image = add_hairs(random, image, equipment.hairs, turned)
    if equipment.bubbles:
        image = add_bubbles(random, image)
    if equipment.ink:
        image = add_ink(random, image)
    image = _lit(random, image, equipment.cast)
    if equipment.ruler:
        image = add_ruler(random, image, zoom)
    image = _through_tube(random, image, equipment)
    return _sensed(random, image)


def jpeg(pixels: NDArray[np.uint8]) -> bytes:
    """The best JPEG that is not larger than the set can afford."""
    backwards = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    encoded = np.empty(0, np.uint8)
    for quality in _QUALITIES:
        settings = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_OPTIMIZE, 1]
        _, encoded = cv2.imencode(".jpg", backwards, settings)
        if encoded.size <= _LARGEST_FILE:
            break
    return encoded.tobytes()


def _framed(random: Random, canvas: Field, turned: float, zoom: float) -> Field:
    """The part of the canvas in the frame, turned, enlarged and a little off the centre."""
    middle = ((SIDE - 1) / 2, (SIDE - 1) / 2)
    matrix = np.asarray(cv2.getRotationMatrix2D(middle, float(np.degrees(turned)), zoom))
    offset = np.clip(random.normal(0, 16, 2), -38, 38)
    matrix[:, 2] = matrix[:, 2] + np.array([WIDTH - SIDE, HEIGHT - SIDE]) / 2 + offset
    reflected = cv2.BORDER_REFLECT_101
    size = (WIDTH, HEIGHT)
    framed = cv2.warpAffine(canvas, matrix, size, flags=cv2.INTER_CUBIC, borderMode=reflected)
    return as_field(framed)


def _from_middle(random: Random) -> Field:
    """Distance of each pixel of the frame from the lens' axis, in pixels."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    shift = np.clip(random.normal(0, 8, 2), -18, 18)
    return as_field(np.hypot(x - WIDTH / 2 - shift[0], y - HEIGHT / 2 - shift[1]))


def _lit(random: Random, image: Field, cast: Field) -> Field:
    """Ring light: brighter in the middle, a slope to one side, a colour cast."""
    distance = _from_middle(random)
    x = np.linspace(-1, 1, WIDTH, dtype=np.float32)[np.newaxis]
    y = np.linspace(-1, 1, HEIGHT, dtype=np.float32)[:, np.newaxis]
    slope = random.normal(0, 0.03, 2).astype(np.float32)
    fall = uniform(random, 0.04, 0.20)
    light = 1.03 - fall * (distance / 375) ** 2 + slope[0] * x + slope[1] * y
    exposure = uniform(random, 0.93, 1.05) * cast * random.normal(1, 0.012, 3)
    tinted = light[..., np.newaxis] * exposure.astype(np.float32)
    edge = ((distance / 375) ** 3 * uniform(random, 0, 0.05))[..., np.newaxis]
    return as_field(image * tinted + edge * np.array([-0.4, -0.6, 0.6], np.float32))


def _through_tube(random: Random, image: Field, equipment: Camera) -> Field:
    if not equipment.tube:
        return image
    distance = _from_middle(random)
    soft = uniform(random, 5, 16)
    seen = np.clip((equipment.field_radius - distance) / soft, 0, 1)[..., np.newaxis]
    dimmed = 1 - 0.35 * np.clip((distance - equipment.field_radius + 70) / 70, 0, 1) ** 2
    return as_field(image * dimmed[..., np.newaxis] * seen + 0.025 * (1 - seen))


def _sensed(random: Random, image: Field) -> NDArray[np.uint8]:
    """Focus, contrast and noise of the sensor."""
    focus = uniform(random, 0.35, 0.85)
    image = as_field(cv2.GaussianBlur(image, (0, 0), focus))
    image = image + 0.10 * (image - 0.5) * uniform(random, 0.2, 1.0)
    noise = random.standard_normal((HEIGHT, WIDTH, 1), dtype=np.float32)
    grainy = image + uniform(random, 0.002, 0.006) * noise
    return np.clip(grainy * 255 + 0.5, 0, 255).astype(np.uint8)
