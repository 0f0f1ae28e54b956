"""HAM10000 as its table and part folders are published, and as people rearrange them."""

import os
from collections.abc import Iterator
from pathlib import Path

from model.catalogue.ham10000_rows import Rows, read_rows
from model.catalogue.walking import Content, FoundFile, image_files, stem_of
from model.records import ImageRecord, Problem, ProblemKind

_TABLE_NAME = "ham10000_metadata"
_TABLE_ENDINGS = frozenset(("", ".csv", ".tab", ".tsv", ".txt"))
# What the makers of such data sets append to an image's id for drawings that belong to it.
_DRAWING_SUFFIXES = ("_segmentation", "_mask", "_superpixels")


def find_table(root: Path) -> Path | None:
    """The table `HAM10000_metadata` directly in `root`, with any of the usual endings."""
    try:
        names = os.listdir(root)  # noqa: PTH208 - names are all that is wanted
    except OSError:
        return None
    alike = (root / name for name in sorted(filter(_is_table_name, names)))
    return next((path for path in alike if path.is_file()), None)


def _is_table_name(name: str) -> bool:
    lower = name.lower()
    return lower.startswith(_TABLE_NAME) and lower[len(_TABLE_NAME) :] in _TABLE_ENDINGS


def list_ham10000(
    root: Path, table: Path, content: Content | None = None
) -> Iterator[ImageRecord | Problem]:
    """All images below `root` with what the table says, then the table's own problems.

    An image file named by the table, plus an underscore and more (ISIC_0024306_segmentation),
    is a drawing that belongs to that image, and is not listed.

    Raises:
        CatalogueError: The table cannot be read or has no column `image_id`.
    """
    rows = read_rows(table)
    paths: dict[str, str] = {}
    for found in image_files(root, content):
        if isinstance(found, FoundFile):
            if not _is_drawing(found.stem, rows):
                yield from _matched(found, rows, paths)
        elif not _is_drawing(stem_of(found.path), rows):
            # A file that exists but cannot be read is not missing as well.
            paths.setdefault(stem_of(found.path).casefold(), found.path)
            yield found
    yield from rows.problems(paths)


def _matched(
    found: FoundFile, rows: Rows, paths: dict[str, str]
) -> Iterator[ImageRecord | Problem]:
    key = found.stem.casefold()
    first = paths.setdefault(key, found.path)
    facts = rows.facts(key) if first == found.path else None
    image = ImageRecord(found.path, found.stem, found.size, found.modified, *(facts or ()))
    yield image
    if first != found.path:
        reason = f"The image id {found.stem} is also that of {first}, which got the table's row."
        yield Problem(found.path, ProblemKind.DOUBLED, reason)
    elif facts is None:
        reason = f"The table has no row for the image id {found.stem}."
        yield Problem(found.path, ProblemKind.UNLABELLED, reason)
    elif not image.label:
        reason = f"The table has no diagnosis for the image id {found.stem}."
        yield Problem(found.path, ProblemKind.UNLABELLED, reason)


def _is_drawing(stem: str, rows: Rows) -> bool:
    key = stem.casefold()
    if key in rows:
        return False
    if key.endswith(_DRAWING_SUFFIXES):
        return True
    end = key.rfind("_")
    while end > 0:
        if key[:end] in rows:
            return True
        end = key.rfind("_", 0, end)
    return False
