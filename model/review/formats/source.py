"""A table as somebody wrote it, with the line that each row stands in."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from model.catalogue.tables import delimiter_of, text_of
from model.errors import UserError
from model.review.formats.rows import RowProblem


class FormatError(UserError):
    """A file of readings or decisions that cannot be used."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: `line` counts from 1; as many cells as there are columns."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A table with a header line.

    Attributes:
        path: Where it was read.
        titles: Of the columns, as written.
        names: The same in small letters with "_" between the words: "image_id".
        rows: Those that fit the header.
        problems: Lines that do not.
    """

    path: Path
    titles: tuple[str, ...]
    names: tuple[str, ...]
    rows: tuple[Row, ...]
    problems: tuple[RowProblem, ...]

    def find(self, names: Iterable[str]) -> int | None:
        """The position of the first of these columns that is there."""
        return next((self.names.index(name) for name in names if name in self.names), None)

    def column(self, at: int | None) -> list[str]:
        """The cells of a column; empty ones where there is no such column."""
        return [row.cells[at] if at is not None else "" for row in self.rows]


def read_source(path: Path) -> Source:
    """Read a table of any usual delimiter and encoding.

    Raises:
        CatalogueError: The file cannot be read, or is no text.
        FormatError: It holds no table.
    """
    return source_of(path, text_of(path))


def source_of(path: Path, text: str) -> Source:
    """The table in a text.

    Raises:
        FormatError: There is none.
    """
    skipped, text, delimiter = _told_delimiter(text)
    problems: list[RowProblem] = []
    found = _records(text, delimiter or delimiter_of(text), skipped, problems)
    records = ((line, cells) for line, cells in found if any(cells))
    _, header = next(records, (0, []))
    if not header:
        raise FormatError(f"{path} is empty: a table with a header line was expected.")
    while header and not header[-1]:
        header.pop()  # what spreadsheets leave behind
    width = len(header)
    rows = []
    for line, cells in records:
        if any(cells[width:]):
            problems.append(RowProblem(line, f"{len(cells)} cells under {width} columns"))
        else:
            rows.append(Row(line, (*cells[:width], *[""] * (width - len(cells)))))
    names = tuple(column_name(title) for title in header)
    return Source(path, tuple(header), names, tuple(rows), tuple(sorted(problems, key=_line)))


def column_name(title: str) -> str:
    """A title as columns are compared: "Image ID", "imageId" and "IMAGE-ID" are "image_id"."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", title.strip())
    return re.sub(r"[^\w]+|_+", "_", apart.casefold()).strip("_")


def as_source(path: Path, records: Sequence[dict[str, str]]) -> Source:
    """A table of records that were no table, as JSON; the "line" is the place, from 1."""
    titles = tuple(dict.fromkeys(key for record in records for key in record))
    rows = tuple(
        Row(at, tuple(record.get(title, "").strip() for title in titles))
        for at, record in enumerate(records, start=1)
    )
    return Source(path, titles, tuple(map(column_name, titles)), rows, ())


def _told_delimiter(text: str) -> tuple[int, str, str]:
    """Lines skipped, the rest, and the delimiter: spreadsheets may say it in a line before all."""
    first, _, rest = text.partition("\n")
    told = re.fullmatch(r'"?sep=(.)"?', first.strip("\r"), re.IGNORECASE)
    return (1, rest, told[1]) if told else (0, text, "")


def _records(
    text: str, delimiter: str, skipped: int, problems: list[RowProblem]
) -> Iterator[tuple[int, list[str]]]:
    """The cells of each record with its first line; a record may go over several lines."""
    try:
        yield from [(line + skipped, cells) for line, cells in _strictly(text, delimiter)]
    except csv.Error:
        # A quote that never closes would swallow every reading after it: line by line, then.
        for number, line in enumerate(text.splitlines(), start=1):
            try:
                yield from [(number + skipped, cells) for _, cells in _strictly(line, delimiter)]
            except csv.Error:
                problems.append(RowProblem(number + skipped, "quotes that do not close"))


def _strictly(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    for cells in reader:
        yield start, [cell.strip() for cell in cells]
        start = reader.line_num + 1


def _line(problem: RowProblem) -> int:
    return problem.line
