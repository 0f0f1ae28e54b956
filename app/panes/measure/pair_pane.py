"""Which pair of labellings is measured, and on which images."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
)

from app.measuring import IN_USE, MeasureOptions, copies_unknown
from app.panes.measure.watched_pane import WatchedPane
from app.panes.widgets import CalmComboBox, note
from model.evaluation.labelling import Kind, Source
from model.evaluation.question import Answer, Group

_GROUPS = {
    Group.UNSEEN: ("Unseen", "Neither the image nor its lesion trained the classifier"),
    Group.SEEN_LESION: ("Other images of seen lesions", "Another image of the lesion trained it"),
    Group.SEEN: ("Seen", "Trained the classifier, or chose its settings"),
    Group.UNKNOWN: ("Seen or not, nobody knows", "The card names no image that trained it"),
    Group.ALL: ("All together", "Seen and unseen: flatters the classifier"),
}


class PairPane(WatchedPane):
    """Lets the user choose; what is chosen lives in the session.

    Signals:
        changed: The user chose. Argument: names and values of `MeasureOptions`.
        copies_requested: The user wants copies of seen images under other names to be found.
    """

    changed = Signal(dict)
    copies_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.truth, self.other, self.second = _box(), _box(), _box()
        self.group = _box()
        self.filtered = QCheckBox("Only images that pass the filter")
        self._filter = note()
        self._note = QLabel(wordWrap=True)
        self.copies = QPushButton("Look for copies of seen images")
        self.copies.setToolTip("Compare the looks of images whose names the classifier never met")
        self.copies.clicked.connect(self.copies_requested)
        self._classifier = ""  # key of the one in use
        self.copies.hide()
        self._note.hide()
        self._build_layout()
        for name, box in (("truth", self.truth), ("other", self.other), ("second", self.second)):
            box.activated.connect(lambda _, name=name, box=box: self._choose(name, box))
        self.group.activated.connect(lambda _: self._choose("group", self.group))
        self.filtered.clicked.connect(lambda on: self.changed.emit({"filtered": on}))

    def _build_layout(self) -> None:
        for group, (text, tip) in _GROUPS.items():
            self.group.addItem(text, group.value)
            self.group.setItemData(self.group.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(4)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.addRow("Reference", self.truth)
        form.addRow("Measured", self.other)
        form.addRow("Compared with", self.second)
        form.addRow("Images", self.group)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.setSpacing(4)
        layout.addLayout(form)
        layout.addWidget(self.filtered)
        layout.addWidget(self._filter)
        layout.addWidget(self._note)
        layout.addWidget(self.copies)
        layout.addStretch(1)

    def _choose(self, name: str, box: QComboBox) -> None:
        alone = {"second": ""} if self.second.currentData() in self._pair() else {}
        self.changed.emit({name: box.currentData(), **alone})

    def _pair(self) -> tuple[str, str]:
        """Keys of the labellings that are held against each other."""
        return self.truth.currentData(), self.other.currentData() or self._classifier

    def _offer_thirds(self) -> None:
        """What is held against each other already is nothing to compare it with."""
        model = self.second.model()
        assert isinstance(model, QStandardItemModel)
        for at in range(1, self.second.count()):
            model.item(at).setEnabled(self.second.itemData(at) not in self._pair())

    def show_sources(self, sources: Sequence[Source], in_use: str) -> None:
        """Offer these labellings; `in_use` is the key of the classifier in use."""
        self._classifier = in_use
        for box in (self.truth, self.other, self.second):
            box.clear()
        self.second.addItem("nothing", "")
        for each in sources:
            of_use = each.kind is Kind.CLASSIFIER and each.key == in_use
            text = f"{each.name} (in use)" if of_use else each.name
            self.truth.addItem(text, each.key)
            self.other.addItem(text, IN_USE if of_use else each.key)
            self.second.addItem(text, each.key)
            for box in (self.truth, self.other, self.second):
                tip = f"{each.kind}: {each.name}"
                box.setItemData(box.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)

    def show_options(self, options: MeasureOptions, filter_words: str) -> None:
        """Show what is chosen."""
        for name in ("truth", "other", "second", "group"):
            box: QComboBox = getattr(self, name)
            box.setCurrentIndex(box.findData(getattr(options, name)))
        self._offer_thirds()
        self.filtered.setChecked(options.filtered)
        self._filter.setText(f"Filter: {filter_words}" if filter_words else "There is no filter.")

    def show_answer(self, answer: Answer | None) -> None:
        """Show how many images there are of each group."""
        for at in range(self.group.count()):
            group = Group(self.group.itemData(at))
            text = _GROUPS[group][0]
            self.group.setItemText(at, f"{text}: {answer.counts[group]:,}" if answer else text)
        self.copies.setVisible(answer is not None and copies_unknown(answer))
        self.group.setEnabled(answer is None or answer.seen_matters)
        self._note.setVisible(answer is not None and not answer.seen_matters)
        self._note.setText("Nothing was trained here, so that no image is seen or unseen.")


def _box() -> QComboBox:
    made = CalmComboBox()
    made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return made
