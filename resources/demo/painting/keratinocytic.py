"""Basal cell carcinomas, actinic keratoses with Bowen's disease, and benign keratoses."""

import numpy as np

from painting.fields import (
    SIDE,
    Field,
    Random,
    bent,
    blur,
    distance_to_seeds,
    grain,
    noise,
    step,
    uniform,
)
from painting.optics import Tissue
from painting.outline import Outline, Shape, outline
from painting.patterns import (
    blotch,
    cerebriform,
    cobblestones,
    coiled_vessels,
    flakes,
    glints,
    network,
    pepper,
)
from painting.strokes import spots, tree

_CARCINOMA = Shape((80, 150), lobes=0.10, ragged=0.07, oval=1.4)
_ACTINIC = Shape((95, 180), lobes=0.12, ragged=0.14, oval=1.5)
_KERATOSIS = Shape((65, 150), lobes=0.07, ragged=0.055, oval=1.6)


def basal_cell_carcinoma(random: Random, tissue: Tissue) -> None:
    """A pink, translucent lesion with branching vessels and blue-grey nests."""
    edge = outline(random, _CARCINOMA)
    body = edge.inside(edge.radius * 0.16)
    tissue.blood += uniform(random, 0.10, 0.26) * body * (1 + 0.4 * noise(random, 50, 5, 0.65))
    tissue.white += 0.2 * body * np.clip(1 + 0.7 * noise(random, 45, 5, 0.6), 0, 2)
    tissue.melanin += uniform(random, 0.0, 0.2) * blotch(random, body, 0.5, 70, 0.9)
    tissue.height += 5 * edge.inside(edge.radius * 0.3) + 1.2 * body * noise(random, 24, 3)
    if random.random() < 0.75:
        _nests(random, tissue, edge, body)
    _arborising(random, tissue, edge)
    if random.random() < 0.45:
        _ulcer(random, tissue, edge, body)
    if random.random() < 0.55:
        tissue.white += 0.6 * glints(random, body, int(random.integers(20, 70)))


def _nests(random: Random, tissue: Tissue, edge: Outline, body: Field) -> None:
    """Ovoid nests, leaf-like areas at the border, and grey-brown dots in focus."""
    large = spots(random, body, int(random.integers(3, 12)), (6, edge.radius * 0.2), 4.0)
    leaves = spots(random, edge.rim(4, 9), int(random.integers(0, 14)), (4, 11), 3.0)
    nests = bent(random, np.maximum(large, leaves), 3, 26)
    dots = spots(random, body, int(random.integers(10, 50)), (1.4, 3.6))
    uneven = np.clip(0.8 + 0.4 * noise(random, 26, 4, 0.65), 0, 1.6)
    tissue.deep += uniform(random, 0.35, 0.6) * nests * uneven + 0.4 * dots
    tissue.melanin += uniform(random, 0.25, 0.7) * nests * uneven + 0.35 * dots


def _arborising(random: Random, tissue: Tissue, edge: Outline) -> None:
    middle = (SIDE - 1) / 2
    vessels = np.zeros_like(tissue.blood)
    for _ in range(int(random.integers(2, 6))):
        turn = uniform(random, 0, 2 * np.pi)
        way = np.array([np.cos(turn), np.sin(turn)])
        start = middle + way * edge.radius * uniform(random, 0.65, 1.15)
        inward = turn + np.pi + random.normal(0, 0.5)
        stem = edge.radius * uniform(random, 0.6, 1.0)
        branch = tree(random, start, inward, stem, uniform(random, 1.6, 3.3))
        vessels = np.maximum(vessels, branch)
    vessels = bent(random, vessels, 2.5, 40)
    tissue.blood += uniform(random, 0.5, 1.0) * (vessels + 0.35 * blur(vessels, 3))


def _ulcer(random: Random, tissue: Tissue, edge: Outline, body: Field) -> None:
    crust = blotch(random, body * step(edge.depth, 0, 20), uniform(random, 0.05, 0.16), 55, 0.25)
    tissue.venous += 0.5 * crust
    tissue.blood += 0.6 * crust
    tissue.melanin += 0.35 * crust
    tissue.keratin += 0.4 * crust * step(noise(random, 16, 3), 0.2, 1.0)
    tissue.height += 2 * crust * noise(random, 9, 3)


def actinic_keratosis(random: Random, tissue: Tissue) -> None:
    """Red skin with white-yellow follicles and scale; sometimes clustered coiled vessels."""
    edge = outline(random, _ACTINIC)
    body = edge.inside(edge.radius * 0.35)
    _strawberry(random, tissue, body)
    haze = blotch(random, body, uniform(random, 0.15, 0.4), 70, 0.9)
    tissue.white += uniform(random, 0.15, 0.32) * haze
    scale = flakes(random, body, uniform(random, 0.06, 0.25))
    tissue.white += uniform(random, 0.2, 0.5) * scale
    tissue.height += 1.6 * scale + 0.9 * body * noise(random, 14, 4, 0.7)
    crust = blotch(random, body, uniform(random, 0.01, 0.07), 38, 0.35)
    tissue.keratin += 0.5 * crust
    tissue.melanin += 0.25 * crust
    tissue.height += 2 * crust * (1 + 0.5 * noise(random, 8, 2))
    if random.random() < 0.45:
        tissue.blood += 0.7 * coiled_vessels(random, body, int(random.integers(50, 180)))
    if random.random() < 0.45:
        granular = np.clip(0.6 + 0.5 * noise(random, 9, 4, 0.8), 0, 2)
        tissue.melanin += 0.5 * blotch(random, body, 0.45, 80, 0.9) * granular


