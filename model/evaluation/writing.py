"""What leaves the program: metrics.json, tables, figures and a report, from one set of facts."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from model.evaluation import curve_figures, figures
from model.evaluation.dossier import Dossier
from model.evaluation.dossier_tables import TABLES, tables_of
from model.evaluation.page import report_page
from model.evaluation.rival_page import FIGURE
from model.evaluation.to_json import measurement_json, official_json, rival_json, spread_json
from model.files import check_folder_place, write_table, written_whole

FIGURES = ("confusion_matrix", "roc", "precision_recall", "reliability", "slices", FIGURE)


def write_dossier(folder: Path, dossier: Dossier) -> None:
    """Write everything into a folder; files of an earlier time are replaced.

    Raises:
        UserError: Nothing can be written there.
    """
    check_folder_place(folder)
    drawn: dict[str, bytes] = {}
    written = set()
    for name, figure in _figures(dossier):
        drawn[name] = figures.as_png(figure)
        _write(folder / f"{name}.png", drawn[name])
        _write(folder / f"{name}.svg", figures.as_svg(figure))
        written |= {f"{name}.png", f"{name}.svg"}
    for name, header, rows in tables_of(dossier):
        write_table(folder / name, header, rows)
        written.add(name)
    values = json.dumps(dossier_json(dossier), ensure_ascii=False, indent=1, allow_nan=False)
    _write(folder / "metrics.json", f"{values}\n".encode())
    page = report_page(dossier, drawn)
    _write(folder / "report.html", page.encode("utf-8", "replace"))
    # What an earlier time wrote, and this one has nothing to say of, would contradict the rest.
    for name in (*TABLES, *(f"{name}{ending}" for name in FIGURES for ending in (".png", ".svg"))):
        if name not in written:
            (folder / name).unlink(missing_ok=True)


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
        "comparison": None if dossier.rival is None else rival_json(dossier.rival),
        "against_spread": None if dossier.spread is None else spread_json(dossier.spread),
        "official": None if dossier.official is None else official_json(dossier.official),
        "notes": list(dossier.notes),
        "about": dict(dossier.about),
        "versions": dict(dossier.versions),
        "classifier": dict(dossier.card),
    }


def _figures(dossier: Dossier) -> Iterator[tuple[str, Figure]]:
    found, rival = dossier.shown, dossier.rival
    if found is not None:
        yield "confusion_matrix", figures.confusion_figure(found.evaluation, found.title)
        if found.pair.probabilities is not None and len(found.pair):
            yield "reliability", figures.reliability_figure(found.pair, found.title)
            yield "roc", curve_figures.roc_figure(found)
            yield "precision_recall", curve_figures.precision_recall_figure(found)
        if any(not each.hidden for each in found.slices):
            yield "slices", figures.slices_figure(found.slices, found.title)
    if rival is not None:
        yield FIGURE, figures.differences_figure(rival.comparison.differences, rival.title)


def _write(path: Path, data: bytes) -> None:
    with written_whole(path) as temporary:
        temporary.write_bytes(data)
