"""The run that is looked at: what it does, its curves as they grow, and what went wrong."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.item_models.run_list_model import activity_text, duration
from app.panes.axis import Axis
from app.panes.curve_plot import Curve, CurvePlot, Diagram
from app.panes.widgets import CalmComboBox, ElidedLabel
from app.training_session import TrainingSession
from model.runs.following import RunView
from model.runs.history import Stretch
from model.runs.listing import RunState
from model.runs.log import EpochDone
from model.taxonomy import class_order, lesion_class
from model.words import counted

_EMPTY = (
    "The curves of a training stand here while it runs: loss, accuracy, the recall of each class "
    "and the learning rate, after every epoch.\n\nChoose what to train on and where the network "
    "starts, on the left; the counts of the split are on the right before anything starts."
)
_LATEST = -1


class CurvesPane(QWidget):
    """Four diagrams over the epochs of one run."""

    def __init__(self, training: TrainingSession) -> None:
        super().__init__()
        self._training = training
        self._title = ElidedLabel(Qt.TextElideMode.ElideMiddle)  # how it is doing comes last
        self._activity = QLabel(wordWrap=True)
        self._stretch = CalmComboBox()
        self._bar = QProgressBar(textVisible=False)
        self._error = QLabel(wordWrap=True)
        self._output = QPlainTextEdit(readOnly=True)
        self.plots = tuple(CurvePlot("epoch") for _ in range(4))
        self._build_layout()
        training.runs_changed.connect(self._show)
        training.chosen_changed.connect(self._show_other)
        self._stretch.activated.connect(self._show)
        self._show()

    def _build_layout(self) -> None:
        bold = self._title.font()
        bold.setBold(True)
        self._title.setFont(bold)
        self._bar.setMaximumHeight(6)
        self._bar.setRange(0, 1000)
        self._output.setMaximumHeight(9 * self.fontMetrics().height())
        self._output.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._error.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._stretch)
        curves = QWidget()
        grid = QGridLayout()
        grid.setSpacing(2)
        for number, plot in enumerate(self.plots):
            grid.addWidget(plot, number // 2, number % 2)
        column = QVBoxLayout(curves)
        column.setContentsMargins(8, 6, 8, 4)
        column.setSpacing(4)
        column.addLayout(head)
        for widget in (self._activity, self._bar, self._error, self._output):
            column.addWidget(widget)
        column.addLayout(grid, 1)
        empty = QLabel(_EMPTY, wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter)
        empty.setContentsMargins(40, 0, 40, 0)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(empty)
        self._stack.addWidget(curves)

    # -- showing --------------------------------------------------------------------------

    def _show_other(self) -> None:
        self._stretch.clear()
        self._show()

    def _show(self) -> None:
        run = self._training.run
        self._stack.setCurrentIndex(1 if run else 0)
        if run is None:
            return
        self._title.show_line(f"{run.name}: {run.state_name}")
        self._title.setToolTip(str(run.folder.path))
        self._show_activity(run)
        self._show_failure(run)
        self._offer_stretches(run.standing.stretches)
        self._show_curves(self._chosen(run.standing.stretches))

    def _show_activity(self, run: RunView) -> None:
        standing, running = run.standing, run.state is RunState.RUNNING
        progress = standing.progress if running else None
        words = [activity_text(standing) if running else "", pace_text(run) if running else ""]
        if not running:
            words = [outcome_text(run)]
        self._activity.setText(" · ".join(filter(None, words)))
        self._activity.setVisible(any(words))
        self._bar.setVisible(bool(progress and progress.total))
        if progress and progress.total:
            self._bar.setValue(1000 * progress.done // progress.total)

    def _show_failure(self, run: RunView) -> None:
        bad = run.state is RunState.FAILED or (run.can_resume and run.state is RunState.QUEUED)
        self._error.setVisible(bad)
        self._output.setVisible(bad and bool(run.output))
        self._error.setText(failure_text(run) if bad else "")
        if self._output.toPlainText() != run.output:
            self._output.setPlainText(run.output)
            self._output.moveCursor(QTextCursor.MoveOperation.End)
            self._output.moveCursor(QTextCursor.MoveOperation.StartOfLine)

    def _offer_stretches(self, stretches: Sequence[Stretch]) -> None:
        names = [each.name for each in stretches]
        if [self._stretch.itemText(number) for number in range(1, self._stretch.count())] != names:
            chosen = self._stretch.currentData()
            self._stretch.clear()
            self._stretch.addItem("Latest part", _LATEST)
            for number, name in enumerate(names):
                self._stretch.addItem(name, number)
            self._stretch.setCurrentIndex(max(0, self._stretch.findData(chosen)))
        self._stretch.setVisible(len(names) > 1)

    def _chosen(self, stretches: Sequence[Stretch]) -> Stretch | None:
        if not stretches:
            return None
        number = self._stretch.currentData()
        return stretches[_LATEST if number is None else number]

    def _show_curves(self, stretch: Stretch | None) -> None:
        epochs = stretch.epochs if stretch else ()
        last = max((each.epoch for each in epochs), default=1)
        axis = Axis(1, max(2, last), whole=True)
        name = f" ({stretch.name.lower()})" if stretch else ""
        for plot, diagram in zip(self.plots, diagrams(epochs, name), strict=True):
            plot.show_diagram(diagram, axis)


def pace_text(run: RunView) -> str:
    """Rate and time left, as far as they are known."""
    standing = run.standing
    rate = standing.progress.images_per_second if standing.progress else 0
    left = duration(standing.seconds_left)
    return " · ".join(
        filter(None, (f"{rate:,.0f} images/s" if rate else "", f"{left} left" if left else ""))
    )


def outcome_text(run: RunView) -> str:
    """Where a run stands that does nothing at the moment."""
    match run.state:
        case RunState.PAUSED:
            return "It waits; continue it, or stop it."
        case RunState.QUEUED:
            return "It starts when the runs before it have ended." if run.is_alive else ""
        case RunState.STOPPED if not run.standing.started:
            return "It was stopped before it began; it can be resumed."
        case RunState.STOPPED:
            return "It was stopped, or its process ended without a word; it can be resumed."
        case RunState.FINISHED:
            return finished_text(run)
    return ""


def finished_text(run: RunView) -> str:
    """The test figures of a finished run, with what they stand on."""
    unreadable = run.standing.unreadable
    left_out = f" {counted(unreadable, 'image')} could not be read and took no part."
    return f"{_ended_text(run)}{left_out if unreadable else ''}"


def _ended_text(run: RunView) -> str:
    metrics, ready = run.standing.metrics, "Its classifier is ready." if run.has_classifier else ""
    if figures := metrics.get("out of fold"):
        return (
            f"{_balanced_text(figures, 'images')}, each judged by a network that never saw it. The "
            "table of the probabilities is in its folder, and in the project once that is open."
        )
    if not (figures := metrics.get("test")):
        return ready or "It has ended."
    return f"{_balanced_text(figures, 'test images')}. {ready}"


def _balanced_text(figures: Mapping[str, Any], images: str) -> str:
    figure = figures["balanced_accuracy"]
    low, high = figure.get("interval") or (figure.get("low"), figure.get("high"))
    between = f" ({low:.3f} to {high:.3f})" if None not in {low, high} else ""
    return (
        f"Balanced accuracy {figure['value']:.3f}{between} on {figures.get('images', 0):,} "
        f"{images} of {figures.get('lesions', 0):,} lesions"
    )


def failure_text(run: RunView) -> str:
    """What went wrong, in words, and where more is told."""
    error = run.standing.error or "Its process ended before it began to work."
    where = f"\nWhat it printed is in {run.folder.output}; its last lines:" if run.output else ""
    return f"{error}{where}"


def diagrams(epochs: Sequence[EpochDone], name: str) -> tuple[Diagram, ...]:
    """Loss, accuracy, recall by class and learning rate over epochs."""
    xs = tuple(float(each.epoch) for each in epochs)
    codes = sorted({code for each in epochs for code in each.recall}, key=class_order)

    def curve(title: str, field: str, *, dashed: bool = False) -> Curve:
        return Curve(title, xs, tuple(getattr(e, field) for e in epochs), dashed=dashed)

    return (
        Diagram(
            f"Loss{name}",
            (curve("training", "loss", dashed=True), curve("validation", "validation_loss")),
        ),
        Diagram(
            "On validation lesions",
            (curve("accuracy", "accuracy", dashed=True), curve("balanced", "balanced_accuracy")),
            shares=True,
        ),
        Diagram(
            "Recall per class",
            tuple(
                Curve(
                    code,
                    xs,
                    tuple(each.recall.get(code, float("nan")) for each in epochs),
                    lesion_class(code).colour,
                )
                for code in codes
            ),
            shares=True,
        ),
        Diagram("Learning rate", (curve("", "learning_rate"),), logarithmic=True),
    )
