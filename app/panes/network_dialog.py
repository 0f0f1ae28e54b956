"""The dialog that turns a network of the user's into a classifier."""

from pathlib import Path
from typing import get_args

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.network_tasks import NetworkChoices, NetworkLook
from app.panes.widgets import CalmComboBox, note
from model.classifier.proposal import (
    EXPLANATIONS,
    SCALES,
    Proposal,
    Scale,
    as_recorded,
    best_choice,
    doubt,
    usual_order,
)
from model.images import Mode
from model.taxonomy import BINARY_CLASSES, CLASSES, code_from_label, is_right, lesion_class

_COLUMNS = 2
_DEFAULT_SIZE, _SIZE_STEP = 224, 32


class NetworkDialog(QDialog):
    """Shows what a network says of a few images, and asks for what only its owner knows.

    Signals:
        look_requested: Look again with another input size. Argument: its side in pixels.
        import_requested: Argument: `NetworkChoices`.
    """

    look_requested = Signal(int)
    import_requested = Signal(object)

    def __init__(self, parent: QWidget, path: Path) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Import {path.name}")
        self.resize(980, 620)
        self._path = path
        self._look: NetworkLook | None = None
        self._classes: list[QComboBox] = []
        self.facts = QLabel("Keras reads the network in a process of its own; this takes a while.")
        self.facts.setWordWrap(True)
        self.scale = _choice(SCALES)
        self.mode = _choice(get_args(Mode))
        self.explanation = note()
        self.warning = QLabel()
        self.warning.setWordWrap(True)
        self.tally = QLabel(wordWrap=True, textFormat=Qt.TextFormat.RichText)
        self.name, self.licence = QLineEdit(path.stem), QLineEdit()
        self.name.setCursorPosition(0)
        self.licence.setPlaceholderText("Under which others may use it")
        self.size_field, self.look_again = QSpinBox(), QPushButton("Look again")
        self.pictures = QGridLayout()
        self.orders = QFormLayout()
        self._build_layout()
        self.scale.currentTextChanged.connect(self._show_answers)
        self.mode.currentTextChanged.connect(self._show_answers)
        self.look_again.clicked.connect(self._request_look)
        self.set_busy(True)

    def _build_layout(self) -> None:
        self.size_field.setRange(_SIZE_STEP, 512)
        self.size_field.setSingleStep(_SIZE_STEP)
        self.size_field.setValue(_DEFAULT_SIZE)
        size_line = QHBoxLayout()
        size_line.addWidget(self.size_field)
        size_line.addWidget(self.look_again)
        self._size_row = QWidget()
        self._size_row.setLayout(size_line)
        size_line.setContentsMargins(0, 0, 0, 0)
        form = QFormLayout()
        form.addRow("Name", self.name)
        form.addRow("Licence", self.licence)
        form.addRow("Input size", self._size_row)
        form.addRow("Pixels", self.scale)
        form.addRow("", self.explanation)
        form.addRow("Photograph", self.mode)
        left = QVBoxLayout()
        left.addLayout(form)
        left.addWidget(QLabel("Classes, in the order of the network's outputs"))
        left.addWidget(_scrolled(self.orders), 1)
        right = QVBoxLayout()
        right.addWidget(QLabel("What it says of some images of the open data set"))
        right.addWidget(self.tally)
        right.addWidget(self.warning)
        right.addWidget(_scrolled(self.pictures), 1)
        halves = QHBoxLayout()
        halves.addLayout(left, 2)
        halves.addLayout(right, 3)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.import_button = self.buttons.addButton(
            "Import", QDialogButtonBox.ButtonRole.AcceptRole
        )
        self.buttons.accepted.connect(self._request_import)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.facts)
        layout.addLayout(halves, 1)
        layout.addWidget(self.buttons)

    # -- what was found -------------------------------------------------------------------

    def set_busy(self, busy: bool) -> None:
        """While Keras works nothing can be chosen."""
        ready = self._look is not None and not busy
        for widget in (self.import_button, self.look_again, self.scale, self.mode):
            widget.setEnabled(ready)

    def show_look(self, look: NetworkLook) -> None:
        """Show what was found; choices that still fit stay."""
        first = self._look is None
        self._look = look
        proposal = look.proposal
        self.facts.setText(_facts(proposal))
        self._size_row.setEnabled(proposal.size is None)
        if proposal.size:
            self.size_field.setValue(proposal.size)
        if first:
            self._ask_for_classes(proposal)
            self.scale.setCurrentText(proposal.scale)
        self.set_busy(False)
        self._show_answers()

    def _ask_for_classes(self, proposal: Proposal) -> None:
        known = [each.code for each in (*CLASSES, *BINARY_CLASSES)]
        for number, code in enumerate(usual_order(proposal.outputs), start=1):
            box = CalmComboBox()
            box.setEditable(True)
            box.addItems(known)
            box.setCurrentText(code)
            box.currentTextChanged.connect(self._show_answers)
            self._classes.append(box)
            self.orders.addRow(f"Output {number}", box)

    @property
    def classes(self) -> tuple[str, ...]:
        """The codes as they are chosen now."""
        return tuple(code_from_label(box.currentText()) for box in self._classes)

    def _show_answers(self) -> None:
        look = self._look
        if look is None:
            return
        scale, mode = self._scale, self._mode
        self.explanation.setText(EXPLANATIONS[scale])
        answers, classes = look.proposal.answers.get((scale, mode), ()), self.classes
        doubled = len(set(classes)) < len(classes) or not all(classes)
        self.warning.setText(
            "Each output needs a class of its own." if doubled else f"{doubt(answers, classes)}"
        )
        self.import_button.setEnabled(not doubled)
        self.tally.setText(_tally(look, (scale, mode), classes))
        _clear(self.pictures)
        if not answers:
            self.pictures.addWidget(note("Open a data set first to see what the network says."))
        shown_labels = zip(look.pictures, answers, look.labels, strict=False)
        for at, (picture, row, label) in enumerate(shown_labels):
            shown = QLabel()
            shown.setPixmap(QPixmap.fromImage(picture))
            told = QLabel(_told(row, classes, label))
            told.setTextFormat(Qt.TextFormat.RichText)
            line, column = divmod(at, _COLUMNS)
            self.pictures.addWidget(shown, line, 2 * column)
            self.pictures.addWidget(told, line, 2 * column + 1)

    # -- what is asked for ----------------------------------------------------------------

    @property
    def _scale(self) -> Scale:
        return SCALES[self.scale.currentIndex()]

    @property
    def _mode(self) -> Mode:
        modes: tuple[Mode, ...] = get_args(Mode)
        return modes[self.mode.currentIndex()]

    def _request_look(self) -> None:
        self.set_busy(True)
        self.look_requested.emit(self.size_field.value())

    def _request_import(self) -> None:
        assert self._look is not None
        free = self._look.proposal.size is None
        self.set_busy(True)
        self.facts.setText("The network is compiled and compared with Keras; this takes a while.")
        self.import_requested.emit(
            NetworkChoices(
                self._path,
                self.classes,
                self._scale,
                self._mode,
                self.size_field.value() if free else None,
                self.name.text().strip(),
                self.licence.text().strip(),
            )
        )


