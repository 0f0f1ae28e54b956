"""The listed images as thumbnails or as a table; both show the same rows and the same choice."""

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app.item_models.image_list_model import ROW_ROLE, SORT_KEYS, Column, ImageListModel
from app.item_models.thumbnails import Thumbnails
from app.panes.thumbnail_delegate import ThumbnailDelegate
from app.panes.thumbnail_grid import ThumbnailGrid
from app.panes.widgets import ComboBox, button, slider
from app.session import Session
from model.catalogue.sorting import SortKey

_SORT_NAMES = {
    SortKey.FILE: "File order",
    SortKey.IMAGE_ID: "Image",
    SortKey.LABEL: "Label",
    SortKey.PREDICTION: "Prediction",
    SortKey.CONFIDENCE: "Probability",
    SortKey.LABEL_PROBABILITY: "Probability of the label",
    SortKey.AGREEMENT: "Agreement",
    SortKey.LESION: "Lesion",
    SortKey.BASIS: "Basis of label",
    SortKey.AGE: "Age",
    SortKey.SEX: "Sex",
    SortKey.SITE: "Site",
}
_WIDTHS = {Column.IMAGE: 130, Column.LABEL: 60, Column.SITE: 120}


class BrowserPane(QWidget):
    """Shows which images are listed and which one is looked at.

    Signals:
        row_chosen: The user chose an image. Argument: its row in the session's table.
        sort_requested: Arguments: the key, whether descending.
        search_changed: The user typed words that the images must have.
        clear_requested: The user wants to see all images again.
        done: The user finished typing or choosing; the keys are the images' again.
    """

    row_chosen = Signal(int)
    sort_requested = Signal(SortKey, bool)
    search_changed = Signal(str)
    clear_requested = Signal()
    done = Signal()

    def __init__(self, session: Session, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._session = session
        self._following = False  # the selection follows the session, and is no wish of the user's
        self._model = ImageListModel(session, self)
        self._delegate = ThumbnailDelegate(session, thumbnails, self)
        self.grid = self._create_grid()
        self.table = self._create_table()
        self._search = QLineEdit()
        self._sort = ComboBox()
        self._direction = button("↑", "Ascending or descending")
        self._size = slider(72, 256, self._delegate.picture_width)
        self._grid_button = button("Table", "Thumbnails or table (G)")
        self._count = QLabel()
        self._clear = button("Clear filter", "List all images again")
        self._stack = QStackedWidget()
        self._build_layout()
        self._connect()
        self._show_rows()

    def _create_grid(self) -> ThumbnailGrid:
        grid = ThumbnailGrid()
        grid.setModel(self._model)
        grid.setItemDelegate(self._delegate)
        grid.setAccessibleName("Images")
        return grid

    def _create_table(self) -> QTableView:
        table = QTableView()
        table.setModel(self._model)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setSelectionModel(self.grid.selectionModel())
        table.setShowGrid(False)
        table.setAlternatingRowColors(True)
        table.setWordWrap(False)
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 6)
        table.verticalHeader().hide()
        table.horizontalHeader().setHighlightSections(False)
        table.horizontalHeader().setSortIndicatorShown(True)
        for column in Column:
            table.setColumnWidth(column, _WIDTHS.get(column, 84))
        table.setAccessibleName("Images")
        return table

    def _build_layout(self) -> None:
        for key, name in _SORT_NAMES.items():
            self._sort.addItem(name, key)
        self._search.setPlaceholderText("Search id, lesion, class, site…")
        self._search.setClearButtonEnabled(True)
        self._sort.setToolTip("Order of the list")
        self._size.setToolTip("Size of the thumbnails")
        self._size.setMaximumWidth(80)
        self._size.setMinimumWidth(56)  # narrower, its handle alone is seen, like a box to tick
        self._sort.setMinimumContentsLength(6)
        self._sort.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        first = QHBoxLayout()
        first.addWidget(self._search, 1)
        second = QHBoxLayout()
        second.addWidget(self._sort, 1)
        second.addWidget(self._direction)
        second.addWidget(self._size)
        second.addWidget(self._grid_button)
        third = QHBoxLayout()
        self._count.setWordWrap(True)
        third.addWidget(self._count, 1)
        third.addWidget(self._clear, 0, Qt.AlignmentFlag.AlignTop)
        self._stack.addWidget(self.grid)
        self._stack.addWidget(self.table)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.setSpacing(4)
        for row in (first, second, third):
            layout.addLayout(row)
        layout.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self._session.rows_changed.connect(self._show_rows)
        self._session.current_changed.connect(self._show_current)
        self.grid.selectionModel().currentChanged.connect(self._on_current)
        self._search.textEdited.connect(self.search_changed)
        self._sort.activated.connect(self._ask_sort)
        self._sort.activated.connect(self.done)
        self._search.returnPressed.connect(self.done)
        self._direction.clicked.connect(self._turn_direction)
        self._size.valueChanged.connect(self._resize_pictures)
        self._grid_button.clicked.connect(self.toggle_table)
        self._clear.clicked.connect(self.clear_requested)
        self.table.horizontalHeader().sectionClicked.connect(self._sort_by_column)

    # -- what the user does ---------------------------------------------------------------

    def search(self) -> None:
        """Put the cursor into the search field."""
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    def toggle_table(self) -> None:
        """Thumbnails or table."""
        self.show_table(self._stack.currentWidget() is self.grid)

    def show_table(self, shown: bool) -> None:
        """Show the table instead of the thumbnails, or the other way round."""
        self._stack.setCurrentWidget(self.table if shown else self.grid)
        self._grid_button.setText("Grid" if shown else "Table")
        self._size.setVisible(not shown)
        self._show_current()

    @property
    def table_shown(self) -> bool:
        """Whether the table is shown rather than the thumbnails."""
        return self._stack.currentWidget() is self.table

    def _on_current(self, current: QModelIndex) -> None:
        if current.isValid() and not self._following:
            self.row_chosen.emit(current.data(ROW_ROLE))

    def _ask_sort(self) -> None:
        self.sort_requested.emit(self._sort.currentData(), self._session.descending)

    def _turn_direction(self) -> None:
        self.sort_requested.emit(self._session.sort_key, not self._session.descending)

    def _sort_by_column(self, section: int) -> None:
        key = SORT_KEYS[Column(section)]
        again = key is self._session.sort_key
        self.sort_requested.emit(key, again and not self._session.descending)

    def _resize_pictures(self, width: int) -> None:
        self._delegate.picture_width = width
        self.grid.relayout()
        self._show_current()

    # -- what the session says ------------------------------------------------------------

    def _show_rows(self) -> None:
        session = self._session
        listed, known = len(session.rows), len(session.table.records)
        condition = session.filter.describe()
        self._clear.setVisible(bool(condition))
        if condition:
            self._count.setText(f"<b>{listed:,}</b> of {known:,} images: {condition}")
        else:
            self._count.setText(f"<b>{known:,}</b> images")
        if self._search.text() != session.filter.text and not self._search.hasFocus():
            self._search.setText(session.filter.text)
        self._sort.setCurrentIndex(self._sort.findData(session.sort_key))
        self._direction.setText("↓" if session.descending else "↑")
        self._show_sort_column()
        self._show_current()

    def _show_sort_column(self) -> None:
        order = (
            Qt.SortOrder.DescendingOrder
            if self._session.descending
            else Qt.SortOrder.AscendingOrder
        )
        columns = [column for column, key in SORT_KEYS.items() if key is self._session.sort_key]
        self.table.horizontalHeader().setSortIndicator(columns[0] if columns else -1, order)

    def _show_current(self) -> None:
        self._following = True
        self._select_current()
        self._following = False

    def _select_current(self) -> None:
        position = self._session.position
        selection = self.grid.selectionModel()
        if position is None:
            selection.clear()
            return
        index = self._model.index(position, 0)
        if selection.currentIndex().row() != position:
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
            selection.setCurrentIndex(index, flags | QItemSelectionModel.SelectionFlag.Rows)
        view = self.table if self.table_shown else self.grid
        view.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(240, 200)
