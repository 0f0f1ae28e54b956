"""A pane that tells whether it is seen, since what nobody sees need not be computed."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override


class WatchedPane(QWidget):
    """Base of the panes that show measurements.

    Signals:
        watched: The pane came into sight, or went out of it. Argument: which.
    """

    watched = Signal(bool)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.watched.emit(True)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.watched.emit(False)
