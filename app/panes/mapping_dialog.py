"""The dialog in which a table's columns get their meaning, with what this makes of its rows."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from app.panes.mapping_preview import MappingPreview
from app.panes.widgets import CalmComboBox, note
from app.panes.word_table import WordTable
from app.source_tasks import TableRead, Tried
from model.catalogue.mapping import ColumnMapping
from model.catalogue.trying import Trial, Word
from model.taxonomy import code_from_label

_FIELDS = {
    "basis": "Basis of the class",
    "lesion": "Lesion",
    "age": "Age",
    "sex": "Sex",
    "site": "Site",
    "source": "Source or split",
}
_NONE = "not in this table"
_ONE_HOT = "one column for each class"


class MappingDialog(QDialog):
    """Asks what the columns of a table say.

    Signals:
        mapping_changed: Something else was chosen. Argument: `ColumnMapping`.
        use_requested: Argument: `ColumnMapping`.
        leave_out_requested: The table is not to be used.
        save_requested: The mapping is to be written to a file. Argument: `ColumnMapping`.
    """

    mapping_changed = Signal(object)
    use_requested = Signal(object)
    leave_out_requested = Signal()
    save_requested = Signal(object)

    def __init__(self, parent: QWidget, read: TableRead) -> None:
        super().__init__(parent)
        self.read = read
        self.setWindowTitle(f"Columns of {read.table.path.name}")
        columns = read.table.columns
        self.image = _choice(columns)
        self.label = _choice((_NONE, *columns, _ONE_HOT))
        self.fields = {name: _choice((_NONE, *columns)) for name in _FIELDS}
        self.words = WordTable()
        self.preview = MappingPreview(columns)
        self.counts, self.flaws = QLabel(wordWrap=True), note()
        self._words_title = QLabel()
        proposal = read.proposal or ColumnMapping(columns[0])
        self._labels = dict(proposal.labels)
        self._classes = dict(proposal.classes)
        self._proposal = proposal
        self._choose(proposal)
        self._build_layout()
        self._connect()
        self.resize(1120, 640)

    def _choose(self, mapping: ColumnMapping) -> None:
        self.image.setCurrentText(mapping.image)
        label = mapping.label[0] if mapping.label else ""
        self.label.setCurrentText(_ONE_HOT if mapping.classes else label or _NONE)
        for name, box in self.fields.items():
            box.setCurrentText(getattr(mapping, name) or _NONE)

    def _build_layout(self) -> None:
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow("Image id or file", self.image)
        form.addRow("Class", self.label)
        for name, box in self.fields.items():
            form.addRow(_FIELDS[name], box)
        left = QVBoxLayout()
        left.addLayout(form)
        left.addWidget(self._words_title)
        left.addWidget(self.words, 1)
        right = QVBoxLayout()
        right.addWidget(QLabel("What it says of some images; as it is written further right"))
        right.addWidget(self.preview, 1)
        halves = QHBoxLayout()
        halves.addLayout(left, 4)
        halves.addLayout(right, 7)
        table = self.read.table
        layout = QVBoxLayout(self)
        about = f"{table.path} · {len(table.rows):,} rows · {self.read.form}"
        layout.addWidget(QLabel(about, wordWrap=True))
        layout.addLayout(halves, 1)
        layout.addWidget(self.counts)
        layout.addWidget(self.flaws)
        layout.addWidget(
            note(
                "The table stays as it is. Another one with these columns is understood in the same"
                " way from now on, also by the commands; File, Sources changes it."
            )
        )
        layout.addWidget(self._build_buttons())

    def _build_buttons(self) -> QDialogButtonBox:
        roles = QDialogButtonBox.ButtonRole
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.use = buttons.addButton("Use this table", roles.AcceptRole)
        self.use.setEnabled(False)
        self.leave_out = buttons.addButton("Leave this table out", roles.DestructiveRole)
        self.save = buttons.addButton("Save mapping…", roles.ActionRole)
        buttons.accepted.connect(self._request_use)
        buttons.rejected.connect(self.reject)
        self.leave_out.clicked.connect(self._request_leave_out)
        self.save.clicked.connect(self._request_save)
        return buttons

    def _connect(self) -> None:
        for box in (self.image, self.label, *self.fields.values()):
            box.currentIndexChanged.connect(self._tell_changed)
        self.words.code_chosen.connect(self._take_code)

    # -- what is chosen -------------------------------------------------------------------

    @property
    def mapping(self) -> ColumnMapping:
        """As it is chosen now; what the dialog does not show stays as it was proposed."""
        single = {
            name: "" if box.currentText() == _NONE else box.currentText()
            for name, box in self.fields.items()
        }
        mapping = replace(
            self._proposal,
            image=self.image.currentText(),
            label=self._label_columns(),
            classes=tuple(self._one_hot().items()) if self._is_one_hot else (),
            labels=tuple(sorted(self._labels.items())),
        )
        return replace(mapping, **single)  # type: ignore[arg-type]  # names of columns only

    @property
    def _is_one_hot(self) -> bool:
        return self.label.currentText() == _ONE_HOT

    def _label_columns(self) -> tuple[str, ...]:
        text, proposed = self.label.currentText(), self._proposal.label
        if text in (_NONE, _ONE_HOT):
            return ()
        # A known format may look into several columns, of which the dialog shows the first.
        return proposed if proposed and proposed[0] == text else (text,)

    def _one_hot(self) -> dict[str, str]:
        """The columns that stand for classes, with these."""
        return {
            column: code
            for column in self._class_columns()
            if (code := self._classes.get(column, code_from_label(column)))
        }

    def _class_columns(self) -> list[str]:
        """Columns of zeros and ones that no other field has."""
        used = {self.image.currentText(), *(box.currentText() for box in self.fields.values())}
        return [name for name in self.read.ones if name not in used]

    def _take_code(self, word: str, code: str) -> None:
        if self._is_one_hot:
            self._classes[word] = code
        else:
            self._labels[word.lower()] = code
        self._tell_changed()

    def _tell_changed(self) -> None:
        self.use.setEnabled(False)
        self.mapping_changed.emit(self.mapping)

    def _request_use(self) -> None:
        self.use_requested.emit(self.mapping)
        self.accept()

    def _request_leave_out(self) -> None:
        self.leave_out_requested.emit()
        self.accept()

    def _request_save(self) -> None:
        self.save_requested.emit(self.mapping)

    # -- what it makes of the table -------------------------------------------------------

    def show_tried(self, tried: Tried) -> None:
        """Show what the mapping that was asked for last makes of the table."""
        trial = tried.trial
        self.preview.show_rows(trial.rows, tried.pictures)
        self.words.show_words(self._hot_words() if self._is_one_hot else trial.words)
        self._words_title.setText(self._title_of_words(trial))
        self.counts.setText(_counts(trial))
        self.flaws.setText(" ".join(trial.flaws[:3]))
        self.flaws.setVisible(bool(trial.flaws))
        self.use.setEnabled(trial.found > 0)

    def _hot_words(self) -> Sequence[Word]:
        hot, ones = self._one_hot(), self.read.ones
        return [Word(name, ones[name], hot.get(name, "")) for name in self._class_columns()]

    def _title_of_words(self, trial: Trial) -> str:
        if self._is_one_hot:
            return "Which column stands for which class"
        if not trial.words:
            return "No column names the class."
        open_words = sum(not word.is_understood for word in trial.words)
        if open_words:
            return f"What its words mean: {open_words:,} of them no class that is known"
        return "What its words mean"


def _counts(trial: Trial) -> str:
    if not trial.found:
        return (
            "<b>No row has an image here.</b> Choose the column that holds the names of the files,"
            " with or without folder and ending."
        )
    parts = [f"<b>{trial.found:,} of {trial.count:,} rows have their image here</b>"]
    if trial.unlabelled:
        parts.append(f"{trial.unlabelled:,} of these images get no class")
    if trial.without_row:
        parts.append(f"{trial.without_row:,} images here have no row")
    return "; ".join(parts) + "."


def _choice(texts: Sequence[str]) -> QComboBox:
    box = CalmComboBox()
    box.addItems(list(texts))
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return box


def default_mapping_file(table: Path) -> Path:
    """Where a mapping is proposed to be saved."""
    return table.with_name(f"{table.stem}_columns.json")
