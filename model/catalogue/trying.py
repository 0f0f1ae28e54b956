"""What a mapping of columns makes of a table, to be looked at before it is believed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from model.catalogue.diagnoses import LESION_CODES
from model.catalogue.facts import Facts, parse_number, something
from model.catalogue.image_ids import image_id_of, join_key
from model.catalogue.mapped_rows import MappedRows, label_code
from model.catalogue.mapping import ColumnMapping
from model.catalogue.proposing import holds_zeros_and_ones
from model.catalogue.tables import Table, bytes_of, decoded, delimiter_of, encoding_of
from model.records import ImageRecord
from model.taxonomy import BENIGN, MALIGNANT

CODES = LESION_CODES | {MALIGNANT, BENIGN}
_WITHOUT_IMAGE = 2
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True, slots=True)
class Word:
    """What a table writes in place of a class.

    Attributes:
        text: As written.
        count: In how many rows.
        code: How it is understood; "" where it is left out.
    """

    text: str
    count: int
    code: str

    @property
    def is_understood(self) -> bool:
        """Whether it is a class, or left out on purpose."""
        return not self.code or self.code in CODES


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it is written and as it is understood; `path` of its image, "" without one."""

    cells: tuple[str, ...]
    image_id: str
    path: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class Trial:
    """What a mapping makes of a table.

    Attributes:
        mapping: The mapping.
        rows: The first rows.
        count: How many rows there are.
        found: How many have an image here.
        unlabelled: How many of those found get no label.
        without_row: How many images here have no row.
        words: What stands for classes, the most frequent first.
        flaws: Sentences on cells and rows that are not as they should be.
    """

    mapping: ColumnMapping
    rows: tuple[Row, ...]
    count: int
    found: int
    unlabelled: int
    without_row: int
    words: tuple[Word, ...]
    flaws: tuple[str, ...]


def ones_of(table: Table) -> dict[str, int]:
    """How many cells are 1, by column that holds nothing but zeros and ones, as a ground truth."""
    counts = {}
    for at, name in enumerate(table.columns):
        if holds_zeros_and_ones(table, (name,)):
            cells = Counter(row[at] for row in table.rows)
            counts[name] = sum(count for cell, count in cells.items() if parse_number(cell) == 1)
    return counts


def form_of(path: Path) -> str:
    """How a table is written, such as "semicolons, UTF-8 with byte-order mark".

    Raises:
        CatalogueError: It cannot be read.
    """
    data = bytes_of(path)
    return f"{_DELIMITERS[delimiter_of(decoded(data))]}, {encoding_of(data)}"


def files_by_key(records: Iterable[ImageRecord]) -> dict[str, str]:
    """Paths of images by what tables are joined with; the first of each id."""
    return {join_key(each.image_id): each.path for each in reversed(list(records))}


def try_mapping(
    table: Table, mapping: ColumnMapping, files: Mapping[str, str], count: int = 12
) -> Trial:
    """Read a whole table as `mapping` says.

    Args:
        table: From `read_table`.
        mapping: What its columns are taken for.
        files: From `files_by_key`.
        count: How many rows to show: of every word for a class in turn, and some without image.

    Raises:
        CatalogueError: The table lacks a column that is mapped.
    """
    rows = MappedRows(table, mapping)
    at = table.columns.index(mapping.image)
    keys = [join_key(image_id_of(cells[at])) for cells in table.rows]
    there = [key in files for key in keys]
    shown = _shown(table, mapping, there, count)
    found = {key for key in rows.all_keys if key in files}
    unlabelled = sum(not (facts.label if (facts := rows.facts(key)) else "") for key in found)
    return Trial(
        mapping,
        tuple(
            Row(
                tuple(table.rows[number]),
                image_id_of(table.rows[number][at]),
                files.get(keys[number], ""),
                rows.facts_of(table.rows[number]),
            )
            for number in shown
        ),
        len(table.rows),
        sum(there),
        unlabelled,
        len(files) - len(found),
        _words(table, mapping),
        tuple(_flaws(table, rows)),
    )


def _shown(table: Table, mapping: ColumnMapping, there: Sequence[bool], count: int) -> list[int]:
    """Numbers of rows: of every word for a class in turn, then some that have no image here."""
    at = [table.columns.index(name) for name in mapping.label if name in table.columns]
    turns: Counter[tuple[str, ...]] = Counter()
    places = []
    for number in (number for number, is_there in enumerate(there) if is_there):
        word = tuple(table.rows[number][column] for column in at)
        places.append((turns[word], number))
        turns[word] += 1
    without = [number for number, is_there in enumerate(there) if not is_there]
    some = without[: max(_WITHOUT_IMAGE, count - len(places))]
    with_image = sorted(places) if at else places
    return [number for _, number in with_image[: count - len(some)]] + some[:count]


def _words(table: Table, mapping: ColumnMapping) -> tuple[Word, ...]:
    columns = [table.columns.index(name) for name in mapping.label if name in table.columns]
    counts = Counter(row[at] for row in table.rows for at in columns if something(row[at]))
    return tuple(
        Word(text, count, label_code(mapping, text)) for text, count in counts.most_common()
    )


def _flaws(table: Table, rows: MappedRows) -> Iterable[str]:
    yield from (problem.reason for problem in rows.problems())
    if rows.repeated:
        yield f"{len(rows.repeated):,} images have more than one row; the first is used."
    if table.overfull:
        yield f"{len(table.overfull):,} rows have more cells than there are columns."
