"""Every figure in a view is a door: a click or Enter opens the images behind it."""

from collections.abc import Container

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView
from typing_extensions import override

from app.item_models.confusion_matrix_model import BEHIND_ROLE

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_KEYPAD = Qt.KeyboardModifier.KeypadModifier
_MOVES = frozenset(
    (
        *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down),
        *(Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown),
    )
)


def wants_key(event: QEvent, keys: Container[int]) -> bool:
    """Whether Qt asks if one of these keys, alone, is for the widget rather than for an action."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    return event.key() in keys and not event.modifiers() & ~_KEYPAD


class Doors(QObject):
    """Listens to a view of figures.

    Signals:
        opened: The user wants to see the images behind a figure. Argument: a `Behind`.
    """

    opened = Signal(object)

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view
        view.installEventFilter(self)
        view.clicked.connect(self._open)

    def _open(self, index: QModelIndex) -> None:
        behind = index.data(BEHIND_ROLE)
        if behind is not None:
            self.opened.emit(behind)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if wants_key(event, _MOVES):
            event.accept()  # the keys move in the table, not through the list of images
            return True
        pressed = event.key() if isinstance(event, QKeyEvent) else None
        if event.type() == QEvent.Type.KeyPress and pressed in ENTER:
            self._open(self._view.currentIndex())
            return True
        return super().eventFilter(watched, event)
