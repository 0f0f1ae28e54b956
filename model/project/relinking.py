"""Making sure that a folder holds the images that a project knows."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection, Text, func, literal, update

from model.progress import Report
from model.project.errors import ProjectError
from model.project.review_tables import adjudications, study_images
from model.project.schema import images
from model.records import ImageRecord

_ENOUGH = 0.5  # share of the known images that must be there


def matching_images(
    root: Path, known: Sequence[ImageRecord], hashes: Mapping[str, str], report: Report
) -> list[ImageRecord]:
    """The known images that are in `root`, with the times that their files have there.

    Sizes are compared for all, contents where the hash is known.

    Raises:
        ProjectError: A file differs, or fewer than half of the images are there.
        Cancelled: From `report`.
    """
    found = []
    for done, image in enumerate(known):
        report(done, len(known), "Comparing images")
        try:
            modified = _check(root / image.path, image, hashes.get(image.path))
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise ProjectError(f"{root / image.path} cannot be read: {reason}.") from error
        found.append(replace(image, modified=modified))
    if known and len(found) < _ENOUGH * len(known):
        raise ProjectError(
            f"{root} holds {len(found):,} of the {len(known):,} images of this project: "
            "choose the folder that holds them all."
        )
    return found


def move_paths(connection: Connection, old: str, new: str) -> None:
    """Name everything below one folder as below another: images, and what was said of them."""
    for table in (images, study_images, adjudications):
        path = table.c.path
        below = func.substr(path, 1, len(old) + 1) == f"{old}/"
        moved = literal(new) + func.substr(path, len(old) + 1, type_=Text)
        # Images that were listed there already are the same.
        connection.execute(update(table).prefix_with("OR REPLACE").where(below).values(path=moved))


def _check(path: Path, image: ImageRecord, content_hash: str | None) -> int:
    """The file's time in nanoseconds, if the file is the image."""
    status = path.stat()
    if status.st_size != image.size:
        raise _differs(path, f"{status.st_size:,} bytes instead of {image.size:,}")
    if content_hash and hashlib.sha256(path.read_bytes()).hexdigest() != content_hash:
        raise _differs(path, "the same size, other contents")
    return status.st_mtime_ns


def _differs(path: Path, how: str) -> ProjectError:
    return ProjectError(
        f"{path} is not the image that this project knows ({how}): "
        "choose the folder with the original images."
    )
