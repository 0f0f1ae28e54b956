"""How the heat map is drawn: layer, class, opacity, colours, and its scale in logits."""

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QWidget,
)
from typing_extensions import override

from app.case import HeatMap
from app.panes.widgets import ComboBox, note, slider
from app.session import Session
from model.classifier.card import Layer
from model.overlay import COLOUR_MAPS, colour_table
from model.taxonomy import lesion_class


class HeatMapPane(QWidget):
    """The controls of the heat map.

    Signals:
        changed: The user chose something. Argument: changes by name of `HeatMapOptions`.
        done: The user chose from a list; the keys are the images' again.
    """

    changed = Signal(dict)
    done = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._visible = QCheckBox("Draw over the photograph (H)")
        self._layer = ComboBox()
        self._class = ComboBox()
        self._opacity = slider(0, 100, 50)
        self._percent = QLabel(alignment=Qt.AlignmentFlag.AlignRight)
        self._colours = ComboBox()
        self.scale_bar = ScaleBar()
        self._faithful = note()
        self._build_layout()
        self._connect()
        self._show_classifier()
        self._show_options()

    def _build_layout(self) -> None:
        for name in COLOUR_MAPS:
            self._colours.addItem(name)
        opacity = QHBoxLayout()
        opacity.addWidget(self._opacity, 1)
        self._percent.setMinimumWidth(self.fontMetrics().horizontalAdvance("100 %"))
        opacity.addWidget(self._percent)
        layout = QFormLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.setVerticalSpacing(5)
        layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        layout.addRow(self._visible)
        layout.addRow("Opacity", opacity)
        layout.addRow("Class", self._class)
        layout.addRow("Layer", self._layer)
        layout.addRow("Colours", self._colours)
        layout.addRow("Scale", self.scale_bar)
        layout.addRow(self._faithful)
        self._faithful.setMinimumHeight(2 * self.fontMetrics().height())
        for box in (self._layer, self._class, self._colours):
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(10)

    def _connect(self) -> None:
        self._visible.toggled.connect(lambda on: self.changed.emit({"visible": on}))
        self._opacity.valueChanged.connect(
            lambda value: self.changed.emit({"opacity": value / 100})
        )
        self._layer.activated.connect(
            lambda: self.changed.emit({"layer": self._layer.currentData()})
        )
        self._class.activated.connect(
            lambda: self.changed.emit({"class_code": self._class.currentData()})
        )
        self._colours.activated.connect(
            lambda: self.changed.emit({"colour_map": self._colours.currentText()})
        )
        for box in (self._layer, self._class, self._colours):
            box.activated.connect(self.done)
        self._session.classifier_changed.connect(self._show_classifier)
        self._session.heat_map_changed.connect(self._show_options)

    def _show_classifier(self) -> None:
        self._layer.clear()
        self._class.clear()
        card = self._session.classifier.card if self._session.classifier else None
        self.setEnabled(card is not None)
        for layer in reversed(card.layers if card else ()):
            self._layer.addItem(_layer_text(layer), layer.name)
        self._class.addItem("Predicted class (0)", "")
        for number, code in enumerate(card.classes if card else (), start=1):
            self._class.addItem(f"{code}  {lesion_class(code).name} ({number})", code)

    def _show_options(self) -> None:
        options = self._session.heat_map
        for widget in (self._visible, self._opacity):
            widget.blockSignals(True)
        self._visible.setChecked(options.visible)
        self._opacity.setValue(round(options.opacity * 100))
        self._percent.setText(f"{round(options.opacity * 100)} %")
        for widget in (self._visible, self._opacity):
            widget.blockSignals(False)
        self._layer.setCurrentIndex(self._layer.findData(self._session.heat_map_layer))
        self._class.setCurrentIndex(self._class.findData(options.class_code))
        self._colours.setCurrentText(options.colour_map)
        self.scale_bar.set_colour_map(options.colour_map)

    def show_heat_map(self, heat_map: HeatMap | None) -> None:
        """Show the scale of the map that is drawn."""
        self.scale_bar.show_heat_map(heat_map)
        self._faithful.setText(_remark(heat_map) if heat_map else "")


def _remark(heat_map: HeatMap) -> str:
    if heat_map.scarcity and heat_map.maximum > 0:
        code = heat_map.class_code
        return f"Nearly all speaks against {code}: the strongest colour stands for very little."
    if heat_map.additive:
        return "Exact: the cells add up to the logit, less the class's bias."
    return "Grad-CAM of an earlier layer: finer, but only an approximation."


def _layer_text(layer: Layer) -> str:
    return f"{layer.name}  {layer.width} × {layer.height}"


class ScaleBar(QWidget):
    """The colours from zero to the map's largest value, in logits."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._colour_map = COLOUR_MAPS[0]
        self._heat_map: HeatMap | None = None
        self.setFixedHeight(self.sizeHint().height())

    def set_colour_map(self, name: str) -> None:
        """Draw in other colours."""
        self._colour_map = name
        self.update()

    def show_heat_map(self, heat_map: HeatMap | None) -> None:
        """Show the range of another map."""
        self._heat_map = heat_map
        self.setAccessibleName(self.text())
        self.update()

    def text(self) -> str:
        """What the numbers say, also for those who do not see the colours."""
        if self._heat_map is None:
            return "no map"
        if self._heat_map.maximum <= 0:
            return f"{self._heat_map.scarcity} for {self._heat_map.class_code}"
        return f"0 to {self._heat_map.maximum:+.3f} logits for {self._heat_map.class_code}"

    @override
    def sizeHint(self) -> QSize:
        return QSize(120, 2 * self.fontMetrics().height() + 4)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        line = self.fontMetrics().height()
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        if self._heat_map is None or self._heat_map.maximum <= 0:
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(self.rect(), int(flags | Qt.TextFlag.TextWordWrap), self.text())
            return
        colours = np.ascontiguousarray(colour_table(self._colour_map))
        strip = QImage(colours.data, 256, 1, 768, QImage.Format.Format_RGB888)
        painter.drawImage(QRectF(0, 0, self.width(), line), strip, QRectF(strip.rect()))
        below = QRectF(0, line + 2, self.width(), line)
        painter.drawText(below, int(Qt.AlignmentFlag.AlignLeft), "0")
        top = f"{self._heat_map.maximum:+.3g} logits"
        painter.drawText(below, int(Qt.AlignmentFlag.AlignRight), top)
