"""From the pixels of a photograph to what a network sees, stage by stage.

Boxes are x0, y0, x1, y1 in pixels of the upright photograph, edges at whole numbers.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from model.borders import inside_border
from model.colour_constancy import without_tint
from model.hair import Mask, find_hair, without_hair
from model.preprocessing import BORDER_CROP, HAIR_REMOVAL, SHADES_OF_GRAY, Mode, Preprocessing
from model.resampling import Box, Pixels, resample

PHOTOGRAPH, SIZE = "photograph", "network's size"
# Hair is looked for in photographs of about 600 x 450; larger ones are made smaller.
HAIR_SIDE = 600
_HAIR_SHORTER_SIDE = 450


@dataclass(frozen=True, slots=True)
class Stage:
    """A photograph on its way.

    Attributes:
        name: What was done last: "photograph", one of `model.preprocessing.STEPS`, or SIZE.
        pixels: H x W x 3, RGB.
        box: The part of the photograph that they show.
        mask: H x W, 255 where hair was found; None at other stages.
    """

    name: str
    pixels: Pixels
    box: Box
    mask: Mask | None = None


def shortest_side(preprocessing: Preprocessing) -> int:
    """How many pixels the shorter side has to have at least, to be decoded smaller than it is."""
    # A disc may take half of the photograph, and is then enlarged.
    wanted = preprocessing.enlarged.size * (2 if BORDER_CROP in preprocessing.steps else 1)
    return max(wanted, _HAIR_SHORTER_SIDE) if HAIR_REMOVAL in preprocessing.steps else wanted


def crop_box(width: int, height: int, mode: Mode) -> Box:
    """What a network sees of a photograph without a border: x0, y0, x1, y1."""
    return _cropped((0.0, 0.0, float(width), float(height)), mode)


def stages(photograph: Stage, preprocessing: Preprocessing) -> Iterator[Stage]:
    """The photograph, and what each step makes of it; the last is what the network sees."""
    yield photograph
    stage = photograph
    if BORDER_CROP in preprocessing.steps:
        stage = without_border(stage)
        yield stage
    target = _cropped(stage.box, preprocessing.mode)
    if HAIR_REMOVAL in preprocessing.steps:
        stage = _without_hair(stage, preprocessing.size)
        yield stage
    size = preprocessing.size, preprocessing.size
    stage = Stage(SIZE, resample(stage.pixels, _inside(stage, target), size), target)
    yield stage
    if SHADES_OF_GRAY in preprocessing.steps:
        yield Stage(SHADES_OF_GRAY, without_tint(stage.pixels), target)


def seen_box(photograph: Stage, preprocessing: Preprocessing) -> Box:
    """The part of the photograph that the network sees: the box of the last stage."""
    if BORDER_CROP in preprocessing.steps:
        photograph = without_border(photograph)
    return _cropped(photograph.box, preprocessing.mode)


def without_border(photograph: Stage) -> Stage:
    """The photograph without a black border, cut at whole pixels."""
    x0, y0, x1, y1 = inside_border(photograph.pixels)
    height, width = photograph.pixels.shape[:2]
    left, top, right, bottom = photograph.box
    across, along = (right - left) / width, (bottom - top) / height
    box = left + x0 * across, top + y0 * along, left + x1 * across, top + y1 * along
    return Stage(BORDER_CROP, photograph.pixels[y0:y1, x0:x1], box)


def _without_hair(stage: Stage, side: int) -> Stage:
    height, width = stage.pixels.shape[:2]
    scale = max(HAIR_SIDE / max(height, width), side / min(height, width))
    pixels = stage.pixels
    if scale < 1:
        size = round(width * scale), round(height * scale)
        pixels = resample(pixels, (0.0, 0.0, float(width), float(height)), size)
    mask = find_hair(pixels)
    return Stage(HAIR_REMOVAL, without_hair(pixels, mask), stage.box, mask)


def _cropped(box: Box, mode: Mode) -> Box:
    """The whole box, or its largest centred square."""
    if mode == "stretch":
        return box
    x0, y0, x1, y1 = box
    side = min(x1 - x0, y1 - y0)
    left, top = x0 + (x1 - x0 - side) / 2, y0 + (y1 - y0 - side) / 2
    return left, top, left + side, top + side


def _inside(stage: Stage, box: Box) -> Box:
    """A box of the photograph in the pixels of a stage."""
    height, width = stage.pixels.shape[:2]
    x0, y0, x1, y1 = stage.box
    across, along = width / (x1 - x0), height / (y1 - y0)
    left, top, right, bottom = box
    return (left - x0) * across, (top - y0) * along, (right - x0) * across, (bottom - y0) * along
