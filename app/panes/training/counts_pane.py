"""How many images and lesions a split has, what balance makes of them, and what would leak."""

import html
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox, QFrame, QTextBrowser, QVBoxLayout, QWidget

from app.panes.widgets import CalmComboBox
from app.training_session import PlannedSplit, TrainingData, TrainingSession
from model.runs.balance import Balance, balance_effect
from model.taxonomy import class_order, lesion_class

_NO_CHANGE = 0.05  # images
_EMPTY = "Here stands how many images and lesions of each class train, validate and test."


class CountsPane(QWidget):
    """Tables about the split that is planned.

    Signals:
        fold_chosen: Argument: its number, from 0.
        copies_requested: The user wants to see the pairs that look the same.
    """

    fold_chosen = Signal(int)
    copies_requested = Signal()

    def __init__(self, training: TrainingSession) -> None:
        super().__init__()
        self._training = training
        self._folds = CalmComboBox()
        # A label would lay its tables out anew for every width that it thinks of.
        self._view = QTextBrowser(openLinks=False)
        self._view.setFrameShape(QFrame.Shape.NoFrame)
        self._view.viewport().setAutoFillBackground(False)
        self._view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._view.document().setDocumentMargin(3)
        self._text = ""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(7, 8, 4, 4)
        layout.addWidget(self._folds)
        layout.addWidget(self._view, 1)
        self.setMinimumWidth(290)
        training.plan_changed.connect(self._show)
        training.config_changed.connect(self._show)
        self._folds.activated.connect(self.fold_chosen)
        self._view.anchorClicked.connect(lambda _link: self.copies_requested.emit())
        self._show()

    @property
    def folds(self) -> QComboBox:
        """Which of several splits is shown."""
        return self._folds

    def text(self) -> str:
        """What is shown, with its markup."""
        return self._text

    def _show(self) -> None:
        training = self._training
        count = len(training.splits)
        if self._folds.count() != count:
            self._folds.clear()
            self._folds.addItems([f"Fold {number} of {count}" for number in range(1, count + 1)])
        self._folds.setCurrentIndex(training.fold)
        self._folds.setVisible(count > 1)
        split = training.split
        faint = self.palette().color(QPalette.ColorRole.PlaceholderText).name()
        if split is None:
            labels = _labels(training.data, training.config.data.classes, faint)
            self._show_text(f"{html.escape(training.problem or _EMPTY)}<p></p>{labels}")
            return
        parts = (
            _labels(training.data, split.plan.classes, faint),
            _counts(split, faint),
            _notes(split, compared=training.compared),
            _balance(split, training.config.balance, faint),
            _leaks(split, faint),
        )
        self._show_text("".join(parts))

    def _show_text(self, text: str) -> None:
        if text == self._text:
            return
        self._text = text
        bar = self._view.verticalScrollBar()
        place = bar.value()
        self._view.setHtml(text)
        bar.setValue(place)


def _chip(code: str) -> str:
    """A class's letters behind its colour."""
    return f"<span style='color:{lesion_class(code).colour}'>▌</span>{html.escape(code)}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]], faint: str) -> str:
    """A table whose first column is text and whose others are numbers."""

    def line(cells: Sequence[str], style: str = "") -> str:
        sides = ["left"] + ["right"] * (len(cells) - 1)
        return "<tr>" + "".join(
            f"<td align='{side}' style='{style}'>{cell}</td>"
            for side, cell in zip(sides, cells, strict=True)
        )

    lines = [line(head, f"color:{faint};white-space:nowrap"), *(line(row) for row in rows)]
    return f"<table width='100%' cellpadding='2' cellspacing='0'>{''.join(lines)}</table>"


