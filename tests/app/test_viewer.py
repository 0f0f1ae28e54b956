from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.case import Case, HeatMap
from app.image_tasks import halved
from app.panes.heat_map_pane import HeatMapPane
from app.panes.heat_map_picture import heat_map_picture
from app.panes.viewer_pane import ViewerPane
from app.session import Session
from model.overlay import alpha, colour_table


def case_of(width: int, height: int, path: str = "a.jpg") -> Case:
    return Case(path, "", halved(np.full((height, width, 3), 128, np.uint8)))


def heat_map_of(values: np.ndarray, width: int, height: int, path: str = "a.jpg") -> HeatMap:
    return HeatMap(path, "out_relu", "MEL", True, values.astype(np.float32), (0, 0, width, height))


@pytest.fixture
def viewer(qtbot: QtBot) -> ViewerPane:
    pane = ViewerPane()
    qtbot.addWidget(pane)
    pane.resize(600, 600)
    pane.show()
    return pane


def test_that_a_fitted_photograph_fills_the_pane(viewer: ViewerPane) -> None:
    viewer.show_case(case_of(1200, 900))
    assert viewer.scale == pytest.approx(0.5)
    rectangle = viewer.photograph_rectangle()
    assert (rectangle.left(), rectangle.width()) == (pytest.approx(0), pytest.approx(600))
    assert rectangle.top() == pytest.approx(75)


def test_that_zooming_keeps_the_point_under_the_pointer(viewer: ViewerPane) -> None:
    viewer.show_case(case_of(1200, 900))
    pointer = QPointF(150, 300)
    before = viewer.to_photograph(pointer)
    viewer.zoom(3.0, pointer)
    after = viewer.to_photograph(pointer)
    assert (after.x(), after.y()) == (pytest.approx(before.x()), pytest.approx(before.y()))


def test_that_dragging_moves_the_photograph_with_the_pointer(
    viewer: ViewerPane, qtbot: QtBot
) -> None:
    viewer.show_case(case_of(1200, 900))
    viewer.actual_size()
    grabbed = viewer.to_photograph(QPointF(300, 300))
    qtbot.mousePress(viewer, Qt.MouseButton.LeftButton, pos=QPoint(300, 300))
    qtbot.mouseMove(viewer, QPoint(340, 270))
    qtbot.mouseRelease(viewer, Qt.MouseButton.LeftButton, pos=QPoint(340, 270))
    moved = viewer.to_photograph(QPointF(340, 270))
    assert (moved.x(), moved.y()) == (pytest.approx(grabbed.x()), pytest.approx(grabbed.y()))


def test_that_a_held_key_shows_actual_size_and_lets_go_again(viewer: ViewerPane) -> None:
    viewer.show_case(case_of(1200, 900))
    viewer.hold_actual_size(True)
    assert viewer.scale == pytest.approx(1.0)
    viewer.hold_actual_size(False)
    assert viewer.scale == pytest.approx(0.5)


def test_that_the_peak_of_a_cell_lies_over_the_middle_of_what_the_cell_saw() -> None:
    # Cell (row 1, column 5) of 7 x 7 over 224 pixels: centre at 32 * i + 15.5 (reference 8.1).
    values = np.zeros((7, 7))
    values[1, 5] = 2.0
    picture = heat_map_picture(heat_map_of(values, 224, 224), QSize(224, 224), "viridis")
    alpha = np.frombuffer(picture.constBits(), np.uint8).reshape(224, 224, 4)[..., 3].astype(float)
    table = np.frombuffer(picture.constBits(), np.uint8).reshape(224, 224, 4)[..., 1].astype(float)
    rows, columns = np.nonzero(table == table.max())
    assert rows.mean() == pytest.approx(32 * 1 + 15.5)
    assert columns.mean() == pytest.approx(32 * 5 + 15.5)
    assert alpha[120, 20] == 0


def test_that_a_map_without_positive_evidence_draws_nothing() -> None:
    picture = heat_map_picture(heat_map_of(-np.ones((7, 7)), 60, 45), QSize(60, 45), "viridis")
    assert not np.frombuffer(picture.constBits(), np.uint8).any()


def test_that_a_frame_shows_what_the_network_saw_where_it_saw_a_part(viewer: ViewerPane) -> None:
    viewer.show_case(case_of(600, 450))
    plain = viewer.grab().toImage()
    nothing = heat_map_of(np.zeros((7, 7)), 600, 450)
    viewer.show_heat_map(replace(nothing, box=(75, 0, 525, 450)))
    framed = viewer.grab().toImage()
    for x in (75, 525):
        column = [y for y in range(150, 500) if framed.pixel(x, y) != plain.pixel(x, y)]
        assert len(column) == 350
    assert framed.pixel(70, 300) == plain.pixel(70, 300)
    viewer.show_heat_map(nothing)
    whole = viewer.grab().toImage()
    assert all(whole.pixel(x, 300) == plain.pixel(x, 300) for x in (0, 75, 525))
    viewer.set_plain(True)
    assert viewer.grab().toImage() == plain


