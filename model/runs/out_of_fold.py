"""The table of out-of-fold probabilities: of each image by a network that never saw its lesion.

`out_of_fold.csv` in a run's folder has a row for each image: `image` (the file's name without its
ending), one column for each class with its calibrated probability, `fold` (from 1, the one whose
network did not learn from it), `lesion_id`, `path` (relative to the data set) and `content_hash`
(SHA-256 of the file). `evaluate` takes it as a table of predictions.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from model import files
from model.catalogue.score_tables import FOLD_COLUMNS
from model.images import content_hash, read_bytes
from model.project.out_of_fold import store_out_of_fold
from model.project.project import Project
from model.runs.folder import RunError, RunFolder

_IMAGE = "image"


@dataclass(frozen=True, slots=True)
class HeldOut:
    """An image that was left out of the training of one network, and what that says of it."""

    image_id: str
    probabilities: tuple[float, ...]
    fold: int
    lesion_id: str
    path: str
    content_hash: str


@dataclass(frozen=True, slots=True)
class FoldTable:
    """All images of a run with folds, by fold; `classes` in the order of the probabilities."""

    classes: tuple[str, ...]
    rows: tuple[HeldOut, ...]


def write_table(path: Path, table: FoldTable) -> None:
    """Write a table; it appears whole or not at all.

    Raises:
        UserError: The file cannot be written.
    """
    rows = (
        (r.image_id, *map(repr, r.probabilities), r.fold, r.lesion_id, r.path, r.content_hash)
        for r in table.rows
    )
    files.write_table(path, (_IMAGE, *table.classes, *FOLD_COLUMNS), rows)


def read_table(path: Path) -> FoldTable:
    """Read what `write_table` wrote.

    Raises:
        RunError: There is no such table, or it is damaged.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            columns = reader.fieldnames or ()
            classes = tuple(name for name in columns if name not in {_IMAGE, *FOLD_COLUMNS})
            return FoldTable(classes, tuple(_row(values, classes) for values in reader))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"{path} is missing or damaged: run the training of its folds.") from error


def is_of(run: RunFolder, root: Path) -> bool:
    """Whether a run was trained on the data set in a folder.

    Raises:
        RunError: The run's configuration is damaged.
    """
    return Path(run.read_record()["data_set"]).resolve() == root.resolve()


def store_in_project(run: RunFolder, project: Project) -> bool:
    """Keep a run's out-of-fold probabilities in a project, where labels are doubted by them.

    Storing the same run again changes nothing.

    Returns:
        Whether they were not there yet.

    Raises:
        RunError: The run has none yet.
        ProjectError: The project cannot be written.
    """
    table = read_table(run.out_of_fold)
    identity = content_hash(read_bytes(run.out_of_fold))
    found = {
        row.content_hash: (row.fold, np.array(row.probabilities, np.float32)) for row in table.rows
    }
    about = {"run": str(run.path.resolve())}
    return store_out_of_fold(project, identity, table.classes, found, about)


def _row(values: Mapping[str, str], classes: tuple[str, ...]) -> HeldOut:
    return HeldOut(
        values[_IMAGE],
        tuple(float(values[code]) for code in classes),
        int(values["fold"]),
        values["lesion_id"],
        values["path"],
        values["content_hash"],
    )
