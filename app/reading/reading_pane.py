"""The photograph, the questions, and nothing else."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLineEdit, QWidget
from typing_extensions import override

from app.case import Case, HeatMap, HeatMapOptions
from app.panes.viewer_pane import LARGEST_SCALE, ZOOM_STEP, ViewerPane
from app.reading.aids_pane import AidsPane
from app.reading.questions import answers_of, fields_of, texts_of
from app.reading.questions_pane import QuestionsPane
from app.reading.tasks import Presented
from model.review.answers import Answers
from model.review.protocol import Protocol, Stage, Zoom
from model.taxonomy import lesion_class

_LARGEST: dict[Zoom, float | None] = {
    Zoom.FREE: LARGEST_SCALE,
    Zoom.ACTUAL_SIZE: 1.0,
    Zoom.WHOLE: None,
}


class ReadingPane(QWidget):
    """One step of a reading.

    Signals:
        store_requested, undo_requested, pause_requested: As they say.
        photograph_requested: Argument: steps to another photograph of the case.
        map_toggled, next_class_requested: The heat map's.
        opacity_requested: Argument: steps.
    """

    store_requested = Signal()
    undo_requested = Signal()
    pause_requested = Signal()
    photograph_requested = Signal(int)
    map_toggled = Signal()
    next_class_requested = Signal()
    opacity_requested = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.viewer = ViewerPane()
        self.viewer.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.questions = QuestionsPane()
        self.aids = AidsPane()
        self._protocol: Protocol | None = None
        self._presented: Presented | None = None
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.aids)
        layout.addWidget(_line())
        layout.addWidget(self.viewer, 1)
        layout.addWidget(_line())
        layout.addWidget(self.questions)
        self.questions.store_requested.connect(self.store_requested)
        self.questions.undo_requested.connect(self.undo_requested)
        self._create_keys()

    def _create_keys(self) -> None:
        viewer = self.viewer
        keys: dict[str, Callable[[], object]] = {
            "Return": self.store_requested.emit,
            "Enter": self.store_requested.emit,
            "Ctrl+Z": self.undo_requested.emit,
            "Ctrl+P": self.pause_requested.emit,
            "+": partial(viewer.zoom, ZOOM_STEP),
            "=": partial(viewer.zoom, ZOOM_STEP),
            "-": partial(viewer.zoom, 1 / ZOOM_STEP),
            "F": viewer.fit,
            "Ctrl+0": viewer.actual_size,
            "PgDown": partial(self.photograph_requested.emit, 1),
            "PgUp": partial(self.photograph_requested.emit, -1),
            "H": self.map_toggled.emit,
            "E": self.next_class_requested.emit,
            "]": partial(self.opacity_requested.emit, 1),
            "[": partial(self.opacity_requested.emit, -1),
            "Esc": self.leave_text,
        }
        for key, does in keys.items():
            QShortcut(QKeySequence(key), self).activated.connect(does)

    # -- what is shown --------------------------------------------------------------------

    def set_protocol(self, protocol: Protocol) -> None:
        """Ask what this protocol asks."""
        self._protocol = protocol
        fields = fields_of(protocol)
        self.questions.set_fields(fields)
        for field in fields:
            letter = QShortcut(QKeySequence(field.asked.key), self)
            letter.activated.connect(partial(self.questions.go_to, field.asked.name))
        self.viewer.limit_zoom(_LARGEST[protocol.zoom])

    def show_step(self, presented: Presented) -> None:
        """Ask about another case, or about the same at another stage."""
        assert self._protocol
        if presented.step is None:
            return
        self._presented = presented
        step, stages = presented.step, self._protocol.stages
        cases = step.total // len(stages)
        case = step.number % cases if self._protocol.stage_by_stage else step.number // len(stages)
        self.aids.show_place(case + 1, cases, done=step.number / step.total)
        self.aids.show_stages(stages, step.stage)
        self.aids.clear_aids()
        self.aids.show_keys(
            (("PgUp, PgDn", "photographs"),) if step.photographs > 1 else (),
            map_keys=Stage.HEAT_MAP in presented.aids,
            zoom_keys=self._protocol.zoom != Zoom.WHOLE,
        )
        self.questions.show_answers(texts_of(presented.answers))
        self.viewer.fit()

    def show_photograph(self, case: Case | None, number: int) -> None:
        """Show a photograph of the case with what its stage adds; None while it is read."""
        self.viewer.show_case(case)
        step = self._presented.step if self._presented else None
        if self._presented and step:
            self.aids.show_aids(tuple(self._presented.aids.values()), number)
            self.aids.show_photograph(number + 1, step.photographs)

    def show_heat_map(self, heat_map: HeatMap | None, options: HeatMapOptions) -> None:
        """Draw a map over the photograph, or none."""
        self.viewer.show_heat_map(heat_map)
        self.viewer.set_drawing(
            visible=options.visible, opacity=options.opacity, colour_map=options.colour_map
        )
        self.aids.show_map(_map_text(heat_map, options))

    def answers(self) -> Answers:
        """What is answered on the screen."""
        return answers_of(self.questions.answers())

    def set_busy(self, busy: bool) -> None:
        """Whether something is being stored."""
        can_undo = self._presented is not None and self._presented.can_undo
        self.questions.set_state(storing=busy, undoable=can_undo)

    def leave_text(self) -> None:
        """Out of the comment: the keys are the questions' again."""
        if isinstance(QApplication.focusWidget(), QLineEdit):
            self.questions.step(-1)

    # -- Qt -------------------------------------------------------------------------------

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._hold(event, down=True)

    @override
    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        self._hold(event, down=False)

    def _hold(self, event: QKeyEvent, *, down: bool) -> None:
        """Keys that work for as long as they are down."""
        viewer = self.viewer
        holds = {Qt.Key.Key_Space: viewer.set_plain, Qt.Key.Key_Z: viewer.hold_actual_size}
        hold = holds.get(Qt.Key(event.key()))
        if hold is None or event.modifiers():
            event.ignore()
        elif not event.isAutoRepeat():
            hold(down)


def _line() -> QFrame:
    line = QFrame(frameShape=QFrame.Shape.VLine, frameShadow=QFrame.Shadow.Plain)
    line.setEnabled(False)
    return line


def _map_text(heat_map: HeatMap | None, options: HeatMapOptions) -> str:
    if heat_map is None:
        return ""
    name = lesion_class(heat_map.class_code).name
    if not options.visible:
        return "Heat map hidden"
    if heat_map.scarcity:
        return f"{heat_map.scarcity} for <b>{heat_map.class_code}</b>, {name}"
    return (
        f"Heat map: evidence for <b>{heat_map.class_code}</b>, {name}; "
        f"opacity {options.opacity:.0%}"
    )
