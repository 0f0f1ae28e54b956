"""Creates what the activity Read needs and connects it; asks the user for paths."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QUrl
from PySide6.QtGui import QDesktopServices

from app import exchange_tasks
from app.controllers.review.agreement_controller import AgreementController
from app.controllers.review.study_controller import StudyController
from app.exchange_tasks import DECISION_FORMS, LABEL_FORMS, READING_FORMS, Writing
from app.jobs import JobRunner
from app.main_window import MainWindow
from app.panes import dialogs
from app.panes.review.agreement_pane import AgreementPane
from app.panes.review.management_dialog import ManagementDialog
from app.panes.review.studies_pane import StudiesPane
from app.panes.review.study_dialog import StudyDialog
from app.panes.review.study_pane import StudyPane
from app.panes.review.taken_in_dialog import TakenInDialog
from app.review_session import ReviewSession
from app.review_tasks import TakenIn
from app.session import Session
from app.settings import Settings
from app.window_state import WindowState
from model.review.managements import Managements

RUNNERS = ("reviewing", "agreeing")
_READINGS = "Readings and tables (*.readings *.csv *.tsv *.txt *.json)"
_WITH_PROJECT = (
    *("new_study", "take_in_readings", "write_readings", "write_decisions", "write_labels"),
    "managements",
)
_WITH_STUDY = ("start_reading", "show_study_file", "measure_agreement")


class ReadActivity(QObject):
    """The activity Read.

    Attributes:
        review: Studies and readings.
        controller, measuring: The decisions.
        studies, study, agreement: The panes.
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
        self._window, self._session = window, session
        self._new_study: StudyDialog | None = None
        self.review = ReviewSession(self)
        self.controller = StudyController(session, self.review, runners["reviewing"], settings)
        self.measuring = AgreementController(session, self.review, runners["agreeing"])
        self.studies = StudiesPane(self.review)
        self.agreement = AgreementPane()
        self.study = StudyPane(self.review)
        window.add_centre("read", self.study)
        window.add_dock("studies", "Studies", self.studies)
        window.add_dock("agreement", "Agreement", self.agreement)
        for controller in (self.controller, self.measuring):
            controller.failed.connect(state.show_error)
            controller.notice.connect(state.notice)
        self.controller.taken_in.connect(self._show_taken_in)
        self.controller.study_refused.connect(self._ask_again)
        self._connect_panes()
        self._connect_agreement()
        self.review.study_chosen.connect(self._show_actions)
        session.project_changed.connect(self._show_actions)
        self._show_actions()

    def _connect_panes(self) -> None:
        studies, study = self.studies, self.study
        for pane in (studies, study):
            pane.new_requested.connect(self.new_study)
            pane.take_in_requested.connect(self.take_in)
        studies.study_chosen.connect(self.review.choose_study)
        study.read_requested.connect(self.start_reading)
        study.export_requested.connect(self.write_readings)
        study.folder_requested.connect(self.show_file)
        study.settle_requested.connect(self.controller.settle)

    def _connect_agreement(self) -> None:
        measuring, agreement = self.measuring, self.agreement
        measuring.measured.connect(agreement.show_dossier)
        measuring.busy_changed.connect(agreement.set_busy)
        agreement.measure_requested.connect(measuring.measure)
        agreement.report_requested.connect(self.write_report)
        agreement.managements_requested.connect(measuring.load_managements)
        measuring.managements_loaded.connect(self._ask_managements)

    def _ask_managements(self, managements: Managements) -> None:
        dialog = ManagementDialog(managements, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(self.measuring.use_managements)
        dialog.open()

    def slots(self) -> dict[str, Callable[[], object]]:
        """What the actions do."""
        return {
            "new_study": self.new_study,
            "start_reading": self.start_reading,
            "take_in_readings": self.take_in,
            "write_readings": self.write_readings,
            "write_decisions": self.write_decisions,
            "write_labels": self.write_labels,
            "show_study_file": self.show_file,
            "measure_agreement": self.show_agreement,
            "managements": self.measuring.load_managements,
        }

    def _show_actions(self) -> None:
        actions, opened = self._window.menu_actions, self._session.project is not None
        for name in _WITH_PROJECT:
            actions[name].setEnabled(opened)
        read = opened and self.review.study is not None
        for name in _WITH_STUDY:
            actions[name].setEnabled(read)
        self.agreement.offer(study=read, project=opened)

    # -- what asks the user ---------------------------------------------------------------

    def new_study(self) -> None:
        """Ask what a new study is, and make it."""
        if self._session.project is None:
            return
        dialog = StudyDialog(self.controller.options(), self._window)
        dialog.chosen.connect(self.controller.make_chosen)
        dialog.file_requested.connect(lambda path: self._choose_file(dialog, path))
        self._new_study = dialog
        dialog.open()

    def _ask_again(self) -> None:
        """Show the study that was refused as it was chosen, to be mended."""
        if self._new_study:
            self._new_study.open()

    def _choose_file(self, dialog: StudyDialog, proposal: Path) -> None:
        kinds = "Studies (*.study)"
        if path := dialogs.ask_new_file(dialog, "Where the study goes", proposal, kinds):
            dialog.set_path(path)

    def start_reading(self) -> None:
        """Start the reading of the study that is looked at."""
        path = self._file()
        if path is None:
            path = dialogs.ask_file(self._window, "Read a study", "Studies (*.study)")
        if path:
            self.controller.start_reading(path)

    def take_in(self) -> None:
        """Ask for readings files."""
        path = self._file()
        start = path.parent if path else Path.home()
        self.controller.take_in(
            dialogs.ask_files(self._window, "Take in readings", start, _READINGS)
        )

    def write_readings(self) -> None:
        """Ask how and where the readings of the study go, or of all where none is chosen."""
        study = self.review.study
        number = study.record.number if study else None
        self._write("readings", READING_FORMS, partial(exchange_tasks.write_readings, number))

    def write_decisions(self) -> None:
        """Ask where the decisions go."""
        self._write("decisions", DECISION_FORMS, exchange_tasks.write_decisions)

    def write_labels(self) -> None:
        """Ask how and where the labels after adjudication go."""
        self._write("labels", LABEL_FORMS, exchange_tasks.write_labels)

    def _write(self, what: str, forms: Mapping[str, str], task: Writing) -> None:
        proposal = Path.home() / f"{what}.csv"
        if chosen := dialogs.ask_new_file_as(self._window, f"Write {what}", proposal, forms):
            self.controller.write(task, *chosen)

    def show_agreement(self) -> None:
        """Measure how far the readers of the study agree."""
        self._window.show_dock("agreement")
        self.measuring.measure()

    def write_report(self) -> None:
        """Ask where report, tables and figures of the agreement go."""
        if folder := dialogs.ask_folder(self._window, "Write the report into a folder"):
            self.measuring.write_report(folder)

    def show_file(self) -> None:
        """Show where the study file is."""
        if path := self._file():
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))

    def _file(self) -> Path | None:
        """The study file that is looked at, None where it is not there."""
        study = self.review.study
        path = Path(study.record.file) if study and study.record.file else None
        return path if path and path.is_file() else None

    def _show_taken_in(self, found: tuple[TakenIn, ...]) -> None:
        TakenInDialog(found, self._window).open()
