"""The demonstration without a display: draws the window and heat maps into a folder."""

import itertools
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import (
    QCoreApplication,
    QEventLoop,
    QMessageLogContext,
    Qt,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)

from app import image_tasks, theme
from app.application import Application, create_qt_application
from app.main_window import MainWindow
from model.errors import UserError
from model.files import written_whole
from model.progress import silent

SIZE = (1440, 900)
_HEAT_MAPS = 8
_PATIENCE_S = 300


def draw_demo(out: Path) -> int:
    """Open the demonstration, classify it, and save screenshots and heat maps under `out`.

    Raises:
        UserError: The pictures cannot be written, or the program got stuck.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"{out} cannot be made: {error.strerror}. Choose another folder."
        ) from error
    create_qt_application()
    qInstallMessageHandler(_pass_on)
    application = Application()
    failures: list[Exception] = []
    for source in (application.data_set, application.classifier, application.browse.heat_maps):
        source.failed.connect(failures.append)
    try:
        _draw(application, out, failures)
    finally:
        application.window.close()
    sys.stdout.write(f"Screenshots and heat maps are in {out.absolute()}\n")
    return 0


def _draw(application: Application, out: Path, failures: list[Exception]) -> None:
    window, session = application.window, application.session
    window.setWindowState(Qt.WindowState.WindowNoState)  # whatever the screen that is not there
    window.resize(*SIZE)
    window.show()
    _save(window, out / "welcome.png")
    application.menu.open_demo()
    application.classifier.open_last()
    _wait(lambda: bool(session.classifier and session.table.records), failures)
    _wait(lambda: not application.runners["listing"].busy, failures)
    application.classifier.classify()
    _wait(lambda: not application.classifier.classifying, failures)
    _wait(lambda: _shown(application), failures)
    for name in ("light", "dark"):
        theme.apply_theme(name)
        _settle(application, failures)
        _save(window, out / f"browse_{name}.png")
    theme.apply_theme("light")
    application.browse.images.show_table(True)
    application.browse.controller.step_layer(-2)
    _settle(application, failures)
    _save(window, out / "browse_table.png")
    application.session.change_heat_map(layer="")
    _save_heat_maps(application, out / "heat_maps", failures)


def _save_heat_maps(application: Application, out: Path, failures: list[Exception]) -> None:
    """One image of each class, as the window shows it."""
    out.mkdir(exist_ok=True)
    session = application.session
    first_of_class = {
        record.label: row for row, record in reversed([*enumerate(session.table.records)])
    }
    for row in itertools.islice(first_of_class.values(), _HEAT_MAPS):
        session.look_at(row)
        _wait(lambda: _shown(application), failures)
        project, heat_map = session.project, application.browse.heat_maps.heat_map
        if project and heat_map:
            path = out / f"{Path(heat_map.path).stem}_{heat_map.class_code}.png"
            image_tasks.save_overlay(project.root, heat_map, session.heat_map, path, silent)


def _shown(application: Application) -> bool:
    case, current = application.browse.cases.case, application.session.current
    heat_map = application.browse.heat_maps.heat_map
    same = bool(case and current and case.path == current.path)
    return same and bool(heat_map and current and heat_map.path == current.path)


def _settle(application: Application, failures: list[Exception]) -> None:
    """Wait until nothing is fetched any more, thumbnails in sight included."""
    _pump()
    _wait(lambda: application.idle, failures)
    _pump()
    _wait(lambda: application.idle, failures)


def _pump() -> None:
    for _ in range(5):
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


def _wait(fact: Callable[[], bool], failures: list[Exception]) -> None:
    end = time.monotonic() + _PATIENCE_S
    waker = QTimer(interval=20)
    waker.start()
    while not fact():
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if failures:
            raise failures[0]
        if time.monotonic() > end:
            raise UserError("The demonstration could not be drawn: the program got stuck.")


def _pass_on(_kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    # Only the offscreen plugin says this, of every window; it concerns nobody.
    if "propagateSizeHints" not in message:
        sys.stderr.write(f"{message}\n")


def _save(window: MainWindow, path: Path) -> None:
    with written_whole(path) as temporary:
        if not window.grab().save(str(temporary), "PNG"):
            raise OSError("the disk is full, or the folder is closed to you")
