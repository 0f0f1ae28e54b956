"""Nevi and melanomas."""

import numpy as np

from painting.fields import Field, Random, grain, noise, step, uniform
from painting.optics import Tissue
from painting.outline import Outline, Shape, outline
from painting.patterns import blotch, cobblestones, glints, network, pepper, streaks
from painting.strokes import spots

_NEVUS = Shape((45, 125), lobes=0.05, ragged=0.045, oval=1.55)
_MELANOMA = Shape((95, 175), lobes=0.11, ragged=0.10, oval=1.6)


def nevus(random: Random, tissue: Tissue) -> None:
    """One of the patterns of nevi."""
    patterns = (_reticular, _homogeneous, _globular, _mixed, _dermal, _blue)
    paint = patterns[random.choice(6, p=(0.36, 0.2, 0.13, 0.17, 0.1, 0.04))]
    edge = outline(random, _NEVUS, 0.65 if random.random() < 0.2 else 1.0)
    paint(random, tissue, edge)


def _body(random: Random, edge: Outline, soft: float, fall: float) -> Field:
    """Pigment of the whole lesion: darkest inside, fading over `fall` of the radius."""
    fade = step(edge.depth, -soft, soft + fall * edge.radius)
    cloudy = 1 + 0.16 * noise(random, edge.radius * 0.5, 4) + 0.06 * grain(random, 1.1)
    return fade * np.maximum(cloudy, 0.2)


def _reticular(random: Random, tissue: Tissue, edge: Outline) -> None:
    body = _body(random, edge, edge.radius * 0.16, 0.75)
    lines = network(random, uniform(random, 8.5, 13), uniform(random, 0.05, 0.5))
    strength = uniform(random, 0.6, 1.25)
    tissue.melanin += strength * body * (0.5 + 0.85 * lines)
    centre = step(-edge.from_centre(), -uniform(random, 0.35, 0.75), -0.1)
    if random.random() < 0.45:
        tissue.melanin += uniform(random, 0.3, 0.9) * centre * body
    elif random.random() < 0.4:
        tissue.melanin *= 1 - 0.45 * centre
    tissue.blood += 0.06 * body


def _homogeneous(random: Random, tissue: Tissue, edge: Outline) -> None:
    body = _body(random, edge, edge.radius * uniform(random, 0.1, 0.26), 0.5)
    dots = spots(random, body * body, int(random.integers(5, 40)), (1.2, 2.8))
    tissue.melanin += uniform(random, 0.5, 1.5) * body + 0.45 * dots * body
    tissue.melanin += 0.12 * body * network(random, 10, 0.6)
    tissue.blood += uniform(random, 0.05, 0.3) * body
    tissue.white += 0.08 * blotch(random, body, 0.25, 30)


def _globular(random: Random, tissue: Tissue, edge: Outline) -> None:
    body = _body(random, edge, edge.radius * 0.12, 0.4)
    stones = cobblestones(random, uniform(random, 9, 16))
    strength = uniform(random, 0.65, 1.2)
    tissue.melanin += strength * body * (0.45 + 0.85 * stones)
    tissue.height += 1.2 * body * stones
    tissue.blood += uniform(random, 0.0, 0.16) * body
    rim = edge.rim(3, 0.05 * edge.radius + 3)
    tissue.melanin += 0.6 * spots(random, rim, int(random.integers(15, 70)), (1.3, 3.0))


def _mixed(random: Random, tissue: Tissue, edge: Outline) -> None:
    """Two shades, a net at the border and globules or an even patch in the middle."""
    body = _body(random, edge, edge.radius * 0.14, 0.45)
    middle = blotch(random, body, uniform(random, 0.3, 0.55), edge.radius * 0.9, 0.6)
    lines = network(random, uniform(random, 9, 13), uniform(random, 0.3, 0.7))
    stones = cobblestones(random, uniform(random, 8, 12))
    tissue.melanin += uniform(random, 0.5, 1.0) * body * (0.5 + 0.7 * lines * (1 - middle))
    tissue.melanin += uniform(random, 0.4, 0.9) * middle * (0.6 + 0.5 * stones)
    tissue.blood += uniform(random, 0.0, 0.16) * body


