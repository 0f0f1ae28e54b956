"""Creates what the activity Adjudicate needs and connects it."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence

from app.adjudication_session import AdjudicationSession
from app.controllers.review.decision_controller import DecisionController
from app.controllers.review.lesion_controller import LesionController
from app.controllers.review.queue_controller import QueueController
from app.item_models.thumbnails import Thumbnails
from app.jobs import JobRunner
from app.main_window import MainWindow
from app.panes.review.claims_pane import ClaimsPane
from app.panes.review.decision_pane import DecisionPane
from app.panes.review.history_pane import HistoryPane
from app.panes.review.lesion_pane import LesionPane
from app.panes.review.queue_pane import QueuePane
from app.panes.review.severity_dialog import SeverityDialog
from app.panes.review.similar_pane import SimilarPane
from app.session import Session
from app.settings import Settings
from app.window_state import WindowState
from model.review.selection import lesion_of

RUNNERS = ("comparing", "lesions", "neighbours")
NAME = "adjudicate"


class AdjudicateActivity(QObject):
    """The activity Adjudicate.

    Attributes:
        adjudication: The queue, the lesion, the decision in the making.
        waiting, lesions, decisions: The controllers.
        queue, lesion, claims, decision, similar, history: The panes.
    """

    def __init__(
        self,
        window: MainWindow,
        state: WindowState,
        session: Session,
        settings: Settings,
        runners: Mapping[str, JobRunner],
    ) -> None:
        super().__init__(window)
        self._window, self._state, self._session = window, state, session
        self.adjudication = AdjudicationSession(self)
        adjudication = self.adjudication
        self.waiting = QueueController(session, adjudication, runners["comparing"])
        self.lesions = LesionController(
            session, adjudication, runners["lesions"], runners["neighbours"]
        )
        self.decisions = DecisionController(session, adjudication, runners["reviewing"], settings)
        self._create_panes(runners["neighbours"])
        self._connect_controllers()
        self._connect_panes()
        self._show_classes()

    def _create_panes(self, runner: JobRunner) -> None:
        adjudication, window = self.adjudication, self._window
        self._thumbnails = Thumbnails(runner, self)
        self.queue = QueuePane(adjudication)
        self.lesion = LesionPane(adjudication, self._session)
        self.claims = ClaimsPane(adjudication)
        self.decision = DecisionPane(adjudication, self.decisions.reasons)
        self.similar = SimilarPane(self._thumbnails)
        self.history = HistoryPane()
        window.add_centre("adjudicate", self.lesion)
        window.add_dock("queue", "Queue", self.queue)
        window.add_dock("claims", "Readings", self.claims)
        window.add_dock("similar", "Similar", self.similar)
        window.add_dock("decision", "Decision", self.decision)
        window.add_dock("history", "History", self.history)

    # -- connections ----------------------------------------------------------------------

    def _connect_controllers(self) -> None:
        window, session = self._window, self._session
        adjudication, lesions, decisions = self.adjudication, self.lesions, self.decisions
        for controller in (self.waiting, decisions):
            controller.failed.connect(self._state.show_error)
        decisions.notice.connect(self._state.notice)
        self.waiting.compared.connect(lesions.take_compared)
        self.waiting.compared.connect(decisions.take_compared)
        self.waiting.compared.connect(self._show_classes)
        adjudication.queue_changed.connect(lesions.follow_queue)
        decisions.stored.connect(self.waiting.take_decision)
        decisions.went_on.connect(partial(lesions.step, 1))
        window.activity_changed.connect(self._activate)
        session.project_changed.connect(self._follow_project)
        for signal in (session.classifier_changed, session.table_changed):
            signal.connect(self._show_classes)

    def _connect_panes(self) -> None:
        queue, lesion, decision = self.queue, self.lesion, self.decision
        adjudication, lesions, decisions = self.adjudication, self.lesions, self.decisions
        queue.row_chosen.connect(lesions.go_to)
        queue.patterns_chosen.connect(self.waiting.choose_patterns)
        queue.weights_chosen.connect(self.waiting.weigh)
        queue.members_chosen.connect(self.waiting.choose_members)
        queue.severity_requested.connect(self.show_severity)
        queue.all_requested.connect(lambda: self.waiting.limit_to(None, ""))
        lesion.photograph_chosen.connect(adjudication.choose_photograph)
        lesion.opacity_chosen.connect(lambda share: self._session.change_heat_map(opacity=share))
        lesions.maps_changed.connect(lesion.show_maps)
        lesions.network_changed.connect(self.claims.show_network)
        lesions.neighbours_changed.connect(self.similar.show_neighbours)
        self.claims.names_chosen.connect(adjudication.show_names)
        decision.changed.connect(lambda changes: adjudication.change_draft(**changes))
        decision.store_requested.connect(decisions.store)
        decision.reopen_requested.connect(decisions.reopen)
        decision.adjudicator_changed.connect(decisions.name_adjudicator)
        decision.done.connect(lesion.setFocus)
        decisions.name_wanted.connect(decision.go_to_adjudicator)
        decisions.state_changed.connect(decision.show_state)
        decisions.history_changed.connect(self.history.show_decisions)
        decision.show_adjudicator(decisions.adjudicator)

    def slots(self) -> dict[str, Callable[[], object]]:
        """What the actions do."""
        lesions = self.lesions
        return {
            "next_lesion": partial(lesions.step, 1),
            "previous_lesion": partial(lesions.step, -1),
            "next_photograph": partial(self._turn_photograph, 1),
            "previous_photograph": partial(self._turn_photograph, -1),
            "uncertain": partial(self.decision.type_key, "U"),
            "store_decision": self._store,
            "reopen": self.decisions.reopen,
            "reason": self.decision.open_reasons,
            "comment": self.decision.go_to_comment,
            "decided_lesions": self.queue.decided.toggle,
            "seen_images": self.queue.seen.toggle,
            "names": self.claims.names.toggle,
            "severity": self.show_severity,
        }

    def _store(self) -> None:
        # Enter comes here from the text fields too: what is typed next are answers again.
        self.lesion.setFocus()
        self.decisions.store()

    def _turn_photograph(self, steps: int) -> None:
        self.adjudication.choose_photograph(self.adjudication.photograph + steps)

    def adjudicate_listed(self) -> None:
        """Let the lesions of the listed images wait, and no others."""
        session = self._session
        records = [session.table.records[row] for row in session.rows.tolist()]
        words = f"{len(records):,} images: {session.filter.describe() or 'all'}"
        self.waiting.limit_to({lesion_of(record) for record in records}, words)
        self._window.show_activity(NAME)

    # -- what concerns several panes at once ----------------------------------------------

    def _activate(self, activity: str) -> None:
        self.waiting.watch(activity == NAME)
        if activity == NAME:
            self.lesion.setFocus()

    def _follow_project(self) -> None:
        project = self._session.project
        self._thumbnails.set_root(project.root if project else None)

    def _show_classes(self, _compared: object = None) -> None:
        """The digits, in the order of the classes that can be decided for."""
        classes = self.decisions.classes()
        if classes == self.decision.classes:
            return
        self.decision.set_classes(classes)
        menu = self._window.menu_actions.submenu("decide")
        menu.clear()
        for option in self.decision.options:
            action = menu.addAction(f"{option.code}  {option.text}")
            if option.key and option.key != "U":
                action.setShortcut(QKeySequence(option.key))
            action.triggered.connect(partial(self._decide, option.code))
        self._window.menu_actions.show_again()

    def _decide(self, code: str, _checked: bool = False) -> None:
        self.adjudication.change_draft(decision=code)

    def show_severity(self) -> None:
        """Show what errors cost, and let it be changed."""
        dialog = SeverityDialog(self.adjudication.weights, self._window)
        dialog.chosen.connect(self.waiting.set_severity)
        dialog.open()
