"""What a reader waits for on the real images: `python -m tests.benchmarks.reading [--out FILE]`.

A study of 60 images is read by keyboard; a case's program time runs from the Enter that stores an
answer to the next photograph on the screen, the answer on the disk in between. Times depend on the
machine and on what else it does; they are reported, never tested.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as main.py does

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest

from model.catalogue.listing import list_images
from model.project.project import Project
from model.review.making import make_study
from model.review.protocol import Protocol, Question
from model.review.selection import image_cases, random_cases
from model.review.study_file import Study
from model.taxonomy import HAM10000_CLASSES
from tests.benchmarks.window import StallMeter, wait

CASES = 60
THINKING_S = 0.25  # faster than any reader, so that what is decoded ahead is not given for free


def write_study(root: Path, folder: Path) -> Path:
    """Sixty images at random, diagnosis and confidence asked."""
    project = Project.create(folder / "images.secondlook", root, "HAM10000")
    for batch in list_images(root):
        project.update_images(list(batch.images))
    questions = (Question.DIAGNOSIS, Question.CONFIDENCE)
    protocol = Protocol("Benchmark", HAM10000_CLASSES, questions=questions)
    cases = random_cases(image_cases(project.images()), CASES, 1)
    make_study(project, protocol, cases, folder / "benchmark.study")
    project.close()
    return folder / "benchmark.study"


def measure(study: Path) -> dict[str, float]:
    """All figures, in one run."""
    from app.qt_application import create_qt_application  # noqa: PLC0415 - needs its platform
    from app.reading.application import ReadingApplication  # noqa: PLC0415

    create_qt_application()
    application = ReadingApplication(Study.open(study))
    application.window.resize(1280, 720)
    application.window.show()
    reading, viewer = application.reading, application.window.reading.viewer
    reading.begin("R1")
    wait(lambda: reading.ready and not reading.busy)
    meter, waited = StallMeter(), []
    while reading.current and reading.current.step:
        step = reading.current.step.number
        think()
        QTest.keyClicks(application.window.focusWidget(), "1")
        QTest.keyClicks(application.window.focusWidget(), "70")
        started = time.perf_counter()
        QTest.keyClick(application.window.focusWidget(), Qt.Key.Key_Return)
        wait(partial(went_on, reading, step))
        viewer.repaint()
        waited.append(1000 * (time.perf_counter() - started))
        wait(lambda: not reading.busy)
    application.window.close()
    return {
        "Enter to the next photograph, median ms": statistics.median(waited),
        "Enter to the next photograph, 95th percentile ms": sorted(waited)[int(0.95 * CASES)],
        "Enter to the next photograph, longest ms": max(waited),
        "most work of the window's thread at a time, ms": meter.busiest,
        "longest stall of the event loop, ms": meter.take(),
    }


def went_on(reading: object, step: int) -> bool:
    """Whether the case after this one is on the screen, or none is left."""
    now = reading.current.step  # type: ignore[attr-defined]
    return now is None or (reading.ready and now.number > step)  # type: ignore[attr-defined]


def think() -> None:
    """What a reader needs at the least, with the program running on."""
    until = time.perf_counter() + THINKING_S
    while time.perf_counter() < until:
        QCoreApplication.processEvents()
        time.sleep(0.002)


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
        figures = measure(write_study(Path(data) / "ham10000", Path(home)))
    for name, value in figures.items():
        print(f"{name:55}{value:10.1f}")
    if arguments.out:
        arguments.out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