def _facts(proposal: Proposal) -> str:
    maps = ", ".join(f"{each.height} × {each.width}" for each in proposal.layers)
    evidence = (
        "the deepest adds up to the logit."
        if proposal.has_evidence
        else "none adds up to the logit: no average with a linear head, so no evidence map."
    )
    alone = " Each class has a probability of its own (sigmoid)." * (proposal.head == "sigmoid")
    size = f"{proposal.size} × {proposal.size} pixels" if proposal.size else "any size"
    return (
        f"{proposal.outputs} classes, input of {size}. Heat maps of {maps} cells; {evidence}{alone}"
    )


def _tally(look: NetworkLook, chosen: tuple[Scale, Mode], classes: tuple[str, ...]) -> str:
    """How often it says what is recorded, and whether another choice would do better."""
    found = best_choice(look.proposal, classes, look.labels)
    answers = look.proposal.answers.get(chosen, ())
    if found is None or not answers:
        return ""
    count, labelled = as_recorded(answers, classes, look.labels), sum(map(bool, look.labels))
    text = f"<b>{count} of {labelled} as recorded</b>"
    (scale, mode), best = found
    if best > count:
        text += f"; with {scale} and {mode} it would be {best}. Is the order of the classes right?"
    return text


def _told(row: tuple[float, ...], classes: tuple[str, ...], label: str) -> str:
    best = sorted(range(len(row)), key=row.__getitem__, reverse=True)[:3]
    lines = [
        f"<span style='color:{lesion_class(classes[at]).colour}'>■</span> "
        f"{classes[at]} {100 * row[at]:.1f} %"
        for at in best
    ]
    right = is_right(classes[best[0]], label)
    recorded = [f"recorded {label} {'✓' if right else '✗'}"] if label else []
    return "<br>".join([f"<b>{lines[0]}</b>", *lines[1:], *recorded])


def _choice(texts: tuple[str, ...]) -> QComboBox:
    box = CalmComboBox()
    box.addItems(texts)
    return box


def _scrolled(layout: QGridLayout | QFormLayout) -> QScrollArea:
    inside = QWidget()
    outer = QVBoxLayout(inside)
    outer.addLayout(layout)
    outer.addStretch(1)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(inside)
    return area


def _clear(layout: QGridLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if widget := item.widget():
            widget.hide()  # it is drawn until the event loop comes to delete it
            widget.deleteLater()
