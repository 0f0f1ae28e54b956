"""Opening SQLite files through SQLAlchemy, so that errors speak to the user.

Connections come from a pool, so that any thread may use a database. Writing begins with a lock
(`BEGIN IMMEDIATE`): two writers wait for each other instead of failing half-way.
"""

import contextlib
import os
import sqlite3
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, MetaData, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, QueuePool

from model.errors import UserError

_MAGIC = b"SQLite format 3\0"
_HEADER_SIZE = 100
_VERSION_AT = 60
_APPLICATION_ID_AT = 68
_WAIT = 30.0  # seconds to wait for another writer


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file of ours.

    Attributes:
        name: What the user calls it: "project" or "cache".
        application_id: In the header of every such file.
        version: Of the schema that this program writes.
        tables: The schema.
        pragmas: Set on every connection.
        creation_pragmas: Set once, on the empty file.
        remedy: What the user can do about a damaged one.
        error: What is raised.
        read_only: Whether files are never changed once they are made.
    """

    name: str
    application_id: int
    version: int
    tables: MetaData
    pragmas: Mapping[str, str]
    creation_pragmas: Mapping[str, str]
    remedy: str
    error: type[UserError]
    read_only: bool = False


class Database:
    """One open file; safe to use from several threads."""

    def __init__(self, path: Path, kind: FileKind) -> None:
        self._path = path
        self._kind = kind
        self._engine = _engine(path, kind)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the file.

        Raises:
            UserError: Of the kind's class; says what went wrong and where.
        """
        with self._translated("read"), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection whose changes are all kept at the end, or none on any error.

        Raises:
            UserError: Of the kind's class; says what went wrong and where.
        """
        engine = self._engine.execution_options(begin="IMMEDIATE")
        with self._translated("written"), engine.connect() as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Close all connections; later calls open new ones."""
        self._engine.dispose()

    @contextlib.contextmanager
    def _translated(self, verb: str) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            reason = explain(error.orig, self._kind)
            message = f"The {self._kind.name} {self._path} could not be {verb}: {reason}"
            raise self._kind.error(message) from error


Rows = Mapping[str, Iterable[Mapping[str, Any]]]


