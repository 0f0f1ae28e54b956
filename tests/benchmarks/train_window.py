"""A training from the window: `python -m tests.benchmarks.train_window [--out FILE]`.

From the click to the classifier in use, while its user browses, looks at heat maps, classifies and
answers cases of a study; how long the event loop was away meanwhile. Times depend on the machine;
they are reported, never tested.
"""

import argparse
import csv
import json
import os
import random
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as main.py does

from PySide6.QtCore import QCoreApplication, QEventLoop, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget

from app import errors
from app.application import Application, create_qt_application
from app.pauses import keep_pauses_short
from app.reading.application import ReadingApplication
from model.review.making import make_study
from model.review.protocol import Protocol, Question, Stage
from model.review.selection import image_cases
from model.review.study_file import Study
from model.taxonomy import HAM10000_CLASSES
from tests.benchmarks.window import StallMeter, wait

IMAGES = 600
CASES = 5  # answered at a time
_PARTS = ("HAM10000_images_part_1", "HAM10000_images_part_2")
_TABLE = "HAM10000_metadata.csv"


def take_images(source: Path, root: Path, count: int, seed: int = 0) -> None:
    """Links to `count` images of HAM10000 with their rows: whole lesions of every class."""
    with (source / _TABLE).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    taken = _chosen(rows, count, seed)
    for row in taken:
        for part in _PARTS:
            image = source / part / f"{row['image_id']}.jpg"
            if image.is_file():
                (root / part).mkdir(parents=True, exist_ok=True)
                (root / part / image.name).symlink_to(image)
    with (root / _TABLE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(taken)


def _chosen(rows: list[dict[str, str]], count: int, seed: int) -> list[dict[str, str]]:
    """A tenth for every class; nevi have the rest."""
    lesions: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        lesions[row["lesion_id"]].append(row)
    order = list(lesions.values())
    random.Random(seed).shuffle(order)
    room = dict.fromkeys({row["dx"] for row in rows}, count // 10)
    room["nv"] += count - sum(room.values())
    taken = []
    for lesion in order:
        label = lesion[0]["dx"]
        if len(lesion) <= room[label]:
            room[label] -= len(lesion)
            taken += lesion
    return taken


class Sitting:
    """The program with a user in front of it, and a record of how it answered.

    Attributes:
        figures: By what they are of.
    """

    def __init__(self, pictures: Path | None) -> None:
        self.application = Application()
        keep_pauses_short()
        self.figures: dict[str, float] = {}
        self._meter, self._pictures = StallMeter(), pictures
        self.application.window.showMaximized()
        # Without a window manager nobody else would.
        self.application.window.activateWindow()

    # -- recording ------------------------------------------------------------------------

    def note(self, doing: str) -> None:
        """What was since the last note was this; "" was nothing that counts."""
        busiest, longest = round(self._meter.busiest, 1), self._meter.take()
        for what, value in (("longest stall", longest), ("most work at a time", busiest)):
            name = f"{what} while {doing}, ms"
            if doing:
                self.figures[name] = max(self.figures.get(name, 0.0), value)

    def keep(self, name: str) -> None:
        """A picture of the window."""
        if self._pictures:
            self._pictures.mkdir(parents=True, exist_ok=True)
            self.application.window.grab().save(str(self._pictures / f"{name}.png"))
            _settle(0.1)  # or the meter would count it to what comes next
            self.note("")

    # -- what a reader does ---------------------------------------------------------------

    def sit_down_to_read(self, study: Path) -> None:
        project = self.application.session.project
        protocol = Protocol("Pilot", HAM10000_CLASSES, (Stage.BLIND,), (Question.DIAGNOSIS,))
        make_study(project, protocol, image_cases(list(project.images())), study)
        self._reader = ReadingApplication(Study.open(study))
        self._reader.window.show()
        name = self._reader.window.start.findChild(QLineEdit)
        QTest.keyClicks(name, "R 1")
        QTest.keyClick(name, Qt.Key.Key_Return)
        wait(self._presented)
        _activate(self.application.window)
        self.note("")

    def read(self) -> None:
        _activate(self._reader.window)
        for _ in range(CASES):
            for key in (Qt.Key.Key_1, Qt.Key.Key_Return):
                QTest.keyClick(self._reader.window.focusWidget(), key)
                wait(self._presented)
                QCoreApplication.processEvents()
        self.note("reading")
        _activate(self.application.window)
        self.note("")

    def _presented(self) -> bool:
        return not self._reader.reading.busy and self._reader.reading.ready

    # -- what the user does ---------------------------------------------------------------

    def open(self, root: Path) -> None:
        self.application.classifier.open_last()
        self.application.open(root)
        wait(lambda: self.application.browse.heat_maps.heat_map is not None)
        wait(lambda: not self.application.runners["listing"].busy)
        self.note("")

    def plan(self, weights: Path, epochs: int) -> None:
        train, training = self.application.train, self.application.train.training
        self.application.window.show_activity("train")
        train.plan.use_weights(str(weights))
        train.plan.choose("fine_tuning", "epochs", max(1, epochs))
        train.plan.choose("fine_tuning", "first", "all" if epochs else "none")
        took = wait(lambda: training.compared and bool(training.splits))
        self.figures["data set to plan, ms"] = took
        self.application.window.show_dock("preview")
        wait(lambda: training.preview is not None)
        self.note("planning")
        self.keep("plan")

    def train(self) -> None:
        started, training = time.perf_counter(), self.application.train.training
        QTest.mouseClick(self.application.train.setup.start, Qt.MouseButton.LeftButton)
        took = wait(lambda: training.run is not None and training.run.is_alive)
        self.figures["click to a process that works, ms"] = took
        self.note("starting")
        classified = pictured = False
        while training.run.is_alive:
            self.browse()
            self.read()
            phases = {each.phase for each in training.run.standing.stretches}
            if phases and not classified:
                self.classify()
                classified = True
            self.watch()
            if "fine-tuning" in phases and not pictured:
                self.keep("running")
                pictured = True
        self.figures["click to classifier, s"] = time.perf_counter() - started
        self.figures["finished (1) or not (0)"] = float(training.run.state == "finished")

    def browse(self) -> None:
        self.application.window.show_activity("browse")
        _settle(0.3)
        self.note("changing the activity")
        if self.application.session.position > IMAGES - 25:  # a slow training outlasts them
            self.application.browse.controller.go_to_end(last=False)
            _settle(0.3)
        shift, none = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier
        for number in range(20):
            self._press(Qt.Key.Key_Right)
            if number % 5 == 4:  # two layers up, then down again
                shallower = number < 10
                self._press(Qt.Key.Key_L, shift if shallower else none)
        self.note("browsing with heat maps")

    def _press(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        session, maps = self.application.session, self.application.browse.heat_maps
        before = session.current_row, session.heat_map_layer
        QTest.keyClick(self.application.browse.photograph.viewer, key, modifier)
        wait(lambda: before != (session.current_row, session.heat_map_layer))
        wait(lambda: maps.heat_map is not None and maps.heat_map.path == session.current.path)
        QCoreApplication.processEvents()  # as between one key and the next: it is painted

    def classify(self) -> None:
        self.application.classifier.classify()
        wait(lambda: not self.application.classifier.classifying)
        self.note("classifying")

    def watch(self) -> None:
        self.application.window.show_activity("train")
        _settle(0.3)
        self.note("changing the activity")
        _settle(3)
        self.note("watching the curves")

    def use(self) -> None:
        run, window = self.application.train.training.run, self.application.window
        window.show_activity("train")
        _settle(0.3)
        self.keep("finished")
        buttons = self.application.train.run_list.findChildren(QToolButton)
        use = window.menu_actions["use_run"]
        button = next(each for each in buttons if each.defaultAction() is use)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        wait(lambda: self.application.session.classifier.folder == run.folder.classifier)
        window.show_activity("browse")
        wait(lambda: self.application.browse.heat_maps.heat_map is not None)
        self.note("taking the classifier into use")
        self.keep("in_use")
        print(self.application.train.curves._activity.text())
        self._reader.window.close()
        window.close()


def _activate(window: QWidget) -> None:
    """Keys go to the active window alone."""
    window.activateWindow()
    wait(window.isActiveWindow)


def _settle(seconds: float) -> None:
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


def _fail(error: BaseException, _parent: object = None) -> None:
    raise error


def measure(data: Path, work: Path, epochs: int, pictures: Path | None) -> dict[str, float]:
    """All figures, in one run."""
    root = work / f"ham{IMAGES}"
    take_images(data / "ham10000", root, IMAGES)
    create_qt_application()
    errors.show_error = _fail
    sitting = Sitting(pictures)
    sitting.open(root)
    sitting.sit_down_to_read(work / "pilot.study")
    sitting.plan(next((data / "mobilenet_v2_imagenet").glob("*.h5")), epochs)
    sitting.train()
    sitting.use()
    return {name: round(value, 1) for name, value in sitting.figures.items()}


def main() -> None:
    """Measure, print and save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--epochs", type=int, default=3, help="of fine-tuning; 0: head only")
    parser.add_argument("--pictures", type=Path, help="where pictures of the window go")
    arguments = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    data = os.environ.get("SECOND_LOOK_DATA")
    if not data:
        sys.exit("Set SECOND_LOOK_DATA to the folder with the real images.")
    with tempfile.TemporaryDirectory() as work:
        os.environ["SECOND_LOOK_HOME"] = str(Path(work) / "home")
        figures = measure(Path(data), Path(work), arguments.epochs, arguments.pictures)
    for name, value in figures.items():
        print(f"{name:55}{value:10.1f}")
    if arguments.out:
        arguments.out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
