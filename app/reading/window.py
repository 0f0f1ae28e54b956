"""The reading's window: the start, the cases, a break or the end."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QMainWindow, QStackedWidget
from typing_extensions import override

from app.reading.reading_pane import ReadingPane
from app.reading.rest_pane import RestPane
from app.reading.start_pane import StartPane

TITLE = "Reading - Second Look"


class ReadingWindow(QMainWindow):
    """Shows one of its pages.

    Signals:
        closing: The window is about to close.
    """

    closing = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("reading_window")
        self.setWindowTitle(TITLE)
        self.start = StartPane()
        self.reading = ReadingPane()
        self.rest = RestPane()
        self._pages = QStackedWidget()
        for page in (self.start, self.reading, self.rest):
            self._pages.addWidget(page)
        self.setCentralWidget(self._pages)
        room = QGuiApplication.primaryScreen().availableGeometry()
        self.resize(min(1400, room.width()), min(900, room.height() - 40))

    def show_start(self) -> None:
        """Ask who reads."""
        self._pages.setCurrentWidget(self.start)

    def show_reading(self) -> None:
        """Show a case."""
        self._pages.setCurrentWidget(self.reading)

    def show_rest(self) -> None:
        """Show no case."""
        self._pages.setCurrentWidget(self.rest)

    @property
    def reading_shown(self) -> bool:
        """Whether a case is on the screen."""
        return self._pages.currentWidget() is self.reading

    @property
    def screen_text(self) -> str:
        """Size and scale of the window, such as "1280x720@1.0"."""
        return f"{self.width()}x{self.height()}@{self.devicePixelRatioF():.3g}"

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        super().closeEvent(event)
