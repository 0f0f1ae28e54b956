"""What leaves the program about agreement: metrics.json, tables, figures and a report."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from model.evaluation.agreement.figures import agreement_figures
from model.evaluation.agreement.measuring import Figure
from model.evaluation.agreement.page import agreement_page
from model.evaluation.agreement.rounds import AgreementDossier, Level
from model.evaluation.agreement.to_json import dossier_json
from model.evaluation.figures import as_png, as_svg
from model.files import check_folder_place, protected, write_table, written_whole

_FIGURE = ("value", "low", "high", "n", "method", "words")


def write_agreement(folder: Path, dossier: AgreementDossier) -> None:
    """Write everything into a folder; files of an earlier time are replaced.

    Raises:
        UserError: Nothing can be written there.
    """
    check_folder_place(folder)
    drawn: dict[str, bytes] = {}
    for name, figure in agreement_figures(dossier):
        drawn[name] = as_png(figure)
        _write(folder / f"{name}.png", drawn[name])
        _write(folder / f"{name}.svg", as_svg(figure))
    values = json.dumps(dossier_json(dossier), ensure_ascii=False, indent=1, allow_nan=False)
    _write(folder / "metrics.json", f"{values}\n".encode())
    header = ("question", "stage", "level", "answer", "coefficient", *_FIGURE)
    write_table(folder / "coefficients.csv", header, _coefficient_rows(dossier))
    first = dossier.headline.levels[0]
    if first.agreement.pairs:
        columns = ("first", "second", "cases", "coefficient", *_FIGURE)
        write_table(folder / "pairs.csv", columns, _pair_rows(first))
    write_table(folder / "consensus.csv", _consensus_header(first), _consensus_rows(first))
    page = agreement_page(dossier, drawn)
    _write(folder / "report.html", page.encode("utf-8", "replace"))


def _coefficient_rows(dossier: AgreementDossier) -> Iterator[tuple[Any, ...]]:
    for each in (dossier.headline, *dossier.others):
        for level in each.levels:
            place = (each.question, each.stage, level.name)
            for name, figure in level.agreement.figures.items():
                yield (*place, "", name, *_cells(figure))
            for answer, figures in level.agreement.by_class.items():
                for name, figure in figures.items():
                    yield (*place, answer, name, *_cells(figure))


def _pair_rows(level: Level) -> Iterator[tuple[Any, ...]]:
    for pair in level.agreement.pairs:
        readers = protected(pair.first), protected(pair.second)
        for name, figure in pair.figures.items():
            yield (*readers, int(pair.table.sum()), name, *_cells(figure))


def _consensus_header(level: Level) -> tuple[str, ...]:
    names = level.agreement.panel.categories
    header = ("image_id", "readings", "majority", *(f"votes_{name}" for name in names))
    if level.dawid_skene is None:
        return header
    return (*header, "dawid_skene", *(f"probability_{name}" for name in names))


def _consensus_rows(level: Level) -> Iterator[tuple[Any, ...]]:
    """For each case the votes, the answer with most of them ("" where several have), the fit's."""
    panel, fit = level.agreement.panel, level.dawid_skene
    for row, votes in enumerate(panel.counts.astype(int)):
        most = np.flatnonzero(votes == votes.max(initial=0))
        majority = panel.categories[most[0]] if len(most) == 1 else ""
        cells = (panel.cases[row], int(votes.sum()), majority, *votes.tolist())
        if fit is not None:
            cells = (*cells, panel.categories[fit.best[row]], *fit.posterior[row].tolist())
        yield cells


def _cells(figure: Figure) -> tuple[Any, ...]:
    values = {**figure.estimate.to_json(), "words": figure.words}
    return tuple("" if values[name] is None else values[name] for name in _FIGURE)


def _write(path: Path, data: bytes) -> None:
    with written_whole(path) as temporary:
        temporary.write_bytes(data)
