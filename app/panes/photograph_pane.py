"""The viewer with a line below it that says what is seen and where the pointer is."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.case import Case, HeatMap
from app.panes.viewer_pane import ViewerPane
from app.session import Session
from model.taxonomy import lesion_class


class PhotographPane(QWidget):
    """The centre of Browse."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._case: Case | None = None
        self._heat_map: HeatMap | None = None
        self.viewer = ViewerPane()
        self._what = QLabel()
        self._evidence = _shrinking_label()
        self._where = QLabel(alignment=Qt.AlignmentFlag.AlignRight)
        line = QHBoxLayout()
        line.setContentsMargins(8, 3, 8, 3)
        line.setSpacing(16)
        line.addWidget(self._what)
        line.addWidget(self._evidence, 1)
        line.addWidget(self._where)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.viewer, 1)
        layout.addLayout(line)
        self.setFocusProxy(self.viewer)
        self.viewer.scale_changed.connect(self._show_place)
        self.viewer.pointed_at.connect(self._show_point)
        session.heat_map_changed.connect(self._draw_as_chosen)
        session.rows_changed.connect(self._show_place)
        self._draw_as_chosen()

    def show_case(self, case: Case | None) -> None:
        """Show another image."""
        self._case = case
        self.viewer.show_case(case)
        if case is None:
            self.viewer.show_message(
                "No image matches the filter." if self._session.table.records else ""
            )
        self._show_place()
        self._show_evidence()

    def show_heat_map(self, heat_map: HeatMap | None) -> None:
        """Draw another map."""
        self._heat_map = heat_map
        self.viewer.show_heat_map(heat_map)
        self._show_evidence()

    def _draw_as_chosen(self) -> None:
        options = self._session.heat_map
        self.viewer.set_drawing(
            visible=options.visible, opacity=options.opacity, colour_map=options.colour_map
        )
        self._show_evidence()

    def _show_place(self) -> None:
        if self._case is None or not self._case.levels:
            self._what.setText("")
            return
        parts = [f"{self._case.width} × {self._case.height}", f"{self.viewer.scale:.0%}"]
        if self._session.position is not None:
            parts.insert(0, f"{self._session.position + 1:,} of {len(self._session.rows):,}")
        self._what.setText("   ".join(parts))

    def _show_evidence(self) -> None:
        heat_map = self._heat_map
        if heat_map is None or not self._session.heat_map.visible:
            self._evidence.setText("" if heat_map is None else "Heat map hidden")
            return
        if heat_map.scarcity:
            name = lesion_class(heat_map.class_code).name
            self._evidence.setText(f"{heat_map.scarcity} for {name}")
            return
        rows, columns = heat_map.values.shape
        self._evidence.setText(f"{heat_map.class_code} at {heat_map.layer}, {columns} × {rows}")

    def _show_point(self, point: QPointF | None) -> None:
        text = ""
        if point is not None:
            text = f"x {int(point.x())}  y {int(point.y())}"
            value = self._heat_map.value_at(point.x(), point.y()) if self._heat_map else None
            if value is not None and self._heat_map:
                text = f"{self._heat_map.class_code} {value:+.3f} logits   {text}"
        self._where.setText(text)


def _shrinking_label() -> QLabel:
    """Text that is cut at the edge rather than widening the window."""
    label = QLabel()
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label
