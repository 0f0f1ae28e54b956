"""Every key and what it does, searchable."""

from collections.abc import Iterator

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.actions import MENUS, OTHER_KEYS, ActionRow


class KeySheet(QDialog):
    """Lists the keys by menu; typing narrows the list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        self.resize(760, 600)
        self._search = QLineEdit()
        self._search.setPlaceholderText("Search keys and actions")
        self._search.setClearButtonEnabled(True)
        self._list = QTreeWidget()
        self._list.setColumnCount(3)
        self._list.setHeaderHidden(True)
        self._list.setSelectionMode(QTreeWidget.SelectionMode.NoSelection)
        self._list.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self._list.header().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self._list.header().setStretchLastSection(False)
        layout = QVBoxLayout(self)
        layout.addWidget(self._search)
        layout.addWidget(self._list)
        for heading, lines in _sections():
            top = QTreeWidgetItem([heading])
            self._list.addTopLevelItem(top)
            for line in lines:
                top.addChild(QTreeWidgetItem(line))
        self._list.expandAll()
        self._search.textChanged.connect(self._narrow)

    def texts(self) -> list[str]:
        """What the lines that are shown say."""
        lines = [
            line for top in _children(self._list.invisibleRootItem()) for line in _children(top)
        ]
        return [line.text(0) for line in lines if not line.isHidden()]

    def _narrow(self, text: str) -> None:
        words = text.lower().split()
        for top in _children(self._list.invisibleRootItem()):
            lines = list(_children(top))
            for line in lines:
                said = " ".join(line.text(column) for column in range(3)).lower()
                line.setHidden(not all(word in said for word in words))
            top.setHidden(all(line.isHidden() for line in lines))


def _children(item: QTreeWidgetItem) -> Iterator[QTreeWidgetItem]:
    for number in range(item.childCount()):
        child = item.child(number)
        if child is not None:
            yield child


def _sections() -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    for title, rows in MENUS.items():
        lines = [
            (_plain(row.text), _spell(row.keys), row.tip + _where(row))
            for row in rows
            if isinstance(row, ActionRow) and row.keys
        ]
        if title == "&View":
            lines += OTHER_KEYS
        if lines:
            yield _plain(title), lines


def _where(row: ActionRow) -> str:
    """In which activities a key does this, where not in all."""
    return f" (in {', '.join(each.capitalize() for each in row.activities)})" * bool(row.activities)


def _plain(text: str) -> str:
    return text.replace("&", "").replace("…", "")


def _spell(keys: tuple[str, ...]) -> str:
    native = QKeySequence.SequenceFormat.NativeText
    return "  or  ".join(QKeySequence(key).toString(native) for key in keys)
