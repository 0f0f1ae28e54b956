"""The images behind the number that was opened, as thumbnails."""

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from app.item_models.image_list_model import ROW_ROLE, ImageListModel
from app.item_models.thumbnails import Thumbnails
from app.panes.thumbnail_delegate import ThumbnailDelegate
from app.panes.thumbnail_grid import ThumbnailGrid
from app.panes.widgets import button
from app.session import Session

_WHAT = (
    "Every number here is a door: click one, and the images that it stands on are listed here and"
    " in Browse."
)


class BehindPane(QWidget):
    """Lists what the session lists, where that is what stands behind a number.

    Signals:
        row_chosen: The user chose an image. Argument: its row in the session's table.
        browse_requested: The user wants to walk through these images.
        adjudicate_requested: The user wants their lesions to be the queue.
        close_requested: The user wants to list again what the filter lets through.
    """

    row_chosen = Signal(int)
    browse_requested = Signal()
    adjudicate_requested = Signal()
    close_requested = Signal()

    def __init__(self, session: Session, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._session = session
        self._following = False
        self._model = ImageListModel(session, self)
        self.grid = ThumbnailGrid()
        self.grid.setModel(self._model)
        self.grid.setItemDelegate(ThumbnailDelegate(session, thumbnails, self))
        self.grid.setAccessibleName("Images behind the number")
        self._words = QLabel()
        # A long sentence is cut rather than widening the window.
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.walk = button("Walk through them", "Look at these images one by one in Browse (Enter)")
        self.adjudicate = button("Adjudicate them", "Make their lesions the queue of Adjudicate")
        self.leave = button("Close", "List again what the filter lets through")
        self._what = QLabel(_WHAT, wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedWidget()
        self._build_layout()
        session.rows_changed.connect(self._show_rows)
        session.current_changed.connect(self._show_current)
        self.grid.selectionModel().currentChanged.connect(self._choose)
        self.grid.activated.connect(lambda _: self.browse_requested.emit())
        self.walk.clicked.connect(self.browse_requested)
        self.adjudicate.clicked.connect(self.adjudicate_requested)
        self.leave.clicked.connect(self.close_requested)
        self._show_rows()

    def _build_layout(self) -> None:
        line = QHBoxLayout()
        line.setContentsMargins(6, 2, 6, 0)
        line.addWidget(self._words, 1)
        line.addWidget(self.walk)
        line.addWidget(self.adjudicate)
        line.addWidget(self.leave)
        shown = QWidget()
        column = QVBoxLayout(shown)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(line)
        column.addWidget(self.grid, 1)
        self._pages.addWidget(self._what)
        self._pages.addWidget(shown)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)

    def _choose(self, current: QModelIndex) -> None:
        if current.isValid() and not self._following:
            self.row_chosen.emit(current.data(ROW_ROLE))

    def _show_rows(self) -> None:
        chosen = self._session.filter
        self._pages.setCurrentIndex(0 if chosen.paths is None else 1)
        name = chosen.paths_name or "chosen images"
        count = len(self._session.rows)
        self._words.setText(f"<b>{count:,}</b> image{'s' * (count != 1)}: {name}")
        self._show_current()

    def _show_current(self) -> None:
        position, selection = self._session.position, self.grid.selectionModel()
        self._following = True
        if position is None:
            selection.clear()
        else:
            index = self._model.index(position, 0)
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
            if selection.currentIndex().row() != position:
                selection.setCurrentIndex(index, flags | QItemSelectionModel.SelectionFlag.Rows)
            self.grid.scrollTo(index)
        self._following = False

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_current()

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(200, 96)
