"""Small widgets as the panes use them."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSlider, QToolButton


def button(text: str, tip: str) -> QToolButton:
    """A button that a click does not give the focus: the keys stay with the images."""
    made = QToolButton()
    made.setText(text)
    made.setToolTip(tip)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return made


def slider(lowest: int, highest: int, value: int) -> QSlider:
    """A horizontal slider."""
    made = QSlider(Qt.Orientation.Horizontal)
    made.setRange(lowest, highest)
    made.setValue(value)
    return made


def note(text: str = "") -> QLabel:
    """A remark that stands back behind what it is about."""
    made = QLabel(text)
    made.setWordWrap(True)
    made.setEnabled(False)
    return made
