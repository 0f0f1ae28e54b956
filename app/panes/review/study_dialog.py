"""What a new study asks, of which cases, and where its file goes."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.panes.widgets import ComboBox
from app.study_choice import CaseSource, StudyChoice, StudyOptions
from app.study_words import QUESTIONS, STAGES
from model.review.protocol import Protocol, Question, Stage, Zoom

_NETWORK_STAGES = (Stage.PROBABILITIES, Stage.HEAT_MAP)
_USUAL_QUESTIONS = (Question.DIAGNOSIS, Question.CONFIDENCE)
_MOST = 1_000_000
_Any = TypeVar("_Any")


class StudyDialog(QDialog):
    """Asks for a protocol.

    Signals:
        chosen: Argument: the `StudyChoice`.
        file_requested: The user wants to choose the file; answer with `set_path`.
    """

    chosen = Signal(object)
    file_requested = Signal(Path)

    def __init__(self, options: StudyOptions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options = options
        self.setWindowTitle("New study")
        self.title = QLineEdit("Reading")
        self._sources = [QRadioButton(source.text) for source in options.sources]
        self.sample = QCheckBox("a random sample of")
        self.count = _number(1, _MOST, 60)
        self.seed = _number(0, _MOST, 1)
        self._unit = ComboBox()
        self._unit.addItems(["a single image", "a lesion with all its photographs"])
        self._order = ComboBox()
        self._order.addItems(["every stage of a case in turn", "all cases at one stage, then next"])
        self.stages = {stage: QCheckBox(_sentence(STAGES[stage])) for stage in Stage}
        self.questions = {each: QCheckBox(_sentence(QUESTIONS[each])) for each in Question}
        self._classes = ComboBox()
        self.repeats = _number(0, 50, 0)
        self.repeats.setSuffix(" %")
        self._zoom = ComboBox()
        self._readers = QLineEdit(placeholderText="anybody; or names, separated by commas")
        self._instructions = QPlainTextEdit()
        self._path = QLineEdit(str(options.path))
        self._sum = QLabel(wordWrap=True)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._make = self._buttons.addButton("Make study", QDialogButtonBox.ButtonRole.AcceptRole)
        self._fill()
        self._build_layout()
        self._connect()
        self._show_sum()
        self.title.setFocus()
        self.title.selectAll()

    # -- parts ----------------------------------------------------------------------------

    def _fill(self) -> None:
        self._sources[0].setChecked(True)
        for source, button in zip(self._options.sources, self._sources, strict=True):
            button.setEnabled(source.images > 0)
        for name, codes in self._options.classes:
            self._classes.addItem(f"{name}: {' '.join(codes)}", codes)
        for zoom in Zoom:
            self._zoom.addItem(zoom.value, zoom)
        self.stages[Stage.BLIND].setChecked(True)
        for stage in _NETWORK_STAGES:
            self.stages[stage].setEnabled(self._options.has_network)
            if not self._options.has_network:
                self.stages[stage].setToolTip("Classify the images first")
        for question in _USUAL_QUESTIONS:
            self.questions[question].setChecked(True)
        self._instructions.setPlaceholderText("Readers see this before the first case")
        self._instructions.setTabChangesFocus(True)
        self._instructions.setFixedHeight(3 * self.fontMetrics().lineSpacing() + 10)

    def _build_layout(self) -> None:
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setVerticalSpacing(7)
        form.addRow("Title", self.title)
        form.addRow("Cases from", _column(self._sources))
        form.addRow(
            "", _row([self.sample, self.count, QLabel("seed of draw and order"), self.seed])
        )
        form.addRow("A case is", self._unit)
        form.addRow("Stages", _grid(list(self.stages.values())))
        form.addRow("Order", self._order)
        form.addRow("Questions", _grid(list(self.questions.values())))
        form.addRow("Diagnoses", self._classes)
        form.addRow(
            "Shown twice",
            _row([self.repeats, QLabel("of the cases, unannounced")]),
        )
        form.addRow("Zoom", self._zoom)
        form.addRow("Readers", self._readers)
        form.addRow("Instructions", self._instructions)
        browse = QPushButton("Browse…")
        browse.setAutoDefault(False)
        browse.clicked.connect(
            lambda _checked=False: self.file_requested.emit(Path(self._path.text()))
        )
        form.addRow("Study file", _row([self._path, browse], stretch=False))
        content = QWidget()
        content.setLayout(form)
        scroll = QScrollArea()
        scroll.setWidget(content)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        layout = QVBoxLayout(self)
        layout.addWidget(scroll, 1)
        layout.addWidget(self._sum)
        layout.addWidget(self._buttons)
        self.resize(700, 660)

    def _connect(self) -> None:
        boxes = (self.sample, *self._sources, *self.stages.values(), *self.questions.values())
        for box in boxes:
            box.toggled.connect(self._show_sum)
        for number in (self.count, self.repeats):
            number.valueChanged.connect(self._show_sum)
        for line in (self.title, self._path):
            line.textChanged.connect(self._show_sum)
        self._unit.currentIndexChanged.connect(self._show_sum)
        self._buttons.accepted.connect(self._accept)
        self._buttons.rejected.connect(self.reject)

    # -- what is chosen -------------------------------------------------------------------

    def set_path(self, path: Path) -> None:
        """The user chose where the file goes."""
        self._path.setText(str(path))

    @property
    def by_lesion(self) -> bool:
        """Whether a case is a lesion."""
        return self._unit.currentIndex() == 1

    @property
    def _source(self) -> CaseSource:
        chosen = next(i for i, button in enumerate(self._sources) if button.isChecked())
        return self._options.sources[chosen]

    @property
    def case_count(self) -> int:
        """How many cases the study would have; those shown twice count once."""
        source = self._source
        there = source.lesions if self.by_lesion else source.images
        return min(self.count.value(), there) if self.sample.isChecked() else there

    def complaint(self) -> str:
        """What keeps the study from being made, "" where nothing does."""
        path = Path(self._path.text())
        checks = {
            "Give the study a title.": self.title.text().strip(),
            "Choose a stage.": self._ticked(self.stages),
            "Choose a question.": self._ticked(self.questions),
            "There are no cases to read.": self.case_count,
            "Choose where the study file goes.": path.is_absolute(),
            "This study file is there already; choose another name.": not path.exists(),
        }
        return next((said for said, fine in checks.items() if not fine), "")

    def choice(self) -> StudyChoice:
        """What was chosen."""
        source, count = self._source, self.count.value() if self.sample.isChecked() else None
        drawn = f"{self.case_count:,} at random (seed {self.seed.value()}) of " if count else ""
        readers = (name.strip() for name in self._readers.text().split(","))
        protocol = Protocol(
            title=self.title.text().strip(),
            classes=tuple(self._classes.currentData()),
            stages=self._ticked(self.stages),
            questions=self._ticked(self.questions),
            zoom=Zoom(self._zoom.currentData()),
            by_lesion=self.by_lesion,
            stage_by_stage=self._order.currentIndex() == 1,
            seed=self.seed.value(),
            repeats=self.repeats.value() / 100,
            readers=tuple(name for name in readers if name),
            selection=drawn + source.words,
            instructions=self._instructions.toPlainText().strip(),
        )
        path = Path(self._path.text())
        return StudyChoice(protocol, source.name, count, self.seed.value(), path)

    @staticmethod
    def _ticked(boxes: Mapping[_Any, QCheckBox]) -> tuple[_Any, ...]:
        return tuple(each for each, box in boxes.items() if box.isChecked())

    def _show_sum(self) -> None:
        twice = round(self.case_count * self.repeats.value() / 100)
        stages = len(self._ticked(self.stages))
        answers = (self.case_count + twice) * stages
        self.count.setEnabled(self.sample.isChecked())
        complaint = self.complaint()
        self._sum.setText(
            complaint
            or f"{self.case_count:,} cases, {twice:,} of them twice, at {stages} "
            f"{'stage' if stages == 1 else 'stages'}: {answers:,} answers for each reader."
        )
        self._make.setEnabled(not complaint)

    def _accept(self) -> None:
        self.chosen.emit(self.choice())
        self.accept()


def _number(lowest: int, highest: int, value: int) -> QSpinBox:
    made = QSpinBox()
    made.setRange(lowest, highest)
    made.setValue(value)
    return made


def _row(widgets: Sequence[QWidget], *, stretch: bool = True) -> QWidget:
    held = QWidget()
    row = QHBoxLayout(held)
    row.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        row.addWidget(widget)
    if stretch:
        row.addStretch(1)
    return held


def _column(widgets: Sequence[QWidget]) -> QWidget:
    held = QWidget()
    column = QVBoxLayout(held)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(3)
    for widget in widgets:
        column.addWidget(widget)
    return held


def _grid(widgets: Sequence[QWidget]) -> QWidget:
    """Two beside each other."""
    held = QWidget()
    grid = QGridLayout(held)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setVerticalSpacing(3)
    for number, widget in enumerate(widgets):
        grid.addWidget(widget, number // 2, number % 2, Qt.AlignmentFlag.AlignLeft)
    return held


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]
