"""Small widgets of all panes."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.panes.widgets import ComboBox, ElidedLabel

LONG = "Actinic keratosis / intraepithelial carcinoma"


def drawn(qtbot: QtBot, text: str) -> QImage:
    box = ComboBox()
    qtbot.addWidget(box)
    box.addItem(text)
    box.setFixedSize(160, 26)
    return box.grab().toImage()


def test_that_a_choice_without_room_ends_in_an_ellipsis(qtbot: QtBot) -> None:
    found = drawn(qtbot, LONG)
    metrics = ComboBox().fontMetrics()
    shorter = {
        metrics.elidedText(LONG, Qt.TextElideMode.ElideRight, width) for width in range(80, 160)
    }
    assert all(text.endswith("…") for text in shorter)
    assert any(found == drawn(qtbot, text) for text in shorter)
    assert drawn(qtbot, "NV") != drawn(qtbot, "MEL")


def test_that_a_line_that_is_cut_in_its_middle_keeps_its_end(qtbot: QtBot) -> None:
    label = ElidedLabel(Qt.TextElideMode.ElideMiddle)
    qtbot.addWidget(label)
    label.resize(160, 26)
    label.show_line(f"{LONG}: stopped")
    assert label.text().endswith(": stopped")
    assert "…" in label.text()
    assert label.whole == f"{LONG}: stopped"
