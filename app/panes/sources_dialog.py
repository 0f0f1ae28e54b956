"""The dialog that says what a data set consists of, and lets it be joined with more."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.panes.widgets import note
from app.source_tasks import SourceRow
from model.words import counted

_ROW = Qt.ItemDataRole.UserRole


class SourcesDialog(QDialog):
    """Lists folders and tables.

    Signals:
        folder_requested: Another folder is to be joined.
        table_requested: Another table is to be joined.
        columns_requested: A table's columns are to be mapped. Argument: its path.
        leave_out_requested: A table is not to be used. Argument: its path.
        remove_requested: What was joined is to go again. Argument: `SourceRow`.
        conflicts_requested: The images that sources contradict on are to be listed.
    """

    folder_requested = Signal()
    table_requested = Signal()
    columns_requested = Signal(Path)
    leave_out_requested = Signal(Path)
    remove_requested = Signal(object)
    conflicts_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Sources of the data set")
        self.tree = QTreeWidget()
        self.tree.setHeaderLabels(["Folder or table", "What it is", "Images"])
        self.tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(0, 330)
        header.resizeSection(2, 80)
        self.conflicts = QLabel()
        self._buttons = {
            name: QPushButton(text)
            for name, text in {
                "folder": "Add folder…",
                "table": "Add table…",
                "columns": "Columns…",
                "leave_out": "Leave out",
                "remove": "Remove",
                "show": "Show the images",
            }.items()
        }
        self._build_layout()
        self._connect()
        self._allow()
        self.resize(860, 460)

    def _build_layout(self) -> None:
        column = QVBoxLayout()
        for name in ("folder", "table", "columns", "leave_out", "remove"):
            column.addWidget(self._buttons[name])
        column.addStretch(1)
        middle = QHBoxLayout()
        middle.addWidget(self.tree, 1)
        middle.addLayout(column)
        below = QHBoxLayout()
        below.addWidget(self.conflicts, 1)
        below.addWidget(self._buttons["show"])
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(
            note(
                "What is added is joined by image id: an image is listed once, and every source"
                " adds what it knows of it. Where sources contradict, the earlier one is used."
                " Files and tables stay where and as they are."
            )
        )
        layout.addLayout(middle, 1)
        layout.addLayout(below)
        layout.addWidget(close)

    def _connect(self) -> None:
        self.tree.currentItemChanged.connect(self._allow)
        buttons = self._buttons
        buttons["folder"].clicked.connect(self.folder_requested)
        buttons["table"].clicked.connect(self.table_requested)
        buttons["show"].clicked.connect(self.conflicts_requested)
        buttons["columns"].clicked.connect(self._request_columns)
        buttons["leave_out"].clicked.connect(self._request_leave_out)
        buttons["remove"].clicked.connect(self._request_remove)

    def show_rows(self, rows: Sequence[SourceRow], conflicts: int) -> None:
        """Show what there is now, and on how many images it contradicts itself."""
        chosen = self.row.path if self.row else None
        self.tree.clear()
        parents: dict[Path, QTreeWidgetItem] = {}
        for row in rows:
            parent = parents.get(row.folder) if row.folder and row.images is None else None
            item = _item(row, parent)
            if parent is None:
                self.tree.addTopLevelItem(item)
            if row.images is not None:
                parents[row.path] = item
            if row.path == chosen:
                self.tree.setCurrentItem(item)
        self.tree.expandAll()
        self.conflicts.setText(
            f"On {counted(conflicts, 'image')} sources contradict each other or themselves."
            if conflicts
            else "No source contradicts another."
        )
        self._buttons["show"].setVisible(conflicts > 0)
        self._allow()

    @property
    def row(self) -> SourceRow | None:
        """The source that is chosen."""
        item = self.tree.currentItem()
        return item.data(0, _ROW) if item else None

    def _allow(self) -> None:
        row = self.row
        table = row is not None and row.images is None
        self._buttons["columns"].setEnabled(table)
        self._buttons["leave_out"].setEnabled(table and row is not None and row.used)
        self._buttons["remove"].setEnabled(row is not None and row.removable)
        self._buttons["remove"].setText(
            "Use again" if row and table and row.removable and not row.used else "Remove"
        )

    def _request_columns(self) -> None:
        if row := self.row:
            self.columns_requested.emit(row.path)

    def _request_leave_out(self) -> None:
        if row := self.row:
            self.leave_out_requested.emit(row.path)

    def _request_remove(self) -> None:
        if row := self.row:
            self.remove_requested.emit(row)


def _item(row: SourceRow, parent: QTreeWidgetItem | None) -> QTreeWidgetItem:
    top = parent is None
    name = str(row.path) if top else row.path.relative_to(row.folder or row.path).as_posix()
    images = "" if row.images is None else f"{row.images:,}"
    item = QTreeWidgetItem([name, row.what, images])
    if parent is not None:
        parent.addChild(item)
    item.setData(0, _ROW, row)
    item.setToolTip(0, str(row.path))
    item.setToolTip(1, row.what)
    item.setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    if not row.used:
        for column in range(2):
            item.setForeground(column, Qt.GlobalColor.gray)
    return item
