"""How the window answers on the real images: `python -m tests.benchmarks.window [--out FILE]`.

Times depend on the machine and on what else it does; they are reported, never tested.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest

STEPS = 200


class StallMeter(QObject):
    """Notes how long the event loop was away, in milliseconds.

    Attributes:
        longest: The longest time.
        busiest: The most of the processor that this thread took meanwhile: what is left of it
            where other programs leave no room.
    """

    def __init__(self) -> None:
        super().__init__()
        self.longest = self.busiest = 0.0
        self._last, self._last_busy = time.perf_counter(), time.thread_time()
        self._timer = QTimer(self, interval=1)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now, busy = time.perf_counter(), time.thread_time()
        self.longest = max(self.longest, 1000 * (now - self._last))
        self.busiest = max(self.busiest, 1000 * (busy - self._last_busy))
        self._last, self._last_busy = now, busy

    def take(self) -> float:
        """The longest stall since the last call."""
        longest, self.longest, self.busiest = self.longest, 0.0, 0.0
        return round(longest, 1)


def wait(fact: Callable[[], bool], patience: float = 300) -> float:
    """Let the window work until something is so; returns the milliseconds that it took."""
    start = time.perf_counter()
    while not fact():
        # Sleeps between events (the meter's timer wakes it): a busy loop would take the
        # interpreter from the workers that are measured.
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if time.perf_counter() - start > patience:
            raise TimeoutError
    return 1000 * (time.perf_counter() - start)


def measure(root: Path) -> dict[str, float]:
    """All figures, in one run."""
    started = time.perf_counter()
    from app.application import Application, create_qt_application  # noqa: PLC0415 - timed

    create_qt_application()
    application = Application()
    application.window.setWindowState(Qt.WindowState.WindowNoState)
    application.window.resize(1440, 900)
    application.window.show()
    QCoreApplication.processEvents()
    figures = {"import and show the window, ms": 1000 * (time.perf_counter() - started)}
    meter = StallMeter()
    application.classifier.open_last()
    application.open(root)
    figures["folder to first picture, ms"] = wait(lambda: application.cases.case is not None)
    wait(lambda: not application.runners["listing"].busy)
    wait(lambda: application.heat_maps.heat_map is not None)
    figures["longest stall while listing, ms"] = meter.take()
    steps = [_step(application) for _ in range(STEPS)]
    figures["arrow key to picture and map, median ms"] = statistics.median(steps)
    figures["arrow key to picture and map, 95th percentile ms"] = sorted(steps)[int(0.95 * STEPS)]
    meter.take()
    bar = application.images.grid.verticalScrollBar()
    for place in range(0, bar.maximum(), max(1, bar.maximum() // 100)):
        bar.setValue(place)
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
    figures["longest stall while scrolling, ms"] = meter.take()
    application.classifier.classify()
    table = application.session.table
    wait(lambda: bool((table.predictions.best >= 0).sum() > min(1500, 0.8 * len(table))))
    figures["longest stall while classifying, ms"] = meter.take()
    application.classifier.stop()
    application.window.close()
    return {name: round(value, 1) for name, value in figures.items()}


def _step(application: object) -> float:
    viewer = application.photograph.viewer  # type: ignore[attr-defined]
    session, heat_maps = application.session, application.heat_maps  # type: ignore[attr-defined]
    start = time.perf_counter()
    QTest.keyClick(viewer, Qt.Key.Key_Right)
    wait(lambda: heat_maps.heat_map is not None and heat_maps.heat_map.path == session.current.path)
    return 1000 * (time.perf_counter() - start)


def main() -> None:
    """Measure, print and save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    data = os.environ.get("SECOND_LOOK_DATA")
    if not data:
        sys.exit("Set SECOND_LOOK_DATA to the folder with the real images.")
    with tempfile.TemporaryDirectory() as home:
        os.environ["SECOND_LOOK_HOME"] = home
        figures = measure(Path(data) / "ham10000")
    for name, value in figures.items():
        print(f"{name:55}{value:10.1f}")
    if arguments.out:
        arguments.out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
