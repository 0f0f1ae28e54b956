"""A small table: a line for each thing, numbers at the right."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem

KEY_ROLE = Qt.ItemDataRole.UserRole


class LineTable(QTreeWidget):
    """Lines with a key each; the first column takes the room that the others leave.

    Signals:
        key_chosen: The user went to another line. Argument: its key.
    """

    key_chosen = Signal(object)

    def __init__(
        self,
        name: str,
        columns: Sequence[str],
        *,
        wide: int = 0,
        cut: Mapping[int, int] = MappingProxyType({}),
    ) -> None:
        """Make an empty table.

        Args:
            name: What a screen reader calls it.
            columns: Titles; those of numbers end in a space and stand at the right.
            wide: Which column takes the room.
            cut: Widths, in characters, of columns whose texts may be long; the whole text is in
                the tooltip.
        """
        super().__init__()
        self.setAccessibleName(name)
        self._right = [title.endswith(" ") for title in columns]
        self.setHeaderLabels([title.strip() for title in columns])
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(wide, QHeaderView.ResizeMode.Stretch)
        for column, characters in cut.items():
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(column, characters * self.fontMetrics().averageCharWidth())
        for column, right in enumerate(self._right):
            if right:
                self.headerItem().setTextAlignment(column, _RIGHT)
        self.currentItemChanged.connect(self._tell)

    def fill(self, lines: Sequence[tuple[object, Sequence[str]]], chosen: object = None) -> None:
        """Show these lines, key and texts, with one of them chosen."""
        self.blockSignals(True)
        self.clear()
        for key, texts in lines:
            item = QTreeWidgetItem(self, list(texts))
            item.setData(0, KEY_ROLE, key)
            for column, right in enumerate(self._right):
                item.setToolTip(column, texts[column])
                if right:
                    item.setTextAlignment(column, _RIGHT)
            if key == chosen:
                self.setCurrentItem(item)
        self.blockSignals(False)

    @property
    def key(self) -> object:
        """The key of the chosen line, None where there is none."""
        item = self.currentItem()
        return item.data(0, KEY_ROLE) if item else None

    def items(self) -> list[QTreeWidgetItem]:
        """The lines."""
        found = (self.topLevelItem(row) for row in range(self.topLevelItemCount()))
        return [item for item in found if item]

    def lines(self) -> list[list[str]]:
        """What the lines say."""
        columns = range(self.columnCount())
        return [[item.text(column) for column in columns] for item in self.items()]

    def _tell(self, item: QTreeWidgetItem | None) -> None:
        if item is not None:
            self.key_chosen.emit(item.data(0, KEY_ROLE))


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
