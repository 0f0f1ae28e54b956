"""Where a data set's own tables say which split an image belongs to."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from model.catalogue.class_folders import split_named
from model.catalogue.image_ids import image_id_of, join_key
from model.catalogue.listing import recognise
from model.catalogue.mapping import MappedTable
from model.catalogue.sources import Sources, sources_of
from model.catalogue.split_plan import SplitError
from model.catalogue.tables import Table, read_head, read_table
from model.records import ImageRecord

FOLDERS = "folder"
"""Asked for as a column: the data set's own folders train, validation and test."""


def split_columns(root: Path, sources: Sources | None = None) -> tuple[str, ...]:
    """Columns of the data set's tables that hold names of splits, such as "train" or "val".

    Only the first rows are looked at. `FOLDERS` where the images lie in folders of such names.

    Args:
        root: The data set's folder.
        sources: What it is joined with; None for what the folder's project says.

    Raises:
        CatalogueError: The folder cannot be read.
    """
    layout = recognise(root, sources_of(root) if sources is None else sources)
    heads = (read_head(table.path) for table in layout.tables)
    folders = layout.class_folders and layout.class_folders.splits
    names = (name for head in heads for name in _holding_splits(head))
    return tuple(dict.fromkeys((*names, *((FOLDERS,) if folders else ()))))


def _holding_splits(table: Table) -> Iterator[str]:
    for number, name in enumerate(table.columns):
        if any(split_named(row[number]) for row in table.rows):
            yield name


def splits_in_column(
    root: Path, records: Sequence[ImageRecord], column: str, sources: Sources | None = None
) -> dict[str, str]:
    """What a column says: one of `SPLITS` by path, for images of which it says something.

    Args:
        root: The data set's folder.
        records: Its images.
        column: A column's name, whatever its case; or `FOLDERS`, where no column is called so.
        sources: What the data set is joined with; None for what the folder's project says.

    Raises:
        SplitError: No table has the column, or no word in it names a split.
        CatalogueError: The folder or a table cannot be read.
    """
    told: dict[str, str] = {}
    found = False
    sources = sources_of(root) if sources is None else sources
    for mapped in recognise(root, sources).tables:
        table = read_table(mapped.path)
        at = table.find(column.casefold())
        if at is not None:
            found = True
            told = dict(_told(table, mapped, at)) | told
    given = {r.path: told[key] for r in records if (key := join_key(r.image_id)) in told}
    if not found and column.casefold() == FOLDERS:
        given = {r.path: split for r in records if (split := split_named(r.path.split("/")[0]))}
    elif not found:
        raise SplitError(f"No table in {root} has a column {column!r}: choose another column.")
    if not given:
        raise SplitError(
            f"The column {column!r} says of no image training, validation or test: "
            "choose another column."
        )
    return given


def _told(table: Table, mapped: MappedTable, at: int) -> Iterator[tuple[str, str]]:
    image = table.columns.index(mapped.mapping.image)
    for row in table.rows:
        if split := split_named(row[at]):
            yield join_key(image_id_of(row[image])), split
