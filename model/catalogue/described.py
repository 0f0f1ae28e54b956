"""Images that tables describe: as data sets are published, and as people rearrange them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from model.catalogue.image_ids import join_key
from model.catalogue.mapping import MappedTable
from model.catalogue.rows import Rows, read_rows
from model.catalogue.walking import Content, FoundFile, image_files, stem_of
from model.records import ImageRecord, Problem, ProblemKind

# What the makers of such data sets append to an image's id for drawings that belong to it.
_DRAWING_SUFFIXES = ("_segmentation", "_mask", "_superpixels")


def list_described(
    root: Path, tables: Sequence[MappedTable], content: Content | None = None
) -> Iterator[ImageRecord | Problem]:
    """All images below `root` with what the tables say, then the tables' own problems.

    An image file named by a table, plus an underscore and more (ISIC_0024306_segmentation),
    is a drawing that belongs to that image, and is not listed.

    Raises:
        CatalogueError: A table cannot be read or lacks a column that is mapped.
    """
    rows = read_rows(tables)
    paths: dict[str, str] = {}
    for found in image_files(root, content):
        if isinstance(found, FoundFile):
            if not _is_beside(found.stem, rows):
                yield from _matched(found, rows, paths)
        elif not _is_beside(stem_of(found.path), rows):
            # A file that exists but cannot be read is not missing as well.
            paths.setdefault(join_key(stem_of(found.path)), found.path)
            yield found
    yield from rows.problems(paths)


def _matched(
    found: FoundFile, rows: Rows, paths: dict[str, str]
) -> Iterator[ImageRecord | Problem]:
    key = join_key(found.stem)
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


def _is_beside(stem: str, rows: Rows) -> bool:
    """Whether a file belongs to an image of the tables and is none of its own."""
    key = join_key(stem)
    if key in rows:
        return False
    if key.endswith(_DRAWING_SUFFIXES) or rows.is_companion(key):
        return True
    end = key.rfind("_")
    while end > 0:
        if key[:end] in rows:
            return True
        end = key.rfind("_", 0, end)
    return False
