"""Creates what the activity Browse needs, and connects it."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject

from app.activities import BROWSE
from app.controllers.browse_controller import BrowseController
from app.controllers.case_controller import CaseController
from app.controllers.heat_map_controller import HeatMapController
from app.item_models.thumbnails import Thumbnails
from app.jobs import JobRunner
from app.main_window import MainWindow
from app.panes.browser_pane import BrowserPane
from app.panes.case_pane import CasePane
from app.panes.filter_pane import FilterPane
from app.panes.heat_map_pane import HeatMapPane
from app.panes.photograph_pane import PhotographPane
from app.panes.problem_pane import ProblemPane
from app.session import Session

RUNNERS = ("previews", "photographs", "thumbnails")


class BrowseActivity(QObject):
    """The activity Browse.

    Attributes:
        controller, cases, heat_maps: The decisions.
        photograph, images, filters, case, heat_map, problems: The panes.
        thumbnails: Of all images, for other activities too.
    """

    def __init__(
        self, window: MainWindow, session: Session, runners: Mapping[str, JobRunner]
    ) -> None:
        super().__init__(window)
        self._window, self._session = window, session
        self.controller = BrowseController(session)
        self.cases = CaseController(session, runners["photographs"])
        self.heat_maps = HeatMapController(session, runners["previews"])
        self.thumbnails = Thumbnails(runners["thumbnails"], self)
        self._create_panes()
        self._connect_session()
        self._connect_controllers()
        self._connect_panes()

    def _create_panes(self) -> None:
        session, window = self._session, self._window
        self.photograph = PhotographPane(session)
        self.images = BrowserPane(session, self.thumbnails)
        self.filters = FilterPane()
        self.case = CasePane(session)
        self.heat_map = HeatMapPane(session)
        self.problems = ProblemPane()
        window.add_centre(BROWSE, self.photograph)
        window.add_dock("filters", "Filters", self.filters)
        window.add_dock("images", "Images", self.images)
        window.add_dock("case", "Case", self.case)
        window.add_dock("heat_map", "Heat map", self.heat_map)
        window.add_dock("problems", "Problems of the data set", self.problems)

    def _connect_session(self) -> None:
        session = self._session
        session.project_changed.connect(self._follow_project)
        for changed in (
            session.project_changed,
            session.table_changed,
            session.findings_changed,
            session.predictions_changed,
        ):
            changed.connect(self._show_problems)

    def _connect_controllers(self) -> None:
        self.cases.case_changed.connect(self.photograph.show_case)
        self.cases.case_changed.connect(self.heat_maps.show_case)
        self.cases.ready_ahead.connect(self.heat_maps.prepare)
        self.heat_maps.heat_map_changed.connect(self.photograph.show_heat_map)
        self.heat_maps.heat_map_changed.connect(self.heat_map.show_heat_map)
        self.heat_maps.findings_changed.connect(self.case.show_findings)
        self.controller.facets_changed.connect(self.filters.show_filter)

    def _connect_panes(self) -> None:
        browse, viewer = self.controller, self.photograph.viewer
        self.images.row_chosen.connect(self._session.look_at)
        self.images.sort_requested.connect(browse.sort_by)
        self.images.search_changed.connect(browse.search)
        self.images.clear_requested.connect(browse.clear_filter)
        self.filters.filter_requested.connect(browse.filter_by)
        self.thumbnails.ready.connect(self.images.grid.viewport().update)
        self.case.class_chosen.connect(browse.draw_class)
        self.case.lesion_requested.connect(browse.show_lesion)
        self.heat_map.changed.connect(lambda changes: self._session.change_heat_map(**changes))
        self._window.plain_held.connect(viewer.set_plain)
        self._window.actual_size_held.connect(viewer.hold_actual_size)
        for done in (self._window.text_left, self.images.done, self.heat_map.done):
            done.connect(viewer.setFocus)

    def slots(self) -> dict[str, Callable[[], object]]:
        """What the actions do."""
        browse = self.controller
        return {
            "search": self._search,
            "clear_filter": browse.clear_filter,
            "heat_map": browse.toggle_heat_map,
            "less_opacity": partial(browse.change_opacity, -1),
            "more_opacity": partial(browse.change_opacity, 1),
            "next_layer": partial(browse.step_layer, 1),
            "previous_layer": partial(browse.step_layer, -1),
            "grid": self.images.toggle_table,
            "next": partial(browse.step, 1),
            "previous": partial(browse.step, -1),
            "ten_forward": partial(browse.step, 10),
            "ten_back": partial(browse.step, -10),
            "first": partial(browse.go_to_end, last=False),
            "last": partial(browse.go_to_end, last=True),
            "next_disagreement": partial(browse.step_to_disagreement, 1),
            "previous_disagreement": partial(browse.step_to_disagreement, -1),
            "same_lesion": browse.show_lesion,
        }

    def _follow_project(self) -> None:
        project = self._session.project
        self.thumbnails.set_root(project.root if project else None)

    def _show_problems(self) -> None:
        self.problems.show_problems(self._session.all_problems, self._session.finding_remark)

    def _search(self) -> None:
        self._window.show_dock("images")
        self.images.search()
