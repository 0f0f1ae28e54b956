"""Diagrams drawn by ourselves: round numbers at the axes, names apart, values under the pointer."""

import math
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QToolTip
from pytestqt.qtbot import QtBot

from app.panes.axis import Axis, axis_of, number_text
from app.panes.curve_plot import Curve, CurvePlot, Diagram, spread


@pytest.mark.parametrize(
    ("axis", "most", "expected"),
    [
        (Axis(0, 1), 5, (0, 0.25, 0.5, 0.75, 1)),
        (Axis(0, 1), 6, (0, 0.2, 0.4, 0.6, 0.8, 1)),
        (Axis(1, 60, whole=True), 6, (20, 40, 60)),
        (Axis(1, 3, whole=True), 9, (1, 2, 3)),
        (Axis(1e-6, 1e-2, logarithmic=True), 9, (1e-6, 1e-5, 1e-4, 1e-3, 1e-2)),
        (Axis(1e-6, 1e-2, logarithmic=True), 3, (1e-6, 1e-4, 1e-2)),
    ],
)
def test_that_an_axis_carries_round_numbers(
    axis: Axis, most: int, expected: tuple[float, ...]
) -> None:
    assert axis.ticks(most) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [
        ([0.3, 1.9], 0, 2),
        ([0.9, 1.0], 0.9, 1.0),
        ([2.0, 2.0], 0, 2),
        ([math.nan], 0, 1),
        ([-0.4, 0.4], -0.4, 0.4),
    ],
)
def test_that_a_linear_axis_holds_its_values(values: list[float], low: float, high: float) -> None:
    axis = axis_of(values)
    assert (axis.low, axis.high) == pytest.approx((low, high))


def test_that_a_logarithmic_axis_reaches_to_whole_powers_and_skips_what_has_no_place() -> None:
    axis = axis_of([3e-5, 2e-3, 0.0], logarithmic=True)
    assert (axis.low, axis.high) == pytest.approx((1e-5, 1e-2))
    assert math.isnan(axis.share(0))
    assert axis.share(1e-4) == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("value", "text"), [(0.25, "0.25"), (40, "40"), (1e-4, "1e-4"), (2.5e-5, "2.5e-5"), (0, "0")]
)
def test_that_numbers_are_short(value: float, text: str) -> None:
    assert number_text(value) == text


def test_that_names_stand_apart_and_within_the_diagram() -> None:
    assert spread([10, 11, 50], 10, 0, 100) == [10, 20, 50]
    assert spread([95, 97, 99], 10, 0, 100) == [80, 90, 100]
    crowded = spread([1, 2, 3, 4, 5], 40, 0, 100)
    assert crowded[0] >= 0
    assert crowded[-1] <= 100
    assert min(b - a for a, b in pairwise(crowded)) >= 25 - 1e-9


@pytest.fixture
def plot(qtbot: QtBot) -> CurvePlot:
    created = CurvePlot("epoch")
    qtbot.addWidget(created)
    created.resize(400, 240)
    curves = (
        Curve("MEL", (1, 2, 3), (0.1, math.nan, 0.3), "#d55e00"),
        Curve("NV", (1, 2, 3), (0.9, 0.8, 0.7), "#0072b2"),
    )
    created.show_diagram(Diagram("Recall per class", curves, shares=True), Axis(1, 3, whole=True))
    created.show()
    return created


def test_that_the_latest_values_are_told_to_who_does_not_see_them(plot: CurvePlot) -> None:
    assert plot.accessibleName() == "Recall per class: MEL 30.0 %, NV 70.0 %"


def test_that_the_pointer_reads_the_values_of_the_nearest_epoch(
    qtbot: QtBot, plot: CurvePlot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = list[str]()
    monkeypatch.setattr(QToolTip, "showText", lambda _place, text, _widget: told.append(text))
    qtbot.mouseMove(plot, QPoint(plot.width() // 2, plot.height() // 2))
    qtbot.waitUntil(lambda: bool(told))
    assert told[-1] == "epoch 2\nNV 80.0 %", "MEL has no value there"


def test_that_curves_have_the_colours_of_their_classes(plot: CurvePlot) -> None:
    picture = plot.grab().toImage()
    found = {
        QColor(picture.pixel(x, y)).name()
        for x in range(picture.width())
        for y in range(picture.height())
    }
    assert {"#d55e00", "#0072b2"} <= found


def test_that_a_plot_without_curves_or_room_is_no_error(qtbot: QtBot) -> None:
    empty = CurvePlot("epoch")
    qtbot.addWidget(empty)
    empty.show_diagram(Diagram("Loss"), Axis(1, 2))
    empty.resize(20, 20)
    empty.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    empty.grab()
    assert empty.text() == "Loss: nothing yet"