def _labels(data: TrainingData | None, classes: Sequence[str], faint: str) -> str:
    """What other labels than the recorded ones change, before anything starts."""
    if data is None or data.labels is None:
        return ""
    form = ",.1f" if data.labels.shares else ",.0f"
    rows = []
    for code in sorted({*data.recorded, *data.mass}, key=class_order):
        before, after = data.recorded.get(code, 0), data.mass.get(code, 0.0)
        rows.append((_chip(code), f"{before:,}", f"{after:{form}}", _change(after - before, form)))
    before, after = sum(data.recorded.values()), sum(data.images.values())
    rows.append(("all", f"{before:,}", f"{after:,}", _change(after - before, ",.0f")))
    said = data.labels.told, data.labels.beyond(classes or data.images)
    head = ("images", "recorded", "learned", "change")
    return (
        f"<b>Labels</b>{table(head, rows, faint)}"
        f"<p style='margin-top:4px'>{html.escape(' '.join(said))}</p>"
    )


def _change(difference: float, form: str) -> str:
    return f"{difference:+{form}}" if abs(difference) > _NO_CHANGE else "0"


def _counts(split: PlannedSplit, faint: str) -> str:
    counts = split.counts

    def cell(images: int, lesions: int) -> str:
        return f"{images:,} <span style='color:{faint}'>({lesions:,})</span>"

    rows = [
        (_chip(code), *(cell(*pair) for pair in zip(images, lesions, strict=True)))
        for code, images, lesions in zip(
            counts.classes, counts.images.tolist(), counts.lesions.tolist(), strict=True
        )
    ]
    totals = zip(counts.images.sum(0).tolist(), counts.lesions.sum(0).tolist(), strict=True)
    rows.append(("all", *(cell(*pair) for pair in totals)))
    head = ("", "training", "validation", "test")
    unit = f"<span style='color:{faint}'>images (lesions)</span>"
    return f"<b>Counts</b> {unit}{table(head, rows, faint)}"


def _notes(split: PlannedSplit, *, compared: bool) -> str:
    notes = [html.escape(note) for note in split.plan.notes]
    if not compared:
        notes.append("The images are being compared: copies of one photograph are found then.")
    if split.copies:
        notes.append(
            f"{len(split.copies):,} pairs of files look the same although no lesion id says so; "
            "each is kept on one side. <a href='copies'>Look at them</a>"
        )
    if split.across:
        notes.append(f"{split.across:,} pairs of copies were asked to be on two sides.")
    return "".join(f"<p style='margin-top:4px;margin-bottom:0'>{note}</p>" for note in notes)


def _balance(split: PlannedSplit, balance: Balance, faint: str) -> str:
    """What the balance makes of the training images, in the terms that this method works by."""
    images = split.learned
    if not images.sum():
        return ""
    effect, shares = balance_effect(balance, images), images / images.sum()
    columns = [("of images", [f"{share * 100:.1f} %" for share in shares])]
    if np.ptp(effect.draws):
        columns.append(("drawn", [f"× {each:.2f}" for each in effect.draws]))
    if np.ptp(effect.weights):
        columns.append(("weight", [f"× {each:.2f}" for each in effect.weights]))
    if effect.shift.any():
        columns.append(("logit", [f"{each:+.2f}" for each in effect.shift]))
    columns.append(("of the loss", [f"{share * 100:.1f} %" for share in effect.shares]))
    head = ("", *(title for title, _ in columns))
    cells = zip(*(each for _, each in columns), strict=True)
    rows = [(_chip(code), *line) for code, line in zip(split.counts.classes, cells, strict=True)]
    return (
        f"<p style='margin-bottom:0'><b>Balance: {html.escape(balance.method)}</b></p>"
        f"{table(head, rows, faint)}"
    )


def _leaks(split: PlannedSplit, faint: str) -> str:
    rows = [
        (
            _chip(leak.code) if leak.code else "all",
            f"{leak.images:,}",
            f"{leak.expected * 100:.1f} %",
        )
        for leak in split.leaks
    ]
    head = ("", "images", "would leak")
    return (
        "<p style='margin-bottom:0'><b>Split by image instead</b></p>"
        "<p style='margin-top:2px;margin-bottom:2px'>Of so many test images another image of the "
        f"same lesion would be in training; in this plan, of none.</p>{table(head, rows, faint)}"
    )
