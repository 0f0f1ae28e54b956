"""Some rows of a table beside their images: as they are understood, and as they are written."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QTableWidget, QTableWidgetItem

from app.source_tasks import PICTURE_SIDE
from model.catalogue.facts import Facts
from model.catalogue.trying import Row

_UNDERSTOOD = ("Class", "Basis", "Lesion", "Age", "Sex", "Site", "Source")


class MappingPreview(QTableWidget):
    """A row for each row of the table."""

    def __init__(self, columns: Sequence[str]) -> None:
        titles = ("Image", *_UNDERSTOOD, *(f"“{name}”" for name in columns))
        super().__init__(0, len(titles))
        self.setHorizontalHeaderLabels(titles)
        self.setIconSize(QSize(PICTURE_SIDE, PICTURE_SIDE))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(PICTURE_SIDE + 4)
        self.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.setWordWrap(False)

    def show_rows(self, rows: Sequence[Row], pictures: Mapping[str, QImage]) -> None:
        """Show others."""
        self.setRowCount(len(rows))
        for at, row in enumerate(rows):
            self.setItem(at, 0, _image(row, pictures.get(row.path)))
            for column, text in enumerate((*_words(row.facts), *row.cells), start=1):
                item = QTableWidgetItem(text)
                if column > len(_UNDERSTOOD):
                    item.setForeground(self.palette().placeholderText())
                item.setToolTip(text)
                self.setItem(at, column, item)
        self.resizeColumnsToContents()
        for column in range(self.columnCount()):
            self.setColumnWidth(column, min(self.columnWidth(column), 220))


def _image(row: Row, picture: QImage | None) -> QTableWidgetItem:
    name = row.image_id or "(no name)"
    item = QTableWidgetItem(name if row.path else f"{name}\nno such file")
    item.setToolTip(row.path or "No image here has this name")
    if picture and not picture.isNull():
        item.setIcon(QIcon(QPixmap.fromImage(picture)))
    elif not row.path:
        item.setFlags(Qt.ItemFlag.NoItemFlags)
    return item


def _words(facts: Facts) -> tuple[str, ...]:
    age = "" if facts.age is None else f"{facts.age:g}"
    return (facts.label, facts.basis, facts.lesion_id, age, facts.sex, facts.site, facts.source)
