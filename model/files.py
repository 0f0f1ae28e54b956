"""Writing files so that no reader ever finds half of one."""

import csv
import errno
import os
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from model.errors import UserError

_FULL = (errno.ENOSPC, errno.EDQUOT)
_CALCULATED = ("=", "+", "-", "@", "\t", "\r")


def is_file(path: Path) -> bool:
    """Whether a file is there; what cannot be reached, as on a server that is away, is not."""
    with suppress(OSError):
        return path.is_file()
    return False


def is_folder(path: Path) -> bool:
    """Whether a folder is there; as `is_file`."""
    with suppress(OSError):
        return path.is_dir()
    return False


def check_file_place(path: Path, ending: str = "") -> None:
    """Make the folder of a file that will be written, before the work that takes long.

    Args:
        path: The file.
        ending: What its name has to end in, such as ".png"; "" for anything.

    Raises:
        UserError: Nothing can be written there.
    """
    if ending and path.suffix.lower() != ending:
        raise UserError(f"{path} must end in {ending}: that is what is written.")
    if path.is_dir():
        raise UserError(f"{path} is a folder; give the name of a file.")
    check_folder_place(path.parent)


def check_folder_place(folder: Path) -> None:
    """Make a folder that files will be written to.

    Raises:
        UserError: Nothing can be written there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"Cannot make the folder {folder}: {error.strerror}.") from error
    if not os.access(folder, os.W_OK):
        raise UserError(f"Cannot write into {folder}; choose another folder.")


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A temporary name to write to, which becomes `path` once everything is written.

    Raises:
        UserError: The file cannot be written.
    """
    # Not made of the file's name, which may be as long as names can be.
    temporary = path.with_name(f".{uuid.uuid4().hex}.part")
    try:
        yield temporary
        temporary.replace(path)
    except OSError as error:
        raise UserError(f"Cannot write {path}: {_why(error)}.") from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a CSV file (comma, UTF-8) that appears whole or not at all.

    Raises:
        UserError: The file cannot be written.
    """
    with (
        written_whole(path) as temporary,
        temporary.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file,
    ):
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def protected(text: str) -> str:
    """Words that people typed as they may stand in a cell of a table.

    A quote comes before what a spreadsheet would calculate instead of showing it.
    """
    return f"'{text}" if text.lstrip("'").startswith(_CALCULATED) else text


def unprotected(text: str) -> str:
    """The words that `protected` was given."""
    inside = text.removeprefix("'")
    return inside if inside != text and inside.lstrip("'").startswith(_CALCULATED) else text


def write_png(path: Path, pixels: NDArray[np.uint8]) -> None:
    """Write a photograph.

    Args:
        path: Where; an existing file is replaced.
        pixels: Height x width x 3, RGB.

    Raises:
        UserError: The file cannot be written.
    """
    _, encoded = cv2.imencode(".png", np.ascontiguousarray(pixels[..., ::-1]))
    with written_whole(path) as temporary:
        temporary.write_bytes(encoded.data)


def _why(error: OSError) -> str:
    if error.errno in _FULL:
        return "the disk is full; free some space and try again"
    return error.strerror or str(error)
