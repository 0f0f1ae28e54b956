"""What happens at random to an image while a network learns: the same image, seen otherwise.

[augmentation]
flips = true          # mirrored and turned by quarters: the eight exact views
rotation = 20.0       # degrees to either side
zoom = 0.3            # up to so much larger: a part of the image fills the input
brightness = 0.1      # colour jitter: added, as a share of the full range
contrast = 0.2        #   factor 1 - x to 1 + x
saturation = 0.2      #   factor 1 - x to 1 + x
hue = 0.02            #   turn of the colour circle, as a share of it
sharpness = 0.5       # from so much blurred to so much sharpened
cutout = 0.0          # side of a grey square, as a share of the image's
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from model.resampling import Pixels

_GREY = 128
# ITU-R BT.601: how bright red, green and blue look.
_BRIGHTNESS = np.array([0.299, 0.587, 0.114])


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How far an image may be changed; 0 and False leave it as it is.

    Attributes:
        flips: Each of the eight symmetries of a square is as likely.
        rotation: Degrees, 0..180; any angle up to it to either side.
        zoom: The image is magnified 1 to 1 + zoom times, 0..2; what is in sight is anywhere in it.
        brightness: Share of the full range, 0..1.
        contrast: 0..1.
        saturation: 0..1.
        hue: Share of the colour circle, 0..0.5.
        sharpness: 0..1; 1 goes from blurred over 3 x 3 pixels to as much the other way.
        cutout: Largest side of the square as a share of the image's, 0..1.
    """

    flips: bool = True
    rotation: float = 20.0
    zoom: float = 0.3
    brightness: float = 0.1
    contrast: float = 0.2
    saturation: float = 0.2
    hue: float = 0.02
    sharpness: float = 0.5
    cutout: float = 0.0

    @property
    def room(self) -> float:
        """How many times larger than a view the pixels should be that it is cut from, up to twice.

        The strongest zoom then shows no invented ones.
        """
        return min(1 + self.zoom, 2.0)

    def complaints(self) -> Iterator[str]:
        """What makes no sense, in words."""
        limits = {
            "rotation": 180.0,
            "zoom": 2.0,
            "brightness": 1.0,
            "contrast": 1.0,
            "saturation": 1.0,
            "hue": 0.5,
            "sharpness": 1.0,
            "cutout": 1.0,
        }
        for name, limit in limits.items():
            if not 0 <= getattr(self, name) <= limit:
                yield f"augmentation.{name} is not in 0..{limit:g}"


def augmented(
    pixels: Pixels, size: int, settings: Augmentation, generator: np.random.Generator
) -> Pixels:
    """One view of an image, as a training sees it.

    Position and colours are each changed in one step, so that pixels are interpolated and rounded
    once. Parts beyond the image's edge mirror it.

    Args:
        pixels: uint8 [S, S, 3], RGB: the whole of what the network may see, best a little larger
            than `size` where `settings` zoom.
        size: Side of the result.
        settings: How much may change.
        generator: Decides; equal states give equal views.

    Returns:
        uint8 [size, size, 3].
    """
    matrix = _position(pixels.shape[0], size, settings, generator)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    placed = cast(
        "Pixels",
        cv2.warpAffine(
            pixels, matrix, (size, size), flags=flags, borderMode=cv2.BORDER_REFLECT_101
        ),
    )
    view = cast("Pixels", cv2.transform(placed, _colours(placed, settings, generator)))
    if settings.sharpness:
        view = _sharpened(view, settings.sharpness * generator.uniform(-1, 1))
    _cut_out(view, settings, generator)
    return view


def view_generator(seed: int, epoch: int, number: int) -> np.random.Generator:
    """The generator of one view: the same three numbers give the same view for ever.

    Args:
        seed: Of the run.
        epoch: From 1.
        number: Position of the image in the epoch's order.
    """
    return np.random.Generator(np.random.PCG64((seed, epoch, number)))


def _position(
    side: int, size: int, settings: Augmentation, generator: np.random.Generator
) -> NDArray[np.float64]:
    """Where each pixel of the view comes from: [2, 3], from x, y of the view to the image's."""
    mirrored, quarters = int(generator.integers(2)), int(generator.integers(4))
    angle = math.radians(generator.uniform(-settings.rotation, settings.rotation))
    zoom = 1 + settings.zoom * generator.uniform()
    shift = generator.uniform(-1, 1, 2) * (1 - 1 / zoom) / 2 * side
    if not settings.flips:
        mirrored, quarters = 0, 0
    angle += quarters * math.pi / 2
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    linear = turn @ np.diag([-1 if mirrored else 1, 1]) * side / (zoom * size)
    # Centres of pixels lie at half coordinates.
    offset = side / 2 + shift - 0.5 - linear @ np.full(2, size / 2 - 0.5)
    return np.column_stack([linear, offset])


def _colours(
    view: Pixels, settings: Augmentation, generator: np.random.Generator
) -> NDArray[np.float64]:
    """A linear change of colours [3, 4]: hue, saturation, contrast, brightness."""
    draw: Any = generator.uniform(-1, 1, 4)
    brightness = 255 * settings.brightness * draw[0]
    contrast, saturation = 1 + settings.contrast * draw[1], 1 + settings.saturation * draw[2]
    grey = np.tile(_BRIGHTNESS, (3, 1))
    coloured = saturation * (_hue_turn(2 * math.pi * settings.hue * draw[3]) - grey) + grey
    linear = contrast * coloured
    middle = np.array(cv2.mean(view)[:3])
    # Contrast leaves the image's mean brightness where it is.
    offset = (1 - contrast) * (_BRIGHTNESS @ middle) + brightness
    return np.column_stack([linear, np.full(3, offset)])


def _hue_turn(angle: float) -> NDArray[np.float64]:
    """A turn of RGB around its grey axis that keeps brightness and grey."""
    axis = np.full(3, 1 / math.sqrt(3))
    cross = np.cross(np.eye(3), axis)
    turn = np.eye(3) + math.sin(angle) * cross + (1 - math.cos(angle)) * cross @ cross
    # Whatever brightness the turn has changed is put back in equal parts of red, green and blue.
    return np.asarray(turn + np.outer(np.ones(3), _BRIGHTNESS - _BRIGHTNESS @ turn))


def _sharpened(view: Pixels, by: float) -> Pixels:
    """What a blur of 3 x 3 pixels takes away is added `by` times; below 0, taken away.

    So cameras and codecs differ, and a network that never saw them differ relies on their grain.
    """
    blurred = cv2.GaussianBlur(view, (3, 3), 0)
    return cast("Pixels", cv2.addWeighted(view, 1 + by, blurred, -by, 0))


def _cut_out(view: Pixels, settings: Augmentation, generator: np.random.Generator) -> None:
    """Paint a grey square somewhere (DeVries and Taylor, arXiv 1708.04552)."""
    size = view.shape[0]
    share, x, y = generator.uniform(size=3)
    side = round(settings.cutout * share * size)
    left, top = (int(at * size - side / 2) for at in (x, y))
    view[max(top, 0) : max(top + side, 0), max(left, 0) : max(left + side, 0)] = _GREY
