"""Images that tables describe: as data sets are published, and as people rearrange them."""

from collections.abc import Iterable, Iterator, Sequence
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
        yield _without_diagnosis(found.path)


def _without_diagnosis(path: str) -> Problem:
    reason = f"The table has no diagnosis for the image id {stem_of(path)}."
    return Problem(path, ProblemKind.UNLABELLED, reason)


def told_once(
    findings: Iterable[ImageRecord | Problem], tables: Sequence[MappedTable]
) -> Iterator[ImageRecord | Problem]:
    """The same, with one sentence where no image at all has a diagnosis.

    Args:
        findings: Images and problems, of several data sets too.
        tables: All that describe the images.
    """
    held: list[Problem] = []
    labelled = False
    for each in findings:
        labelled = labelled or (isinstance(each, ImageRecord) and bool(each.label))
        if labelled:
            yield from held
            held.clear()
        if not labelled and isinstance(each, Problem) and each == _without_diagnosis(each.path):
            held.append(each)
        else:
            yield each
    yield from held if len(held) < 2 else (_without_any(len(held), tables),)


def _without_any(count: int, tables: Sequence[MappedTable]) -> Problem:
    names = [each.path.name for each in tables]
    told = any(each.mapping.label or each.mapping.classes for each in tables)
    lack = "no diagnosis in any row" if told else "no column that is known to hold a diagnosis"
    verb = "has" if len(names) == 1 else "have"
    reason = (
        f"{' and '.join(names)} {verb} {lack}: {count:,} images have no label. Say which column"
        " it is, or join another table, in the menu File, Sources."
    )
    return Problem(names[0], ProblemKind.UNLABELLED, reason)


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
