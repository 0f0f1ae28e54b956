"""The one way from an image file to pixels: for training, for inference and for the screen.

Pixels are RGB, uint8, height x width x 3, upright (the EXIF orientation is applied). A file that
ends early is an error: no pixel is ever invented.
"""

import hashlib
import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

import cv2
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from model import jpeg
from model.errors import UserError
from model.resampling import Box, Pixels, resample

__all__ = [
    "PIXEL_LIMIT",
    "Box",
    "ImageError",
    "Mode",
    "Pixels",
    "Preprocessing",
    "content_hash",
    "crop_box",
    "decode",
    "perceptual_hash",
    "prepare",
    "prepare_pixels",
    "read_bytes",
    "read_image",
    "thumbnail",
]

Mode = Literal["stretch", "centre crop"]

PIXEL_LIMIT = 200_000_000
# Pillow's own limit is lower and comes as a warning; `_check_size` sees every file instead.
Image.MAX_IMAGE_PIXELS = None
# What Pillow thinks of odd metadata is not for the user of a command.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")

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


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """How a photograph becomes what a network sees. Equal values give equal pixels.

    Attributes:
        size: Side of the network's square input, in pixels.
        mode: "stretch": the whole photograph; "centre crop": its largest centred square.
        reduce: Decode JPEG files at a half, a quarter or an eighth where enough pixels remain.
    """

    size: int
    mode: Mode = "stretch"
    reduce: bool = True

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "size": self.size,
            "mode": self.mode,
            "reduce": self.reduce,
            "interpolation": "linear",
            "channels": "RGB 0..255",
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Preprocessing":
        """From what `to_json` gave.

        Raises:
            ValueError: Values that this version cannot follow exactly.
        """
        size, mode, reduce = values["size"], values["mode"], values["reduce"]
        if not isinstance(size, int) or size < 1 or not isinstance(reduce, bool):
            raise ValueError(f"preprocessing of size {size!r} with reduce {reduce!r}")
        if mode not in get_args(Mode) or values.get("interpolation", "linear") != "linear":
            raise ValueError(f"preprocessing {mode!r} with {values.get('interpolation')!r}")
        return cls(size, mode, reduce)


@dataclass(frozen=True, slots=True)
class _Decoded:
    """Pixels as stored (before `orientation`), `factor` times smaller than width x height."""

    pixels: Pixels
    width: int
    height: int
    factor: int = 1
    orientation: int = jpeg.UPRIGHT


def read_bytes(path: Path) -> bytes:
    """The content of a file.

    Raises:
        ImageError: Missing, not permitted, not a file, or empty.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise ImageError("The file is not there any more.", path) from None
    except PermissionError:
        raise ImageError("No permission to read the file.", path) from None
    except OSError as error:
        raise ImageError(f"The file cannot be read ({error.strerror or error}).", path) from None
    if not data:
        raise ImageError("The file is empty.", path)
    return data


def decode(data: bytes) -> Pixels:
    """All pixels of an image file: H x W x 3, RGB, upright.

    Raises:
        ImageError: Not an image, ends early, or more than `PIXEL_LIMIT` pixels.
    """
    decoded = _decode(data, lambda _width, _height: 1)
    return _orient(decoded.pixels, decoded.orientation)


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

    def factor(width: int, height: int) -> int:
        return _reduction(min(width, height), preprocessing.size) if preprocessing.reduce else 1

    return _prepare(_decode(data, factor), preprocessing)


def prepare_pixels(pixels: Pixels, preprocessing: Preprocessing) -> Pixels:
    """`prepare` for pixels that are decoded already; equal to it only where nothing was reduced."""
    height, width = pixels.shape[:2]
    return _prepare(_Decoded(pixels, width, height), preprocessing)


def crop_box(width: int, height: int, mode: Mode) -> Box:
    """What the network sees of a photograph: x0, y0, x1, y1 in its pixels, edges not centres."""
    if mode == "stretch":
        return 0.0, 0.0, float(width), float(height)
    side = min(width, height)
    left, top = (width - side) / 2, (height - side) / 2
    return left, top, left + side, top + side


def thumbnail(data: bytes, side: int) -> Pixels:
    """The photograph with `side` pixels along its longer side, aspect kept.

    Raises:
        ImageError: As `decode`.
    """
    decoded = _decode(data, lambda width, height: _reduction(max(width, height), side))
    scale = side / max(decoded.width, decoded.height)
    target = max(1, round(decoded.width * scale)), max(1, round(decoded.height * scale))
    small = _resample(decoded, crop_box(decoded.width, decoded.height, "stretch"), target)
    return _orient(small, decoded.orientation)


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


def _prepare(decoded: _Decoded, preprocessing: Preprocessing) -> Pixels:
    box = crop_box(decoded.width, decoded.height, preprocessing.mode)
    small = _resample(decoded, box, (preprocessing.size, preprocessing.size))
    # Turning after resampling is the same, as the box is symmetric, and moves fewer pixels.
    return _orient(small, decoded.orientation)


def _reduction(pixels: float, wanted: int) -> int:
    return next((factor for factor in (8, 4, 2) if pixels >= factor * wanted), 1)


def _resample(decoded: _Decoded, box: Box, target: tuple[int, int]) -> Pixels:
    left, top, right, bottom = (edge / decoded.factor for edge in box)
    return resample(decoded.pixels, (left, top, right, bottom), target)


def _decode(data: bytes, factor: Callable[[int, int], int]) -> _Decoded:
    """Decode at the reduction that `factor` of width and height asks for, where possible."""
    if data.startswith(jpeg.START):
        return _decode_jpeg(data, factor)
    return _decode_other(data)


def _decode_jpeg(data: bytes, factor: Callable[[int, int], int]) -> _Decoded:
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
    return _Decoded(
        cast(Pixels, pixels), header.width, header.height, reduction, header.orientation
    )


def _decode_other(data: bytes) -> _Decoded:
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
    return _Decoded(pixels, pixels.shape[1], pixels.shape[0])


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


def _orient(pixels: Pixels, orientation: int) -> Pixels:
    """Turn stored pixels upright (Exif 2.32, table of Orientation)."""
    if orientation in {5, 6, 7, 8}:
        pixels = pixels.transpose(1, 0, 2)
    if orientation in {2, 3, 6, 7}:
        pixels = pixels[:, ::-1]
    if orientation in {3, 4, 7, 8}:
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)