def map_with_one_cell(value: float) -> HeatMap:
    values = np.full((7, 7), -0.25)  # 48 cells of them: 12 against the class
    values[3, 3] = value
    return heat_map_of(values, 224, 224)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (-1.0, "No positive evidence"),
        (0.0, "No positive evidence"),
        (0.6, "Hardly any positive evidence (1 of 49 cells)"),  # 0.6 of 12.6: less than a twentieth
        (0.7, ""),
    ],
)
def test_that_a_map_with_hardly_any_evidence_says_so_in_words(value: float, words: str) -> None:
    assert map_with_one_cell(value).scarcity == words


def test_that_scarce_evidence_is_told_over_the_photograph_and_beside_the_scale(
    viewer: ViewerPane, qtbot: QtBot
) -> None:
    controls = HeatMapPane(Session())
    qtbot.addWidget(controls)
    viewer.show_case(case_of(224, 224))
    corner = []
    for value in (0.6, 0.7):
        viewer.show_heat_map(map_with_one_cell(value))
        corner.append(viewer.grab(QRect(12, 12, 40, 20)).toImage())
    assert corner[0] != corner[1]
    controls.show_heat_map(map_with_one_cell(0.6))
    labels = [label.text() for label in controls.findChildren(QLabel)]
    assert any("Nearly all speaks against MEL" in text for text in labels)


def test_that_the_map_of_another_image_is_not_drawn(viewer: ViewerPane) -> None:
    viewer.show_case(case_of(224, 224, "new.jpg"))
    plain = viewer.grab().toImage()
    viewer.show_heat_map(heat_map_of(np.ones((7, 7)), 224, 224, "old.jpg"))
    assert viewer.grab().toImage() == plain
    viewer.show_heat_map(heat_map_of(np.ones((7, 7)), 224, 224, "new.jpg"))
    assert viewer.grab().toImage() != plain


def test_that_full_opacity_shows_the_colour_and_none_the_photograph(viewer: ViewerPane) -> None:
    viewer.show_case(case_of(224, 224))
    viewer.show_heat_map(heat_map_of(np.ones((7, 7)), 224, 224))

    def middle(opacity: float) -> tuple[int, int, int, int]:
        viewer.set_drawing(visible=True, opacity=opacity, colour_map="viridis")
        return viewer.grab().toImage().pixelColor(300, 300).getRgb()

    assert middle(0.0)[:3] == (128, 128, 128)
    # The top of viridis as matplotlib publishes it: #fde725.
    assert middle(1.0)[:3] == pytest.approx((0xFD, 0xE7, 0x25), abs=2)
    assert middle(0.5)[:3] == pytest.approx((190, 180, 83), abs=2)


def test_that_a_held_key_shows_the_plain_photograph(viewer: ViewerPane) -> None:
    viewer.show_case(case_of(224, 224))
    plain = viewer.grab().toImage()
    viewer.show_heat_map(heat_map_of(np.ones((7, 7)), 224, 224))
    viewer.set_plain(True)
    assert viewer.grab().toImage() == plain


def test_that_large_photographs_come_with_smaller_copies() -> None:
    levels = case_of(4000, 3000).levels
    assert [level.width() for level in levels] == [4000, 2000, 1000]
    assert all(level.format() == QImage.Format.Format_RGB32 for level in levels)


def test_that_another_photograph_shows_the_same_part_at_the_same_magnification(
    viewer: ViewerPane, qtbot: QtBot
) -> None:
    other = ViewerPane()
    qtbot.addWidget(other)
    other.resize(300, 300)
    other.show()
    viewer.show_case(case_of(1200, 900))
    other.show_case(case_of(600, 450))
    viewer.view_changed.connect(other.show_view)
    viewer.zoom(3.0, QPointF(150, 300))
    seen = viewer.to_photograph(QPointF(300, 300))
    also = other.to_photograph(QPointF(150, 150))
    assert (also.x() / 600, also.y() / 450) == (
        pytest.approx(seen.x() / 1200),
        pytest.approx(seen.y() / 900),
    )
    assert other.scale == pytest.approx(1.5)
    viewer.fit()
    assert other.scale == pytest.approx(0.5)


def test_that_maps_that_are_compared_share_one_scale() -> None:
    # The strongest colour stands for 2.0: a map that reaches 1.0 is drawn half as strongly.
    weak = heat_map_of(np.ones((7, 7)), 70, 70)
    shared = heat_map_picture(replace(weak, top=2.0), QSize(70, 70), "viridis")
    table, opaque = colour_table("viridis"), alpha(np.array([0.5], np.float32), 1.0)[0]
    drawn = shared.pixelColor(35, 35)
    assert drawn.alphaF() == pytest.approx(opaque, abs=0.01)
    assert drawn.red() == pytest.approx(int(table[128][0]), abs=3)
