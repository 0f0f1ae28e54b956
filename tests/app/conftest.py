"""The whole program on a small data set with a small classifier; no dialog may hang a test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from app import errors
from app.application import Application, create_qt_application
from app.jobs import JobRunner
from tests.small_classifier import write_small_classifier


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    return create_qt_application()


@pytest.fixture(scope="session")
def small_classifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_classifier(tmp_path_factory.mktemp("classifiers") / "small")


@pytest.fixture(autouse=True)
def no_dialogs(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **_named: object) -> None:
        raise AssertionError(f"A dialog would have waited for the user: {arguments}")

    monkeypatch.setattr(QMessageBox, "exec", refuse)
    monkeypatch.setattr(QDialog, "exec", refuse)
    for name in ("getExistingDirectory", "getOpenFileName", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, name, refuse)


@pytest.fixture
def shown_errors(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the user was told went wrong; the test fails when it did not ask for this."""
    texts: list[str] = []
    monkeypatch.setattr(errors, "show_error", lambda error, _parent=None: texts.append(str(error)))
    return texts


@pytest.fixture
def runner(qapp: QApplication) -> Iterator[JobRunner]:
    created = JobRunner()
    yield created
    created.shut_down()


@pytest.fixture
def application(
    qtbot: QtBot, small_classifier: Path, shown_errors: list[str]
) -> Iterator[Application]:
    """The program with the small classifier, before anything is open."""
    created = start(qtbot, small_classifier)
    yield created
    end(created)
    assert not shown_errors


@pytest.fixture
def opened(qtbot: QtBot, application: Application, small_ham10000: Path) -> Application:
    """The program on the small data set, listed and with the first photograph on the screen."""
    application.open(small_ham10000)
    wait_until_shown(qtbot, application)
    return application


@pytest.fixture
def classified(qtbot: QtBot, opened: Application) -> Application:
    """The program after the small data set was classified."""
    opened.window.menu_actions["classify"].trigger()
    qtbot.waitUntil(lambda: not opened.classifier.classifying)
    wait_until_shown(qtbot, opened)
    return opened


def start(qtbot: QtBot, classifier: Path) -> Application:
    created = Application()
    created.settings.classifier = classifier
    created.window.setWindowState(Qt.WindowState.WindowNoState)
    created.window.resize(1280, 720)
    created.window.show()
    created.classifier.open_last()
    qtbot.waitUntil(lambda: created.session.classifier is not None, timeout=20_000)
    return created


def end(application: Application) -> None:
    application.window.close()
    application.window.deleteLater()
    application.deleteLater()


def wait_until_shown(qtbot: QtBot, application: Application) -> None:
    """Until everything that was asked for is done and on the screen."""

    def shown() -> bool:
        case, current = application.browse.cases.case, application.session.current
        idle = application.idle
        return bool(idle and case and current and case.path == current.path)

    qtbot.waitUntil(shown, timeout=20_000)
