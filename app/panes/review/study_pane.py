"""One study: what it asks, who has read it, and what contradicts itself."""

import html

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.panes.review.line_table import LineTable
from app.panes.widgets import note
from app.review_session import ReaderStanding, ReviewSession, StudyStanding
from app.study_words import QUESTIONS, STAGES
from model.review.readings import Conflict

_EMPTY_TITLE = "No study yet"
_EMPTY = (
    "Choose cases and questions, and hand the study file to your readers: on a stick, by mail, or "
    "on this computer. It holds the photographs under codes and nothing that a reader must not "
    "know; the key from codes to images stays in this project."
)


class StudyPane(QWidget):
    """The centre of Read.

    Signals:
        new_requested, read_requested, take_in_requested, export_requested: As the buttons say.
        folder_requested: The user wants to see the study file.
        settle_requested: The user chose an answer. Arguments: the conflict, the reading's id.
    """

    new_requested = Signal()
    read_requested = Signal()
    take_in_requested = Signal()
    export_requested = Signal()
    folder_requested = Signal()
    settle_requested = Signal(object, str)

    def __init__(self, review: ReviewSession) -> None:
        super().__init__()
        self._review = review
        self._title = QLabel(wordWrap=True)
        self._facts = QLabel(wordWrap=True, textFormat=Qt.TextFormat.RichText)
        self.readers = LineTable(
            "Readers", ("Reader", "Answered ", "Of ", "Median ", "Last answer"), wide=0
        )
        self._need_file: list[QPushButton] = []
        self._waiting = note(
            "Nothing came back yet. Hand out the study file or start reading here, then take in the"
            " readings files."
        )
        self._conflict_title = QLabel("<b>Contradicting answers</b>")
        self._conflict_note = note(
            "A reader gave several answers to the same step. The oldest counts until you choose."
        )
        self.conflicts = LineTable(
            "Contradicting answers", ("Reader", "Case", "Stage", "Answer", "Given"), wide=3
        )
        self._keep = QPushButton("Keep this answer")
        self._pages = QStackedWidget()
        self._build_layout()
        self._keep.clicked.connect(self._settle)
        review.study_chosen.connect(self._show_study)
        self._show_study()

    def _build_layout(self) -> None:
        self._pages.addWidget(self._empty_page())
        self._pages.addWidget(self._study_page())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)

    def _empty_page(self) -> QWidget:
        title = _heading(QLabel(_EMPTY_TITLE))
        said = QLabel(_EMPTY, wordWrap=True)
        new = QPushButton("New study…")
        new.clicked.connect(lambda _checked=False: self.new_requested.emit())
        column = QVBoxLayout()
        column.addStretch(1)
        column.addWidget(title)
        column.addWidget(said)
        column.addSpacing(8)
        column.addWidget(new, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(2)
        frame = QWidget()
        frame.setLayout(column)
        frame.setMaximumWidth(520)
        page = QWidget()
        row = QHBoxLayout(page)
        row.addStretch(1)
        row.addWidget(frame, 6)
        row.addStretch(1)
        return page

    @property
    def facts(self) -> str:
        """What is said of the study, as rich text."""
        return self._facts.text()

    def _study_page(self) -> QWidget:
        _heading(self._title)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addWidget(self._facts)
        column.addLayout(self._buttons())
        column.addSpacing(6)
        column.addWidget(QLabel("<b>Readers</b>"))
        column.addWidget(self._waiting)
        column.addWidget(self.readers, 2)
        for widget in (self._conflict_title, self._conflict_note):
            column.addWidget(widget)
        column.addWidget(self.conflicts, 1)
        column.addWidget(self._keep, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(0)
        scroll = QScrollArea()
        scroll.setWidget(content)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        return scroll

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        for text, tip, signal in (
            ("Start reading", "Open the study in a window of its own", self.read_requested),
            ("Take in readings…", "Merge files that readers sent", self.take_in_requested),
            ("Write readings…", "Write the readings as a table", self.export_requested),
            ("Show file", "Show the study file in its folder", self.folder_requested),
        ):
            made = QPushButton(text)
            made.setToolTip(tip)
            made.clicked.connect(lambda _checked=False, signal=signal: signal.emit())
            if signal in (self.read_requested, self.folder_requested):
                self._need_file.append(made)
            row.addWidget(made)
        row.addStretch(1)
        return row

    def _show_study(self) -> None:
        study = self._review.study
        self._pages.setCurrentIndex(0 if study is None else 1)
        if study is None:
            return
        self._title.setText(study.record.protocol.title)
        self._facts.setText(facts_of(study))
        for button in self._need_file:
            button.setVisible(bool(study.record.file))
        self.readers.fill([(each.name, _reader_texts(each)) for each in study.readers])
        self._waiting.setVisible(not study.answered)
        self.readers.setVisible(bool(study.readers))
        lines = [
            ((conflict, reading.id), _conflict_texts(conflict, number))
            for conflict in study.conflicts
            for number, reading in enumerate(conflict.readings)
        ]
        self.conflicts.fill(lines)
        for widget in (self._conflict_title, self._conflict_note, self.conflicts, self._keep):
            widget.setVisible(bool(lines))

    def _settle(self) -> None:
        if isinstance(self.conflicts.key, tuple):
            conflict, reading = self.conflicts.key
            self.settle_requested.emit(conflict, reading)


def _heading(label: QLabel) -> QLabel:
    font = label.font()
    font.setPointSizeF(font.pointSizeF() * 1.6)
    label.setFont(font)
    return label


_OUR_RULES = frozenset(("Zoom", "Order", "Readers"))


def facts_of(study: StudyStanding) -> str:
    """The protocol in words, as rich text."""
    record, protocol = study.record, study.record.protocol
    what = ("lesion" if protocol.by_lesion else "image") + "s" * (record.cases != 1)
    chosen = f", {protocol.selection}" if protocol.selection else ""
    again = f"; {protocol.repeats:.0%} of them are shown twice" if protocol.repeats else ""
    order = "all cases at one stage before the next" if protocol.stage_by_stage else "case by case"
    rows = {
        "Cases": f"{record.cases:,} {what}{chosen}{again}",
        "Stages": f"{'; '.join(STAGES[stage] for stage in protocol.stages)} ({order})",
        "Questions": ", ".join(QUESTIONS[question] for question in protocol.questions),
        "Diagnoses": ", ".join(protocol.classes),
        "Zoom": protocol.zoom.value,
        "Order": f"random for each reader, seed {protocol.seed}",
        "Readers": ", ".join(protocol.readers) or "anybody",
        "Made": record.created[:16].replace("T", " ") + " UTC",
        "File": record.file or "none: these readings came from elsewhere",
    }
    if not record.file:  # elsewhere it was read by other rules
        rows = {name: value for name, value in rows.items() if name not in _OUR_RULES}
    lines = "".join(
        f"<tr><td style='white-space:nowrap'>{name}&nbsp;&nbsp;&nbsp;</td>"
        f"<td>{html.escape(value)}</td></tr>"
        for name, value in rows.items()
    )
    return f"<table cellspacing='2'>{lines}</table>"


def _reader_texts(reader: ReaderStanding) -> tuple[str, ...]:
    again = f" (time {reader.iteration})" if reader.iteration > 1 else ""
    seconds = "" if reader.seconds is None else f"{reader.seconds:.1f} s"
    last = reader.last[:16].replace("T", " ") + " UTC" if reader.last else ""
    last = last or ("not recorded" if reader.answered else "nothing came back yet")
    return reader.name + again, f"{reader.answered:,}", f"{reader.steps:,}", seconds, last


def _conflict_texts(conflict: Conflict, number: int) -> tuple[str, ...]:
    reading = conflict.readings[number]
    said = ", ".join(f"{value}" for value in reading.answers.to_json().values())
    counts = " (counts now)" if number == 0 else ""
    given = reading.ended[:16].replace("T", " ") + " UTC"
    return conflict.reader, conflict.code, conflict.stage.value, said + counts, given
