"""Where the images of a project are, also after it was moved together with them."""

import os
from collections.abc import Sequence
from pathlib import Path


def relative_root(root: Path, project: Path) -> str | None:
    """The way from the project's folder to the images, with "/"; None on another drive."""
    try:
        return Path(os.path.relpath(root, project.parent)).as_posix()
    except ValueError:
        return None


def find_root(project: Path, absolute: str, relative: str | None, known: Sequence[str]) -> Path:
    """The folder with the images: where it was, or else where it lies from the project.

    A folder that holds some of the `known` images comes before one that merely exists. Where
    neither exists it is the absolute one, so that a message can name it.
    """
    candidates = [Path(absolute)]
    if relative is not None:
        candidates.append(Path(os.path.normpath(project.parent / relative)))
    existing = [folder for folder in candidates if folder.is_dir()]
    holding = [folder for folder in existing if any((folder / path).exists() for path in known)]
    return (holding or existing or candidates)[0]
