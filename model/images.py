"""The one way from an image file to pixels: for training, for inference and for the screen.

Pixels are RGB, uint8, height x width x 3, upright (the EXIF orientation is applied). A file that
ends early is an error: no pixel is ever invented.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from model.image_files import (
    PIXEL_LIMIT,
    Decoded,
    ImageError,
    LostFileError,
    decode_stored,
    oriented,
    read_bytes,
)
from model.preparing import PHOTOGRAPH, SIZE, Stage, crop_box, seen_box, shortest_side
from model.preparing import stages as stages_of
from model.preprocessing import BORDER_CROP, STEPS, Mode, Preprocessing, Step
from model.resampling import Box, Pixels, resample

__all__ = [
    "PIXEL_LIMIT",
    "STEPS",
    "Box",
    "ImageError",
    "LostFileError",
    "Mode",
    "Pixels",
    "Preprocessing",
    "Seen",
    "Stage",
    "Step",
    "box_seen",
    "content_hash",
    "crop_box",
    "decode",
    "perceptual_hash",
    "prepare",
    "prepare_pixels",
    "read_bytes",
    "read_image",
    "seen",
    "stages",
    "thumbnail",
]


class Seen(NamedTuple):
    """What a network sees of a photograph.

    Attributes:
        pixels: size x size x 3, RGB.
        box: The part of the upright photograph that they show: x0, y0, x1, y1 in its pixels.
    """

    pixels: Pixels
    box: Box


def decode(data: bytes) -> Pixels:
    """All pixels of an image file: H x W x 3, RGB, upright.

    Raises:
        ImageError: Not an image, ends early, or more than `PIXEL_LIMIT` pixels.
    """
    decoded = decode_stored(data, lambda _width, _height: 1)
    return oriented(decoded.pixels, decoded.orientation)


def read_image(path: Path) -> Pixels:
    """`decode` of the file at `path`; the message of an ImageError names the path."""
    data = read_bytes(path)
    try:
        return decode(data)
    except ImageError as error:
        raise ImageError(error.reason, path) from None


def prepare(data: bytes, preprocessing: Preprocessing) -> Pixels:
    """What the network sees of an image file: size x size x 3, RGB. The only way to the network.

    Raises:
        ImageError: As `decode`.
    """
    return seen(data, preprocessing).pixels


def seen(data: bytes, preprocessing: Preprocessing) -> Seen:
    """`prepare`, and which part of the photograph it shows.

    Raises:
        ImageError: As `decode`.
    """
    return _seen(_decoded_for(data, preprocessing), preprocessing)


def box_seen(data: bytes, size: tuple[int, int], preprocessing: Preprocessing) -> Box:
    """The box of `seen`, without preparing pixels; without decoding, where it hangs on the size.

    Args:
        data: Of the image file.
        size: Width and height of the upright photograph.
        preprocessing: As for `prepare`.

    Raises:
        ImageError: As `decode`.
    """
    if BORDER_CROP not in preprocessing.steps:
        return crop_box(*size, preprocessing.mode)
    return seen_box(_photograph(_decoded_for(data, preprocessing)), preprocessing)


def stages(data: bytes, preprocessing: Preprocessing) -> Iterator[Stage]:
    """What each step of `prepare` makes of a photograph, to be looked at.

    The first is the photograph as it was decoded, the last is what the network sees.

    Raises:
        ImageError: As `decode`.
    """
    if preprocessing.steps:
        yield from stages_of(_photograph(_decoded_for(data, preprocessing)), preprocessing)
        return
    pixels = decode(data)
    height, width = pixels.shape[:2]
    yield Stage(PHOTOGRAPH, pixels, crop_box(width, height, "stretch"))
    yield Stage(SIZE, *seen(data, preprocessing))


def prepare_pixels(pixels: Pixels, preprocessing: Preprocessing) -> Pixels:
    """`prepare` for pixels that are decoded already; equal to it only where nothing was reduced."""
    height, width = pixels.shape[:2]
    return _seen(Decoded(pixels, width, height), preprocessing).pixels


def thumbnail(data: bytes, side: int) -> Pixels:
    """The photograph with `side` pixels along its longer side, aspect kept.

    Raises:
        ImageError: As `decode`.
    """
    decoded = decode_stored(data, lambda width, height: _reduction(max(width, height), side))
    scale = side / max(decoded.width, decoded.height)
    target = max(1, round(decoded.width * scale)), max(1, round(decoded.height * scale))
    small = _resample(decoded, crop_box(decoded.width, decoded.height, "stretch"), target)
    return oriented(small, decoded.orientation)


def perceptual_hash(pixels: Pixels) -> int:
    """64 bits that stay (nearly) the same when an image is recompressed or resized.

    pHash (Zauner 2010): the 8 x 8 lowest frequencies of the cosine transform of a 32 x 32 grey
    copy, each compared with their median; row by row, the first bit is the highest.
    """
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (32, 32), interpolation=cv2.INTER_AREA)
    low = cv2.dct(small.astype(np.float32))[:8, :8]
    bits = np.packbits(low > np.median(low))
    return int.from_bytes(bits.tobytes(), "big")


def content_hash(data: bytes) -> str:
    """SHA-256 as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def _decoded_for(data: bytes, preprocessing: Preprocessing) -> Decoded:
    wanted = shortest_side(preprocessing)

    def factor(width: int, height: int) -> int:
        reduction = _reduction(min(width, height), wanted) if preprocessing.reduce else 1
        # Steps look at whole pixels, which at the edges must be pixels of the photograph alone.
        while preprocessing.steps and (width % reduction or height % reduction):
            reduction //= 2
        return reduction

    return decode_stored(data, factor)


def _photograph(decoded: Decoded) -> Stage:
    pixels = oriented(decoded.pixels, decoded.orientation)
    return Stage(PHOTOGRAPH, pixels, crop_box(*decoded.upright_size, "stretch"))


def _seen(decoded: Decoded, preprocessing: Preprocessing) -> Seen:
    if preprocessing.steps:
        *_, last = stages_of(_photograph(decoded), preprocessing)
        return Seen(last.pixels, last.box)
    box = crop_box(decoded.width, decoded.height, preprocessing.mode)
    small = _resample(decoded, box, (preprocessing.size, preprocessing.size))
    # Turning after resampling is the same, as the box is symmetric, and moves fewer pixels.
    upright = crop_box(*decoded.upright_size, preprocessing.mode)
    return Seen(oriented(small, decoded.orientation), upright)


def _reduction(pixels: float, wanted: int) -> int:
    return next((factor for factor in (8, 4, 2) if pixels >= factor * wanted), 1)


def _resample(decoded: Decoded, box: Box, target: tuple[int, int]) -> Pixels:
    left, top, right, bottom = (edge / decoded.factor for edge in box)
    return resample(decoded.pixels, (left, top, right, bottom), target)
