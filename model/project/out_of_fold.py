"""Probabilities of every image by a network that never saw its lesion, from k folds."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from model.project.project import Project
from model.project.review_tables import out_of_fold, out_of_fold_runs


@dataclass(frozen=True, slots=True, eq=False)
class OutOfFold:
    """The probabilities of one run of k folds.

    Attributes:
        identity: Of the run.
        classes: Codes in the order of the columns.
        probabilities: float32 [N, C], calibrated.
        folds: [N], the fold that the image was left out in.
        rows: Where each image stands, by content hash.
        about: What the run tells of itself, as JSON values.
    """

    identity: str
    classes: tuple[str, ...]
    probabilities: NDArray[np.float32]
    folds: NDArray[np.int64]
    rows: Mapping[str, int]
    about: Mapping[str, Any]


def store_out_of_fold(
    project: Project,
    identity: str,
    classes: Sequence[str],
    found: Mapping[str, tuple[int, NDArray[np.floating[Any]]]],
    about: Mapping[str, Any],
) -> bool:
    """Keep a run's probabilities; a run that is there already stays as it is.

    Args:
        project: Where to.
        identity: Of the run.
        classes: Codes in the order of the columns.
        found: Fold (from 1) and probabilities [C] by content hash.
        about: What the run tells of itself, as JSON values.

    Returns:
        Whether it was not there yet.

    Raises:
        ProjectError: The project cannot be written; nothing is stored then.
    """
    runs = out_of_fold_runs
    values = {
        "identity": identity,
        "classes": list(classes),
        "folds": len({fold for fold, _ in found.values()}),
        "about": dict(about),
        "created": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
    }
    with project.database.writing() as connection:
        if connection.execute(select(runs.c.number).where(runs.c.identity == identity)).first():
            return False
        number = connection.execute(runs.insert().returning(runs.c.number), [values]).scalar_one()
        rows = [
            {
                "run": number,
                "content_hash": content,
                "fold": fold,
                "probabilities": np.asarray(shares, "<f4").tobytes(),
            }
            for content, (fold, shares) in found.items()
        ]
        if rows:
            connection.execute(out_of_fold.insert(), rows)
    return True


def latest_out_of_fold(project: Project) -> OutOfFold | None:
    """The run that was stored last; None where there is none."""
    runs = out_of_fold_runs
    with project.database.reading() as connection:
        run = connection.execute(select(runs).order_by(runs.c.number.desc()).limit(1)).first()
        if run is None:
            return None
        query = select(out_of_fold).where(out_of_fold.c.run == run.number)
        stored = connection.execute(query).all()
    blocks = [np.frombuffer(row.probabilities, "<f4") for row in stored]
    shape = (len(blocks), len(run.classes))
    return OutOfFold(
        run.identity,
        tuple(run.classes),
        np.stack(blocks) if blocks else np.zeros(shape, np.float32),
        np.array([row.fold for row in stored], np.int64),
        {row.content_hash: number for number, row in enumerate(stored)},
        run.about,
    )
