"""A form made from a table of choices, and sections that fold away under a line about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.panes.training.fields import Field, Kind, Tick, Ticks, create_field
from app.panes.widgets import ElidedLabel, button


@dataclass(frozen=True, slots=True)
class Choice:
    """One setting of a training.

    Attributes:
        table, name: Where it stands in the configuration.
        label: What the form calls it.
        kind: What may be chosen.
        tip: What it does, in a line.
    """

    table: str
    name: str
    label: str
    kind: Kind
    tip: str = ""


class Form(QWidget):
    """Choices below one another.

    Signals:
        chosen: Arguments: table and name of the setting, and its new value.
    """

    chosen = Signal(str, str, object)

    def __init__(self, choices: Sequence[Choice]) -> None:
        super().__init__()
        self._choices = choices
        self._fields: dict[tuple[str, str], Field] = {}
        self._layout = QFormLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setVerticalSpacing(4)
        self._layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._layout.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        for choice in choices:
            self._add(choice)

    def _add(self, choice: Choice) -> None:
        made = create_field(choice.kind, choice.label)
        made.setToolTip(choice.tip)
        made.setAccessibleName(choice.label)
        made.chosen.connect(partial(self.chosen.emit, choice.table, choice.name))
        self._fields[choice.table, choice.name] = made
        if isinstance(choice.kind, Tick | Ticks):
            self._layout.addRow(made)
        else:
            label = QLabel(choice.label)
            label.setToolTip(choice.tip)
            label.setBuddy(made)
            self._layout.addRow(label, made)

    def has(self, table: str, name: str) -> bool:
        """Whether a setting is one of this form's."""
        return (table, name) in self._fields

    def field(self, table: str, name: str) -> Field:
        """The widget of one setting."""
        return self._fields[table, name]

    def complaint(self) -> str:
        """What stands in the form and cannot be read, with its label; "" where all can."""
        fields = zip(self._choices, self._fields.values(), strict=True)
        return next((f"{c.label}: {field.complaint}" for c, field in fields if field.complaint), "")

    def show_row(self, table: str, name: str, shown: bool) -> None:
        """Show a setting only where it has an effect."""
        self._layout.setRowVisible(self._fields[table, name], shown)

    def show_values(self, config: Any) -> None:
        """Show what a configuration says."""
        for (table, name), each in self._fields.items():
            each.show_value(getattr(getattr(config, table), name))


class Fold(QWidget):
    """A title that opens and closes what it stands over; closed, it says what is chosen there."""

    def __init__(self, title: str, body: QWidget, *, opened: bool = False) -> None:
        super().__init__()
        self._body = body
        self._button = button(title, "")
        self._button.setAutoRaise(True)
        self._button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._summary = ElidedLabel()
        self._summary.setEnabled(False)
        head = QHBoxLayout()
        head.addWidget(self._button)
        head.addWidget(self._summary, 1)
        head.addStretch()
        body.setContentsMargins(14, 0, 0, 4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(head)
        layout.addWidget(body)
        self._button.clicked.connect(lambda: self.open(self._body.isHidden()))
        self.open(opened)

    def open(self, opened: bool = True) -> None:
        """Show or hide what is inside."""
        arrow = Qt.ArrowType.DownArrow if opened else Qt.ArrowType.RightArrow
        self._button.setArrowType(arrow)
        self._body.setVisible(opened)
        self._summary.setVisible(not opened)

    def sum_up(self, text: str) -> None:
        """What the closed section says."""
        self._summary.show_line(text)
