"""Widgets for one choice each, by what may be chosen."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QVBoxLayout, QWidget
from typing_extensions import override

from app.panes.widgets import CalmComboBox, CalmSpinBox, note


@dataclass(frozen=True, slots=True)
class Number:
    """A number within bounds; `factor` of what is stored is shown, 100 for per cent."""

    lowest: float
    highest: float
    step: float = 1
    decimals: int = 0
    unit: str = ""
    factor: float = 1


@dataclass(frozen=True, slots=True)
class Numbers:
    """Some numbers within bounds, typed with commas between them; `factor` as with `Number`."""

    lowest: float
    highest: float
    whole: bool = False
    optional: bool = False
    factor: float = 1


@dataclass(frozen=True, slots=True)
class Options:
    """One of several values: what each is called, and what it means in a line."""

    texts: Mapping[Any, str]
    notes: Mapping[Any, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ticks:
    """Any of several values, in their order: what each is called, and what it does in a line."""

    texts: Mapping[str, str]
    tips: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tick:
    """Yes or no."""


@dataclass(frozen=True, slots=True)
class Text:
    """Words; `placeholder` says what stands there where none are typed."""

    placeholder: str = ""


Kind = Number | Numbers | Options | Ticks | Tick | Text


class Field(QWidget):
    """One choice.

    Signals:
        chosen: Argument: the new value, as it is stored.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(1)

    @property
    def complaint(self) -> str:
        """Why what stands in the field is not what is chosen; "" where it is."""
        return ""

    def show_value(self, value: Any) -> None:
        """Show what is chosen, without telling it anyone."""
        raise NotImplementedError


class NumberField(Field):
    """A number with arrows."""

    def __init__(self, kind: Number) -> None:
        super().__init__()
        self._kind = kind
        self._whole = True
        self.box = CalmSpinBox()
        self.box.setDecimals(kind.decimals)
        self.box.setRange(kind.lowest * kind.factor, kind.highest * kind.factor)
        self.box.setSingleStep(kind.step)
        self.box.setSuffix(kind.unit)
        self.box.setKeyboardTracking(False)
        self._column.addWidget(self.box)
        self.setFocusProxy(self.box)
        self.box.valueChanged.connect(self._tell)

    @override
    def show_value(self, value: Any) -> None:
        """Show a number; whole ones are told back as whole ones."""
        self._whole = isinstance(value, int)
        self.box.blockSignals(True)
        self.box.setValue(value * self._kind.factor)
        self.box.blockSignals(False)

    def _tell(self, shown: float) -> None:
        value = shown / self._kind.factor
        self.chosen.emit(round(value) if self._whole else round(value, 12))


class NumbersField(Field):
    """Numbers in a line; what cannot be read is said, and changes nothing."""

    def __init__(self, kind: Numbers) -> None:
        super().__init__()
        self._kind = kind
        self._several = True
        self.line = QLineEdit()
        self._complaint = QLabel(wordWrap=True)
        self._complaint.hide()
        self._column.addWidget(self.line)
        self._column.addWidget(self._complaint)
        self.setFocusProxy(self.line)
        self.line.editingFinished.connect(self._tell)

    @property
    @override
    def complaint(self) -> str:
        return "" if self._complaint.isHidden() else self._complaint.text()

    @override
    def show_value(self, value: Any) -> None:
        """Show a number or a tuple of them; what is told has the same form."""
        self._several = isinstance(value, tuple)
        values = value if isinstance(value, tuple) else (value,)
        text = ", ".join(f"{each * self._kind.factor:g}" for each in values)
        if self.line.text() != text:
            self.line.setText(text)
        self._complaint.hide()

    def _tell(self) -> None:
        try:
            values = self._values()
        except ValueError:
            kind, factor = self._kind, self._kind.factor
            bounds = f"{kind.lowest * factor:g} to {kind.highest * factor:g}"
            what = "whole numbers" if kind.whole else "numbers"
            self._complaint.setText(f"Type {what} from {bounds}, with commas between them.")
            self._complaint.show()
            return
        self._complaint.hide()
        self.chosen.emit(values if self._several else values[0])

    def _values(self) -> tuple[float, ...]:
        parts = [part for part in self.line.text().split(",") if part.strip()]
        if not parts and not self._kind.optional:
            raise ValueError
        return tuple(self._number(part) for part in parts)

    def _number(self, text: str) -> float:
        value = int(text) if self._kind.whole else round(float(text) / self._kind.factor, 12)
        if not (math.isfinite(value) and self._kind.lowest <= value <= self._kind.highest):
            raise ValueError
        return value


class OptionsField(Field):
    """A list of options, with a line about the chosen one."""

    def __init__(self, kind: Options) -> None:
        super().__init__()
        self._kind = kind
        self.box = CalmComboBox()
        self.offer(kind.texts)
        self._note = note()
        self._note.setVisible(bool(kind.notes))
        self._column.addWidget(self.box)
        self._column.addWidget(self._note)
        self.setFocusProxy(self.box)
        self.box.activated.connect(lambda: self.chosen.emit(self.box.currentData()))

    def offer(self, texts: Mapping[Any, str]) -> None:
        """Offer other options from now on."""
        self.box.clear()
        for value, text in texts.items():
            self.box.addItem(text, value)

    @override
    def show_value(self, value: Any) -> None:
        """Show which one is chosen."""
        self.box.setCurrentIndex(self.box.findData(value))
        self._note.setText(self._kind.notes.get(value, ""))


class TickField(Field):
    """A tick; its label stands beside it."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self.box = QCheckBox(label)
        self._column.addWidget(self.box)
        self.setFocusProxy(self.box)
        self.box.clicked.connect(self.chosen.emit)

    @override
    def show_value(self, value: Any) -> None:
        """Show whether it is so."""
        self.box.setChecked(bool(value))


class TicksField(Field):
    """Ticks below one another; their value is a tuple in the order of the options."""

    def __init__(self, kind: Ticks) -> None:
        super().__init__()
        self.boxes = {value: QCheckBox(text) for value, text in kind.texts.items()}
        for value, box in self.boxes.items():
            box.setToolTip(kind.tips.get(value, ""))
            box.clicked.connect(self._tell)
            self._column.addWidget(box)

    @override
    def show_value(self, value: Any) -> None:
        """Show which ones are chosen."""
        for each, box in self.boxes.items():
            box.setChecked(each in value)

    def _tell(self, _checked: bool) -> None:
        self.chosen.emit(tuple(each for each, box in self.boxes.items() if box.isChecked()))


class TextField(Field):
    """Words in a line."""

    def __init__(self, kind: Text) -> None:
        super().__init__()
        self.line = QLineEdit(placeholderText=kind.placeholder)
        self._column.addWidget(self.line)
        self.setFocusProxy(self.line)
        self.line.editingFinished.connect(lambda: self.chosen.emit(self.line.text().strip()))

    @override
    def show_value(self, value: Any) -> None:
        """Show the words; the cursor stays where they are being typed."""
        if value != self.line.text().strip():
            self.line.setText(str(value))


def create_field(kind: Kind, label: str) -> Field:
    """The widget for one choice."""
    match kind:
        case Number():
            return NumberField(kind)
        case Numbers():
            return NumbersField(kind)
        case Options():
            return OptionsField(kind)
        case Ticks():
            return TicksField(kind)
        case Text():
            return TextField(kind)
        case Tick():
            return TickField(label)
