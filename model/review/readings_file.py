"""A readings file: what one reader answered in one study. Rows are only ever added.

Each row is sealed with the one before it, the first with the study and the reader, so that a row
that was changed, left out or moved to another reader's file is found.
"""

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, Row, select
from sqlalchemy.exc import NoResultFound

from model.project.database import Database, check_file, check_sound, create_file
from model.review.reading import now
from model.review.tables import READINGS, ReadingsError, entries, readings_about

READING, RETRACTION, SHOWN = "reading", "retraction", "shown"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row.

    Attributes:
        id: UUID.
        kind: "reading", "retraction", or "shown": a stage of a case was put on the screen.
        content: Plain values; of a reading `Reading.to_json`.
    """

    id: str
    kind: str
    content: Mapping[str, Any]

    @classmethod
    def new(cls, kind: str, content: Mapping[str, Any], id: str = "") -> Self:  # noqa: A002 - the field's name
        """A row to be added; without an id it gets one."""
        return cls(id or str(uuid.uuid4()), kind, json.loads(json.dumps(content)))


class ReadingsFile:
    """An open readings file. Every method may be called from any thread.

    Attributes:
        path: Where the file is.
        study: Identity of the study.
        reader: Name or code, as given.
        iteration: How often this reader reads the study, from 1.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._database = Database(path, READINGS)
        about, rows = self._stored()
        self.study: str = about.study
        self.reader: str = about.reader
        self.iteration: int = about.iteration
        self._seal = first_seal(self.study, self.reader, self.iteration)
        self._number = 0
        self._entries = [self._checked(row) for row in rows]

    @classmethod
    def create(cls, path: Path, study: str, reader: str, iteration: int = 1) -> Self:
        """Write a new readings file without answers.

        Raises:
            ReadingsError: The file exists already or cannot be written.
        """
        about = {"id": 1, "study": study, "reader": reader, "iteration": iteration}
        create_file(path.absolute(), READINGS, {"about": [about | {"created": now()}]})
        return cls(path.absolute())

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a readings file and check every row of it.

        Raises:
            ReadingsError: The file is absent, damaged, changed by other hands, not a readings
                file, or newer than this program; it is left as it is.
        """
        path = path.absolute()
        check_sound(path, READINGS, check_file(path, READINGS))
        return cls(path)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All rows, oldest first."""
        return tuple(self._entries)

    def append(self, *new: Entry) -> None:
        """Add rows; all are on the disk when this returns, or none is.

        Raises:
            ReadingsError: They cannot be written, or another program added rows meanwhile. It may
                be tried again.
        """
        rows, seal = [], self._seal
        for number, entry in enumerate(new, start=self._number + 1):
            seal = next_seal(seal, entry)
            content = {"id": entry.id, "kind": entry.kind, "content": entry.content}
            rows.append(content | {"number": number, "seal": seal})
        with self._database.writing() as connection:
            if self._last_number(connection) != self._number:
                raise ReadingsError(
                    f"{self.path} is being read with in another window; close that one."
                )
            connection.execute(entries.insert(), rows)
        self._seal, self._number = seal, self._number + len(rows)
        self._entries.extend(new)

    def _stored(self) -> tuple[Row[Any], Sequence[Row[Any]]]:
        try:
            with self._database.reading() as connection:
                about = connection.execute(select(readings_about)).one()
                rows = connection.execute(select(entries).order_by(entries.c.number)).all()
        except (ValueError, NoResultFound) as error:  # a row that is no JSON, or none at all
            self._database.close()
            raise ReadingsError(
                f"The readings file {self.path} is damaged ({error}): it was left as it is."
                f" {READINGS.remedy}"
            ) from error
        return about, rows

    def _last_number(self, connection: Connection) -> int:
        last = select(entries.c.number).order_by(entries.c.number.desc()).limit(1)
        return connection.execute(last).scalar_one_or_none() or 0

    def _checked(self, row: Row[Any]) -> Entry:
        entry = Entry(row.id, row.kind, row.content)
        self._number, self._seal = self._number + 1, next_seal(self._seal, entry)
        if (row.number, row.seal) != (self._number, self._seal) or not isinstance(
            entry.content, dict
        ):
            self._database.close()
            why = f"it was changed by other hands, or is not of the reader {self.reader!r}"
            raise broken_row(self.path, self._number, why)
        return entry


def broken_row(path: Path, number: int, why: object) -> ReadingsError:
    """What is said of a row that cannot be."""
    return ReadingsError(
        f"{path}: row {number} cannot be used ({why}); the file was left as it is."
        " Ask the reader for it again."
    )


def first_seal(study: str, reader: str, iteration: int) -> str:
    """What the first row is chained to."""
    return _digest([study, reader, iteration])


def next_seal(previous: str, entry: Entry) -> str:
    """The seal of the row that follows the one sealed with `previous`."""
    return _digest([previous, entry.id, entry.kind, entry.content])


def _digest(values: Any) -> str:
    text = json.dumps(values, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
