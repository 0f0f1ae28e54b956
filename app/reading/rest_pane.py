"""A break, or the end: nothing of any case is on the screen."""

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.panes.widgets import note


class RestPane(QWidget):
    """Says how far the reader came, and where the answers are.

    Signals:
        go_on_requested: The reader wants to see the case again.
        undo_requested: The reader wants to take back the last answer.
        close_requested: The reader wants to stop for today.
    """

    go_on_requested = Signal()
    undo_requested = Signal()
    close_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._path = Path()
        self._title = QLabel()
        self._said = QLabel(wordWrap=True)
        self._file = QLabel(
            wordWrap=True, textInteractionFlags=Qt.TextInteractionFlag.TextSelectableByMouse
        )
        self._go_on = QPushButton("Go on")
        self._undo = QPushButton("Take back the last answer")
        self._close = QPushButton("Close")
        self._folder = QPushButton("Show folder")
        self._copy = QPushButton("Copy path")
        self._problem = note()
        self._problem.setEnabled(True)
        self._build_layout()
        self._go_on.clicked.connect(lambda _checked=False: self.go_on_requested.emit())
        self._undo.clicked.connect(lambda _checked=False: self.undo_requested.emit())
        self._close.clicked.connect(lambda _checked=False: self.close_requested.emit())
        self._folder.clicked.connect(self._show_folder)
        self._copy.clicked.connect(self._copy_path)

    def _build_layout(self) -> None:
        font = self._title.font()
        font.setPointSizeF(font.pointSizeF() * 1.6)
        self._title.setFont(font)
        first, second = QHBoxLayout(), QHBoxLayout()
        for button in (self._go_on, self._undo, self._close):
            button.setAutoDefault(True)  # Enter presses the one with the focus
            first.addWidget(button)
        for button in (self._folder, self._copy):
            button.setAutoDefault(True)
            second.addWidget(button)
        for row in (first, second):
            row.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(10)
        column.addStretch(1)
        for widget in (self._title, self._said):
            column.addWidget(widget)
        column.addLayout(first)
        column.addSpacing(16)
        column.addWidget(QLabel("Your answers are in this file. It goes back to the coordinator:"))
        column.addWidget(self._file)
        column.addLayout(second)
        column.addWidget(self._problem)
        column.addStretch(2)
        frame = QWidget()
        frame.setLayout(column)
        frame.setMaximumWidth(600)
        layout = QHBoxLayout(self)
        layout.addStretch(1)
        layout.addWidget(frame, 6)
        layout.addStretch(1)

    def show_progress(self, done: int, total: int, path: Path, *, can_undo: bool) -> None:
        """Say how far the reader came; at the end there is nothing to go on with."""
        self._path = path
        ended = done == total
        self._title.setText("Finished" if ended else "Break")
        self._said.setText(
            f"All {total:,} are answered. Thank you."
            if ended
            else f"{done:,} of {total:,} are answered. The clock stands still."
        )
        self._file.setText(str(path))
        self._go_on.setVisible(not ended)
        self._undo.setVisible(ended and can_undo)
        self._problem.setText("")
        (self._close if ended else self._go_on).setFocus()

    def show_problem(self, text: str) -> None:
        """Say what went wrong."""
        self._problem.setText(text)

    def _show_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._path.parent)))

    def _copy_path(self) -> None:
        QGuiApplication.clipboard().setText(str(self._path))
