"""What worker threads do with the sources of a data set. The model's parts are imported inside."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from app.image_tasks import load_thumbnails
from model.progress import Report

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping, Sequence

    from model.catalogue.mapping import ColumnMapping, MappedTable
    from model.catalogue.sources import Sources
    from model.catalogue.tables import Table
    from model.catalogue.trying import Trial
    from model.project.project import Project
    from model.records import ImageRecord, Problem

PICTURE_SIDE = 40
_MAPPED = "columns as you mapped them"


@dataclass(frozen=True, slots=True, eq=False)
class TableRead:
    """A table in memory, and what its columns probably say.

    Attributes:
        table: With all its rows.
        form: Separators and encoding, in words.
        root: The data set's folder.
        files: Its images, by what tables are joined with.
        proposal: None where no column seems to name images.
        ones: As `model.catalogue.trying.ones_of`.
    """

    table: Table
    form: str
    root: Path
    files: Mapping[str, str]
    proposal: ColumnMapping | None
    ones: Mapping[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """What a mapping makes of a table, with small pictures of the first images by path."""

    trial: Trial
    pictures: Mapping[str, QImage]


def read_table(
    path: Path, root: Path, records: Sequence[ImageRecord], sources: Sources, _report: Report
) -> TableRead:
    """Read a whole table; the user's own mapping of it is proposed where there is one."""
    from model.catalogue.image_ids import join_key
    from model.catalogue.proposing import propose_mapping
    from model.catalogue.tables import read_table as read
    from model.catalogue.trying import files_by_key, form_of, ones_of

    table, files = read(path), files_by_key(records)
    chosen = next((each.mapping for each in sources.tables if each.path == path), None)
    proposal = (
        chosen.fitted(table.columns)
        if chosen
        else propose_mapping(table, [join_key(each.image_id) for each in records])
    )
    return TableRead(table, form_of(path), root, files, proposal, ones_of(table))


def try_mapping(read: TableRead, mapping: ColumnMapping, report: Report) -> Tried:
    """See what a mapping makes of a table."""
    from model.catalogue.trying import try_mapping as understand

    trial = understand(read.table, mapping, read.files)
    paths = [row.path for row in trial.rows if row.path]
    return Tried(trial, load_thumbnails(read.root, paths, PICTURE_SIDE, report))


def change_sources(
    project: Project, change: Callable[[Sources], Sources], _report: Report
) -> Sources:
    """Store other sources of a project; refused are those that cannot be listed.

    Returns:
        What is stored now.
    """
    from model.catalogue.listing import recognise
    from model.catalogue.sources import load_sources, store_sources

    changed = change(load_sources(project))
    recognise(project.root, changed)
    store_sources(project, changed)
    return changed


def use_table(project: Project, path: Path, mapping: ColumnMapping, report: Report) -> Sources:
    """Understand a table of the project in this way, and all with its columns from now on."""
    from model.catalogue.mapping import MappedTable
    from model.catalogue.remembered import remember_mapping
    from model.catalogue.tables import read_head

    table = MappedTable(path, mapping)
    changed = change_sources(project, lambda sources: sources.with_table(table), report)
    # Only what was not refused: a folder that is gone may refuse any change.
    remember_mapping(read_head(path).columns, mapping)
    return changed


def save_mapping(path: Path, mapping: ColumnMapping, _report: Report) -> None:
    """Write a mapping of columns for others, or for a command."""
    from model.catalogue.remembered import save_mapping as save

    save(path, mapping)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found, and a sentence on how not to divide the images ("" without)."""

    problems: tuple[Problem, ...]
    remark: str


def check_data_set(project: Project, other: Path | None, report: Report) -> Checked:
    """Look through a data set, as the command `check` does."""
    from model.catalogue.quality import check_data_set as check
    from model.catalogue.sources import load_sources

    found = check(project.root, other, report, load_sources(project))
    return Checked(tuple(found.problems), found.advice)


def count_labels(project: Project, report: Report) -> dict[str, int]:
    """How many images have each class as it is recorded, "" for none."""
    from collections import Counter
    from dataclasses import replace

    from model.catalogue.listing import list_images
    from model.catalogue.sources import load_sources

    recorded = replace(load_sources(project), classes=None)
    batches = list_images(project.root, report, recorded)
    return dict(Counter(image.label for batch in batches for image in batch.images))


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One source of a data set, as it is told.

    Attributes:
        path: The folder or the table.
        what: What it is, in a few words.
        folder: The folder that a table lies in; the path itself for a folder; None for a table
            that lies in none of the folders.
        images: How many images are listed from it; None for a table.
        removable: Whether the user joined it and may take it away again.
        used: Whether anything is taken from it.
    """

    path: Path
    what: str
    folder: Path | None
    images: int | None = None
    removable: bool = False
    used: bool = True


def describe_sources(
    project: Project, records: Sequence[ImageRecord], _report: Report
) -> tuple[SourceRow, ...]:
    """What the data set consists of: folders with their tables, then tables from elsewhere."""
    from model.catalogue.listing import loose_tables
    from model.catalogue.sources import load_sources

    sources = load_sources(project)
    rows: list[SourceRow] = []
    for folder in (project.root, *sources.folders):
        main = folder == project.root
        images = sum(_lies_in(each.path, None if main else folder) for each in records)
        rows += _folder_rows(folder, sources, images, removable=not main)
    loose = loose_tables(project.root, sources)
    rows += (SourceRow(each.path, _MAPPED, None, removable=True) for each in loose)
    rows += (
        SourceRow(path, "left out", _folder_of(path, rows), removable=True, used=False)
        for path in sources.left_out
    )
    return tuple(rows)


def _folder_rows(
    folder: Path, sources: Sources, images: int, *, removable: bool
) -> list[SourceRow]:
    """A folder and its tables; one that is not there is told of all the same."""
    from model.catalogue.batches import CatalogueError
    from model.catalogue.listing import layout_of

    try:
        layout = layout_of(folder, sources)
    except CatalogueError as error:
        return [SourceRow(folder, str(error), folder, images, removable, used=False)]
    mapped = {each.path for each in sources.tables}
    rows = [SourceRow(folder, layout.name, folder, images, removable)]
    rows += (
        SourceRow(each.path, _known(each, mapped), folder, removable=each.path in mapped)
        for each in layout.tables
    )
    rows += (
        SourceRow(folder / each.path, f"not used: {each.reason}", folder, used=False)
        for each in layout.problems
    )
    return rows


def _known(table: MappedTable, mapped: Container[Path]) -> str:
    """Who said what the columns mean; what the user said once of such a table counts as well."""
    from model.catalogue.remembered import remembered_mapping
    from model.catalogue.tables import read_head

    if table.path in mapped:
        return _MAPPED
    if remembered_mapping(read_head(table.path).columns) == table.mapping:
        return "columns as you mapped them in an earlier table"
    return "columns recognised"


def _lies_in(path: str, folder: Path | None) -> bool:
    if folder is None:
        return not Path(path).is_absolute()
    return path.startswith(f"{folder.as_posix()}/")


def _folder_of(path: Path, rows: Sequence[SourceRow]) -> Path | None:
    folders = (row.path for row in rows if row.images is not None)
    return next((folder for folder in folders if path.is_relative_to(folder)), None)
