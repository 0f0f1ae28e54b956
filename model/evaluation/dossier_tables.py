"""The CSV tables of a dossier, for whoever goes on in a spreadsheet or a script."""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from model.evaluation.dossier import Dossier, Rival
from model.evaluation.estimates import Estimate
from model.evaluation.measurement import Measurement

Table = tuple[str, Sequence[str], Iterable[Sequence[Any]]]

TABLES = (
    *("statistics.csv", "confusion_matrix.csv", "slices.csv", "images.csv"),
    *("comparison.csv", "swapped_images.csv"),
)
_BOUNDS = ("", "_low", "_high")
_OF_SLICES = ("accuracy", "accuracy_gap", "balanced_accuracy", "balanced_gap")


def tables_of(dossier: Dossier) -> Iterator[Table]:
    """Each table with its file's name, its header and its rows."""
    if dossier.shown is not None:
        yield from _measured(dossier.shown)
    if dossier.rival is not None:
        yield from _compared(dossier.rival)


def _measured(found: Measurement) -> Iterator[Table]:
    evaluation = found.evaluation
    header = ("statistic", "class", "value", "low", "high", "n", "method", "reason")
    rows = [(name, "", *_cells(each)) for name, each in evaluation.overall.items()]
    for name, estimates in evaluation.by_class.items():
        for code, each in zip(evaluation.classes, estimates, strict=True):
            rows.append((name, code, *_cells(each)))
    yield "statistics.csv", header, rows
    matrix = np.column_stack([evaluation.matrix, evaluation.undecided]).tolist()
    lines = [(code, *row) for code, row in zip(evaluation.classes, matrix, strict=True)]
    yield "confusion_matrix.csv", ("recorded", *evaluation.classes, "undecided"), lines
    if found.slices:
        yield _sliced(found)
    classes = (*evaluation.classes, "undecided")
    codes = zip(found.images, found.pair.truth, found.pair.predicted, strict=True)
    images = ((image, classes[label], classes[other]) for image, label, other in codes)
    yield "images.csv", ("image", "recorded", "predicted"), images


def _sliced(found: Measurement) -> Table:
    columns = [f"{name}{end}" for name in _OF_SLICES for end in ("", "_low", "_high")]
    rows = [
        (
            *(each.column, each.value, each.n, each.lesions),
            *(cell for name in _OF_SLICES for cell in _cells(getattr(each, name))[:3]),
        )
        for each in found.slices
    ]
    return "slices.csv", ("column", "value", "n", "lesions", *columns), rows


def _compared(rival: Rival) -> Iterator[Table]:
    found = rival.comparison
    columns = [f"{name}{end}" for name in ("first", "second", "difference") for end in _BOUNDS]
    rows: list[Sequence[Any]] = [
        (name, "", *_side_by_side(found.first.overall[name], found.second.overall[name], each))
        for name, each in found.differences.items()
    ]
    for name, differences in found.by_class.items():
        three = found.first.by_class[name], found.second.by_class[name], differences
        for code, *row in zip(rival.first.classes, *three, strict=True):
            rows.append((name, code, *_side_by_side(*row)))
    yield "comparison.csv", ("statistic", "class", *columns), rows
    swaps = ((s.image, s.change, s.recorded, s.first, s.second) for s in rival.swapped())
    yield "swapped_images.csv", ("image", "change", "recorded", "first", "second"), swaps


def _side_by_side(*three: Estimate) -> tuple[Any, ...]:
    return tuple(cell for each in three for cell in _cells(each)[:3])


def _cells(estimate: Estimate | None) -> tuple[Any, ...]:
    if estimate is None:
        return ("",) * 6
    bounds = (estimate.value, estimate.low, estimate.high)
    shown = ("" if math.isnan(each) else each for each in bounds)
    return (*shown, estimate.n, estimate.method.value, estimate.reason)
