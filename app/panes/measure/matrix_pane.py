"""The confusion matrix with what it may say, and the two numbers that sum it up."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QRadioButton, QVBoxLayout

from app.item_models.confusion_matrix_model import Share
from app.panes.measure.matrix_view import MatrixView
from app.panes.measure.watched_pane import WatchedPane
from app.panes.widgets import button, note
from model.evaluation.behind import Agreeing
from model.evaluation.question import Answer

_SHARES = {
    Share.COUNT: ("Counts", "Images in each cell; the colour follows the share of the row"),
    Share.ROW: ("% of row", "Of the images recorded as a class, how many were called what"),
    Share.COLUMN: ("% of column", "Of the images called a class, how many were recorded as what"),
}


_HINT = "Click a cell, a name or a number to see its images; with arrow keys and Enter too."


_NOTHING = "Here it is counted which class the one labelling says where the other says which."


class MatrixPane(WatchedPane):
    """Shows how two labellings of the same images differ.

    Signals:
        opened: The user wants to see the images behind a number. Argument: a `Behind`.
        share_chosen: The user wants other numbers in the cells. Argument: value of a `Share`.
    """

    opened = Signal(object)
    share_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._answer: Answer | None = None
        self.view = MatrixView()
        self._shares = {share: QRadioButton(text) for share, (text, _) in _SHARES.items()}
        self._group = QButtonGroup(self)
        self._cell = QLabel(wordWrap=True)
        self._nothing = note(_NOTHING)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.right = button("", "Images on the diagonal: both say the same")
        self.wrong = button("", "Images off the diagonal")
        self._build_layout()
        self.view.opened.connect(self.opened)
        self.view.described.connect(lambda text: self._cell.setText(text or _HINT))
        for share, choice in self._shares.items():
            choice.clicked.connect(lambda _=False, share=share: self.share_chosen.emit(share.value))
        self.right.clicked.connect(lambda: self.opened.emit(Agreeing(right=True)))
        self.wrong.clicked.connect(lambda: self.opened.emit(Agreeing(right=False)))

    def _build_layout(self) -> None:
        choices = QHBoxLayout()
        for share, choice in self._shares.items():
            choice.setToolTip(_SHARES[share][1])
            self._group.addButton(choice)
            choices.addWidget(choice)
        choices.addStretch(1)
        sums = QHBoxLayout()
        sums.addWidget(self.right, 1)
        sums.addWidget(self.wrong, 1)
        # Two lines always: the matrix would change its size with every text.
        self._cell.setFixedHeight(2 * self.fontMetrics().lineSpacing() + 2)
        self._cell.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 4, 6, 6)
        layout.setSpacing(4)
        layout.addLayout(choices)
        layout.addWidget(self.view, 1)
        layout.addWidget(self._nothing, 1)
        layout.addWidget(self._cell)
        layout.addLayout(sums)

    def show_answer(self, answer: Answer | None, share: str) -> None:
        """Show another matrix, or the same in another way."""
        chosen = Share(share)
        self._shares[chosen].setChecked(True)
        known = answer is not None and len(answer.rows) > 0
        self.view.show_answer(answer if known else None, chosen)
        self._show_sums(answer if known else None)

    def _show_sums(self, answer: Answer | None) -> None:
        for widget in (*self._shares.values(), self.view, self._cell, self.right, self.wrong):
            widget.setVisible(answer is not None)
        self._nothing.setVisible(answer is None)
        if answer is None:
            return
        found = answer.measurement.evaluation
        right = int(found.matrix.trace())
        for widget, name, count in (
            (self.right, "Diagonal", right),
            (self.wrong, "Off the diagonal", found.images - right),
        ):
            widget.setText(f"{name}: {count:,} ({count / found.images:.1%})")
