"""Small widgets as the panes use them."""

import re
from collections.abc import Callable
from html import escape

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QToolButton,
)
from typing_extensions import override

_COMBO_MARGIN = 2  # that the style leaves free around the text


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


def linked(text: str, link: str) -> str:
    """A text of a label that can be clicked, and looks like any other."""
    style = "color: palette(text); text-decoration: none"
    return f'<a href="{escape(link)}" style="{style}">{escape(text)}</a>'


def breakable(text: str) -> str:
    """A text whose long words may be broken, so that no label is wider than its pane for one."""
    return re.sub(r"(\S{16})(?=\S)", "\\1\u200b", text)


class LinkLabel(QLabel):
    """Text with links, which are laid out anew in another theme: they keep their colour else."""

    def __init__(self) -> None:
        super().__init__(wordWrap=True, textFormat=Qt.TextFormat.RichText)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            text = self.text()
            self.clear()
            self.setText(text)


class ElidedLabel(QLabel):
    """One line that is cut with an ellipsis where there is no room for it; its tip says it all."""

    def __init__(self, mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> None:
        super().__init__()
        self._whole, self._mode = "", mode
        # Cut rather than making its pane wider.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    @property
    def whole(self) -> str:
        """What is said, also where it is cut."""
        return self._whole

    def show_line(self, text: str) -> None:
        """Say something else."""
        self._whole = text
        self.setToolTip(text)
        self._cut()

    def _cut(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._whole, self._mode, self.width()))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()


def table_buttons(
    dialog: QDialog, accept: Callable[[], None], reset: Callable[[], None]
) -> QDialogButtonBox:
    """OK, Cancel and Published of a dialog with a published table that may be changed."""
    box = QDialogButtonBox(
        QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
    )
    published = box.addButton("Published", QDialogButtonBox.ButtonRole.ResetRole)
    published.setToolTip("Back to the table as it was published")
    published.clicked.connect(lambda _checked=False: reset())
    box.accepted.connect(accept)
    box.rejected.connect(dialog.reject)
    return box


def note(text: str = "") -> QLabel:
    """A remark that stands back behind what it is about."""
    made = QLabel(text)
    made.setWordWrap(True)
    made.setEnabled(False)
    return made


class Chip(QFrame):
    """A condition in words, which can be removed; hidden without words.

    Signals:
        removed: The user wants to be without it.
    """

    removed = Signal()

    def __init__(self, tip: str) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._words = QLabel(wordWrap=True)
        self.remove = button("✕", tip)
        self.remove.setAutoRaise(True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 4, 4, 4)
        layout.addWidget(self._words, 1)
        layout.addWidget(self.remove, 0, Qt.AlignmentFlag.AlignTop)
        self.remove.clicked.connect(self.removed)
        self.hide()

    def show_words(self, words: str) -> None:
        """Show a condition; "" for none."""
        self._words.setText(words)
        self.setVisible(bool(words))


class CalmSpinBox(QDoubleSpinBox):
    """Lets the wheel scroll the pane unless the user is editing this very number."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ComboBox(QComboBox):
    """Ends in an ellipsis where its text has no room; Qt would cut it within a letter."""

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        kind, field = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        painter.drawComplexControl(kind, option)
        room = self.style().subControlRect(kind, option, field, self).width() - _COMBO_MARGIN
        right = Qt.TextElideMode.ElideRight
        option.currentText = self.fontMetrics().elidedText(option.currentText, right, room)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)


class CalmComboBox(ComboBox):
    """Lets the wheel scroll the pane: a choice changes only where the user opens its list."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(self.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
