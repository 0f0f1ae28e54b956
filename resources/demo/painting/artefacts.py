"""What lies between lesion and lens: hairs, gel bubbles, ruler marks and ink.

All work in the frame of the photograph, on RGB float32 in 0 to 1.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from painting.fields import Field, Random, as_field, uniform
from painting.strokes import Points, Sheet, curve, tapered

WIDTH, HEIGHT = 600, 450

_HAIR_COLOURS = ((0.10, 0.06, 0.05), (0.20, 0.11, 0.06), (0.42, 0.29, 0.17), (0.62, 0.55, 0.48))


@dataclass(frozen=True, slots=True)
class Hairs:
    """The hairs of one person at one site.

    Attributes:
        count: How many lie in the frame.
        length, width: Smallest and largest, in pixels.
        direction: The way most of them lie, in radians, and `spread` around it.
        colour: RGB in 0 to 1.
    """

    count: int
    length: tuple[float, float]
    width: tuple[float, float]
    direction: float
    spread: float
    colour: tuple[float, ...]


def hairs_of(random: Random) -> Hairs:
    """Most people have few hairs in the frame, some have many, some a stubble."""
    kind = random.random()
    direction = uniform(random, 0, 2 * np.pi)
    colour = _HAIR_COLOURS[random.choice(4, p=(0.4, 0.3, 0.22, 0.08))]
    if kind < 0.42:
        return Hairs(0, (1, 2), (1, 2), direction, 1, colour)
    if kind < 0.78:
        count = int(random.integers(1, 9))
        return Hairs(count, (110, 460), (0.7, 2.1), direction, 0.8, colour)
    if kind < 0.90:
        count = int(random.integers(12, 36))
        return Hairs(count, (110, 520), (0.8, 2.6), direction, 0.45, colour)
    if kind < 0.96:
        return Hairs(int(random.integers(10, 36)), (25, 80), (0.7, 1.4), direction, 0.5, colour)
    return Hairs(int(random.integers(30, 80)), (7, 20), (1.6, 3.0), direction, 0.4, colour)


def add_hairs(random: Random, image: Field, hairs: Hairs, turned: float) -> Field:
    """The image under these hairs, their direction turned by `turned` radians."""
    if not hairs.count:
        return image
    sheet, gloss = Sheet(WIDTH, HEIGHT), Sheet(WIDTH, HEIGHT)
    for _ in range(hairs.count):
        _hair(random, sheet, gloss, hairs, turned)
    cover = np.clip(sheet.field(0.45) * 1.25, 0, 1)
    shadow = np.roll(cv2.GaussianBlur(sheet.field(), (0, 0), 2.2), (2, 2), (0, 1))
    shaded = image * (1 - 0.30 * shadow[..., np.newaxis])
    colour = np.array(hairs.colour, np.float32)
    hair = colour + 0.30 * gloss.field(0.5)[..., np.newaxis]
    return as_field(shaded + 0.93 * cover[..., np.newaxis] * (hair - shaded))


def _hair(random: Random, sheet: Sheet, gloss: Sheet, hairs: Hairs, turned: float) -> None:
    angle = hairs.direction + turned + random.normal(0, hairs.spread)
    length = uniform(random, *hairs.length)
    centre = random.uniform((-20, -20), (WIDTH + 20, HEIGHT + 20))
    start = centre - 0.4 * length * np.array([np.cos(angle), np.sin(angle)])
    line = curve(random, start, angle, length, 0.5 if length > 60 else 0.22)
    width = uniform(random, *hairs.width)
    sheet.stroke(line, tapered(width), uniform(random, 0.75, 1.0))
    if width > 1.8:
        first = int(random.integers(2, 14))
        gloss.stroke(line[first : first + 7], np.full(7, width * 0.3), 0.8)


def add_bubbles(random: Random, image: Field) -> Field:
    """Air in the gel: thin bright rims, a darker inside, a small reflection."""
    rims, shades, lights = (Sheet(WIDTH, HEIGHT) for _ in range(3))
    for _ in range(int(random.integers(1, 4))):
        middle = random.uniform((0, 0), (WIDTH, HEIGHT))
        for _ in range(int(random.integers(1, 9))):
            radius = float(np.clip(random.lognormal(1.9, 0.6), 2.5, 26))
            centre = middle + random.normal(0, 30, 2)
            _ring(rims, shades, centre, radius)
            glare = centre - radius * np.array([0.45, 0.5])
            lights.spot(glare, (radius * 0.16 + 0.5, radius * 0.1 + 0.4), 135, 0.9)
    dark = 1 - 0.22 * shades.field(1.2)
    bright = 0.30 * rims.field(0.6) + 0.55 * lights.field(0.5)
    return image * dark[..., np.newaxis] + bright[..., np.newaxis] * (1 - image)


def _ring(rims: Sheet, shades: Sheet, centre: Points, radius: float) -> None:
    turn = np.linspace(0, 2 * np.pi, 40)
    circle = np.stack((np.cos(turn), np.sin(turn)), axis=1)
    around = np.abs(np.cos(turn / 2 + 1.2))
    shades.stroke(centre + circle * radius, np.full(40, 1.5 + radius * 0.09), 0.9)
    rims.stroke(centre + circle * radius * 0.86, 0.5 + 1.6 * around, 0.7)


def add_ruler(random: Random, image: Field, zoom: float) -> Field:
    """Millimetre marks of the contact plate along one side; every fifth is longer."""
    sheet = Sheet(WIDTH, HEIGHT)
    upright = random.random() < 0.5
    spacing = 25.0 * zoom
    at = uniform(random, 14, 46) if random.random() < 0.5 else -uniform(random, 14, 46)
    extent, across = (HEIGHT, WIDTH) if upright else (WIDTH, HEIGHT)
    base = at % across
    first = uniform(random, 0.15, 0.3) * extent
    for number in range(int(0.6 * extent / spacing) + 1):
        length = 14.0 if number % 5 == 0 else 8.0
        along = first + number * spacing
        ends = np.array([(along, base - length / 2), (along, base + length / 2)])
        sheet.stroke(ends[:, ::-1] if upright else ends, np.array([1.3, 1.3]), 0.9)
    marks = uniform(random, 0.45, 0.8) * sheet.field(0.5)[..., np.newaxis]
    return as_field(image * (1 - marks) + marks * np.float32(0.12))


def add_ink(random: Random, image: Field) -> Field:
    """A stroke of a surgeon's violet marker near a corner."""
    sheet = Sheet(WIDTH, HEIGHT)
    corner = np.array([random.choice((20, WIDTH - 20)), random.choice((20, HEIGHT - 20))])
    middle = np.array([WIDTH / 2, HEIGHT / 2])
    outward = np.arctan2(*(middle - corner)[::-1])
    start = corner + random.normal(0, 20, 2) - 40
    width = uniform(random, 12, 22)
    line = curve(random, start, outward + random.choice((-0.9, 0.9)), 260, 0.5)
    sheet.stroke(line, np.full(24, width), 0.9)
    worn = cv2.resize(random.random((56, 75), dtype=np.float32), (WIDTH, HEIGHT))
    ink = sheet.field(3.0) * (0.45 + 0.5 * worn)
    return as_field(image * np.exp(-ink[..., np.newaxis] * np.array([1.15, 1.5, 0.45], np.float32)))
