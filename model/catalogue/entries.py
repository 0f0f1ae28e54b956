"""What a data set holds, whether or not its image files are at hand."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from model.catalogue.batches import CatalogueError, NoImagesError
from model.catalogue.class_folders import split_named
from model.catalogue.facts import Facts
from model.catalogue.image_ids import join_key
from model.catalogue.listing import list_images, recognise
from model.catalogue.mapping import MappedTable
from model.catalogue.proposing import propose_mapping
from model.catalogue.rows import Rows, read_rows
from model.catalogue.sources import Sources
from model.catalogue.tables import read_head
from model.progress import Report
from model.records import ImageRecord, Problem, ProblemKind


@dataclass(frozen=True, slots=True)
class Entry:
    """One image of a data set.

    Attributes:
        name: Its path relative to the data set's folder, or the image id where there is no file.
        key: What it is joined by.
        label: Code of the recorded class, or "".
        lesion_id: What was photographed, or "".
        split: training, validation, test, or "" where the data set does not divide.
        has_file: Whether there is a file that can be tried.
        described: Whether a table names it.
    """

    name: str
    key: str
    label: str
    lesion_id: str
    split: str = ""
    has_file: bool = False
    described: bool = False


@dataclass(frozen=True, slots=True)
class DataSet:
    """All images of a data set, and what listing them brought up.

    Attributes:
        root: Its folder.
        entries: Those with files first.
        problems: From the listing.
    """

    root: Path
    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]

    @property
    def paths(self) -> list[str]:
        """The files that are worth reading."""
        closed = {each.path for each in self.problems if each.kind is ProblemKind.UNREADABLE}
        return [each.name for each in self.entries if each.has_file and each.name not in closed]


def read_data_set(root: Path, report: Report, sources: Sources | None = None) -> DataSet:
    """List a data set; rows of its tables count also without a file.

    Args:
        root: Its folder, or a table alone.
        report: Told where the listing is.
        sources: What belongs to it besides.

    Raises:
        CatalogueError: The folder cannot be listed, or holds neither images nor tables of them.
        Cancelled: From `report`.
    """
    sources = sources or Sources()
    if root.is_file():
        rows = read_rows([_as_table(root)])
        return DataSet(root, tuple(_from_rows(rows, rows.all_keys)), ())
    layout = recognise(root, sources)
    records: list[ImageRecord] = []
    problems: list[Problem] = []
    try:
        for batch in list_images(root, report, sources):
            records += batch.images
            problems += batch.problems
    except NoImagesError:
        if not layout.tables:
            raise
    rows = read_rows(layout.tables)
    entries = [_from_file(record, rows) for record in records]
    keys = {entry.key for entry in entries}
    fileless = (key for key in rows.all_keys if key not in keys)
    named = list(_from_rows(rows, fileless))
    if classes := sources.classes:
        named = [replace(each, label=classes.code(each.label)) for each in named]
    entries += named
    return DataSet(root, tuple(entries), tuple(problems))


def _as_table(path: Path) -> MappedTable:
    mapping = propose_mapping(read_head(path))
    if mapping is None:
        raise CatalogueError(
            f"{path} has no column that names images, such as image or image_id: map its columns."
        )
    return MappedTable(path, mapping)


def _from_file(record: ImageRecord, rows: Rows) -> Entry:
    folder = record.path.partition("/")[0] if "/" in record.path else ""
    key = join_key(record.image_id)
    return Entry(
        record.path,
        key,
        record.label,
        record.lesion_id,
        split=split_named(record.source) or split_named(folder),
        has_file=True,
        described=key in rows,
    )


def _from_rows(rows: Rows, keys: Iterable[str]) -> Iterator[Entry]:
    return (_from_row(rows.image_id(key), key, rows.facts(key) or Facts()) for key in keys)


def _from_row(image_id: str, key: str, facts: Facts) -> Entry:
    split = split_named(facts.source)
    return Entry(image_id, key, facts.label, facts.lesion_id, split, described=True)
