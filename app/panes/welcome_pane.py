"""What the program is for and the ways to begin, before anything is open."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QCommandLinkButton, QHBoxLayout, QLabel, QVBoxLayout, QWidget

_PURPOSE = (
    "Open a folder of dermoscopic images, let a network classify every one of them, "
    "and see on each photograph what moved the network."
)
_LIMITS = (
    "For research on data sets only. Not a medical device: never use it to diagnose or treat. "
    "Everything stays on this computer."
)
_LAYOUTS = "HAM10000, ISIC and the like, a folder for each class, or any images. Drop it here."


class WelcomePane(QWidget):
    """Shown while nothing is open.

    Signals:
        folder_requested, project_requested, demo_requested: The user chose this way to begin.
        recent_requested: Argument: the path of a project that was open before.
    """

    folder_requested = Signal()
    project_requested = Signal()
    demo_requested = Signal()
    recent_requested = Signal(Path)

    def __init__(self) -> None:
        super().__init__()
        self._recent = QVBoxLayout()
        self._recent.setSpacing(2)
        column = QVBoxLayout()
        column.setSpacing(6)
        column.addStretch(2)
        title = QLabel("Second Look")
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 2.2)
        title.setFont(font)
        column.addWidget(title)
        column.addWidget(QLabel(_PURPOSE, wordWrap=True))
        column.addSpacing(12)
        self._add(column, "Open a folder…", _LAYOUTS, self.folder_requested)
        self._add(column, "Open a project…", "Go on where you stopped.", self.project_requested)
        self._add(
            column,
            "Open the demonstration",
            "Synthetic images, drawn by a program.",
            self.demo_requested,
        )
        column.addLayout(self._recent)
        column.addStretch(2)
        limits = QLabel(_LIMITS)
        limits.setWordWrap(True)
        column.addWidget(limits)
        column.addStretch(1)
        frame = QWidget()
        frame.setLayout(column)
        frame.setMaximumWidth(560)
        layout = QHBoxLayout(self)
        layout.addStretch(1)
        layout.addWidget(frame, 4)
        layout.addStretch(1)

    def _add(self, column: QVBoxLayout, text: str, tip: str, signal: SignalInstance) -> None:
        button = QCommandLinkButton(text, tip)
        button.setIcon(QIcon())  # Qt's own arrow is black in both themes
        # A clicked signal says whether the button is checked; a wish says nothing.
        button.clicked.connect(lambda _checked=False: signal.emit())
        column.addWidget(button)

    def show_recent(self, projects: Sequence[tuple[Path, str]]) -> None:
        """Offer projects that were open before: path and what to call it."""
        while item := self._recent.takeAt(0):
            if widget := item.widget():
                widget.deleteLater()
        if projects:
            heading = QLabel("Recent")
            heading.setContentsMargins(0, 12, 0, 0)
            self._recent.addWidget(heading)
        for path, name in projects[:5]:
            link = QLabel(f"<a href='{path}'>{name}</a>")
            link.setToolTip(str(path))
            link.setTextInteractionFlags(
                Qt.TextInteractionFlag.LinksAccessibleByMouse
                | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
            )
            link.linkActivated.connect(lambda _, path=path: self.recent_requested.emit(path))
            self._recent.addWidget(link)