def _strawberry(random: Random, tissue: Tissue, body: Field) -> None:
    """Redness that spares the follicles, whose openings are white to yellow."""
    cells = distance_to_seeds(random, uniform(random, 15, 24), 0.33)
    clear = step(noise(random, 90, 3), -0.6, 1.2)
    follicle = (1 - step(cells, 0.10, 0.42)) * clear
    redness = uniform(random, 0.22, 0.42) * np.clip(1 + 0.35 * noise(random, 60, 5, 0.7), 0.2, 2)
    tissue.blood += body * redness * (1 - 0.6 * follicle)
    tissue.white += uniform(random, 0.05, 0.2) * body * follicle
    plugs = (1 - step(cells, 0.05, 0.17)) * clear * step(noise(random, 30, 2), 0.0, 1.0)
    tissue.keratin += uniform(random, 0.1, 0.4) * body * plugs


def benign_keratosis(random: Random, tissue: Tissue) -> None:
    """Seborrhoeic keratosis, solar lentigo or lichen-planus-like keratosis."""
    edge = outline(random, _KERATOSIS)
    patterns = (_milia, _brain, _lentigo, _lichenoid)
    patterns[random.choice(4, p=(0.36, 0.24, 0.24, 0.16))](random, tissue, edge)


def _waxy(random: Random, tissue: Tissue, edge: Outline) -> Field:
    """The raised, sharply cut body that seems stuck on."""
    body = edge.inside(uniform(random, 2.5, 6))
    pigment = uniform(random, 0.4, 1.15) * (1 + 0.25 * noise(random, edge.radius * 0.5, 4))
    tissue.melanin += body * np.maximum(pigment + 0.10 * grain(random, 1.2), 0.1)
    tissue.keratin += 0.14 * body * np.clip(1 + noise(random, 60, 3), 0, 2)
    tissue.height += 6 * edge.inside(9) + 1.6 * body * noise(random, 16, 3)
    tissue.blood += 0.12 * edge.rim(-4, 8)
    return body


def _milia(random: Random, tissue: Tissue, edge: Outline) -> None:
    body = _waxy(random, tissue, edge)
    inner = body * step(edge.depth, 2, 14)
    cysts = spots(random, inner, int(random.integers(12, 60)), (1.8, 5.0), 1.3)
    plugs = spots(random, inner, int(random.integers(5, 34)), (2.6, 7.5), 1.0)
    plugs = bent(random, plugs, 2, 9)
    tissue.white += 0.55 * cysts
    tissue.keratin += 0.3 * cysts
    tissue.melanin += 1.1 * plugs
    tissue.height += 2 * cysts - 4 * plugs
    tissue.deep += 0.3 * blotch(random, body, 0.25, edge.radius * 0.7, 0.8)


def _brain(random: Random, tissue: Tissue, edge: Outline) -> None:
    body = _waxy(random, tissue, edge)
    furrows = cerebriform(random, uniform(random, 22, 34))
    tissue.melanin += body * (0.55 * furrows - 0.15)
    tissue.height -= 3.5 * body * furrows
    tissue.white += 0.6 * spots(random, body, int(random.integers(4, 20)), (1.6, 3.8), 1.2)


def _lentigo(random: Random, tissue: Tissue, edge: Outline) -> None:
    """Flat, tan, moth-eaten border, fingerprint lines."""
    eaten = edge.depth - 14 * step(noise(random, 26, 3), 0.7, 1.6)
    body = step(eaten, -8, 9)
    prints = 0.22 * grain(random, 1.4, 16, uniform(random, 0, np.pi)) + network(random, 9, 0.8)
    prints = bent(random, prints.astype(np.float32), 8, 50)
    tone = uniform(random, 0.3, 0.65) * (1 + 0.25 * noise(random, 50, 5, 0.65))
    tissue.melanin += body * np.maximum(tone + 0.22 * prints, 0.05)


def _lichenoid(random: Random, tissue: Tissue, edge: Outline) -> None:
    """Pink-brown with grey granules all over: a keratosis on its way out."""
    body = edge.inside(edge.radius * 0.15)
    tissue.blood += uniform(random, 0.12, 0.28) * body
    tissue.melanin += 0.4 * blotch(random, body, 0.5, edge.radius * 0.6)
    tissue.melanin += 0.25 * body * cobblestones(random, 8)
    granules = pepper(random, body, int(random.integers(200, 500)))
    tissue.deep += 0.45 * granules
    tissue.melanin += 0.3 * granules
    tissue.white += 0.18 * blotch(random, body, 0.3, 30)