def create_file(path: Path, kind: FileKind, rows: Rows) -> None:
    """Write a new file with its tables; it appears whole or not at all.

    Args:
        path: Where; must not exist.
        kind: What.
        rows: The first rows of tables by name; may be made while they are written.

    Raises:
        UserError: It exists or cannot be written.
        Exception: Whatever making the rows raises; there is no file then.
    """
    temporary = path.with_name(f".{uuid.uuid4().hex}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_new(temporary, kind, rows)
        _place_new(temporary, path, kind)
    except DBAPIError as error:
        reason = explain(error.orig, kind)
        raise kind.error(f"The {kind.name} {path} could not be written: {reason}") from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        message = f"The {kind.name} {path} could not be written: {reason}; choose another place."
        raise kind.error(message) from error
    finally:
        for suffix in ("", "-journal", "-wal", "-shm"):
            with contextlib.suppress(OSError):
                temporary.with_name(temporary.name + suffix).unlink()


def _place_new(temporary: Path, path: Path, kind: FileKind) -> None:
    """Give a finished file its name, unless the name is taken."""
    if path.exists():
        raise kind.error(f"{path} exists already: choose another name.")
    try:
        # Unlike a renaming, a link never replaces what another process put there just now.
        os.link(temporary, path)
    except FileExistsError as error:
        raise kind.error(f"{path} exists already: choose another name.") from error
    except OSError:
        temporary.rename(path)  # Sticks and network shares have no links.


def check_file(path: Path, kind: FileKind) -> int:
    """The schema version of an existing file, found without opening it as a database.

    Raises:
        UserError: It is absent, cannot be read, is of another kind, or newer than this program.
    """
    header = _header(path, kind)
    application_id = int.from_bytes(header[_APPLICATION_ID_AT : _APPLICATION_ID_AT + 4], "big")
    version = int.from_bytes(header[_VERSION_AT : _VERSION_AT + 4], "big")
    if header[: len(_MAGIC)] != _MAGIC or application_id != kind.application_id or not version:
        raise kind.error(
            f"{path} is not a Second Look {kind.name}, or is damaged: it was left as it is. "
            f"{kind.remedy}"
        )
    if version > kind.version:
        raise kind.error(
            f"{path} was written by a newer Second Look (version {version} of the {kind.name}; "
            f"this program knows {kind.version}): it was left as it is. Update the program."
        )
    return version


def check_sound(path: Path, kind: FileKind, version: int) -> None:
    """Check a whole file, of this schema version, without changing a byte of it.

    Raises:
        UserError: It is damaged.
    """
    journal = path.with_name(path.name + "-journal")
    if journal.exists() and journal.stat().st_size:
        return  # Left by a crash: SQLite mends the file when it is opened for writing.
    try:
        with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as reader:
            found = [row[0] for row in reader.execute("PRAGMA quick_check(1)")]
            names = {row[0] for row in reader.execute("SELECT name FROM sqlite_schema")}
    except sqlite3.Error as error:
        raise _damaged(path, kind, str(error)) from error
    if found != ["ok"]:
        raise _damaged(path, kind, str(found[0]).splitlines()[-1])
    missing = set(kind.tables.tables) - names
    if missing and version == kind.version:
        raise _damaged(path, kind, f"no table {min(missing)}")


def explain(error: BaseException | None, kind: FileKind) -> str:
    """A sentence part about an error of SQLite: the reason and what to do."""
    name = getattr(error, "sqlite_errorname", "")
    for start, text in _REASONS.items():
        if name.startswith(start):
            return text
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return f"it is damaged. {kind.remedy}"
    return f"{error}. {kind.remedy}"


_REASONS = {
    "SQLITE_FULL": "the disk is full. Free some space and try again; nothing was half-written.",
    "SQLITE_READONLY": "it may not be written to. Allow writing, or copy it to another folder.",
    "SQLITE_IOERR": "the disk reports an error. Check that it is connected and has free space.",
    "SQLITE_BUSY": "another program holds it. Close that program and try again.",
    "SQLITE_CANTOPEN": "it cannot be opened. Check that the folder exists and may be written to.",
}


def _damaged(path: Path, kind: FileKind, detail: str) -> UserError:
    return kind.error(
        f"The {kind.name} {path} is damaged ({detail}): it was left as it is. {kind.remedy}"
    )


def _header(path: Path, kind: FileKind) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEADER_SIZE)
    except FileNotFoundError as error:
        raise kind.error(f"There is no {kind.name} {path}: check its name.") from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise kind.error(f"The {kind.name} {path} cannot be read: {reason}.") from error


def _write_new(path: Path, kind: FileKind, rows: Rows) -> None:
    # Without a pool, so that the file is closed, and its journal gone, before it is renamed.
    engine = _engine(path, kind, NullPool)
    try:
        with engine.connect() as connection, connection.begin():
            connection.exec_driver_sql(f"PRAGMA application_id = {kind.application_id}")
            connection.exec_driver_sql(f"PRAGMA user_version = {kind.version}")
            kind.tables.create_all(connection)
            for table, first in rows.items():
                for row in first:
                    connection.execute(kind.tables.tables[table].insert(), [dict(row)])
    finally:
        engine.dispose()


def _engine(
    path: Path, kind: FileKind, pool: type[NullPool] | type[QueuePool] = QueuePool
) -> Engine:
    creating = pool is NullPool
    engine = create_engine(
        _address(path, read_only=kind.read_only and not creating),
        poolclass=pool,
        connect_args={"timeout": _WAIT, "check_same_thread": False},
    )

    def set_up(connection: Any, _record: object) -> None:
        # Python's own transactions begin too late to hold what was read before writing.
        connection.isolation_level = None
        pragmas = {**(kind.creation_pragmas if creating else {}), **kind.pragmas}
        for name, value in pragmas.items():
            connection.execute(f"PRAGMA {name} = {value}")

    def begin(connection: Connection) -> None:
        how = connection.get_execution_options().get("begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {how}")

    event.listen(engine, "connect", set_up)
    event.listen(engine, "begin", begin)
    return engine


def _address(path: Path, *, read_only: bool) -> URL:
    if not read_only:
        return URL.create("sqlite", database=str(path))
    # Neither a journal nor a lock file appears beside a file on a stick that is write-protected.
    options = {"mode": "ro", "uri": "true"}
    return URL.create("sqlite", database=path.absolute().as_uri(), query=options)
