"""What is done about a lesion of each class, where readers were not asked."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from app.panes.widgets import CalmComboBox, note, table_buttons
from model.review.answers import Management
from model.review.managements import DISMISS, EXCISION, LOCAL, Managements, default_managements
from model.taxonomy import CLASSES

_WORDS = ("", DISMISS, LOCAL, *Management, EXCISION)
_UNKNOWN = "UNK"


class ManagementDialog(QDialog):
    """A line for each class, with the source of the table.

    Attributes:
        fields: By code, what is done about it; may be typed.

    Signals:
        chosen: Argument: the `Managements`.
    """

    chosen = Signal(object)

    def __init__(self, managements: Managements, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Management of each class")
        self._start = managements
        self.fields: dict[str, QComboBox] = {}
        self._source = note()
        form = QFormLayout()
        for each in CLASSES:
            if each.code != _UNKNOWN:
                self.fields[each.code] = field = _field()
                form.addRow(
                    f"<span style='color:{each.colour}'>▌</span>{each.code} · {each.name}", field
                )
        buttons = table_buttons(self, self._accept, lambda: self._show(default_managements()))
        layout = QVBoxLayout(self)
        text = "Where the readers were not asked what they would do, it follows from the diagnosis."
        layout.addWidget(QLabel(text, wordWrap=True))
        layout.addLayout(form)
        layout.addWidget(self._source)
        layout.addWidget(buttons)
        self._show(managements)

    def _show(self, managements: Managements) -> None:
        self._start = managements
        of_class = managements.of(self.fields)
        for code, field in self.fields.items():
            field.setCurrentText(of_class.get(code, ""))
        self._source.setText(f"Source: {managements.source}.")

    def _accept(self) -> None:
        typed = {code: field.currentText().strip() for code, field in self.fields.items()}
        given = {code: name for code, name in typed.items() if name}
        same = given == self._start.of(self.fields)
        self.chosen.emit(self._start if same else self._start.changed(given))
        self.accept()


def _field() -> QComboBox:
    made = CalmComboBox()
    made.setEditable(True)
    made.addItems(list(dict.fromkeys(map(str, _WORDS))))
    return made
