"""Figures for papers and reports: SVG and PNG, legible in black and white, without a screen."""

import io
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from model.evaluation.estimates import Estimate
from model.evaluation.evaluation import Evaluation
from model.evaluation.html import FIGURE_DOTS
from model.evaluation.names import statistic_name
from model.evaluation.pairs import Pair
from model.evaluation.reliability import reliability
from model.evaluation.slices import Slice

INK, PALE = "#1a1a1a", "#d9d9d9"
# Names of classes and readers are no formulas, also where they hold "$".
mpl.rcParams["text.parse_math"] = False
_COLUMNS, _PANEL = 4, 1.62  # inches


def confusion_figure(evaluation: Evaluation, title: str) -> Figure:
    """Counts and shares of rows; the shade follows the share of the row."""
    matrix, columns = evaluation.matrix, list(evaluation.classes)
    if evaluation.undecided.any():
        matrix = np.concatenate([matrix, evaluation.undecided[:, np.newaxis]], axis=1)
        columns.append("undecided")
    totals = matrix.sum(1, keepdims=True)
    shares = np.divide(matrix, totals, out=np.zeros(matrix.shape), where=totals > 0)
    figure, axes = new_figure(title, 1.6 + 0.52 * len(columns), 1.4 + 0.42 * len(matrix))
    # One hue from light to dark, so that a copy in grey says the same.
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (row, column), count in np.ndenumerate(matrix):
        share = shares[row, column]
        text = f"{count:,}\n{share:.0%}" if count else "0"
        colour = "white" if share > 0.55 else INK
        axes.text(column, row, text, ha="center", va="center", color=colour, fontsize=7)
    axes.set_xticks(range(len(columns)), columns, fontsize=8)
    names = [f"{code} (n = {total:,})" for code, total in zip(columns, totals[:, 0], strict=False)]
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.set(xlabel="Predicted", ylabel="Recorded")
    axes.spines[:].set_visible(False)
    return figure


def reliability_figure(pair: Pair, title: str) -> Figure:
    """Share that was right in each bin of stated probability, with counts."""
    figure, axes = new_figure(title, 5.0, 4.4)
    axes.plot([0, 1], [0, 1], color=INK, linewidth=1, linestyle="--")
    for each in reliability(pair):
        if not each.share.n:
            continue
        middle, width = (each.low + each.high) / 2, (each.high - each.low) * 0.9
        axes.bar(middle, each.share.value, width, color="#9ecae1", edgecolor=INK, linewidth=0.6)
        axes.plot([middle, middle], [each.share.low, each.share.high], color=INK, linewidth=1.2)
        axes.text(middle, 1.02, f"{each.share.n:,}", ha="center", fontsize=6, rotation=90)
    axes.set(xlabel="Probability of the diagnosis", ylabel="Share right", xlim=(0, 1), ylim=(0, 1))
    axes.set_title(title, pad=30, fontsize=9)
    return figure


def slices_figure(parts: Sequence[Slice], title: str) -> Figure:
    """Balanced accuracy of each slice that is large enough, with intervals."""
    shown = {
        f"{each.column}: {each.value} (n = {each.n:,})": each.balanced_accuracy
        for each in parts
        if each.balanced_accuracy is not None
    }
    figure, axes = _forest(shown, title)
    axes.set(xlabel="Balanced accuracy, 95 % interval", xlim=(0, 1))
    return figure


def differences_figure(differences: Mapping[str, Estimate], title: str) -> Figure:
    """How far a second classifier is from the first in each statistic, with intervals."""
    shown = {
        statistic_name(name): each for name, each in differences.items() if not np.isnan(each.value)
    }
    figure, axes = _forest(shown, title)
    axes.axvline(0, color=INK, linewidth=1, linestyle="--", zorder=0)
    axes.set(xlabel="Second less first, 95 % interval")
    return figure


def as_png(figure: Figure) -> bytes:
    """The figure as a PNG file."""
    with io.BytesIO() as file, _style():
        figure.savefig(file, format="png", dpi=FIGURE_DOTS)
        return file.getvalue()


def as_svg(figure: Figure) -> bytes:
    """The figure as an SVG file, letters as outlines."""
    with io.BytesIO() as file, _style():
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
        return file.getvalue()


def _style() -> AbstractContextManager[None]:
    return mpl.rc_context(
        {
            "font.size": 9,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "svg.hashsalt": "second-look",  # the same figure gives the same file
        }
    )


def new_figure(title: str, width: float, height: float) -> tuple[Figure, Axes]:
    """An empty figure of so many inches with a title."""
    with _style():
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        axes.set_title(title, fontsize=9)
    return figure, axes


def new_panels(title: str, count: int, labels: tuple[str, str]) -> tuple[Figure, list[Axes]]:
    """Square panels over 0..1 in rows, with one label for all of them on each side."""
    columns = min(_COLUMNS, max(count, 1))
    rows = -(-max(count, 1) // columns)
    with _style():
        size = (0.7 + _PANEL * columns, 0.8 + (_PANEL + 0.3) * rows)
        figure = Figure(figsize=size, layout="constrained")
        FigureCanvasAgg(figure)
        grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
        figure.suptitle(title, fontsize=9)
        figure.supxlabel(labels[0], fontsize=9)
        figure.supylabel(labels[1], fontsize=9)
    every = list(grid.ravel())
    for axes in every[count:]:
        axes.remove()
    for axes in every[:count]:
        axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal")
        axes.set_xticks([0, 0.5, 1], ["0", ".5", "1"], fontsize=7)
        axes.set_yticks([0, 0.5, 1], ["0", ".5", "1"], fontsize=7)
        axes.tick_params(labelbottom=True)
    return figure, every[:count]


def _forest(shown: Mapping[str, Estimate], title: str) -> tuple[Figure, Axes]:
    """Values under each other with their intervals, the first on top."""
    figure, axes = new_figure(title, 6.2, 1.2 + 0.25 * max(1, len(shown)))
    for row, value in enumerate(shown.values()):
        axes.plot([value.low, value.high], [row, row], color=INK, linewidth=1.2)
        axes.plot(value.value, row, "o", color="#0072b2", markeredgecolor=INK, markersize=5)
    axes.set_yticks(range(len(shown)), list(shown))
    axes.set_ylim(len(shown) - 0.5, -0.5)
    return figure, axes
