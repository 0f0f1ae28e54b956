"""Mappings of columns that the user made once, found again by a table's header."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from model.catalogue.mapping import ColumnMapping
from model.errors import UserError
from model.files import written_whole
from model.project.home import home

_FILE = "column_mappings.json"


def remembered_mapping(columns: Sequence[str]) -> ColumnMapping | None:
    """How the user mapped the last table with these columns, in any order; None for no such."""
    values = _read().get(_header(columns))
    try:
        return ColumnMapping.from_json(values).fitted(columns) if values else None
    except ValueError:
        return None  # of a newer program: it is asked again


def remember_mapping(columns: Sequence[str], mapping: ColumnMapping) -> None:
    """Use a mapping for every table with these columns from now on.

    Raises:
        UserError: The program's own folder cannot be written.
    """
    known = {**_read(), _header(columns): mapping.to_json()}
    path = home() / _FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(path) as temporary:
        temporary.write_text(json.dumps(known, ensure_ascii=False, indent=1), encoding="utf-8")


def load_mapping(path: Path) -> ColumnMapping:
    """A mapping that was written by `save_mapping`, or by hand.

    Raises:
        UserError: The file cannot be read, or is no mapping of columns.
    """
    try:
        return ColumnMapping.from_json(json.loads(path.read_text(encoding="utf-8-sig")))
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise UserError(f"{path} is no mapping of columns: {error}") from error


def save_mapping(path: Path, mapping: ColumnMapping) -> None:
    """Write a mapping for others, or for a command.

    Raises:
        UserError: The file cannot be written.
    """
    with written_whole(path) as temporary:
        text = json.dumps(mapping.to_json(), ensure_ascii=False, indent=1)
        temporary.write_text(text + "\n", encoding="utf-8")


def _header(columns: Sequence[str]) -> str:
    return "\n".join(sorted(column.casefold() for column in columns))


def _read() -> dict[str, Any]:
    try:
        found = json.loads((home() / _FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
