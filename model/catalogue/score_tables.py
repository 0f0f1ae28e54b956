"""The tables of the ISIC challenges: recorded classes and probabilities, one column per class.

Refused is what the challenges' own scoring refuses, in its words; forgiven is what spreadsheets and
programs do to a table without changing a number: order, delimiters, byte-order marks, integers.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.catalogue.batches import CatalogueError
from model.catalogue.formats import FORMATS
from model.catalogue.image_ids import image_id_of
from model.catalogue.mapped_rows import MappedRows
from model.catalogue.mapping import ColumnMapping
from model.catalogue.remembered import remembered_mapping
from model.catalogue.tables import Table, read_table
from model.taxonomy import class_order, code_from_label

_ID_COLUMNS = ("image", "image_id", "isic_id", "image_name", "lesion_id")
_LABEL_COLUMNS = ("dx", "label", "diagnosis", "class")
FOLD_COLUMNS = ("fold", "lesion_id", "path", "content_hash")
"""What a table of out-of-fold probabilities tells besides (`model.runs.out_of_fold`)."""
_WEIGHT, _VALIDATION_WEIGHT = "score_weight", "validation_weight"
_WITHDRAWN = "ISIC_0035068"  # of the test set of 2018; its scorer gives it no weight
_NAMED = 5


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """What is recorded.

    Attributes:
        images: Ids, N of them, in the order of the file.
        classes: Codes in the challenges' order.
        labels: [N], class indices.
        weights: [N], what each image counts for in the official score; 1 where nothing is said.
    """

    images: tuple[str, ...]
    classes: tuple[str, ...]
    labels: NDArray[np.int64]
    weights: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """What is predicted: `probabilities` [N, C] of `images` in the order of `classes`."""

    images: tuple[str, ...]
    classes: tuple[str, ...]
    probabilities: NDArray[np.float64]


def read_scores(path: Path) -> Scores:
    """Read a table of predictions: an id and one column per class.

    Raises:
        CatalogueError: It is not such a table, repeats an image, or holds a value that is missing,
            no number, or outside 0..1.
    """
    table = read_table(path)
    ids = _ids(table)
    at = _id_column(table)
    set_apart = {at, *(table.find(name) for name in FOLD_COLUMNS)}
    columns = _told(table, set_apart)
    classes = _codes(table, columns)
    values = _numbers(table, columns, ids)
    order = sorted(range(len(classes)), key=lambda number: class_order(classes[number]))
    outside = [ids[row] for row in np.flatnonzero(((values < 0) | (values > 1)).any(1))]
    if outside:
        raise _refused(
            path, "Values in CSV are outside the interval [0.0, 1.0] for images", outside
        )
    return Scores(ids, tuple(classes[each] for each in order), values[:, order])


def read_truth(path: Path, classes: Sequence[str] = ()) -> Truth:
    """Read what is recorded: one column per class with a single 1 in each row, or a label column.

    Args:
        path: Such as ISIC2018_Task3_Test_GroundTruth.csv, HAM10000_metadata, or a table whose
            columns the user has mapped.
        classes: Codes to count in where the table has only labels.

    Raises:
        CatalogueError: It is not such a table, repeats an image, or leaves a class open.
    """
    table = read_table(path)
    if mapping := _as_mapped(table):
        return _mapped(table, mapping, classes)
    ids = _ids(table)
    found = table.find(*_LABEL_COLUMNS)
    if found is not None:
        return _labelled(table, ids, found, classes)
    set_apart = {_id_column(table), table.find(_WEIGHT), table.find(_VALIDATION_WEIGHT)}
    columns = _told(table, set_apart)
    codes = _codes(table, columns)
    order = sorted(range(len(codes)), key=lambda number: class_order(codes[number]))
    values = _numbers(table, columns, ids)[:, order]
    single = ((values == 0) | (values == 1)).all(1) & ((values == 1).sum(1) == 1)
    if not single.all():
        unclear = _at(ids, np.flatnonzero(~single))
        raise _refused(
            path, "The recorded class is not clear (a single 1 and else 0) for images", unclear
        )
    ordered = tuple(codes[each] for each in order)
    return Truth(ids, ordered, values.argmax(1), _weights(table, ids))


def align(truth: Truth, scores: Scores, path: Path) -> NDArray[np.float64]:
    """The probabilities [N, C] in the order of the truth's images and classes.

    Args:
        truth: What is recorded.
        scores: What is predicted.
        path: Of the predictions, to say where something is missing.

    Raises:
        CatalogueError: The two are not of the same classes and images.
    """
    _same(path, "columns", truth.classes, scores.classes)
    _same(path, "images", truth.images, scores.images)
    rows = {image: row for row, image in enumerate(scores.images)}
    columns = [scores.classes.index(code) for code in truth.classes]
    order = np.array([rows[image] for image in truth.images], np.int64)
    return scores.probabilities[order][:, columns]


def image_name(text: str) -> str:
    """An id without folders and without the ending of an image file."""
    return image_id_of(text)


def _same(path: Path, what: str, wanted: Sequence[str], given: Sequence[str]) -> None:
    known, there = set(wanted), set(given)
    if missing := [each for each in wanted if each not in there]:
        raise _refused(path, f"Missing {what} in CSV", missing)
    if extra := [each for each in given if each not in known]:
        raise _refused(path, f"Extra {what} in CSV", extra)


def _labelled(table: Table, ids: tuple[str, ...], at: int, classes: Sequence[str]) -> Truth:
    labels = [code_from_label(row[at]) for row in table.rows]
    if empty := [image for image, label in zip(ids, labels, strict=True) if not label]:
        raise _refused(table.path, "Missing value(s) in CSV for images", empty)
    codes = tuple(sorted({*classes, *labels}, key=class_order))
    numbers = np.array([codes.index(label) for label in labels], np.int64)
    return Truth(ids, codes, numbers, _weights(table, ids))


def _as_mapped(table: Table) -> ColumnMapping | None:
    """How the user mapped the columns of a table that is of no known kind."""
    if any(not each.lacks(table.columns) for each in FORMATS):
        return None
    mapping = remembered_mapping(table.columns)
    return mapping if mapping and (mapping.label or mapping.classes) else None


def _mapped(table: Table, mapping: ColumnMapping, classes: Sequence[str]) -> Truth:
    """Images whose word for a class is left out count for nothing."""
    rows = MappedRows(table, mapping)
    keys = list(filter(None, rows.all_keys))
    if rows.repeated:
        doubled = [rows.image_id(key) for key in rows.repeated]
        raise _refused(table.path, "Duplicate image rows detected in CSV", doubled)
    labels = [facts.label if (facts := rows.facts(key)) else "" for key in keys]
    codes = tuple(sorted({*classes, *filter(None, labels)}, key=class_order))
    if not codes:
        raise _refused(table.path, "Missing value(s) in CSV for columns", mapping.label)
    numbers = np.array([codes.index(label) if label else 0 for label in labels], np.int64)
    weights = np.array([float(bool(label)) for label in labels])
    return Truth(tuple(map(rows.image_id, keys)), codes, numbers, weights)


def _told(table: Table, set_apart: Collection[int | None]) -> list[int]:
    """The columns that are not set apart; unnamed empty ones are nothing but a delimiter more."""
    found = [at for at in range(len(table.columns)) if at not in set_apart]
    unnamed = [at for at in found if not table.columns[at]]
    if any(row[at] for row in table.rows for at in unnamed):
        raise _refused(table.path, "Extra columns in CSV", ["(without a name)"])
    return [at for at in found if at not in unnamed]


def _id_column(table: Table) -> int:
    at = table.find(*_ID_COLUMNS)
    if at is None:
        raise _refused(table.path, "Missing columns in CSV", ["image"])
    return at


def _ids(table: Table) -> tuple[str, ...]:
    at = _id_column(table)
    ids = tuple(image_name(row[at]) for row in table.rows)
    if not ids:
        raise CatalogueError(f"{table.path}: No rows detected in CSV; there is only a header.")
    if table.overfull:
        raise _refused(
            table.path,
            "Extra values in CSV (numbers with a decimal comma need semicolons between them) for"
            " images",
            _at(ids, np.array(table.overfull)),
        )
    if doubled := [image for image, count in Counter(ids).items() if count > 1]:
        raise _refused(table.path, "Duplicate image rows detected in CSV", doubled)
    return ids


def _codes(table: Table, columns: Sequence[int]) -> list[str]:
    codes = [code_from_label(table.columns[number]) for number in columns]
    if doubled := [code for code, count in Counter(codes).items() if count > 1]:
        raise _refused(table.path, "Duplicate columns detected in CSV", doubled)
    if len(codes) < 2:
        raise CatalogueError(
            f"{table.path}: Missing columns in CSV: one for each class beside the image's name."
        )
    return codes


def _weights(table: Table, ids: tuple[str, ...]) -> NDArray[np.float64]:
    at = table.find(_WEIGHT)
    weights = np.ones(len(ids)) if at is None else _numbers(table, [at], ids)[:, 0]
    weights[[image == _WITHDRAWN for image in ids]] = 0
    negative = np.flatnonzero((weights < 0) | np.isinf(weights))
    if negative.size:
        raise _refused(table.path, "Weights in CSV are negative for images", _at(ids, negative))
    return weights


def _numbers(table: Table, columns: Sequence[int], ids: tuple[str, ...]) -> NDArray[np.float64]:
    values = np.array([[_number(row[at]) for at in columns] for row in table.rows], np.float64)
    unread = np.isnan(values)
    if not unread.any():
        return values
    wrong = [at for number, at in enumerate(columns) if _has_words(table, at, unread[:, number])]
    if wrong:
        names = [table.columns[at] for at in wrong]
        text = "CSV contains non-floating-point value(s) in columns"
        raise _refused(table.path, text, names)
    rows = np.flatnonzero(unread.any(1))
    raise _refused(table.path, "Missing value(s) in CSV for images", _at(ids, rows))


def _number(text: str) -> float:
    try:
        # Spreadsheets write a decimal comma in many countries; Python reads 0_1 as 1.
        return math.nan if "_" in text else float(text.replace(",", "."))
    except ValueError:
        return math.nan


def _has_words(table: Table, at: int, unread: NDArray[np.bool_]) -> bool:
    cells = (table.rows[row][at] for row in np.flatnonzero(unread))
    return any(cell and cell.lower() not in ("nan", "na", "null", "none") for cell in cells)


def _at(ids: Sequence[str], rows: NDArray[np.integer]) -> list[str]:
    return [ids[row] for row in rows]


def _refused(path: Path, what: str, names: Iterable[str]) -> CatalogueError:
    every = list(names)
    shown = ", ".join(repr(name) for name in every[:_NAMED])
    more = f" and {len(every) - _NAMED:,} more" if len(every) > _NAMED else ""
    return CatalogueError(f"{path}: {what}: [{shown}]{more}; correct the table.")
