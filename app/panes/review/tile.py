"""One photograph with a line above it, as several stand side by side."""

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from app.panes.viewer_pane import ViewerPane


class Tile(QFrame):
    """A viewer with a caption.

    Signals:
        pressed: The user clicked the photograph.
    """

    pressed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.caption = QLabel()
        # Cut at the edge: a long caption must not make one tile wider than its neighbours.
        self.caption.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.caption.setContentsMargins(4, 1, 4, 1)
        self.viewer = ViewerPane()
        self.viewer.setMinimumSize(80, 60)
        self.viewer.installEventFilter(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.caption)
        layout.addWidget(self.viewer, 1)

    def set_caption(self, text: str, *, chosen: bool = False) -> None:
        """Say what is shown; `text` is rich text."""
        self.caption.setText(f"<b>{text}</b>" if chosen else text)
        self.caption.setToolTip(text)
        self.viewer.setAccessibleName(self.caption.text())

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress:
            self.pressed.emit()
        return super().eventFilter(watched, event)
