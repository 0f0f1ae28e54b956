"""ROC and precision-recall curves: a panel for each class, so that no curve hides another."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from model.evaluation.estimates import Estimate
from model.evaluation.figures import INK, PALE, new_panels
from model.evaluation.measurement import Measurement, malignancy_pair
from model.evaluation.metrics import Floats
from model.evaluation.pairs import MALIGNANT, Pair
from model.evaluation.ranking import Curve, curve
from model.taxonomy import lesion_class

# Shapes, since a copy in grey knows no colours.
_MARKS = ("o", "s", "^", "D")

Points = Callable[[Curve], tuple[Floats, Floats]]


@dataclass(frozen=True, slots=True)
class _Panel:
    """A curve with what stands over it."""

    title: str
    colour: str
    points: Curve


def roc_figure(found: Measurement) -> Figure:
    """One ROC curve for each class against all others, and for malignant with operating points."""
    panels = list(_panels(found, "auc", "AUC"))
    figure, every = new_panels(found.title, len(panels), ("1 - specificity", "Sensitivity"))
    for axes in every:
        axes.plot([0, 1], [0, 1], color=INK, linewidth=0.6, linestyle=":")
    _draw(every, panels, lambda points: (1 - points.specificity, points.sensitivity))
    if panels and panels[-1].title.startswith(MALIGNANT):
        _mark_points(every[-1], found)
    return figure


def precision_recall_figure(found: Measurement) -> Figure:
    """The same for precision and recall, not interpolated."""
    panels = list(_panels(found, "average_precision", "AP"))
    figure, every = new_panels(found.title, len(panels), ("Recall", "Precision"))
    for axes, share in zip(every, _shares(found), strict=True):
        axes.axhline(share, color=INK, linewidth=0.6, linestyle=":")
    _draw(every, panels, lambda points: (points.sensitivity, points.precision), steps=True)
    return figure


def _panels(found: Measurement, statistic: str, short: str) -> Iterator[_Panel]:
    for at, code, positive, stated in _sides(found.pair):
        estimate = found.evaluation.by_class[statistic][at]
        title = f"{code} (n = {int(positive.sum()):,})\n{_text(short, estimate)}"
        yield _Panel(title, lesion_class(code).colour, curve(positive, stated))
    two = malignancy_pair(found.pair)
    if two is not None and two.probabilities is not None and found.malignancy is not None:
        positive = two.truth == 0
        estimate = found.malignancy.by_class[statistic][0]
        title = f"{MALIGNANT} (n = {int(positive.sum()):,})\n{_text(short, estimate)}"
        yield _Panel(title, PALE, curve(positive, two.probabilities[:, 0]))


def _sides(pair: Pair) -> Iterator[tuple[int, str, NDArray[np.bool_], Floats]]:
    """The classes that have both kinds of images."""
    if pair.probabilities is None:
        return
    for at, code in enumerate(pair.classes):
        positive = pair.truth == at
        if positive.any() and not positive.all():
            yield at, code, positive, pair.probabilities[:, at]


def _shares(found: Measurement) -> list[float]:
    """What precision chance has in each panel."""
    shares = [float(positive.mean()) for _, _, positive, _ in _sides(found.pair)]
    two = malignancy_pair(found.pair)
    known = two is not None and two.probabilities is not None and found.malignancy is not None
    return [*shares, float((two.truth == 0).mean())] if known and two is not None else shares


def _draw(every: list[Axes], panels: list[_Panel], points: Points, *, steps: bool = False) -> None:
    style = "steps-pre" if steps else "default"
    for own, (axes, panel) in enumerate(zip(every, panels, strict=True)):
        for other, each in enumerate(panels):
            if other != own:
                axes.plot(*points(each.points), color=PALE, linewidth=0.7, drawstyle=style)
        # A dark edge keeps yellow visible, and tells this curve from the others without colour.
        edge = [patheffects.Stroke(linewidth=2.8, foreground=INK), patheffects.Normal()]
        (line,) = axes.plot(*points(panel.points), color=panel.colour, drawstyle=style, zorder=3)
        line.set(linewidth=1.6, path_effects=edge)
        axes.set_title(panel.title, fontsize=7)


def _mark_points(axes: Axes, found: Measurement) -> None:
    for mark, point in zip(_MARKS, found.points, strict=False):
        alarms, hits = 1 - point.specificity.value, point.sensitivity.value
        (drawn,) = axes.plot(alarms, hits, mark, color="white", markeredgecolor=INK, zorder=4)
        drawn.set(markersize=5, label=f"{point.held} {100 * point.target:.0f} %")
    if found.points:
        legend = axes.legend(fontsize=6, frameon=False, loc="lower right", title="chosen for")
        legend.get_title().set_fontsize(6)


def _text(name: str, estimate: Estimate) -> str:
    if np.isnan(estimate.low):
        return f"{name} {estimate.value:.3f}"
    return f"{name} {estimate.value:.3f} ({estimate.low:.2f} to {estimate.high:.2f})"
