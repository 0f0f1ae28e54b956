"""The vocabulary of dermoscopy: each function gives a field of one structure, 0 to 1."""

import numpy as np

from painting.fields import (
    Field,
    Random,
    as_field,
    bent,
    blur,
    distance_to_seeds,
    grain,
    noise,
    step,
    uniform,
)
from painting.outline import Outline
from painting.strokes import Sheet, curve, places, spots, tapered


def network(random: Random, spacing: float, uneven: float) -> Field:
    """Pigment network: brown lines around paler holes.

    `uneven` from 0 (a delicate, regular net) to 1 (broken, of different width).
    """
    cells = distance_to_seeds(random, spacing, 0.13 + 0.1 * uneven)
    width = 0.10 + 0.05 * uneven * noise(random, spacing * 6, 2)
    lines = step(cells + width, 0.42, 0.62)
    lines = bent(random, lines, 0.10 * spacing + 2.5 * uneven, spacing * 1.6)
    broken = step(noise(random, spacing * 4, 3), -1.7 + 1.3 * uneven, 0.2)
    return lines * broken


def cobblestones(random: Random, spacing: float) -> Field:
    """Globules side by side, each with its own strength."""
    cells = distance_to_seeds(random, spacing, 0.2)
    stones = 1 - step(cells, 0.24, 0.48)
    stones = bent(random, stones, 0.1 * spacing, spacing * 1.5)
    return as_field(stones * np.clip(0.75 + 0.3 * noise(random, spacing * 1.6, 2), 0.1, 1.3))


def blotch(random: Random, area: Field, share: float, scale: float, soft: float = 0.5) -> Field:
    """Patches without structure that cover about `share` of `area`."""
    field = noise(random, scale, 4, 0.55)
    level = float(np.quantile(field[area > 0.5], 1 - share)) if np.any(area > 0.5) else 3.0
    return area * step(field, level - soft, level + soft)


def streaks(random: Random, edge: Outline, count: int, arc: tuple[float, float]) -> Field:
    """Radial streaks and pseudopods from the border outwards, within `arc` (degrees)."""
    sheet = Sheet()
    middle = (edge.depth.shape[0] - 1) / 2
    for angle in np.linspace(*arc, count) + random.normal(0, 2.5, count):
        reach = edge.border[int(angle) % 360]
        direction = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
        length = edge.radius * uniform(random, 0.2, 0.42)
        start = middle + direction * (reach - 0.88 * length)
        line = curve(random, start, np.radians(angle), length, 0.15)
        width = uniform(random, 2.0, 5.0)
        sheet.stroke(line, width * np.linspace(1.6, 0.5, 24), uniform(random, 0.5, 0.9))
        if random.random() < 0.25:
            sheet.spot(line[-1], (width * 0.6, width * 0.5), float(angle), 0.8)
    return bent(random, sheet.field(1.2), 2, 9)


def pepper(random: Random, area: Field, count: int) -> Field:
    """Blue-grey granules of regression."""
    return spots(random, area, count, (0.8, 2.2), 0.7)


def cerebriform(random: Random, wavelength: float) -> Field:
    """Winding furrows, as on a brain: the zero lines of noise of one wavelength."""
    field = noise(random, wavelength * 0.5, 1)
    band = blur(field, wavelength * 0.16) - blur(field, wavelength * 0.4)
    band = band / band.std()
    return 1 - step(np.abs(band), 0.05, 0.75)


def flakes(random: Random, area: Field, share: float) -> Field:
    """Scale: sharp-edged white flakes in clusters."""
    cluster = blotch(random, area, min(0.9, share * 2.4), 60)
    rough = 0.8 * noise(random, 13, 3, 0.75) + 0.5 * grain(random, 1.0, 9, uniform(random, 0, 3))
    return cluster * step(rough, 0.35, 0.75)


def glints(random: Random, area: Field, count: int) -> Field:
    """Short shiny white lines at right angles to each other (polarised light)."""
    sheet = Sheet()
    angle = uniform(random, 0, np.pi)
    for start in places(random, area, count):
        turn = angle + (np.pi / 2 if random.random() < 0.4 else 0) + random.normal(0, 0.12)
        line = curve(random, start, turn, uniform(random, 7, 22), 0.2)
        sheet.stroke(line, tapered(uniform(random, 1.0, 2.2)), uniform(random, 0.4, 0.9))
    return bent(random, sheet.field(0.6), 1.5, 10)


def coiled_vessels(random: Random, area: Field, count: int) -> Field:
    """Dotted and glomerular vessels in clusters."""
    sheet = Sheet()
    for centre in places(random, area * step(noise(random, 40, 2), -0.5, 1.2), count):
        line = curve(random, centre, uniform(random, 0, 6.3), uniform(random, 7, 18), 7.0)
        sheet.stroke(line, np.full(24, uniform(random, 1.2, 2.0)), uniform(random, 0.5, 0.95))
    return sheet.field(0.7)
