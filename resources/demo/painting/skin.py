"""The skin around a lesion: its tone, its lines, its mottling, its pores and freckles."""

import cv2
import numpy as np

from painting.fields import (
    Field,
    Random,
    bent,
    distance_to_seeds,
    grain,
    noise,
    step,
    uniform,
)
from painting.optics import Tissue
from painting.strokes import Sheet, curve, places, spots, tapered

# Red, green, blue as dermatoscopes show fair skin: pink, lilac, peach, rose, sallow.
_TONES = (
    (0.96, 0.77, 0.79),
    (0.86, 0.78, 0.86),
    (0.97, 0.82, 0.72),
    (0.97, 0.70, 0.70),
    (0.88, 0.82, 0.75),
)
_TONE_SHARES = (0.32, 0.22, 0.2, 0.14, 0.12)
SUN_DAMAGED = frozenset({"face", "scalp", "neck", "hand", "ear"})


def tone(random: Random) -> Field:
    """The colour of the skin where nothing else is."""
    base = np.array(_TONES[random.choice(len(_TONES), p=_TONE_SHARES)])
    melanin = abs(random.normal(0, 0.10)) + (0.45 if random.random() < 0.07 else 0)
    shade = np.exp(-melanin * np.array([0.60, 0.96, 1.20]))
    return (base * shade * random.normal(1, 0.02, 3)).astype(np.float32)


def skin(random: Random, site: str) -> Tissue:
    """Skin of its own texture for this site of the body."""
    tissue = Tissue()
    damaged = site in SUN_DAMAGED or random.random() < 0.15
    _mottle(random, tissue, 1.3 if damaged else 1.0)
    _lines(random, tissue)
    _pores(random, tissue, 1.5 if damaged else 1.0)
    if damaged or random.random() < 0.12:
        _freckles(random, tissue)
    if damaged or random.random() < 0.2:
        _small_vessels(random, tissue)
    return tissue


def _mottle(random: Random, tissue: Tissue, strength: float) -> None:
    red = noise(random, uniform(random, 70, 160), 5, 0.7)
    tissue.blood += np.maximum(0.09 + strength * 0.036 * red, 0)
    brown = noise(random, uniform(random, 40, 110), 5, 0.72)
    tissue.melanin += 0.05 + strength * 0.020 * brown
    fine = noise(random, uniform(random, 9, 16), 3, 0.8)
    tissue.melanin += strength * uniform(random, 0.008, 0.034) * fine
    tissue.melanin += 0.010 * grain(random, 0.8)
    pale = noise(random, uniform(random, 8, 20), 3, 0.7)
    tissue.white += np.clip(uniform(random, 0.02, 0.06) * strength * pale, 0, 0.2)


def _lines(random: Random, tissue: Tissue) -> None:
    """Furrows: two families of parallel creases that cross, and the plateaus between them."""
    angle = uniform(random, 0, np.pi)
    strength = uniform(random, 0.1, 0.65) ** 1.3
    first = grain(random, 0.9, uniform(random, 26, 60), angle)
    second = grain(random, 0.9, uniform(random, 18, 44), angle + uniform(random, 0.8, 1.5))
    creases = np.maximum(step(first, 0.4, 2.8), 0.8 * step(second, 0.5, 2.8))
    creases = bent(random, bent(random, creases, 7, 110), 2.5, 22)
    creases *= step(noise(random, 130, 3), -1.5, 0.8)
    if random.random() < 0.5:
        tissue.white += 0.22 * strength * creases
        return
    tissue.height -= 1.0 * strength * creases
    tissue.melanin += 0.05 * strength * creases


def _pores(random: Random, tissue: Tissue, strength: float) -> None:
    cells = distance_to_seeds(random, uniform(random, 18, 32), 0.34)
    patchy = step(noise(random, 120, 2), -1.2, 1.0)
    halo = (1 - step(cells, 0.10, 0.34)) * patchy * uniform(random, 0.1, 0.9) * strength
    tissue.white += 0.10 * halo
    tissue.blood -= 0.05 * halo
    tissue.melanin -= 0.03 * halo


def _freckles(random: Random, tissue: Tissue) -> None:
    everywhere = step(noise(random, 150, 2), -0.8, 1.2) + 0.05
    marks = spots(random, everywhere, int(random.integers(20, 90)), (2, 13), 3.0)
    marks = bent(random, marks, 3.5, 14)
    tissue.melanin += uniform(random, 0.12, 0.32) * marks * (1 + 0.3 * grain(random, 1.4))


def _small_vessels(random: Random, tissue: Tissue) -> None:
    sheet = Sheet()
    everywhere = np.ones_like(tissue.blood)
    for start in places(random, everywhere, int(random.integers(6, 24))):
        line = curve(random, start, uniform(random, 0, 6.3), uniform(random, 40, 150), 1.6)
        sheet.stroke(line, tapered(uniform(random, 0.8, 1.7)), uniform(random, 0.4, 1))
    sharp = bent(random, sheet.field(0.7), 3, 18)
    tissue.blood += uniform(random, 0.10, 0.28) * (0.6 * sharp + 0.7 * cv2.blur(sharp, (7, 7)))
    if random.random() < 0.35:
        mesh = step(distance_to_seeds(random, uniform(random, 34, 60), 0.3), 0.38, 0.7)
        mesh = bent(random, mesh, 9, 34) * step(noise(random, 90, 3), -0.6, 1.0)
        tissue.blood += uniform(random, 0.08, 0.26) * mesh
