"""Photographs of other lesions that look alike to the network, whose histology is known."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStackedWidget, QVBoxLayout, QWidget

from app.adjudication_session import Neighbour
from app.item_models.thumbnails import Thumbnails
from app.panes.widgets import note

_SIZE = QSize(96, 72)  # logical pixels of a picture


class SimilarPane(QWidget):
    """The nearest lesions, nearest first.

    Attributes:
        found: What is shown.

    Signals:
        path_chosen: The user wants to look at the image. Argument: its path.
    """

    path_chosen = Signal(str)

    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._thumbnails = thumbnails
        self.found: Sequence[Neighbour] = ()
        self._reason = note()
        self._reason.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._reason.setContentsMargins(8, 8, 8, 8)
        self.list = QListWidget()
        self.list.setAccessibleName("Similar lesions")
        self.list.setViewMode(QListWidget.ViewMode.IconMode)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setMovement(QListWidget.Movement.Static)
        self.list.setIconSize(_SIZE)
        self.list.setSpacing(4)
        self.list.setWordWrap(True)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._reason)
        self._pages.addWidget(self.list)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)
        thumbnails.ready.connect(self._show_pictures)
        self.list.itemDoubleClicked.connect(
            lambda item: self.path_chosen.emit(item.data(Qt.ItemDataRole.UserRole))
        )

    def show_neighbours(self, found: Sequence[Neighbour], reason: str) -> None:
        """Show lesions, or say why there are none."""
        self.found = found
        self._reason.setText(reason)
        self._pages.setCurrentIndex(1 if found else 0)
        self.list.clear()
        room = _blank()
        for each in found:
            item = QListWidgetItem(room, f"{each.label}\n{each.likeness:.2f}", self.list)
            item.setTextAlignment(Qt.AlignmentFlag.AlignHCenter)
            item.setData(Qt.ItemDataRole.UserRole, each.path)
            item.setToolTip(
                f"{each.image_id}: {each.label} by histology, cosine {each.likeness:.3f}"
            )
        self._show_pictures()

    def _show_pictures(self) -> None:
        for row, each in enumerate(self.found):
            picture = self._thumbnails.picture(each.path)
            if picture is not None and not picture.isNull():
                self.list.item(row).setIcon(QIcon(picture))


def _blank() -> QIcon:
    """Keeps the room of a picture: the list does not lay items out again when one comes."""
    blank = QPixmap(_SIZE)
    blank.fill(Qt.GlobalColor.transparent)
    return QIcon(blank)
