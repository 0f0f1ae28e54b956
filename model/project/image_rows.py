"""Images of the project file: rows to records and back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Connection, bindparam, case, delete, null, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from model.project.schema import images
from model.records import ImageRecord

_FIELDS = tuple(field.name for field in fields(ImageRecord))
# Images of other folders that are joined to the data set have absolute paths.
_ELSEWHERE = or_(images.c.path.op("GLOB")("/*"), images.c.path.op("GLOB")("[A-Za-z]:/*"))
_COLUMNS = [images.c[name] for name in _FIELDS]


def _upsert() -> Any:
    statement = insert(images)
    new = statement.excluded
    same = (images.c.size == new.size) & (images.c.modified == new.modified)
    changes = {name: new[name] for name in _FIELDS if name != "path"}
    # Without the condition every listing would rewrite the whole table.
    return statement.on_conflict_do_update(
        index_elements=[images.c.path],
        set_={**changes, "content_hash": case((same, images.c.content_hash), else_=null())},
        where=or_(*(images.c[name].is_distinct_from(new[name]) for name in changes)),
    )


_UPSERT = _upsert()
_DELETE = delete(images).where(images.c.path == bindparam("gone"))
_STORE_HASH = (
    update(images)
    .where(images.c.path == bindparam("of_path"))
    .values(content_hash=bindparam("new_hash"))
)

_STORE_TIME = (
    update(images)
    .where(images.c.path == bindparam("of_path"))
    .values(modified=bindparam("new_time"))
)


def upsert(connection: Connection, records: Sequence[ImageRecord]) -> None:
    """Add or change images; one whose size or time changed loses its hash."""
    if records:
        connection.execute(_UPSERT, [asdict(record) for record in records])


def remove(connection: Connection, paths: Iterable[str]) -> None:
    """Remove images; paths that are not there do not matter."""
    rows = [{"gone": path} for path in paths]
    if rows:
        connection.execute(_DELETE, rows)


def load(connection: Connection) -> list[ImageRecord]:
    """All images in the order of their paths, those of other folders last."""
    rows = connection.execute(select(*_COLUMNS).order_by(_ELSEWHERE, images.c.path))
    return [ImageRecord(*row) for row in rows]


def some_paths(connection: Connection, count: int) -> list[str]:
    """The first few paths inside the data set's own folder."""
    query = select(images.c.path).where(~_ELSEWHERE).order_by(images.c.path).limit(count)
    return list(connection.execute(query).scalars())


def load_hashes(connection: Connection) -> dict[str, str]:
    """The content hashes that are known, by path."""
    known = images.c.content_hash.is_not(None)
    rows = connection.execute(select(images.c.path, images.c.content_hash).where(known))
    return {row.path: row.content_hash for row in rows}


def store_hashes(connection: Connection, hashes: Mapping[str, str]) -> None:
    """Store content hashes of images that are in the table; others do not matter."""
    rows = [{"of_path": path, "new_hash": value} for path, value in hashes.items()]
    if rows:
        connection.execute(_STORE_HASH, rows)


def store_times(connection: Connection, records: Sequence[ImageRecord]) -> None:
    """Store new times of change, keeping hashes: the files were found to be the same."""
    rows = [{"of_path": record.path, "new_time": record.modified} for record in records]
    if rows:
        connection.execute(_STORE_TIME, rows)
