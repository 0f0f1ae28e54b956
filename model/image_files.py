"""Bytes of an image file into pixels as they are stored, smaller where that is asked for.

Only `model.images` calls these: it is what makes pixels upright, and what everybody else uses.
"""

import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import cv2
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from model import jpeg
from model.errors import UserError
from model.resampling import Pixels

PIXEL_LIMIT = 200_000_000
# Pillow's own limit is lower and comes as a warning; `_check_size` sees every file instead.
Image.MAX_IMAGE_PIXELS = None
# What Pillow thinks of odd metadata is not for the user of a command.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")

_QUARTER_TURNS = frozenset((5, 6, 7, 8))
_REDUCED = {
    1: 0,
    # The names with COLOR in them ask for BGR too; these are the bare factors.
    2: cv2.IMREAD_REDUCED_GRAYSCALE_2,
    4: cv2.IMREAD_REDUCED_GRAYSCALE_4,
    8: cv2.IMREAD_REDUCED_GRAYSCALE_8,
}


class ImageError(UserError):
    """A file that cannot be used as an image.

    Attributes:
        reason: Why, without the path; for tables that have the path in a column of its own.
    """

    def __init__(self, reason: str, path: Path | None = None) -> None:
        super().__init__(reason if path is None else f"{path}: {reason}")
        self.reason = reason


class LostFileError(ImageError):
    """A file that is not there, or that its disk does not give; its content is not at fault."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """Pixels as stored (before `orientation`), `factor` times smaller than width x height."""

    pixels: Pixels
    width: int
    height: int
    factor: int = 1
    orientation: int = jpeg.UPRIGHT

    @property
    def upright_size(self) -> tuple[int, int]:
        """Width and height of the photograph as it is looked at."""
        turned = self.orientation in _QUARTER_TURNS
        return (self.height, self.width) if turned else (self.width, self.height)


def read_bytes(path: Path) -> bytes:
    """The content of a file.

    Raises:
        LostFileError: Missing, or its disk fails.
        ImageError: Not permitted, or empty.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise LostFileError("The file is not there.", path) from None
    except PermissionError:
        raise ImageError("No permission to read the file.", path) from None
    except OSError as error:
        reason = f"The file cannot be read ({error.strerror or error})."
        raise LostFileError(reason, path) from None
    if not data:
        raise ImageError("The file is empty.", path)
    return data


def decode_stored(data: bytes, factor: Callable[[int, int], int]) -> Decoded:
    """Decode at the reduction that `factor` of width and height asks for, where possible."""
    if data.startswith(jpeg.START):
        return _decode_jpeg(data, factor)
    return _decode_other(data)


def _decode_jpeg(data: bytes, factor: Callable[[int, int], int]) -> Decoded:
    header = jpeg.read_header(data)
    if header is None:
        raise ImageError("The JPEG file ends early; copy it again from its source.")
    _check_size(header.width, header.height)
    reduction = factor(header.width, header.height)
    flags = cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION | _REDUCED[reduction]
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error:
        pixels = None
    if pixels is None:
        raise ImageError("The JPEG file is damaged; copy it again from its source.")
    return Decoded(cast(Pixels, pixels), header.width, header.height, reduction, header.orientation)


def _decode_other(data: bytes) -> Decoded:
    # Pillow, because OpenCV gives what it has of a PNG or TIFF file that ends early.
    try:
        with Image.open(io.BytesIO(data)) as image:
            _check_size(*image.size)
            upright = ImageOps.exif_transpose(image)
            pixels = _eight_bit_rgb(upright)
    except UnidentifiedImageError:
        raise ImageError("The file is not an image of a kind that can be read.") from None
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError):
        raise ImageError("The image file is damaged or ends early; copy it again.") from None
    return Decoded(pixels, pixels.shape[1], pixels.shape[0])


def _eight_bit_rgb(image: Image.Image) -> Pixels:
    if image.mode.startswith("I"):
        # Pillow clips 16 bits to 8; the upper eight bits are the picture.
        upper = np.clip(np.asarray(image).astype(np.int64) >> 8, 0, 255).astype(np.uint8)
        return np.repeat(upper[..., None], 3, axis=2)
    if image.mode == "F":
        raise ImageError("Images of floating-point numbers have no fixed brightness; save 8 bits.")
    return np.array(image.convert("RGB"))


def _check_size(width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise ImageError("The image file names no size; it is damaged.")
    if width * height > PIXEL_LIMIT:
        raise ImageError(
            f"The image is {width:,} x {height:,} pixels; the limit is "
            f"{PIXEL_LIMIT // 1_000_000} million. Save a smaller copy."
        )


def oriented(pixels: Pixels, orientation: int) -> Pixels:
    """Turn stored pixels upright (Exif 2.32, table of Orientation)."""
    if orientation in _QUARTER_TURNS:
        pixels = pixels.transpose(1, 0, 2)
    if orientation in {2, 3, 6, 7}:
        pixels = pixels[:, ::-1]
    if orientation in {3, 4, 7, 8}:
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)
