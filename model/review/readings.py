"""Readings in the project: all that came back, what was taken back, and what contradicts."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from model.project.project import Project
from model.project.review_tables import readings, retractions
from model.review.answers import Answers, Shown
from model.review.protocol import Stage
from model.review.reading import Reading, Retraction, now
from model.review.tables import ReadingsError

_MOST_VALUES = 500  # in one question to SQLite
# Times are not known of all readings that came from elsewhere.
_AS_GIVEN = (readings.c.ended, readings.c.iteration, readings.c.position, readings.c.id)


@dataclass(frozen=True, slots=True)
class Added:
    """How many rows were new."""

    readings: int
    retractions: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """Several answers of one reader for the same case, stage and iteration.

    Attributes:
        reader: Whose.
        code: Of the case in the study.
        stage: Of the answers.
        iteration: Of the answers.
        readings: Oldest first; until one is chosen the oldest counts.
    """

    reader: str
    code: str
    stage: Stage
    iteration: int
    readings: tuple[Reading, ...]


def add(
    project: Project, study: int, given: Sequence[Reading], taken: Sequence[Retraction]
) -> Added:
    """Join readings to a study of the project, in one transaction; those known are left alone.

    Raises:
        ReadingsError: A reading with a known id is not the same; nothing is added then.
        ProjectError: The project cannot be written; nothing is added then.
    """
    new = [_row(study, each) for each in given]
    taken_back = [asdict(each) for each in taken]
    with project.database.writing() as connection:
        known = _known(connection, readings, [row["id"] for row in new])
        for row in new:
            if row["id"] in known and _differs(known[row["id"]], row):
                raise ReadingsError(
                    f"The reading {row['id']} is in the project with another content: nothing was"
                    " merged. Ask the reader for the file again."
                )
        fresh = [row for row in new if row["id"] not in known]
        known = _known(connection, retractions, [row["id"] for row in taken_back])
        fresh_retractions = [row for row in taken_back if row["id"] not in known]
        for table, rows in ((readings, fresh), (retractions, fresh_retractions)):
            if rows:
                connection.execute(table.insert(), rows)
    return Added(len(fresh), len(fresh_retractions))


def readers(project: Project, study: int) -> list[str]:
    """Who has readings in a study, in the order of the alphabet."""
    query = select(readings.c.reader).where(readings.c.study == study).distinct()
    with project.database.reading() as connection:
        return sorted(connection.execute(query).scalars())


def load(project: Project, study: int | None = None) -> list[Reading]:
    """The readings that stand, of one study or of all: not taken back, and one for each step.

    Of several answers to one step the oldest counts (see `conflicts`). In the order in which they
    were given.
    """
    return [found[0] for found in _by_step(project, study).values()]


def conflicts(project: Project, study: int | None = None) -> list[Conflict]:
    """Where a reader answered the same step several times and none was taken back."""
    return [
        Conflict(found[0].reader, found[0].code, found[0].stage, found[0].iteration, tuple(found))
        for found in _by_step(project, study).values()
        if len(found) > 1
    ]


def settle(project: Project, conflict: Conflict, keep: str, by: str) -> None:
    """Let one answer of a conflict stand; the others are taken back, and stay on record.

    Args:
        project: Where they are.
        conflict: Of `conflicts`.
        keep: Id of the reading that stands.
        by: Who decides.

    Raises:
        ValueError: The conflict has no such reading.
        ProjectError: The project cannot be written.
    """
    ids = [each.id for each in conflict.readings]
    if keep not in ids:
        raise ValueError(f"There is no reading {keep} in this conflict.")
    rows = [
        {"id": str(uuid.uuid4()), "reading": each, "at": now(), "by": by}
        for each in ids
        if each != keep
    ]
    with project.database.writing() as connection:
        connection.execute(retractions.insert(), rows)


def _known(connection: Connection, table: Table, ids: Sequence[str]) -> dict[str, Row[Any]]:
    """The rows of a table with one of these ids."""
    found: dict[str, Row[Any]] = {}
    for start in range(0, len(ids), _MOST_VALUES):
        some = ids[start : start + _MOST_VALUES]
        rows = connection.execute(select(table).where(table.c.id.in_(some)))
        found |= {row.id: row for row in rows}
    return found


def _by_step(project: Project, study: int | None) -> dict[tuple[Any, ...], list[Reading]]:
    taken = select(retractions.c.reading)
    query = select(readings).where(readings.c.id.not_in(taken))
    if study is not None:
        query = query.where(readings.c.study == study)
    found: defaultdict[tuple[Any, ...], list[Reading]] = defaultdict(list)
    with project.database.reading() as connection:
        for row in connection.execute(query.order_by(*_AS_GIVEN)):
            key = (row.study, row.reader, row.code, row.stage, row.iteration)
            found[key].append(_reading(row))
    return dict(found)


def _row(study: int, reading: Reading) -> dict[str, Any]:
    values = reading.to_json()
    values["position"] = values.pop("order")
    return values | {"study": study, "merged": now()}


def _reading(row: Row[Any]) -> Reading:
    return Reading(
        id=row.id,
        reader=row.reader,
        code=row.code,
        stage=Stage(row.stage),
        iteration=row.iteration,
        order=row.position,
        answers=Answers.from_json(row.answers),
        shown=Shown.from_json(row.shown),
        started=row.started,
        ended=row.ended,
        seconds=row.seconds,
        version=row.version,
    )


def _differs(row: Row[Any], given: dict[str, Any]) -> bool:
    names = [name for name in given if name != "merged"]
    return any(getattr(row, name) != given[name] for name in names)
