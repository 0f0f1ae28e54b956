"""How far readers agree: with each other, with themselves, with network, label and histology."""

import math
from collections.abc import Iterator, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.panes.widgets import note
from app.study_words import STAGES
from model.evaluation.agreement.influence import EVERYBODY, Influence
from model.evaluation.agreement.measuring import Figure
from model.evaluation.agreement.rounds import AgreementDossier, Level, Round
from model.evaluation.agreement.words import coefficient_name
from model.evaluation.estimates import Estimate
from model.review.row_export import STAGE_CODES

_EMPTY = (
    "Agreement between readers, within readers, with network, label and histology, each with n and "
    "an interval over lesions, and what probabilities or heat maps did to answers."
)
Line = tuple[str, str, str, str, str]  # name, value, interval, n, words


class AgreementPane(QWidget):
    """Figures of one study.

    Attributes:
        shown: What the tree says: lines by group.

    Signals:
        measure_requested: The user wants them computed.
        report_requested: The user wants report, tables and figures as files.
    """

    measure_requested = Signal()
    report_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._dossier: AgreementDossier | None = None
        self.shown: dict[str, list[Line]] = {}
        self.rounds, self.levels = QComboBox(), QComboBox()
        for box in (self.rounds, self.levels):
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(10)
        self.tree = QTreeWidget()
        self.measure = QPushButton("Measure")
        self.export = QPushButton("Write report…")
        self._note = note(_EMPTY)
        self._build_layout()
        self.rounds.currentIndexChanged.connect(self._show_levels)
        self.levels.currentIndexChanged.connect(self._show_level)
        self.measure.clicked.connect(lambda _checked=False: self.measure_requested.emit())
        self.export.clicked.connect(lambda _checked=False: self.report_requested.emit())
        self.show_dossier(None)

    def _build_layout(self) -> None:
        self.tree.setAccessibleName("Agreement")
        self.tree.setHeaderLabels(["", "Value", "95 %", "n"])
        self.tree.setUniformRowHeights(False)
        self.tree.setWordWrap(True)
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2, 3):
            self.tree.headerItem().setTextAlignment(column, Qt.AlignmentFlag.AlignRight)
        choices, buttons = QHBoxLayout(), QHBoxLayout()
        choices.addWidget(self.rounds, 3)
        choices.addWidget(self.levels, 2)
        buttons.addWidget(self.measure)
        buttons.addWidget(self.export)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.addLayout(buttons)
        layout.addLayout(choices)
        layout.addWidget(self._note)
        layout.addWidget(self.tree, 1)

    def show_dossier(self, dossier: AgreementDossier | None) -> None:
        """Show what was measured, None before anything was."""
        self._dossier = dossier
        self.rounds.blockSignals(True)
        self.rounds.clear()
        for each in self._rounds():
            self.rounds.addItem(f"{each.question}, {_stage_words(each.stage)}")
        self.rounds.blockSignals(False)
        for widget in (self.rounds, self.levels, self.tree):
            widget.setVisible(dossier is not None)
        self.export.setEnabled(dossier is not None)
        self._note.setText("\n".join(dossier.notes) if dossier else _EMPTY)
        self._note.setVisible(bool(self._note.text()))
        self._show_levels()

    def set_busy(self, busy: bool) -> None:
        """Whether it is being measured."""
        self.measure.setEnabled(not busy)

    def _rounds(self) -> tuple[Round, ...]:
        return (self._dossier.headline, *self._dossier.others) if self._dossier else ()

    def _show_levels(self) -> None:
        rounds = self._rounds()
        self.levels.blockSignals(True)
        self.levels.clear()
        if rounds:
            names = [level.name for level in rounds[self.rounds.currentIndex()].levels]
            self.levels.addItems(names)
        self.levels.blockSignals(False)
        self._show_level()

    def _show_level(self) -> None:
        self.tree.clear()
        self.shown = {}
        rounds = self._rounds()
        if not rounds or self._dossier is None:
            return
        level = rounds[self.rounds.currentIndex()].levels[max(self.levels.currentIndex(), 0)]
        changes = _influences(self._dossier)
        self.shown = {**dict(groups_of(level)), **changes}
        for title, lines in self.shown.items():
            self._add(title, lines, expanded=title in {_BETWEEN, *changes})

    def _add(self, title: str, lines: list[Line], *, expanded: bool) -> None:
        top = QTreeWidgetItem(self.tree, [title])
        top.setFirstColumnSpanned(True)
        font = top.font(0)
        font.setBold(True)
        top.setFont(0, font)
        for name, value, interval, n, words in lines:
            item = QTreeWidgetItem(top, [name, value, interval, n])
            for column in (1, 2, 3):
                item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight)
            if words:
                said = QTreeWidgetItem(item, [words])
                said.setFirstColumnSpanned(True)
                item.setExpanded(True)
            item.setToolTip(0, words or name)
        top.setExpanded(expanded)


_BETWEEN = "Between readers"


def groups_of(level: Level) -> Iterator[tuple[str, list[Line]]]:
    """The figures of one level, by who agrees with whom."""
    agreement = level.agreement
    yield _BETWEEN, _lines(agreement.figures)
    for pair in agreement.pairs:
        yield f"{pair.first} and {pair.second}", _pair_lines(pair.figures)
    for reader, within in level.within.items():
        yield f"{reader} with themselves, cases shown twice", _pair_lines(within.figures)
    for against in level.against:
        yield f"{against.reader} and {against.reference}", _pair_lines(against.pair.figures)
    for answer, figures in agreement.by_class.items():
        yield f"{answer} against all other answers", _lines(figures)
    if level.dawid_skene_words:
        yield "Dawid and Skene", [(level.dawid_skene_words, "", "", "", "")]


def _lines(figures: Mapping[str, Figure]) -> list[Line]:
    return [
        (coefficient_name(name), *_cells(figure.estimate), figure.words)
        for name, figure in figures.items()
    ]


def _pair_lines(figures: Mapping[str, Figure]) -> list[Line]:
    """Of two alone there is no mean."""
    return [(name.replace(", mean of pairs", ""), *rest) for name, *rest in _lines(figures)]  # type: ignore[misc]


def _cells(found: Estimate) -> tuple[str, str, str]:
    """Value, interval and n; a dash where it is undefined."""
    value = "–" if math.isnan(found.value) else f"{found.value:.3f}"
    unknown = math.isnan(found.low) or math.isnan(found.value)
    return value, "" if unknown else f"{found.low:.3f} to {found.high:.3f}", f"{found.n:,}"


def _stage_words(code: str) -> str:
    """A stage as the studies' pages call it."""
    found = (STAGES[stage] for stage, known in STAGE_CODES.items() if known == code)
    return next(found, code)


def _influences(dossier: AgreementDossier) -> dict[str, list[Line]]:
    """What readers did after they had seen more, a line for each change."""
    return {
        f"From {_stage_words(table.before)} to {_stage_words(table.after)}": [
            line for row in table.rows for line in _influence_lines(row)
        ]
        for table in dossier.influences
    }


def _influence_lines(row: Influence) -> Iterator[Line]:
    who = "all" if row.reader == EVERYBODY else row.reader
    n = f"{row.readings:,}"
    yield f"{who}: wrong to right", f"{row.wrong_right:,}", "", n, ""
    yield f"{who}: right to wrong", f"{row.right_wrong:,}", "", n, ""
    if row.misled is not None:
        yield f"{who}: misled by the network", f"{row.misled:,}", "", n, ""
    yield f"{who}: gain in right answers", *_cells(row.gain), ""
