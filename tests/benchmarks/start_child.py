"""Starts the window as `main.py` does, and says when it could be used.

Run by `tests.benchmarks.window` with the moment at which it was started (`time.monotonic`), and
perhaps the data set to open. Prints the milliseconds until the window was painted and answered,
then the longest time in the next seconds for which it did not.
"""

import sys
import time
from functools import partial

STARTED = float(sys.argv[1])

from PySide6.QtCore import QTimer  # noqa: E402 - the time until now counts too
from PySide6.QtWidgets import QApplication  # noqa: E402

import main as program  # noqa: E402

LATER_MS = 3000
run_events = QApplication.exec


def run_until_told(*_application: object) -> int:
    # What showing the window has left to do comes first, then the first timer, then the second.
    QTimer.singleShot(0, partial(QTimer.singleShot, 0, tell))
    return run_events()


def tell() -> None:
    from tests.benchmarks.window import StallMeter  # noqa: PLC0415 - not before the window

    sys.stdout.write(f"{1000 * (time.monotonic() - STARTED)}\n")
    meter = StallMeter()
    QTimer.singleShot(LATER_MS, partial(end, meter))


def end(meter: object) -> None:
    sys.stdout.write(f"{meter.take()}\n")  # type: ignore[attr-defined]
    QApplication.closeAllWindows()


QApplication.exec = run_until_told  # type: ignore[method-assign]
program.main(["open", sys.argv[2]] if len(sys.argv) > 2 else [])
