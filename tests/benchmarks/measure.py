"""How Measure answers on the real images: `python -m tests.benchmarks.measure [--home DIR]`.

The first run in a home classifies all images, which takes a minute; later ones use its results.
"""

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as main.py does

from PySide6.QtCore import QCoreApplication, Qt

from model.catalogue.filters import Filter
from model.evaluation.bootstrap import DRAWS
from model.evaluation.question import Group
from tests.benchmarks.window import StallMeter, wait

ROUNDS = 8
FILTERS = (Filter(), Filter(ages=(0, 120)), Filter(sexes=frozenset({"male"})))


def open_measure(root: Path) -> Any:
    """The window in Measure, with every image classified and measured."""
    from app.application import Application, create_qt_application  # noqa: PLC0415 - after the home

    create_qt_application()
    application = Application()
    application.window.setWindowState(Qt.WindowState.WindowNoState)
    application.window.resize(1440, 900)
    application.window.show()
    application.classifier.open_last()
    application.open(root)
    session = application.session
    wait(lambda: session.classifier is not None and len(session.table) > 0)
    wait_until_idle(application)
    if (session.table.predictions.best < 0).any():
        application.classifier.classify()
        wait(lambda: not application.classifier.classifying, 1200)
    application.window.show_activity("measure")
    wait(lambda: answered(application, DRAWS))
    return application


def wait_until_idle(application: Any) -> None:
    wait(lambda: application.idle)


def answered(application: Any, draws: int) -> bool:
    """Whether what is shown is what was asked for, with so many draws."""
    controller = application.measure.controller
    answer = controller.answer
    return answer is not None and answer.draws >= draws and controller.is_current(answer)


def redrawn(application: Any) -> bool:
    """Whether every pane shows the answer, painted."""
    pane = application.measure.measure
    if pane.answer is not application.measure.controller.answer:
        return False
    QCoreApplication.processEvents()
    return True


def change_filters(application: Any) -> dict[str, float]:
    """Milliseconds from a change of the filter to the figures on the screen, and stalls."""
    meter, times, intervals, stalls, busy = StallMeter(), [], [], [], []
    for at in range(ROUNDS):
        wait_until_idle(application)
        QCoreApplication.processEvents()
        meter.take()
        application.session.set_filter(FILTERS[(at + 1) % len(FILTERS)])
        times.append(wait(lambda: answered(application, 0) and redrawn(application)))
        intervals.append(wait(lambda: answered(application, DRAWS)))
        busy.append(meter.busiest)
        stalls.append(meter.take())
    return {
        "filter to figures, median ms": statistics.median(times),
        "filter to figures, longest ms": max(times),
        "intervals after that, median ms": statistics.median(intervals),
        "longest stall of a round, median ms": statistics.median(stalls),
        "the same without what other programs took, ms": statistics.median(busy),
        "longest stall, ms": max(stalls),
    }


def measure(root: Path) -> dict[str, float]:
    """All figures, in one run."""
    application = open_measure(root)
    tabs, figures = application.measure.measure.tabs, {}
    for group in (Group.ALL, Group.UNSEEN):
        application.session.change_measure(group=group.value)
        wait(lambda: answered(application, DRAWS))
        for tab in range(tabs.count()):
            tabs.setCurrentIndex(tab)
            found = change_filters(application)
            where = f"{group}, {tabs.tabText(tab).replace('&', '')}"
            figures |= {f"{where}: {name}": value for name, value in found.items()}
    application.window.close()
    return figures


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path)
    arguments = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    data = os.environ.get("SECOND_LOOK_DATA")
    if not data:
        sys.exit("Set SECOND_LOOK_DATA to the folder with the real images.")
    with tempfile.TemporaryDirectory() as home:
        os.environ["SECOND_LOOK_HOME"] = str(arguments.home or home)
        figures = measure(Path(data) / "ham10000")
    for name, value in figures.items():
        print(f"{name:95}{value:8.1f}")


if __name__ == "__main__":
    main()
