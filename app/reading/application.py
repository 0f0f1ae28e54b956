"""Creates the reading's parts and connects them; decides nothing."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence, QShortcut

from app import errors, theme
from app.case import Case
from app.jobs import JobRunner
from app.pauses import keep_pauses_short
from app.qt_application import create_qt_application
from app.reading import tasks
from app.reading.map_controller import MapController
from app.reading.reading_controller import ReadingController
from app.reading.study_text import facts_of
from app.reading.tasks import Presented
from app.reading.window import ReadingWindow
from model.review.answers import Shown
from model.review.study_file import Study


class ReadingApplication(QObject):
    """The reading of one study.

    Attributes:
        window: What the reader sees.
        reading, maps: The decisions.
    """

    def __init__(self, study: Study) -> None:
        super().__init__()
        self.study = study
        self._storing, self._photographs = JobRunner(self), JobRunner(self)
        self.reading = ReadingController(study, self._storing, self._photographs)
        self.maps = MapController()
        self.window = ReadingWindow()
        self._connect_pages()
        self._connect_reading()
        self._connect_maps()
        self.window.closing.connect(self.shut_down)
        quitting = QShortcut(QKeySequence("Ctrl+Q"), self.window)
        quitting.activated.connect(self.window.close)
        self.window.reading.set_protocol(study.protocol)
        self.window.start.show_study(study.protocol.title, facts_of(study))
        self.window.show_start()

    def _connect_pages(self) -> None:
        start, rest, pane = self.window.start, self.window.rest, self.window.reading
        start.begin_requested.connect(self._begin)
        rest.go_on_requested.connect(self._go_on)
        rest.undo_requested.connect(self.reading.undo)
        rest.close_requested.connect(self.window.close)
        pane.store_requested.connect(self._store)
        pane.undo_requested.connect(self.reading.undo)
        pane.pause_requested.connect(self._pause)
        pane.photograph_requested.connect(self.reading.turn_photograph)
        pane.viewer.scale_changed.connect(self.reading.note_scale)

    def _connect_reading(self) -> None:
        reading, pane = self.reading, self.window.reading
        reading.refused.connect(self._refuse)
        reading.presented.connect(self.maps.show_step)
        reading.presented.connect(self._show_step)
        reading.photograph_changed.connect(self._show_photograph)
        reading.incomplete.connect(pane.questions.go_to_open)
        reading.told.connect(pane.questions.show_notice)
        reading.told.connect(self.window.rest.show_problem)
        reading.busy_changed.connect(pane.set_busy)

    def _connect_maps(self) -> None:
        pane, maps = self.window.reading, self.maps
        pane.map_toggled.connect(maps.toggle)
        pane.next_class_requested.connect(maps.next_class)
        pane.opacity_requested.connect(maps.change_opacity)
        maps.changed.connect(pane.show_heat_map)

    # -- pages ----------------------------------------------------------------------------

    def _begin(self, reader: str) -> None:
        self.window.start.set_busy(True)
        self.window.start.show_problem("")
        self.reading.begin(reader)

    def _refuse(self, why: str) -> None:
        self.window.start.set_busy(False)
        self.window.start.show_problem(why)

    def _show_step(self, presented: Presented) -> None:
        if presented.step is None:
            self._show_rest(presented)
        else:
            self.window.show_reading()
            self.window.reading.show_step(presented)

    def _show_photograph(self, case: Case | None, number: int) -> None:
        self.window.reading.show_photograph(case, number)
        self.maps.show_photograph(case.path if case else "", number)
        self.reading.note_scale(self.window.reading.viewer.scale)

    def _pause(self) -> None:
        if self.reading.current:
            self.reading.pause()
            self._show_rest(self.reading.current)

    def _go_on(self) -> None:
        self.window.show_reading()
        self.window.reading.questions.go_to_open()
        self.reading.go_on()

    def _show_rest(self, presented: Presented) -> None:
        assert self.reading.sitting
        self.window.rest.show_progress(
            presented.done,
            presented.total,
            self.reading.sitting.path,
            can_undo=presented.can_undo,
        )
        self.window.show_rest()

    # -- answers --------------------------------------------------------------------------

    def _store(self) -> None:
        self.reading.store(self.window.reading.answers(), self._shown())

    def _shown(self) -> Shown:
        """How the case was looked at until now."""
        heat_map, options = self.maps.heat_map, self.maps.options
        return Shown(
            zoom=round(self.reading.largest_scale, 3),
            layer=heat_map.layer if heat_map else "",
            map_class=heat_map.class_code if heat_map else "",
            opacity=(options.opacity if options.visible else 0.0) if heat_map else None,
            photographs=self.reading.seen,
            screen=self.window.screen_text,
        )

    def shut_down(self) -> None:
        """Let what is being stored reach the disk, then let go of the files."""
        self._photographs.shut_down()
        self._storing.start(partial(tasks.close, self.reading.sitting, self.study))
        self._storing.finish_and_shut_down()


def run(path: Path, theme_name: str = "system") -> int:
    """Let somebody read a study until the window is closed; returns the exit status.

    Raises:
        StudyError: The file is no study that this program can open.
    """
    study = Study.open(path)
    qt = create_qt_application()
    theme.apply_theme(theme_name)
    errors.install_exception_hook()
    application = ReadingApplication(study)
    keep_pauses_short()
    application.window.show()
    return qt.exec()
