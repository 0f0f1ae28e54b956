"""Both themes, while the window is open."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QCheckBox, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.panes.widgets import LinkLabel, linked
from app.theme import apply_theme, palette


def farthest(image: QImage, colour: QColor) -> float:
    """The largest difference in lightness of any pixel from a colour."""
    places = [QPoint(x, y) for x in range(image.width()) for y in range(image.height())]
    return max(abs(image.pixelColor(at).lightnessF() - colour.lightnessF()) for at in places)


@pytest.fixture
def shown(qtbot: QtBot) -> QWidget:
    pane = QWidget()
    column = QVBoxLayout(pane)
    label = LinkLabel()
    label.setText(linked("802 unseen images", "all"))
    column.addWidget(label)
    column.addWidget(QCheckBox())
    column.addWidget(ticks := QTreeWidget())
    ticks.setHeaderHidden(True)
    QTreeWidgetItem(ticks).setCheckState(0, Qt.CheckState.Unchecked)
    qtbot.addWidget(pane)
    apply_theme("light")
    pane.show()
    qtbot.waitExposed(pane)
    return pane


def test_that_links_and_empty_boxes_are_seen_in_the_theme_that_was_changed_to(
    shown: QWidget, qtbot: QtBot
) -> None:
    window = palette(dark=True).window().color()
    try:
        apply_theme("dark")
        qtbot.waitUntil(lambda: shown.palette().window().color() == window)
        for kind in (LinkLabel, QCheckBox, QTreeWidget):
            part = shown.findChild(kind)
            # Of a list what is inside its frame.
            inside = part.viewport() if isinstance(part, QTreeWidget) else part
            image = inside.grab().toImage()
            assert farthest(image, window) > 0.25, kind
    finally:
        apply_theme("light")
