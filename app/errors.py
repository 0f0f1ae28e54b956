"""The only place that shows an error."""

import logging
import sys
import traceback
from functools import partial
from types import TracebackType

from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from model.errors import UserError

log = logging.getLogger(__name__)
# A box without a parent lives only as long as someone holds it.
_open: dict[str, QMessageBox] = {}


def show_error(error: BaseException, parent: QWidget | None = None) -> None:
    """Tell the user what went wrong; details to copy where it is a fault of the program.

    What is being told already is not told again: one fault may befall many images.
    """
    if str(error) in _open:
        return
    box = QMessageBox(parent or QApplication.activeWindow())
    box.setWindowTitle("Second Look")
    if isinstance(error, UserError):
        box.setIcon(QMessageBox.Icon.Warning)
        box.setText(str(error))
    else:
        box.setIcon(QMessageBox.Icon.Critical)
        box.setText("Something went wrong inside the program. Nothing that was stored is lost.")
        box.setInformativeText(f"{type(error).__name__}: {error}")
        box.setDetailedText("".join(traceback.format_exception(error)))
    _open[str(error)] = box
    box.finished.connect(partial(_forget, str(error)))
    box.open()


def _forget(text: str, _button: int) -> None:
    # Not deleted here: this runs inside the box's own signal.
    _open.pop(text).deleteLater()


def install_exception_hook() -> None:
    """Show what no one caught, once, instead of ending without a word."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        log.error("Uncaught", exc_info=(kind, error, trace))
        show_error(error)

    sys.excepthook = hook
