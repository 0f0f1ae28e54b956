"""Which images are listed: one group of choices for each property, with counts."""

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QGridLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.panes.widgets import CalmSpinBox, Chip
from model.catalogue.filters import Filter
from model.taxonomy import lesion_class
from model.words import counted

# Facet as in `facet_counts`, the filter's field, what the group is called.
_FACETS = (
    ("agreement", "agreements", "Label and prediction"),
    ("label", "labels", "Label"),
    ("prediction", "predictions", "Prediction"),
    ("basis", "bases", "Basis of label"),
    ("sex", "sexes", "Sex"),
    ("site", "sites", "Site"),
    ("source", "sources", "Source"),
)
_CLASS_FACETS = frozenset({"label", "prediction"})


class FilterPane(QScrollArea):
    """Lets the user choose; what is chosen lives in the session.

    Signals:
        filter_requested: Argument: the filter that the user put together.
    """

    filter_requested = Signal(Filter)

    def __init__(self) -> None:
        super().__init__()
        self._filter = Filter()
        self._groups = {facet: FacetGroup(facet, title) for facet, _, title in _FACETS}
        self._confidence = RangeGroup("Probability of the prediction", 0, 100, " %")
        self._ages = RangeGroup("Age in years", 0, 120, "")
        self.chip = Chip("List the other images too")
        self._clear = QPushButton("Clear filter")
        self._build_layout()
        for facet, field, _ in _FACETS:
            self._groups[facet].chosen.connect(
                lambda values, field=field: self._ask(**{field: values})
            )
        self._confidence.chosen.connect(self._ask_confidence)
        self._ages.chosen.connect(lambda bounds: self._ask(ages=bounds))
        self.chip.removed.connect(lambda: self.filter_requested.emit(self._filter.without_paths))
        self._clear.clicked.connect(lambda: self.filter_requested.emit(Filter()))

    def _build_layout(self) -> None:
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self.chip)
        groups = list(self._groups.values())
        for group in (*groups[:4], self._confidence, *groups[4:], self._ages):
            layout.addWidget(group)
        layout.addStretch(1)
        layout.addWidget(self._clear)
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(232)

    def group(self, facet: str) -> "FacetGroup":
        """The choices of one property."""
        return self._groups[facet]

    def show_filter(self, chosen: Filter, counts: Mapping[str, Mapping[str, int]]) -> None:
        """Show what is chosen, and how many images each further choice would give."""
        self._filter = chosen
        for facet, field, _ in _FACETS:
            self._groups[facet].show_values(counts.get(facet, {}), getattr(chosen, field))
        low_high = chosen.confidence
        self._confidence.show_bounds((low_high[0] * 100, low_high[1] * 100) if low_high else None)
        self._ages.show_bounds(chosen.ages)
        self._clear.setEnabled(chosen != Filter())
        self.chip.show_words(_chosen_words(chosen))

    def _ask(self, **changes: object) -> None:
        self.filter_requested.emit(replace(self._filter, **changes))  # type: ignore[arg-type]  # names come from _FACETS

    def _ask_confidence(self, bounds: tuple[float, float] | None) -> None:
        self._ask(confidence=(bounds[0] / 100, bounds[1] / 100) if bounds else None)


class FacetGroup(QGroupBox):
    """The values of one property, each with a tick and a count.

    Signals:
        chosen: Argument: frozenset of the ticked values; empty for all.
    """

    chosen = Signal(object)

    def __init__(self, facet: str, title: str) -> None:
        super().__init__(title)
        self._facet = facet
        self._boxes: dict[str, QCheckBox] = {}
        self._counts: dict[str, QLabel] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(8, 4, 8, 6)
        self._grid.setVerticalSpacing(1)
        self._grid.setColumnStretch(0, 1)
        self.hide()

    def box(self, value: str) -> QCheckBox:
        """The tick of one value."""
        return self._boxes[value]

    def show_values(self, counts: Mapping[str, int], ticked: frozenset[str]) -> None:
        """Show these values; a group in which nothing can be chosen hides."""
        values = [*counts, *sorted(ticked - counts.keys())]
        if list(self._boxes) != values:
            self._build(values)
        for value, box in self._boxes.items():
            box.blockSignals(True)
            box.setChecked(value in ticked)
            box.blockSignals(False)
            self._counts[value].setText(f"{counts.get(value, 0):,}")
            self._counts[value].setEnabled(bool(counts.get(value, 0)))
        self.setVisible(sum(map(bool, counts.values())) > 1 or bool(ticked))

    def _build(self, values: list[str]) -> None:
        while item := self._grid.takeAt(0):
            if widget := item.widget():
                widget.deleteLater()
        self._boxes, self._counts = {}, {}
        for line, value in enumerate(values):
            box = QCheckBox(self._text(value))
            if self._facet in _CLASS_FACETS and value:
                box.setToolTip(lesion_class(value).name)
            box.toggled.connect(self._tell)
            count = QLabel(alignment=Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._boxes[value], self._counts[value] = box, count
            self._grid.addWidget(box, line, 0)
            self._grid.addWidget(count, line, 1)

    def _text(self, value: str) -> str:
        if not value:
            return "no prediction" if self._facet in {"prediction", "agreement"} else "not recorded"
        return value

    def _tell(self) -> None:
        self.chosen.emit(frozenset(value for value, box in self._boxes.items() if box.isChecked()))


class RangeGroup(QGroupBox):
    """From and to; the whole range filters nothing.

    Signals:
        chosen: Argument: (low, high), or None for the whole range.
    """

    chosen = Signal(object)

    def __init__(self, title: str, lowest: float, highest: float, unit: str) -> None:
        super().__init__(title)
        self._bounds = (lowest, highest)
        self._low, self._high = self._box(lowest, unit), self._box(highest, unit)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 6)
        layout.addWidget(self._low, 1)
        layout.addWidget(QLabel("to"))
        layout.addWidget(self._high, 1)

    def _box(self, value: float, unit: str) -> QDoubleSpinBox:
        box = CalmSpinBox()
        box.setDecimals(0)
        box.setRange(*self._bounds)
        box.setSuffix(unit)
        box.setMinimumWidth(64)
        box.setValue(value)
        box.setKeyboardTracking(False)
        box.valueChanged.connect(self._tell)
        return box

    def show_bounds(self, bounds: tuple[float, float] | None) -> None:
        """Show what is chosen."""
        for box, value in zip((self._low, self._high), bounds or self._bounds, strict=True):
            box.blockSignals(True)
            box.setValue(value)
            box.blockSignals(False)

    def _tell(self) -> None:
        bounds = (self._low.value(), self._high.value())
        self.chosen.emit(None if bounds == self._bounds else bounds)


def _chosen_words(chosen: Filter) -> str:
    """An explicit set of images, such as those behind a number; "" without one."""
    if chosen.paths is None:
        return ""
    images = counted(len(chosen.paths), "image")
    return f"{images}: {chosen.paths_name}" if chosen.paths_name else f"{images} chosen one by one"
