"""What leaves the program: metrics.json, tables, figures and a report, from one set of facts."""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from model.evaluation import figures
from model.evaluation.dossier import Dossier
from model.evaluation.estimates import Estimate
from model.evaluation.measurement import Measurement
from model.evaluation.page import report_page
from model.evaluation.to_json import measurement_json, official_json
from model.files import check_folder_place, write_table, written_whole


def write_dossier(folder: Path, dossier: Dossier) -> None:
    """Write everything into a folder; files of an earlier time are replaced.

    Raises:
        UserError: Nothing can be written there.
    """
    check_folder_place(folder)
    drawn: dict[str, bytes] = {}
    shown = dossier.shown
    if shown is not None:
        for name, figure in _figures(shown):
            drawn[name] = figures.as_png(figure)
            _write(folder / f"{name}.png", drawn[name])
            _write(folder / f"{name}.svg", figures.as_svg(figure))
        _write_tables(folder, shown)
    values = json.dumps(dossier_json(dossier), ensure_ascii=False, indent=1, allow_nan=False)
    _write(folder / "metrics.json", f"{values}\n".encode())
    page = report_page(dossier, drawn)
    _write(folder / "report.html", page.encode("utf-8", "replace"))


def dossier_json(dossier: Dossier) -> dict[str, Any]:
    """The content of metrics.json: the headline's figures at the top, null where there are none."""
    if dossier.headline is not None:
        values = measurement_json(dossier.headline)
    else:
        values = {"title": "no images", "balanced_accuracy": None, "accuracy": None}
        values |= {"macro_f1": None, "images": 0}
    return {
        **values,
        "groups": [measurement_json(each) for each in dossier.others],
        "official": None if dossier.official is None else official_json(dossier.official),
        "notes": list(dossier.notes),
        "about": dict(dossier.about),
        "classifier": dict(dossier.card),
    }


def _figures(found: Measurement) -> Iterator[tuple[str, Figure]]:
    yield "confusion_matrix", figures.confusion_figure(found.evaluation, found.title)
    if found.pair.probabilities is not None and len(found.pair):
        yield "roc", figures.roc_figure(found.pair, found.evaluation, found.title)
        drawn = figures.precision_recall_figure(found.pair, found.evaluation, found.title)
        yield "precision_recall", drawn
        yield "reliability", figures.reliability_figure(found.pair, found.title)
    if any(not each.hidden for each in found.slices):
        yield "slices", figures.slices_figure(found.slices, found.title)


def _write_tables(folder: Path, found: Measurement) -> None:
    evaluation = found.evaluation
    header = ("statistic", "class", "value", "low", "high", "n", "method", "reason")
    rows = [(name, "", *_cells(each)) for name, each in evaluation.overall.items()]
    for name, estimates in evaluation.by_class.items():
        for code, each in zip(evaluation.classes, estimates, strict=True):
            rows.append((name, code, *_cells(each)))
    write_table(folder / "statistics.csv", header, rows)
    matrix = np.column_stack([evaluation.matrix, evaluation.undecided]).tolist()
    table = [(code, *row) for code, row in zip(evaluation.classes, matrix, strict=True)]
    write_table(
        folder / "confusion_matrix.csv", ("recorded", *evaluation.classes, "undecided"), table
    )
    if found.slices:
        named = ("accuracy", "accuracy_gap", "balanced_accuracy", "balanced_gap")
        columns = [f"{name}{end}" for name in named for end in ("", "_low", "_high")]
        parts = [
            (
                *(each.column, each.value, each.n, each.lesions),
                *(cell for name in named for cell in _cells(getattr(each, name))[:3]),
            )
            for each in found.slices
        ]
        write_table(folder / "slices.csv", ("column", "value", "n", "lesions", *columns), parts)
    write_table(folder / "images.csv", ("image", "recorded", "predicted"), _image_rows(found))


def _image_rows(found: Measurement) -> Iterator[tuple[str, str, str]]:
    names = (*found.pair.classes, "undecided")
    recorded: NDArray[np.int64] = found.pair.truth
    for image, label, other in zip(found.images, recorded, found.pair.predicted, strict=True):
        yield image, names[label], names[other]


def _cells(estimate: Estimate | None) -> tuple[Any, ...]:
    if estimate is None:
        return ("",) * 6
    bounds = (estimate.value, estimate.low, estimate.high)
    shown = ("" if math.isnan(each) else each for each in bounds)
    return (*shown, estimate.n, estimate.method.value, estimate.reason)


def _write(path: Path, data: bytes) -> None:
    with written_whole(path) as temporary:
        temporary.write_bytes(data)
