"""Runs in the cache: which classifiers gave results."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.sqlite import insert

from model.project.schema import results, runs


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One inference over a data set.

    Attributes:
        number: What the other methods call `run`.
        identity: Of the classifier.
        precision: "f32" or "bf16".
        classes: Codes in the classifier's order.
        about: What whoever began the run wanted to remember.
        started: ISO 8601, UTC.
        images: How many results it has.
    """

    number: int
    identity: str
    precision: str
    classes: tuple[str, ...]
    about: Mapping[str, Any]
    started: str
    images: int


def begin(
    connection: Connection,
    identity: str,
    classes: Sequence[str],
    precision: str,
    about: Mapping[str, Any],
) -> int | None:
    """The run of this classifier at this precision, new where there is none.

    Returns:
        Its number; None where there is one with other classes.
    """
    row = {
        "identity": identity,
        "precision": precision,
        "classes": list(classes),
        "about": dict(about),
        "started": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
    }
    connection.execute(insert(runs).on_conflict_do_nothing(), [row])
    run = connection.execute(
        select(runs).where(runs.c.identity == identity, runs.c.precision == precision)
    ).one()
    number: int = run.id
    return number if list(run.classes) == list(classes) else None


def load_runs(connection: Connection) -> list[RunRecord]:
    """All runs, oldest first."""
    counts = select(results.c.run, func.count().label("images")).group_by(results.c.run).subquery()
    query = (
        select(runs, func.coalesce(counts.c.images, 0).label("images"))
        .outerjoin(counts, counts.c.run == runs.c.id)
        .order_by(runs.c.id)
    )
    return [
        RunRecord(
            number=row.id,
            identity=row.identity,
            precision=row.precision,
            classes=tuple(row.classes),
            about=row.about,
            started=row.started,
            images=row.images,
        )
        for row in connection.execute(query)
    ]


def class_count(connection: Connection, run: int) -> int:
    """How many classes a run has.

    Raises:
        ValueError: There is no such run.
    """
    query = select(runs.c.classes).where(runs.c.id == run)
    classes = connection.execute(query).scalar_one_or_none()
    if classes is None:
        raise ValueError(f"The cache has no run {run}.")
    return len(classes)
