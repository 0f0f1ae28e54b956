"""Reading tables as people and programs write them: commas, semicolons or tabs, any encoding."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from model.catalogue.batches import CatalogueError

_DELIMITERS = (",", ";", "\t", "|")
_PIPES = "||"  # PH2's table stands between these, with a legend around it
_HEAD = 65_536
_LINE = re.compile(r"[\r\n]")
_HINT = re.compile(r"sep=(.)[\r\n]+", re.IGNORECASE)  # Excel's first line, which is no header
_ENCODINGS = {
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "cp1252": "Windows-1252",
}
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Table:
    """A table read into memory.

    Attributes:
        path: Where it was read.
        columns: Names as written, without surrounding blanks.
        rows: As many cells as there are columns in each, without surrounding blanks.
        overfull: Numbers of the rows that lost cells, since they had more than there are columns.
    """

    path: Path
    columns: tuple[str, ...]
    rows: list[list[str]]
    overfull: tuple[int, ...] = ()

    def find(self, *names: str) -> int | None:
        """The position of the first of these columns that is there, whatever its case."""
        known = [column.casefold() for column in self.columns]
        return next((known.index(name) for name in names if name in known), None)


def read_table(path: Path) -> Table:
    """Read a table with a header line.

    The delimiter is the one that divides the header most often; byte-order marks, quotes and all
    line ends are understood, short rows are filled up, blank lines skipped.

    Raises:
        CatalogueError: The file cannot be read, or is no table.
    """
    return _table(path, text_of(path))


def read_head(path: Path) -> Table:
    """The header and the first rows of a table, whatever its length.

    Raises:
        CatalogueError: As `read_table`.
    """
    data = bytes_of(path, _HEAD)
    if len(data) == _HEAD:
        # The last line is cut, perhaps inside a letter.
        data = data[: data.rfind(b"\n") + 1 or len(data)]
        data += b"\0" * (len(data) % 2 if data.startswith(_UTF_16) else 0)
    return _table(path, _text(path, data))


def text_of(path: Path) -> str:
    """The content of a file of text, in whatever encoding.

    Raises:
        CatalogueError: The file cannot be read, or is no text.
    """
    return _text(path, bytes_of(path))


def _text(path: Path, data: bytes) -> str:
    text = decoded(data)
    if "\0" in text:
        raise CatalogueError(
            f"{path} is no table: it holds bytes that are no text. Save it as CSV."
        )
    return text


def _table(path: Path, text: str) -> Table:
    hint = _HINT.match(text)
    text = text[hint.end() :] if hint else text
    piped = _PIPES in text.partition("\n")[0]
    delimiter = hint[1] if hint else delimiter_of(text)
    lines = _piped_lines(text) if piped else _lines(text, delimiter, path)
    header = next(lines, None)
    if header is None:
        raise CatalogueError(f"{path} is empty: a table with a header line was expected.")
    columns = tuple(name.strip() for name in header)
    rows = list(lines)
    overfull = tuple(at for at, cells in enumerate(rows) if any(cells[len(columns) :]))
    return Table(path, columns, [_fitted(cells, len(columns)) for cells in rows], overfull)


def _piped_lines(text: str) -> Iterator[list[str]]:
    for line in text.splitlines():
        if line.strip().startswith(_PIPES):
            inside = line.strip().removeprefix(_PIPES).removesuffix(_PIPES)
            yield [cell.strip() for cell in inside.split(_PIPES)]


def _lines(text: str, delimiter: str, path: Path) -> Iterator[list[str]]:
    """The cells of all lines that hold anything."""
    # Looking once for blanks beside a delimiter or an end spares a million calls in a clean file.
    strip = any(
        mark in text for mark in (f" {delimiter}", f"{delimiter} ", " \n", "\n ", " \r", '"')
    )
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if any(cells):
                stripped = [cell.strip() for cell in cells] if strip else cells
                if any(stripped):
                    yield stripped
    except csv.Error as error:
        raise CatalogueError(f"{path} is not a table that can be read ({error}).") from error


def bytes_of(path: Path, size: int = -1) -> bytes:
    """The content of a file, or its first bytes.

    Raises:
        CatalogueError: It cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(size)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise CatalogueError(f"The table {path} cannot be read: {reason}.") from error


def decoded(data: bytes) -> str:
    """The text that some bytes are, without a byte-order mark."""
    return data.decode(_codec(data), "replace")


def encoding_of(data: bytes) -> str:
    """How some bytes are understood as text, in words."""
    mark = " with byte-order mark" if data.startswith(codecs.BOM_UTF8) else ""
    return f"{_ENCODINGS[_codec(data)]}{mark}"


def _codec(data: bytes) -> str:
    if data.startswith(_UTF_16):
        return "utf-16"
    if [data[1:2], data[3:4]] == [b"\0", b"\0"] and data[0]:
        return "utf-16-le"
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What spreadsheet programs in Western Europe write; every byte means something in it.
        return "cp1252"
    return "utf-8-sig"


def delimiter_of(text: str) -> str:
    """What divides the first line that holds anything."""
    first_line = _LINE.split(text.lstrip(), maxsplit=1)[0]
    return max(
        _DELIMITERS, key=lambda each: len(next(csv.reader([first_line], delimiter=each), []))
    )


def _fitted(cells: list[str], count: int) -> list[str]:
    if len(cells) == count:
        return cells
    return cells[:count] + [""] * (count - len(cells))
