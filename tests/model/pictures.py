"""Pictures whose pixels are known by arithmetic, and files of them."""

import io
from pathlib import Path

import numpy as np
from PIL import Image

from model.images import Pixels, Preprocessing, crop_box

ORIENTATION = 0x0112
# What a camera did to the upright picture, so that each orientation undoes it (Exif 2.32).
STORED_AS = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.transpose(1, 0, 2),
    6: lambda a: np.rot90(a, 1),
    7: lambda a: a[::-1, ::-1].transpose(1, 0, 2),
    8: lambda a: np.rot90(a, -1),
}


def encode(pixels: np.ndarray, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(file, kind, **options)
    return file.getvalue()


def jpeg(pixels: np.ndarray, orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return encode(pixels, "JPEG", quality=100, subsampling=0, exif=exif)


def ramp(width: int, height: int) -> Pixels:
    """Red grows to the right, green downwards, from 0 to 250 between the photograph's edges."""
    x = (np.arange(width) + 0.5) / width * 250
    y = (np.arange(height) + 0.5) / height * 250
    red, green = np.meshgrid(x, y)
    return np.rint(np.stack([red, green, np.full_like(red, 40)], axis=-1)).astype(np.uint8)


def expected_ramp(width: int, height: int, preprocessing: Preprocessing) -> np.ndarray:
    """The ramp where the centres of the network's pixels lie, by arithmetic."""
    x0, y0, x1, y1 = crop_box(width, height, preprocessing.mode)
    steps = (np.arange(preprocessing.size) + 0.5) / preprocessing.size
    red, green = np.meshgrid(
        (x0 + steps * (x1 - x0)) / width * 250, (y0 + steps * (y1 - y0)) / height * 250
    )
    return np.stack([red, green, np.full_like(red, 40)], axis=-1)


def assert_in_place(found: np.ndarray, expected: np.ndarray) -> None:
    """JPEG moves single values by 2 or 3; half a pixel would move the mean by 0.5 or more."""
    # Without the outermost pixels, where there is nothing to interpolate with.
    difference = (found.astype(float) - expected)[1:-1, 1:-1]
    assert np.abs(difference).max() <= 3.5
    assert np.abs(difference.mean(axis=(0, 1))).max() <= 0.3


def real_photographs(data: Path) -> list[bytes]:
    """Some of HAM10000, and all 30 originals of the archive in their many kinds and sizes."""
    ham = sorted((data / "ham10000").rglob("*.jpg"))[::400]
    originals = sorted((data / "uda1_originals").rglob("*.jp*g"))
    assert len(ham) > 15
    assert len(originals) == 30
    return [path.read_bytes() for path in ham + originals]
