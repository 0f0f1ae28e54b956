import pytest
from PySide6.QtCore import QModelIndex, QObject, QPoint, QSize, QStringListModel, Qt
from PySide6.QtWidgets import QStyledItemDelegate
from pytestqt.qtbot import QtBot

from app.panes.thumbnail_grid import ThumbnailGrid


class Tile(QStyledItemDelegate):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.painted: set[int] = set()

    def paint(self, _painter: object, _option: object, index: QModelIndex) -> None:
        self.painted.add(index.row())

    def sizeHint(self, _option: object, _index: object) -> QSize:  # noqa: N802 - Qt's name
        return QSize(100, 80)


@pytest.fixture
def grid(qtbot: QtBot) -> ThumbnailGrid:
    view = ThumbnailGrid()
    qtbot.addWidget(view)
    model = QStringListModel([str(number) for number in range(25_000)], view)
    view.setModel(model)
    view.setItemDelegate(Tile(view))
    view.resize(340 + view.verticalScrollBar().sizeHint().width(), 400)
    view.show()
    view.setCurrentIndex(model.index(0, 0))
    return view


def test_that_tiles_fill_the_width_in_rows(grid: ThumbnailGrid) -> None:
    first, fourth = (grid.visualRect(grid.model().index(row, 0)) for row in (0, 3))
    assert (first.top(), fourth.top()) == (0, 80)
    assert fourth.left() == first.left()


def test_that_a_click_chooses_the_tile_under_the_pointer(grid: ThumbnailGrid, qtbot: QtBot) -> None:
    place = grid.visualRect(grid.model().index(4, 0)).center()
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert grid.currentIndex().row() == 4
    assert not grid.indexAt(QPoint(5000, 5000)).isValid()


def test_that_the_last_of_25_000_can_be_scrolled_to(grid: ThumbnailGrid) -> None:
    last = grid.model().index(24_999, 0)
    grid.scrollTo(last)
    assert grid.viewport().rect().contains(grid.visualRect(last))


def test_that_up_and_down_move_by_a_line_and_stop_at_the_ends(
    grid: ThumbnailGrid, qtbot: QtBot
) -> None:
    for key, expected in ((Qt.Key.Key_Up, 0), (Qt.Key.Key_Down, 3), (Qt.Key.Key_Down, 6)):
        qtbot.keyClick(grid, key)
        assert grid.currentIndex().row() == expected


def test_that_only_tiles_that_change_are_painted_anew(grid: ThumbnailGrid, qtbot: QtBot) -> None:
    tile = grid.itemDelegate()
    qtbot.waitUntil(lambda: len(tile.painted) > 9)
    tile.painted.clear()
    grid.setCurrentIndex(grid.model().index(1, 0))
    qtbot.waitUntil(lambda: bool(tile.painted))
    assert tile.painted == {0, 1}
