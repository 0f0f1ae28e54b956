"""How the window answers on 25,331 images: `python -m tests.benchmarks.window [--out FILE]`.

Each figure stands beside what it may be at most. Times depend on the machine and on what else it
does; they are reported, never tested.
"""

import argparse
import compileall
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest

from tests.benchmarks.many_images import write_many_images

if TYPE_CHECKING:  # the start is timed: it must not be here already
    from app.application import Application

STEPS = 200
STARTS = 5
CLASSIFIED = 1500
REPOSITORY = Path(__file__).resolve().parents[2]
START = "start to usable window, ms"
FIRST = "folder to first picture, ms"
STEP = "arrow key to picture and map, 95th percentile ms"
STALL = "longest stall while {}, ms"
OWN = "of that by the program's own work at most, ms"
MEMORY = "peak memory of the window, MB"
MOST = {
    START: 1500,
    FIRST: 1000,
    STEP: 50,
    **{STALL.format(doing): 50 for doing in ("listing", "stepping", "scrolling", "classifying")},
    MEMORY: 700,
}


class StallMeter(QObject):
    """Notes how long the event loop was away, in milliseconds.

    Attributes:
        longest: The longest time.
        busiest: The most of the processor that this thread took meanwhile: what is left of it
            where other programs leave no room.
        own: The longest for which all threads of this process together were at work; a longer
            stall was other programs' doing.
    """

    def __init__(self) -> None:
        super().__init__()
        self.longest = self.busiest = self.own = 0.0
        self._last, self._last_busy = time.perf_counter(), time.thread_time()
        self._last_worked = time.process_time()
        self._timer = QTimer(self, interval=1)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now, busy, worked = time.perf_counter(), time.thread_time(), time.process_time()
        self.longest = max(self.longest, 1000 * (now - self._last))
        self.busiest = max(self.busiest, 1000 * (busy - self._last_busy))
        self.own = max(self.own, 1000 * min(now - self._last, worked - self._last_worked))
        self._last, self._last_busy, self._last_worked = now, busy, worked

    def take(self) -> float:
        """The longest stall since the last call."""
        longest, self.longest, self.busiest, self.own = self.longest, 0.0, 0.0, 0.0
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


def start() -> dict[str, float]:
    """From the start of the process to a window that answers, several times over."""
    for folder in ("app", "model"):  # as the scripts in resources do
        compileall.compile_dir(REPOSITORY / folder, quiet=2)
    found = [_started() for _ in range(STARTS + 1)][1:]  # the first reads the files into memory
    usable, stalls = zip(*found, strict=True)
    return {START: statistics.median(usable), STALL.format("starting"): max(stalls)}


def _started() -> list[float]:
    command = [sys.executable, "-m", "tests.benchmarks.start_child", str(time.monotonic())]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    return [float(line) for line in done.stdout.split()]


def measure(root: Path) -> dict[str, float]:
    """All figures but those of starting, in one run."""
    from app.application import Application, create_qt_application  # noqa: PLC0415 - after the home
    from app.pauses import keep_pauses_short  # noqa: PLC0415

    create_qt_application()
    application = Application()
    keep_pauses_short()
    application.window.setWindowState(Qt.WindowState.WindowNoState)
    application.window.resize(1440, 900)
    application.window.show()
    meter, figures = StallMeter(), {}
    application.classifier.open_last()
    # As when somebody chooses a folder: that takes longer than the classifier does.
    wait(lambda: application.session.classifier is not None)
    figures |= _stalls("loading the classifier", meter)
    application.open(root)
    figures[FIRST] = wait(
        lambda: application.browse.cases.case is not None and painted(application)
    )
    # Every file is read once, so as to be known again.
    wait(lambda: application.idle and application.browse.heat_maps.heat_map is not None)
    figures |= _stalls("listing", meter)
    steps = [_step(application) for _ in range(STEPS)]
    figures["arrow key to picture and map, median ms"] = statistics.median(steps)
    figures[STEP] = sorted(steps)[int(0.95 * STEPS)]
    figures |= _stalls("stepping", meter)
    _scroll(application)
    figures |= _stalls("scrolling", meter)
    _classify(application)
    figures |= _stalls("classifying", meter)
    application.open(root)
    wait(lambda: application.browse.cases.case is None)
    wait(lambda: application.idle and application.browse.cases.case is not None)
    figures |= _stalls("opening it again", meter)
    figures[MEMORY] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    application.window.close()
    return figures


def _stalls(doing: str, meter: StallMeter) -> dict[str, float]:
    own = {f"{doing}, {OWN}": meter.own}
    return {STALL.format(doing): meter.take()} | own


def painted(application: "Application") -> bool:
    application.browse.photograph.viewer.repaint()
    return True


def _scroll(application: "Application") -> None:
    bar = application.browse.images.grid.verticalScrollBar()
    for place in range(0, bar.maximum(), max(1, bar.maximum() // 100)):
        bar.setValue(place)
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)


def _classify(application: "Application") -> None:
    application.classifier.classify()
    table = application.session.table
    wait(lambda: int((table.predictions.best >= 0).sum()) > CLASSIFIED)
    application.classifier.stop()
    wait(lambda: application.idle)


def _step(application: "Application") -> float:
    viewer = application.browse.photograph.viewer
    session, heat_maps = application.session, application.browse.heat_maps
    start = time.perf_counter()
    QTest.keyClick(viewer, Qt.Key.Key_Right)
    wait(lambda: heat_maps.heat_map is not None and heat_maps.heat_map.path == session.current.path)
    viewer.repaint()
    passed = 1000 * (time.perf_counter() - start)
    QCoreApplication.processEvents()  # as between one key and the next
    return passed


def table(figures: dict[str, float]) -> str:
    lines = [f"{'the window':68}{'figure':>10}{'at most':>10}"]
    for name, value in figures.items():
        lines.append(f"{name:68}{value:10.1f}{MOST.get(name, ''):>10}")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print and save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as main.py does
    data = os.environ.get("SECOND_LOOK_DATA")
    if not data:
        sys.exit("Set SECOND_LOOK_DATA to the folder with the real images.")
    with tempfile.TemporaryDirectory() as home:
        os.environ["SECOND_LOOK_HOME"] = home
        root = write_many_images(Path(data).absolute(), Path(home) / "ISIC 2019")
        figures = start() | measure(root)
    print(table(figures), end="")
    if arguments.out:
        found = {"figures": figures, "at most": MOST}
        arguments.out.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
