"""Figures for papers and reports: SVG and PNG, legible in black and white, without a screen."""

import io
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager

import matplotlib as mpl
import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from model.evaluation.estimates import Estimate
from model.evaluation.evaluation import Evaluation
from model.evaluation.metrics import Floats
from model.evaluation.pairs import Pair
from model.evaluation.ranking import Curve, curve
from model.evaluation.reliability import reliability
from model.evaluation.slices import Slice
from model.taxonomy import lesion_class

_INK, _PALE = "#1a1a1a", "#d9d9d9"
_DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (8, 2)), (0, (1, 1)))
_DOTS = 160


def confusion_figure(evaluation: Evaluation, title: str) -> Figure:
    """Counts and shares of rows; the shade follows the share of the row."""
    matrix, columns = evaluation.matrix, list(evaluation.classes)
    if evaluation.undecided.any():
        matrix = np.concatenate([matrix, evaluation.undecided[:, np.newaxis]], axis=1)
        columns.append("undecided")
    totals = matrix.sum(1, keepdims=True)
    shares = np.divide(matrix, totals, out=np.zeros(matrix.shape), where=totals > 0)
    figure, axes = new_figure(title, 1.8 + 0.75 * len(columns), 1.6 + 0.6 * len(matrix))
    # One hue from light to dark, so that a copy in grey says the same.
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (row, column), count in np.ndenumerate(matrix):
        share = shares[row, column]
        text = f"{count:,}\n{share:.0%}" if count else "0"
        colour = "white" if share > 0.55 else _INK
        axes.text(column, row, text, ha="center", va="center", color=colour, fontsize=8)
    axes.set_xticks(range(len(columns)), columns)
    names = [f"{code} (n = {total:,})" for code, total in zip(columns, totals[:, 0], strict=False)]
    axes.set_yticks(range(len(names)), names)
    axes.set(xlabel="Predicted", ylabel="Recorded")
    axes.spines[:].set_visible(False)
    return figure


def roc_figure(pair: Pair, evaluation: Evaluation, title: str) -> Figure:
    """One ROC curve for each class against all others."""
    figure, axes = new_figure(title, 5.2, 4.8)
    axes.plot([0, 1], [0, 1], color=_PALE, linewidth=1)
    for at, (code, points) in _curves(pair):
        _line(axes, at, code, (1 - points.specificity, points.sensitivity))
        _label(axes, code, evaluation.by_class["auc"][at].value, "AUC")
    axes.set(xlabel="1 - specificity", ylabel="Sensitivity", xlim=(-0.01, 1.01), ylim=(-0.01, 1.01))
    _legend(axes)
    return figure


def precision_recall_figure(pair: Pair, evaluation: Evaluation, title: str) -> Figure:
    """One precision-recall curve for each class against all others, not interpolated."""
    figure, axes = new_figure(title, 5.2, 4.8)
    for at, (code, points) in _curves(pair):
        _line(axes, at, code, (points.sensitivity, points.precision), steps=True)
        value = evaluation.by_class["average_precision"][at].value
        _label(axes, code, value, "average precision")
    axes.set(xlabel="Recall", ylabel="Precision", xlim=(-0.01, 1.01), ylim=(-0.01, 1.01))
    _legend(axes)
    return figure


def reliability_figure(pair: Pair, title: str) -> Figure:
    """Share that was right in each bin of stated probability, with counts."""
    figure, axes = new_figure(title, 5.2, 4.8)
    axes.plot([0, 1], [0, 1], color=_INK, linewidth=1, linestyle="--")
    for each in reliability(pair):
        if not each.share.n:
            continue
        middle, width = (each.low + each.high) / 2, (each.high - each.low) * 0.9
        axes.bar(middle, each.share.value, width, color="#9ecae1", edgecolor=_INK, linewidth=0.6)
        axes.plot([middle, middle], [each.share.low, each.share.high], color=_INK, linewidth=1.2)
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
        name.replace("_", " ").capitalize(): each
        for name, each in differences.items()
        if not np.isnan(each.value)
    }
    figure, axes = _forest(shown, title)
    axes.axvline(0, color=_INK, linewidth=1, linestyle="--", zorder=0)
    axes.set(xlabel="Second less first, 95 % interval")
    return figure


def as_png(figure: Figure) -> bytes:
    """The figure as a PNG file."""
    with io.BytesIO() as file, _style():
        figure.savefig(file, format="png", dpi=_DOTS)
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


def _forest(shown: Mapping[str, Estimate], title: str) -> tuple[Figure, Axes]:
    """Values under each other with their intervals, the first on top."""
    figure, axes = new_figure(title, 6.2, 1.2 + 0.25 * max(1, len(shown)))
    for row, value in enumerate(shown.values()):
        axes.plot([value.low, value.high], [row, row], color=_INK, linewidth=1.2)
        axes.plot(value.value, row, "o", color="#0072b2", markeredgecolor=_INK, markersize=5)
    axes.set_yticks(range(len(shown)), list(shown))
    axes.set_ylim(len(shown) - 0.5, -0.5)
    return figure, axes


def _curves(pair: Pair) -> list[tuple[int, tuple[str, Curve]]]:
    """The curves of the classes that have both kinds of images."""
    if pair.probabilities is None:
        return []
    found = []
    for at, code in enumerate(pair.classes):
        positive = pair.truth == at
        if positive.any() and not positive.all():
            found.append((at, (code, curve(positive, pair.probabilities[:, at]))))
    return found


def _line(
    axes: Axes, at: int, code: str, points: tuple[Floats, Floats], *, steps: bool = False
) -> None:
    # A dark edge keeps yellow visible, dashes tell lines apart without colour.
    edge = [patheffects.Stroke(linewidth=2.4, foreground=_INK), patheffects.Normal()]
    axes.plot(
        *points,
        color=lesion_class(code).colour,
        linestyle=_DASHES[at % len(_DASHES)],
        linewidth=1.6,
        drawstyle="steps-pre" if steps else "default",
        path_effects=edge,
    )


def _label(axes: Axes, code: str, value: float, name: str) -> None:
    axes.lines[-1].set_label(f"{code}, {name} {value:.3f}")


def _legend(axes: Axes) -> None:
    if axes.get_legend_handles_labels()[0]:
        axes.legend(fontsize=7, handlelength=4, frameon=False)
