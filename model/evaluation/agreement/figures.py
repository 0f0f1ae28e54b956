"""Figures of agreement for papers and reports, legible in black and white."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure as Drawing

from model.evaluation.agreement.agreement import Agreement
from model.evaluation.agreement.influence import Influence
from model.evaluation.agreement.measuring import Figure
from model.evaluation.agreement.rounds import AgreementDossier
from model.evaluation.agreement.words import coefficient_name
from model.evaluation.estimates import Estimate
from model.evaluation.figures import new_figure
from model.taxonomy import lesion_class

_INK, _BLUE = "#1a1a1a", "#0072b2"
_LARGEST_MATRIX = 25


def agreement_figures(dossier: AgreementDossier) -> Iterator[tuple[str, Drawing]]:
    """The figures of the headline and of the influences, by their file names."""
    found = dossier.headline.levels[0].agreement
    title = dossier.headline.title
    yield "agreement", forest(_named(found.figures), title, "Coefficient")
    if len(found.by_class) > 1:
        by_class = {name: each["fleiss_kappa"].estimate for name, each in found.by_class.items()}
        yield "by_class", forest(by_class, title, "Fleiss' kappa against all other answers")
    kappas = [each.figures["cohens_kappa"].estimate.value for each in found.pairs]
    shown = len(found.panel.readers) <= _LARGEST_MATRIX and not np.isnan(kappas).all()
    if len(kappas) > 1 and shown:
        yield "pairs", pairs_figure(found, title)
    if dossier.influences:
        table = dossier.influences[-1]
        title = f"{table.question}: from {table.before} to {table.after}"
        yield "influence", influence_figure(table.rows, title)


def forest(values: Mapping[str, Estimate], title: str, label: str) -> Drawing:
    """A dot and a bar for each estimate; what is undefined says so."""
    longest = max(map(len, values), default=0)
    figure, axes = new_figure(title, 5.2 + 0.06 * longest, 1.2 + 0.27 * max(1, len(values)))
    for row, (name, each) in enumerate(values.items()):
        if np.isnan(each.value):
            axes.text(0.02, row, "undefined", va="center", fontsize=7, color=_INK)
            continue
        if not np.isnan(each.low):
            axes.plot([each.low, each.high], [row, row], color=_INK, linewidth=1.2)
        colour = lesion_class(name).colour if label.startswith("Fleiss") else _BLUE
        axes.plot(each.value, row, "o", color=colour, markeredgecolor=_INK, markersize=5)
    lows = [each.low for each in values.values() if not np.isnan(each.low)]
    axes.axvline(0, color=_INK, linewidth=0.6, linestyle=":")
    axes.set_yticks(range(len(values)), list(values))
    axes.set_ylim(len(values) - 0.5, -0.5)
    axes.set(xlabel=f"{label}, 95 % interval", xlim=(min([0.0, *lows]) - 0.02, 1.02))
    return figure


def pairs_figure(found: Agreement, title: str) -> Drawing:
    """Cohen's kappa of each pair as a matrix of shades with numbers."""
    readers = found.panel.readers
    size = len(readers)
    values = np.full((size, size), np.nan)
    for pair in found.pairs:
        first, second = readers.index(pair.first), readers.index(pair.second)
        value = pair.figures["cohens_kappa"].estimate.value
        values[first, second] = values[second, first] = value
    figure, axes = new_figure(title, max(5.2, 1.8 + 0.55 * size), max(3.6, 1.5 + 0.5 * size))
    axes.imshow(values, cmap="Blues", vmin=0, vmax=1)
    for (row, column), value in np.ndenumerate(values):
        text = "" if row == column else "\N{EN DASH}" if np.isnan(value) else f"{value:.2f}"
        colour = "white" if value > 0.55 else _INK
        axes.text(column, row, text, ha="center", va="center", fontsize=8, color=colour)
    names = [
        reader if len(reader) <= 16 else f"{reader[:15]}\N{HORIZONTAL ELLIPSIS}"
        for reader in readers
    ]
    turned = max(map(len, names)) > 6
    axes.set_xticks(range(size), names, rotation=90 if turned else 0)
    axes.set_yticks(range(size), names)
    axes.spines[:].set_visible(False)
    axes.set_xlabel("Cohen's kappa")
    return figure


def influence_figure(rows: Sequence[Influence], title: str) -> Drawing:
    """How many answers went from right to wrong, and from wrong to right, by reader."""
    figure, axes = new_figure(title, 6.2, 1.4 + 0.32 * len(rows))
    for row, each in enumerate(rows):
        total = max(each.readings, 1)
        worse, better = each.right_wrong / total, each.wrong_right / total
        axes.barh(row, -worse, color="#d55e00", edgecolor=_INK, linewidth=0.6, hatch="//")
        axes.barh(row, better, color="#009e73", edgecolor=_INK, linewidth=0.6)
        axes.text(-worse, row, f"{each.right_wrong:,} ", ha="right", va="center", fontsize=7)
        axes.text(better, row, f" {each.wrong_right:,}", ha="left", va="center", fontsize=7)
    names = [f"{each.reader} (n = {each.readings:,})" for each in rows]
    axes.axvline(0, color=_INK, linewidth=0.8)
    axes.set_yticks(range(len(rows)), names)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.margins(x=0.15)
    axes.set_xlabel("Right to wrong (hatched), wrong to right: share of readings")
    return figure


def _named(figures: Mapping[str, Figure]) -> dict[str, Estimate]:
    return {coefficient_name(name): each.estimate for name, each in figures.items()}
