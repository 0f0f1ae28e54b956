"""Words of a table beside the classes that they stand for."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem

from app.panes.widgets import CalmComboBox
from model.catalogue.trying import CODES, Word
from model.taxonomy import BINARY_CLASSES, CLASSES, lesion_class

_MOST = 60
_LEFT_OUT = "left out"


class WordTable(QTableWidget):
    """One line for each word, those that mean nothing yet first.

    Signals:
        code_chosen: Arguments: the word, and the code that it stands for ("": left out).
    """

    code_chosen = Signal(str, str)

    def __init__(self) -> None:
        super().__init__(0, 3)
        self.setHorizontalHeaderLabels(["Written", "Rows", "Class"])
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        header = self.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.setColumnWidth(2, 160)
        self._shown: tuple[Word, ...] = ()

    def show_words(self, words: Sequence[Word]) -> None:
        """Show these; the same words in the same places keep their boxes."""
        if [word.text for word in words] != [word.text for word in self._shown]:
            self._build(words)
        self._shown = tuple(words)

    def _build(self, words: Sequence[Word]) -> None:
        # Thousands of words are a column of remarks and no classes.
        order = sorted(words, key=lambda word: word.is_understood)[:_MOST]
        self.setRowCount(len(order))
        for at, word in enumerate(order):
            count = QTableWidgetItem(f"{word.count:,}")
            count.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            written = QTableWidgetItem(word.text)
            written.setToolTip(word.text)
            self.setItem(at, 0, written)
            self.setItem(at, 1, count)
            self.setCellWidget(at, 2, self._box(word))

    def _box(self, word: Word) -> CalmComboBox:
        box = CalmComboBox()
        for code in (each.code for each in (*CLASSES, *BINARY_CLASSES)):
            box.addItem(code, code)
            box.setItemData(box.count() - 1, lesion_class(code).name, Qt.ItemDataRole.ToolTipRole)
        if word.code and word.code not in CODES:
            box.addItem(f"as written: {word.code}", word.code)
        box.addItem(_LEFT_OUT, "")
        box.setCurrentIndex(box.findData(word.code))
        box.currentIndexChanged.connect(partial(self._tell, word.text, box))
        return box

    def _tell(self, text: str, box: CalmComboBox, _index: int) -> None:
        self.code_chosen.emit(text, box.currentData())
