"""Which tables in a data set's folder describe its images: told by their columns."""

import os
from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from textwrap import shorten
from typing import NamedTuple

from model.catalogue.batches import CatalogueError
from model.catalogue.formats import FORMATS, Format
from model.catalogue.mapping import MappedTable
from model.catalogue.proposing import holds_zeros_and_ones, propose_mapping
from model.catalogue.remembered import remembered_mapping
from model.catalogue.tables import Table, read_head
from model.catalogue.walking import Content
from model.records import Problem, ProblemKind

MAPPED = "Mapped tables"
"""What a data set is called whose tables are known only because the user mapped them."""

_TABLE_ENDINGS = (".csv", ".tab", ".tsv", ".txt")
_SPREADSHEET_ENDINGS = (".xlsx", ".xls", ".ods")
_HAM10000 = "ham10000_metadata"
# Tables lie beside the images' folders or in a folder of their own, never in hundreds of them.
_FOLDERS = 16
# A table as much like a known kind as this is probably meant to be one.
_ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class FoundTables:
    """What was found.

    Attributes:
        name: Of the data set, or of several; "" where no table describes images.
        tables: With what their columns say; facts of earlier ones go first.
        problems: Tables that are not used, and why.
        unknown: Those of them that could be used if somebody said what their columns mean.
    """

    name: str
    tables: tuple[MappedTable, ...]
    problems: tuple[Problem, ...]
    unknown: tuple[Path, ...] = ()


def find_tables(root: Path, content: Content, told: Collection[Path] = ()) -> FoundTables:
    """The tables in `root` and in the folders directly below it.

    Args:
        root: The data set's folder.
        content: What lies directly in it.
        told: Tables that are not looked at, since the user said what they are.

    Raises:
        CatalogueError: A table that is called as HAM10000's cannot be read or names no images.
    """
    found: list[tuple[int, MappedTable]] = []
    problems: list[Problem] = []
    unknown: list[Path] = []
    candidates = [path for path in _candidates(root, content) if path not in told]
    for path in (each for each in candidates if not _is_spreadsheet(each)):
        kind = _recognised(root, path)
        if isinstance(kind, _Unknown):
            problems.append(_unused(root, path, kind.why))
            unknown.append(path)
        elif isinstance(kind, Problem):
            problems.append(kind)
        elif kind:
            found.append(kind)
    if not found:
        reason = "Spreadsheets are not read: save it as CSV to use it."
        problems += (_unused(root, each, reason) for each in candidates if _is_spreadsheet(each))
    found.sort(key=lambda each: each[0])
    names = " + ".join(dict.fromkeys(_name(place) for place, _ in found))
    tables = tuple(table for _, table in found)
    return FoundTables(names, tables, tuple(problems), tuple(unknown))


class _Unknown(NamedTuple):
    why: str


_Kind = tuple[int, MappedTable] | Problem | _Unknown | None


def _name(place: int) -> str:
    return FORMATS[place].name if place < len(FORMATS) else MAPPED


def _candidates(root: Path, content: Content) -> list[Path]:
    folders = [root, *(root / name for name in islice(content.folders, _FOLDERS))]
    return [folder / name for folder in folders for name in _tables_in(folder)]


def _tables_in(folder: Path) -> list[str]:
    try:
        names = os.listdir(folder)  # noqa: PTH208 - names are all that is wanted
    except OSError:
        return []
    endings = (*_TABLE_ENDINGS, *_SPREADSHEET_ENDINGS)
    alike = (name for name in names if name.lower().endswith(endings) or _is_ham10000(name))
    return sorted(name for name in alike if name[0] not in ".$~")


def is_table_name(name: str) -> bool:
    """Whether a file of this name is read as a table."""
    return name.lower().endswith(_TABLE_ENDINGS)


def _is_spreadsheet(path: Path) -> bool:
    return path.name.lower().endswith(_SPREADSHEET_ENDINGS)


def _is_ham10000(name: str) -> bool:
    lower = name.lower()
    return lower.startswith(_HAM10000) and lower[len(_HAM10000) :] in ("", *_TABLE_ENDINGS)


def _recognised(root: Path, path: Path) -> _Kind:
    """A table with the place of its kind in `FORMATS`; else why it is not used, or None."""
    if not path.is_file():
        return None
    try:
        head = read_head(path)
    except CatalogueError as error:
        if _is_ham10000(path.name):
            raise
        return _unused(root, path, f"{error}")
    place = next((at for at, each in enumerate(FORMATS) if not each.lacks(head.columns)), None)
    return _unknown(head) if place is None else _if_truth(root, place, head)


def _unknown(head: Table) -> _Kind:
    if mapping := remembered_mapping(head.columns):
        return len(FORMATS), MappedTable(head.path, mapping)
    if _is_ham10000(head.path.name):
        return 0, _as_ham10000(head)
    if len(head.columns) < 2 or head.path.suffix.lower() == ".txt":
        return None  # a licence or a note
    return _Unknown(_why_unknown(head))


def _if_truth(root: Path, place: int, head: Table) -> tuple[int, MappedTable] | Problem:
    mapping = FORMATS[place].mapping.fitted(head.columns)
    if holds_zeros_and_ones(head, [column for column, _ in mapping.classes]):
        return place, MappedTable(head.path, mapping)
    return _unused(
        root, head.path, "Its classes hold other numbers than 0 and 1, as predictions do."
    )


def _as_ham10000(head: Table) -> MappedTable:
    mapping = propose_mapping(head)
    if mapping is None or mapping.image.casefold() not in ("image_id", "image", "isic_id"):
        raise CatalogueError(
            f"The table {head.path} has no column image_id; its columns are "
            f"{', '.join(head.columns)}. Put the original HAM10000_metadata in its place."
        )
    return MappedTable(head.path, mapping)


def _why_unknown(head: Table) -> str:
    alike = max(FORMATS, key=lambda each: each.resemblance(head.columns))
    if alike.resemblance(head.columns) >= _ALIKE:
        return _why_not(alike, head)
    shown = shorten(", ".join(head.columns), 120, placeholder=", …")
    return f"Its columns ({shown}) are of no kind that is known: map them to use it."


def _why_not(alike: Format, head: Table) -> str:
    lacking = alike.lacks(head.columns)
    columns = "the columns" if len(lacking) > 1 else "the column"
    return (
        f"It is like the {alike.content} of {alike.name}, but lacks {columns}"
        f" {', '.join(lacking)}: add {'them' if len(lacking) > 1 else 'it'}, or map its columns."
    )


def _unused(root: Path, path: Path, reason: str) -> Problem:
    return Problem(path.relative_to(root).as_posix(), ProblemKind.UNUSED, reason)
