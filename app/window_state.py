"""Keeps the window's title, actions and notices in step with the session."""

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence

from app import errors
from app.controllers.browse_controller import BrowseController
from app.item_models.problem_model import summary
from app.main_window import MainWindow
from app.session import Session

_NOTICE_MS = 8000
_LONGEST_NAME = 36  # letters
_WITH_PROJECT = (
    "read_again",
    "check",
    "sources",
    "label_classes",
    "save_overlay",
    "export_predictions",
    "copy_id",
    "same_lesion",
    "clear_filter",
)


class WindowState(QObject):
    """Follows the session; what the panes show of it they follow themselves."""

    def __init__(self, window: MainWindow, session: Session, browse: BrowseController) -> None:
        super().__init__(window)
        self._window, self._session, self._browse = window, session, browse
        self._classifying = False
        session.project_changed.connect(self._show_project)
        session.sources_changed.connect(self._show_label_classes)
        session.table_changed.connect(self._show_title)
        session.table_changed.connect(self._show_problems)
        session.findings_changed.connect(self._show_problems)
        session.predictions_changed.connect(self._show_problems)
        window.problems.clicked.connect(partial(window.show_dock, "problems"))
        session.classifier_changed.connect(self._show_classifier)
        session.heat_map_changed.connect(self._show_heat_map)
        self._show_project()
        self._show_classifier()
        self._show_heat_map()

    def notice(self, text: str) -> None:
        """Say something in the status bar for a while."""
        self._window.statusBar().showMessage(text, _NOTICE_MS)

    def show_error(self, error: Exception) -> None:
        """Tell what went wrong."""
        errors.show_error(error, self._window)

    def show_classifying(self, running: bool) -> None:
        """Offer to classify, or to stop."""
        self._classifying = running
        ready = self._session.project is not None and self._session.classifier is not None
        self._window.menu_actions["classify"].setEnabled(ready and not running)
        self._window.menu_actions["stop"].setEnabled(running)

    def tell_listed(self) -> None:
        """Say how many images there are."""
        self.notice(f"{len(self._session.table):,} images")

    def _show_project(self) -> None:
        for name in _WITH_PROJECT:
            self._window.menu_actions[name].setEnabled(self._session.project is not None)
        self._show_title()
        self._show_problems()
        self.show_classifying(self._classifying)

    def _show_problems(self) -> None:
        problems = self._session.all_problems
        self._window.problems.setText(f"⚠ {summary(problems)}")
        self._window.problems.setVisible(bool(problems))

    def _show_label_classes(self) -> None:
        classes = self._session.sources.classes
        self._window.label_classes.setVisible(classes is not None)
        if classes is not None:
            self._window.label_classes.setText(f"⇄ Labels as {classes.target.lower()}")
            self._window.label_classes.setToolTip(classes.told)

    def _show_title(self) -> None:
        name = self._session.name
        name += " (open in another window too)" if name and self._session.elsewhere else ""
        self._window.setWindowTitle(f"{name} - Second Look" if name else "Second Look")

    def _show_classifier(self) -> None:
        card = self._session.classifier.card if self._session.classifier else None
        name = card.name if card else "No classifier"
        if self._session.classifier and self._session.classifier.precision != "f32":
            name = f"{self._session.classifier.precision} · {name}"
        # A label that is too long takes the whole bar's end with it.
        shown = name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"
        self._window.classifier_name.setText(shown)
        self._window.classifier_name.setToolTip(name)
        self._window.menu_actions["about_classifier"].setEnabled(card is not None)
        menu = self._window.menu_actions.submenu("class_menu")
        menu.clear()
        for number, code in enumerate(("", *(card.classes if card else ()))[:10]):
            action = menu.addAction(code or "Predicted class")
            action.setShortcut(QKeySequence(str(number)))
            action.triggered.connect(partial(self._choose_class, number))
        self._window.menu_actions.show_again()
        self.show_classifying(self._classifying)

    def _choose_class(self, number: int, _checked: bool = False) -> None:
        self._browse.choose_class(number)

    def _show_heat_map(self) -> None:
        self._window.menu_actions["heat_map"].setChecked(self._session.heat_map.visible)
