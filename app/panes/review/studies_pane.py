"""The studies of the project, and how far each is read."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.panes.review.line_table import LineTable
from app.panes.widgets import note
from app.review_session import ReviewSession, StudyStanding

_EMPTY = (
    "A study asks several readers about the same cases, each by themselves. Their readings come "
    "back as files, and what they disagree on waits in Adjudicate."
)


class StudiesPane(QWidget):
    """Lists the studies; one is looked at.

    Signals:
        new_requested: The user wants to make a study.
        take_in_requested: The user has readings files.
        study_chosen: Argument: the study's number.

    Attributes:
        table: The studies.
    """

    new_requested = Signal()
    take_in_requested = Signal()
    study_chosen = Signal(object)

    def __init__(self, review: ReviewSession) -> None:
        super().__init__()
        self._review = review
        self.table = LineTable("Studies", ("Study", "Cases ", "Answers "))
        self.new_button = QPushButton("New study…")
        self.take_in_button = QPushButton("Take in readings…")
        self._empty = note(_EMPTY)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._empty.setContentsMargins(4, 4, 4, 4)
        self._lists = QStackedWidget()
        self._lists.addWidget(self._empty)
        self._lists.addWidget(self.table)
        buttons = QHBoxLayout()
        buttons.addWidget(self.new_button)
        buttons.addWidget(self.take_in_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self._lists, 1)
        layout.addLayout(buttons)
        self.new_button.clicked.connect(lambda _checked=False: self.new_requested.emit())
        self.take_in_button.clicked.connect(lambda _checked=False: self.take_in_requested.emit())
        self.table.key_chosen.connect(self.study_chosen)
        review.studies_changed.connect(self._show_studies)
        review.study_chosen.connect(self._show_studies)
        self._show_studies()

    def _show_studies(self) -> None:
        studies, chosen = self._review.studies, self._review.study
        lines = [(each.number, _texts(each)) for each in studies]
        self.table.fill(lines, chosen.number if chosen else None)
        self._lists.setCurrentWidget(self.table if studies else self._empty)


def _texts(study: StudyStanding) -> tuple[str, str, str]:
    asked = study.steps * len(study.readers)
    read = f"{study.answered:,} of {asked:,}" if asked else "none"
    return study.record.protocol.title, f"{study.record.cases:,}", read
