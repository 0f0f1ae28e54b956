"""Where the photographs of a table's images are."""

import os
from collections.abc import Sequence
from pathlib import Path

from model.catalogue.walking import is_image_name
from model.errors import UserError
from model.progress import Report


def find_images(folder: Path | None, images: Sequence[str], report: Report) -> dict[str, Path]:
    """The files of some images anywhere in a folder, by image id; none without a folder.

    Raises:
        UserError: The folder is none, or holds none of the images.
        Cancelled: From `report`.
    """
    if folder is None:
        return {}
    if not folder.is_dir():
        raise UserError(f"{folder} is no folder; give the folder of the photographs.")
    wanted = set(images)
    found: dict[str, Path] = {}
    for place, _, names in os.walk(folder):
        report(len(found), len(wanted), f"looking for photographs: {len(found):,}")
        for name in names:
            if is_image_name(name) and (stem := Path(name).stem) in wanted:
                found.setdefault(stem, Path(place) / name)
    if not found:
        raise UserError(f"{folder} holds none of the {len(wanted):,} images; give their folder.")
    return found
