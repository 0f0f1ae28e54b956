"""Dermatofibromas and vascular lesions."""

import numpy as np

from painting.fields import Random, bent, distance_to_seeds, grain, noise, step, uniform
from painting.optics import Tissue
from painting.outline import Outline, Shape, outline
from painting.patterns import blotch, coiled_vessels, glints, network
from painting.strokes import spots

_FIBROMA = Shape((65, 115), lobes=0.035, ragged=0.04, oval=1.35)
_VASCULAR = Shape((40, 100), lobes=0.07, ragged=0.045, oval=1.4)


def dermatofibroma(random: Random, tissue: Tissue) -> None:
    """A white scar in the middle of a delicate, fading net on a pink-brown ground."""
    edge = outline(random, _FIBROMA)
    fading = step(edge.depth, -0.45 * edge.radius, 0.4 * edge.radius)
    size = uniform(random, 0.30, 0.58)
    rough = edge.from_centre() + 0.11 * noise(random, 40, 5, 0.6)
    scar = 1 - step(rough, size - 0.34, size + 0.2)
    ring = fading * (1 - uniform(random, 0.55, 0.85) * scar)
    lines = network(random, uniform(random, 8, 11), 0.25)
    tissue.melanin += ring * uniform(random, 0.4, 0.7) * (0.6 + 0.7 * lines)
    tissue.melanin += 0.07 * ring * noise(random, 20, 4)
    tissue.blood += uniform(random, 0.08, 0.26) * fading * (1 + 0.2 * noise(random, 40, 3))
    tissue.white += uniform(random, 0.30, 0.48) * scar * (1 + 0.15 * noise(random, 12, 3))
    tissue.height += 4 * fading
    tissue.white += 0.5 * glints(random, scar, int(random.integers(15, 50)))
    if random.random() < 0.4:
        tissue.blood += 0.6 * coiled_vessels(random, scar, 40)


def vascular(random: Random, tissue: Tissue) -> None:
    """Cherry angioma, angiokeratoma, or blood without lacunae."""
    edge = outline(random, _VASCULAR, 0.6 if random.random() < 0.3 else 1.0)
    patterns = (_angioma, _angiokeratoma, _haemorrhage)
    patterns[random.choice(3, p=(0.6, 0.25, 0.15))](random, tissue, edge)
    tissue.blood += 0.16 * edge.inside(edge.radius * 0.5)


def _lacunae(random: Random, tissue: Tissue, edge: Outline, reddish: float) -> None:
    """Sharply separated red to purple pools with paler septa between them."""
    body = edge.inside(uniform(random, 3, 9))
    cells = distance_to_seeds(random, uniform(random, 15, 27), 0.24)
    septa = bent(random, step(cells, 0.30, 0.62), 2.2, 26)
    uneven = np.clip(1 + 0.3 * noise(random, 34, 4, 0.6), 0.2, 1.8)
    pools = body * (1 - uniform(random, 0.35, 0.6) * septa) * uneven
    tissue.blood += (0.5 + 1.3 * reddish) * pools
    tissue.venous += (1.25 - reddish) * pools
    tissue.white += 0.08 * body * septa
    tissue.height += 5 * edge.inside(10) + 1.5 * body * (1 - septa)


def _angioma(random: Random, tissue: Tissue, edge: Outline) -> None:
    _lacunae(random, tissue, edge, uniform(random, 0.45, 1.1))


def _angiokeratoma(random: Random, tissue: Tissue, edge: Outline) -> None:
    _lacunae(random, tissue, edge, uniform(random, 0.0, 0.3))
    body = edge.inside(5)
    dark = blotch(random, body, uniform(random, 0.25, 0.5), 40, 0.4)
    tissue.venous += 1.0 * dark
    tissue.melanin += 0.5 * dark
    veil = blotch(random, body, 0.4, 45, 0.6)
    tissue.white += 0.28 * veil
    tissue.deep += 0.2 * veil
    tissue.keratin += 0.3 * spots(random, body, 12, (2, 6), 1.2)


def _haemorrhage(random: Random, tissue: Tissue, edge: Outline) -> None:
    body = step(edge.depth, -5, 0.3 * edge.radius)
    cloudy = np.clip(1 + 0.25 * noise(random, 35, 4) + 0.05 * grain(random, 1.2), 0.2, 2)
    tissue.venous += uniform(random, 0.9, 1.6) * body * cloudy
    tissue.blood += 0.8 * body
    satellites = spots(random, edge.rim(-8, 8), int(random.integers(6, 30)), (1.5, 4), 1.0)
    tissue.venous += 0.9 * satellites
