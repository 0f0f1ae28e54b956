"""What the next training is to be: a section for each kind of choice, and the button to start."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.item_models.run_list_model import duration
from app.panes.training import choices, data_section, weights_section
from app.panes.training.data_section import DataSection
from app.panes.training.fields import OptionsField
from app.panes.training.form import Choice, Fold, Form
from app.panes.training.weights_section import WeightsSection
from app.panes.widgets import note
from app.training_session import TrainingSession
from model.runs.config import HEAD_ONLY, Config
from model.runs.cost import expected_cost
from model.words import counted

_BALANCE_ROWS = {"tau": "logit adjustment", "beta": "effective number", "gamma": "focal loss"}


class SetupPane(QWidget):
    """All choices of the next training.

    Signals:
        chosen: Arguments: table and name of a setting, and its new value.
        open_data_set_requested, folder_requested: Train on the open data set, on another folder.
        labels_chosen: Argument: one of `LabelUse`.
        weights_requested: Argument: how to choose others (see `WeightsSection`).
        name_chosen: Argument: what the run is to be called.
        start_requested: Everything is chosen.
    """

    chosen = Signal(str, str, object)
    open_data_set_requested = Signal()
    folder_requested = Signal()
    labels_chosen = Signal(str)
    weights_requested = Signal(str)
    name_chosen = Signal(str)
    start_requested = Signal()

    def __init__(self, training: TrainingSession) -> None:
        super().__init__()
        self._training = training
        self._data = DataSection()
        self._weights = WeightsSection()
        self._forms: list[Form] = []
        self._folds: dict[str, Fold] = {}
        self._name = QLineEdit(placeholderText="Name of the run")
        self._problem = QLabel(wordWrap=True)
        self._cost = note()
        self.start = QPushButton("Start training")
        # A click beside a field ends typing in it, also one on the button while that is disabled.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._build_layout()
        self._connect()
        self._show_data()
        self._show_config()
        self._show_plan()

    # -- layout ---------------------------------------------------------------------------

    def _build_layout(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(4, 6, 8, 6)
        column.setSpacing(3)
        for title, body in self._sections().items():
            self._folds[title] = Fold(title, body, opened=title == "Data")
            column.addWidget(self._folds[title])
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(content)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        line = QHBoxLayout()
        line.addWidget(self._name, 1)
        line.addWidget(self.start)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 6)
        layout.addWidget(scroll, 1)
        layout.addWidget(self._cost)
        layout.addWidget(self._problem)
        layout.addLayout(line)
        for inset in (self._cost, self._problem, line):
            inset.setContentsMargins(8, 0, 8, 0)
        self.setMinimumWidth(310)

    def _sections(self) -> dict[str, QWidget]:
        return {
            "Data": self._data,
            "Split": self._form(choices.SPLIT),
            "Balance": self._form(choices.BALANCE),
            "Network": _stacked(self._weights, self._form(choices.NETWORK)),
            "Preprocessing": self._form(choices.PREPROCESSING),
            "Augmentation": self._form(choices.AUGMENTATION),
            "Head": self._with_advanced(choices.HEAD, choices.HEAD_ADVANCED),
            "Fine-tuning": self._with_advanced(choices.FINE_TUNING, choices.FINE_TUNING_ADVANCED),
            "Card": self._form(choices.CARD),
        }

    def _form(self, rows: tuple[Choice, ...]) -> Form:
        made = Form(rows)
        made.chosen.connect(self.chosen)
        self._forms.append(made)
        return made

    def _with_advanced(self, rows: tuple[Choice, ...], advanced: tuple[Choice, ...]) -> QWidget:
        return _stacked(self._form(rows), Fold("Advanced", self._form(advanced)))

    def _connect(self) -> None:
        training = self._training
        training.data_changed.connect(self._show_data)
        training.config_changed.connect(self._show_config)
        training.plan_changed.connect(self._show_plan)
        training.runs_changed.connect(self._show_plan)
        self._data.open_data_set_requested.connect(self.open_data_set_requested)
        self._data.folder_requested.connect(self.folder_requested)
        self._data.labels_chosen.connect(self.labels_chosen)
        self._data.classes_chosen.connect(partial(self.chosen.emit, "data", "classes"))
        self._weights.requested.connect(self.weights_requested)
        self._name.editingFinished.connect(lambda: self.name_chosen.emit(self._name.text().strip()))
        self.start.clicked.connect(lambda _checked: self.start_requested.emit())

    def finish_typing(self) -> str:
        """Choose what stands in the line that is being typed in, as leaving it does.

        Returns:
            What cannot be read and so is not chosen; "" where all is.
        """
        typed_in = self.focusWidget()
        if typed_in is not None and typed_in.hasFocus():
            typed_in.clearFocus()
            typed_in.setFocus()
        return next(filter(None, (form.complaint() for form in self._forms)), "")

    # -- for those who look for a widget --------------------------------------------------

    def section(self, title: str) -> Fold:
        """One section."""
        return self._folds[title]

    def form_of(self, table: str, name: str) -> Form:
        """The form that has a setting."""
        return next(form for form in self._forms if form.has(table, name))

    # -- showing --------------------------------------------------------------------------

    def _show_data(self) -> None:
        training = self._training
        data, split = training.data, self.form_of("data", "split")
        for name, offered in (
            ("column", data.columns if data else ()),
            ("source", data.sources if data else ()),
        ):
            field = split.field("data", name)
            if isinstance(field, OptionsField):
                field.offer({each: each for each in ("", *offered)})
        self._show_config()

    def _show_config(self) -> None:
        training, config = self._training, self._training.config
        for form in self._forms:
            form.show_values(config)
        self._data.show_data(training.data, config.data.classes)
        self._weights.show_weights(config.network.weights)
        if self._name.text().strip() != training.name:
            self._name.setText(training.name)
        self._show_rows(config)
        for title, text in _summaries(training).items():
            self._folds[title].sum_up(text)
        self._show_cost()

    def _show_rows(self, config: Config) -> None:
        """Only what has an effect."""
        split, kind = self.form_of("data", "split"), config.data.split
        split.show_row("data", "shares", kind in {"lesions", "source", "inherit"})
        for name, of in (("folds", "folds"), ("column", "column"), ("source", "source")):
            split.show_row("data", name, kind == of)
        balance = self.form_of("balance", "method")
        for name, method in _BALANCE_ROWS.items():
            balance.show_row("balance", name, config.balance.method.endswith(method))

    def _show_plan(self) -> None:
        training = self._training
        self._problem.setText(training.problem)
        self._problem.setVisible(bool(training.problem))
        self._show_cost()
        self.start.setEnabled(training.can_start)
        busy = any(run.is_alive for run in training.runs.values())
        self.start.setText("Queue training" if busy else "Start training")
        self.start.setToolTip(
            "It starts when the runs before it have ended, also when no window is open"
            if busy
            else "In a process of its own, which goes on when the window is closed"
        )

    def _show_cost(self) -> None:
        training, cost = self._training, None
        if training.split:
            images = int(training.split.counts.images[:, 0].sum())
            cost = expected_cost(training.config, images, training.runs.values())
        self._cost.setVisible(cost is not None)
        if cost:
            networks = len(training.splits)
            self._cost.setText(
                f"Fine-tuning takes about {duration(networks * cost.seconds)} at most, at the "
                f"{cost.images_per_second:,.0f} images/s of “{cost.run}”."
            )


def _stacked(*widgets: QWidget) -> QWidget:
    made = QWidget()
    layout = QVBoxLayout(made)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(4)
    for widget in widgets:
        layout.addWidget(widget)
    return made


def _summaries(training: TrainingSession) -> dict[str, str]:
    """What each closed section says."""
    config = training.config
    shares = " / ".join(f"{share * 100:g}" for share in config.data.shares)
    splits = {
        "lesions": f"lesions {shares} %",
        "folds": f"{config.data.folds} folds",
        "column": f"column {config.data.column}",
        "source": f"without {config.data.source}",
        "inherit": "as the starting classifier",
    }
    tuning, changes = config.fine_tuning, config.augmentation
    learns = {"all": "whole network", "none": "none"}.get(
        tuning.first, f"from {tuning.first.replace('_', ' ')}"
    )
    turns = "flips and turns" if changes.flips else "no flips"
    return {
        "Data": data_section.summary(training.data, config.data.classes),
        "Split": f"{splits[config.data.split]}, seed {config.data.seed}",
        "Balance": config.balance.method,
        "Network": f"{config.network.size} px, {weights_section.summary(config.network.weights)}",
        "Preprocessing": ", ".join((config.network.mode, *config.network.steps)),
        "Augmentation": "exact views alone, for the head"
        if tuning.first == HEAD_ONLY
        else f"{turns}, rotation {changes.rotation:g}°",
        "Head": counted(config.head.epochs, "epoch"),
        "Fine-tuning": learns
        if tuning.first == HEAD_ONLY
        else f"{learns}, {counted(tuning.epochs, 'epoch')}, batch {tuning.batch}",
        "Card": config.card.licence,
    }