def _dermal(random: Random, tissue: Tissue, edge: Outline) -> None:
    """A pink, raised nevus with remnants of pigment and comma vessels."""
    body = _body(random, edge, 7, 0.25)
    tissue.melanin += uniform(random, 0.18, 0.4) * body
    tissue.melanin += 0.55 * blotch(random, body, 0.3, 22) * cobblestones(random, 11)
    tissue.blood += uniform(random, 0.25, 0.5) * body
    tissue.height += 9 * body + 2.2 * body * noise(random, 20, 3)
    tissue.white += 0.22 * spots(random, body, 14, (2, 4.5), 1.5)


def _blue(random: Random, tissue: Tissue, edge: Outline) -> None:
    body = _body(random, edge, edge.radius * 0.14, 0.35)
    tissue.deep += uniform(random, 0.6, 0.8) * body
    tissue.melanin += 0.45 * body * (1 + 0.3 * noise(random, 25, 3))


def melanoma(random: Random, tissue: Tissue) -> None:
    """Several colours and structures, none of them where symmetry would put it."""
    edge = outline(random, _MELANOMA, 0.75 if random.random() < 0.2 else 1.0)
    body = _body(random, edge, edge.radius * uniform(random, 0.06, 0.16), 0.2)
    _atypical_net(random, tissue, body)
    dark = blotch(random, body, uniform(random, 0.15, 0.5), edge.radius * 0.8, 0.45)
    tissue.melanin += uniform(random, 0.8, 1.7) * dark * (1 + 0.2 * noise(random, 12, 3))
    where = body * step(noise(random, edge.radius * 0.7, 2), 0.0, 1.2)
    tissue.melanin += 0.7 * spots(random, where, int(random.integers(30, 140)), (1.4, 3.8), 1.1)
    rim = edge.rim(3, 0.07 * edge.radius) * step(noise(random, 110, 1), 0.2, 1.0)
    tissue.melanin += 0.6 * spots(random, rim, int(random.integers(10, 50)), (1.3, 3.2), 1.0)
    if random.random() < 0.4:
        first = uniform(random, 0, 360)
        arc = (first, first + uniform(random, 60, 200))
        rays = streaks(random, edge, int((arc[1] - arc[0]) / 3.5), arc)
        tissue.melanin += uniform(random, 0.6, 1.0) * rays
    if random.random() < 0.6:
        _veil(random, tissue, edge, body)
    if random.random() < 0.45:
        _regression(random, tissue, edge, body)
    tissue.blood += uniform(random, 0.0, 0.35) * blotch(random, body, 0.4, edge.radius, 0.9)
    tissue.blood += 0.08 * edge.inside(edge.radius * 0.5)


def _atypical_net(random: Random, tissue: Tissue, body: Field) -> None:
    lines = network(random, uniform(random, 11, 17), 1.0)
    patchy = step(noise(random, 110, 3), -0.7, 0.7)
    shades = np.clip(0.9 + 0.4 * noise(random, 90, 4), 0.3, 2)
    tissue.melanin += uniform(random, 0.4, 0.85) * body * shades
    tissue.melanin += uniform(random, 0.35, 0.7) * body * lines * patchy


def _veil(random: Random, tissue: Tissue, edge: Outline, body: Field) -> None:
    """Blue-white veil: deep pigment under a ground-glass haze."""
    inner = body * step(edge.depth, 0, edge.radius * 0.4)
    veil = blotch(random, inner, uniform(random, 0.2, 0.45), edge.radius * 0.9, 1.0)
    tissue.deep += uniform(random, 0.45, 0.75) * veil
    tissue.white += 0.14 * veil * np.clip(1 + 0.5 * noise(random, 30, 4), 0, 2)
    tissue.melanin *= 1 - 0.3 * veil
    if random.random() < 0.4:
        tissue.white += 0.35 * glints(random, veil, 40)


def _regression(random: Random, tissue: Tissue, edge: Outline, body: Field) -> None:
    scar = blotch(random, body, uniform(random, 0.12, 0.3), edge.radius * 0.8, 0.8)
    tissue.melanin *= 1 - 0.68 * scar
    tissue.white += 0.32 * scar
    tissue.blood += 0.12 * scar
    tissue.deep += 0.6 * pepper(random, scar + 0.15 * body, int(random.integers(90, 320)))
