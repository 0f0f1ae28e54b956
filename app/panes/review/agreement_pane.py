"""How far readers agree: with each other, with themselves, with network, label and histology."""

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

from app.panes.review.agreement_lines import (
    BETWEEN,
    Line,
    groups_of,
    influences_of,
    stage_words,
)
from app.panes.widgets import ComboBox, note
from model.evaluation.agreement.rounds import AgreementDossier, Round

_EMPTY = (
    "Agreement between readers, within readers, with network, label and histology, each with n and "
    "an interval over lesions, and what probabilities or heat maps did to answers."
)


class AgreementPane(QWidget):
    """Figures of one study.

    Attributes:
        shown: What the tree says: lines by group.
        words: How the answers of the level came about.

    Signals:
        measure_requested: The user wants them computed.
        report_requested: The user wants report, tables and figures as files.
        managements_requested: The user wants to see what is done about each class.
    """

    measure_requested = Signal()
    report_requested = Signal()
    managements_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._dossier: AgreementDossier | None = None
        self._has_study, self._busy = False, False
        self.shown: dict[str, list[Line]] = {}
        self.rounds, self.levels = ComboBox(), ComboBox()
        for box in (self.rounds, self.levels):
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(10)
        self.tree = QTreeWidget()
        self.measure = QPushButton("Measure")
        self.export = QPushButton("Write report…")
        self.managements = QPushButton("Management…")
        self.managements.setToolTip("What is done about a lesion of each class, where not asked")
        self._note, self.words = note(_EMPTY), note()
        self._build_layout()
        self.rounds.currentIndexChanged.connect(self._show_levels)
        self.levels.currentIndexChanged.connect(self._show_level)
        self.measure.clicked.connect(lambda _checked=False: self.measure_requested.emit())
        self.export.clicked.connect(lambda _checked=False: self.report_requested.emit())
        self.managements.clicked.connect(lambda _checked=False: self.managements_requested.emit())
        self.show_dossier(None)

    def _build_layout(self) -> None:
        self.tree.setAccessibleName("Agreement")
        self.tree.setHeaderLabels(["", "Value", "95 %", "n"])
        self.tree.setUniformRowHeights(False)
        self.tree.setWordWrap(True)
        # Of long names the end matters: with whom, and by what.
        self.tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
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
        buttons.addWidget(self.managements)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.addLayout(buttons)
        layout.addLayout(choices)
        layout.addWidget(self.words)
        layout.addWidget(self._note)
        layout.addWidget(self.tree, 1)

    def show_dossier(self, dossier: AgreementDossier | None) -> None:
        """Show what was measured, None before anything was."""
        self._dossier = dossier
        self.rounds.blockSignals(True)
        self.rounds.clear()
        for each in self._rounds():
            self.rounds.addItem(f"{each.question}, {stage_words(each.stage)}")
        self.rounds.blockSignals(False)
        for widget in (self.rounds, self.levels, self.tree):
            widget.setVisible(dossier is not None)
        self.export.setEnabled(dossier is not None)
        self._note.setText("\n".join(dossier.notes) if dossier else _EMPTY)
        self._note.setVisible(bool(self._note.text()))
        self._show_levels()

    def set_busy(self, busy: bool) -> None:
        """Whether it is being measured."""
        self._busy = busy
        self.measure.setEnabled(self._has_study and not busy)

    def offer(self, *, study: bool, project: bool) -> None:
        """Whether there is a study to measure, and a project that keeps a table."""
        self._has_study = study
        self.managements.setEnabled(project)
        self.set_busy(self._busy)

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
        self.words.hide()
        self.shown = {}
        rounds = self._rounds()
        if not rounds or self._dossier is None:
            return
        level = rounds[self.rounds.currentIndex()].levels[max(self.levels.currentIndex(), 0)]
        self.words.setText(f"{level.name.capitalize()}: {level.words}." if level.words else "")
        self.words.setVisible(bool(level.words))
        changes = influences_of(self._dossier)
        self.shown = {**dict(groups_of(level)), **changes}
        for title, lines in self.shown.items():
            self._add(title, lines, expanded=title in {BETWEEN, *changes})

    def _add(self, title: str, lines: list[Line], *, expanded: bool) -> None:
        top = QTreeWidgetItem(self.tree, [_unbroken(title)])
        top.setFirstColumnSpanned(True)
        top.setToolTip(0, title)
        font = top.font(0)
        font.setBold(True)
        top.setFont(0, font)
        for name, value, interval, n, words in lines:
            item = QTreeWidgetItem(top, [_unbroken(name), value, interval, n])
            item.setFirstColumnSpanned(not (value or interval or n))
            for column in (1, 2, 3):
                item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight)
            if words:
                said = QTreeWidgetItem(item, [words])
                said.setFirstColumnSpanned(True)
                item.setExpanded(True)
            item.setToolTip(0, words or name)
        top.setExpanded(expanded)


def _unbroken(text: str) -> str:
    """A text that is one line, and so is cut in the midst of it; whole sentences wrap."""
    return text.replace(" ", "\u00a0").replace("-", "-\u2060")
