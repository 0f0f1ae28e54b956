"""What the header of a JPEG file says, read without decoding (ITU-T T.81, Annex B)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

START = b"\xff\xd8\xff"
UPRIGHT = 1

_END = b"\xff\xd9"
_START_OF_SCAN = 0xDA
_APP1 = 0xE1
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
_ORIENTATION_TAG = 0x0112


@dataclass(frozen=True, slots=True)
class Header:
    """Size in pixels as stored, and the EXIF orientation (1 to 8) that is still to be applied."""

    width: int
    height: int
    orientation: int


def read_header(data: bytes) -> Header | None:
    """The header of a JPEG file; None where the file ends before its end marker."""
    width = height = 0
    orientation = UPRIGHT
    for marker, start, end in _segments(data):
        if marker in _FRAMES:
            height = int.from_bytes(data[start + 1 : start + 3], "big")
            width = int.from_bytes(data[start + 3 : start + 5], "big")
        elif marker == _APP1 and data.startswith(b"Exif\0\0", start):
            orientation = exif_orientation(data[start + 6 : end])
        elif marker == _START_OF_SCAN:
            # Coded pixels never hold these two bytes, so this is not the end of a preview.
            ended = data.find(_END, end) >= 0
            return Header(width, height, orientation) if ended else None
    return None


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, start and end of the content of each segment, as far as they follow each other."""
    position = 2
    while position + 4 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if marker == 0xFF or marker in _WITHOUT_LENGTH:
            position += 1 if marker == 0xFF else 2
            continue
        end = position + 2 + int.from_bytes(data[position + 2 : position + 4], "big")
        yield marker, position + 4, end
        position = end


def exif_orientation(exif: bytes) -> int:
    """Tag 0x0112 of the first directory (Exif 2.32, 4.6.2); 1 where absent or nonsense."""
    order: Literal["little", "big"] = "little" if exif.startswith(b"II") else "big"

    def number(position: int, size: int) -> int:
        return int.from_bytes(exif[position : position + size], order)

    start = number(4, 4)
    for entry in range(start + 2, min(len(exif), start + 2 + 12 * number(start, 2)), 12):
        if number(entry, 2) == _ORIENTATION_TAG:
            value = number(entry + 8, 2)
            return value if 1 <= value <= 8 else UPRIGHT
    return UPRIGHT
