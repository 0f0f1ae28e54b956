"""A reader before a small study."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.reading.application import ReadingApplication
from model.project.project import Project
from model.review.protocol import Question, Stage
from model.review.reading import Reading
from model.review.readings_file import READING, ReadingsFile
from model.review.study_file import Study
from tests.studies import make_project, write_study

READER = "R 1"
MakeStudy = Callable[..., Path]


class Reader:
    """Somebody at the keyboard; there is no mouse."""

    def __init__(self, qtbot: QtBot, study: Path) -> None:
        self.qtbot = qtbot
        self.application = ReadingApplication(Study.open(study))
        self.window = self.application.window
        self.window.resize(1280, 720)
        self.window.show()

    def begin(self, name: str = READER) -> None:
        field = self.window.start.findChild(QLineEdit)
        self.qtbot.keyClicks(field, name)
        self.qtbot.keyClick(field, Qt.Key.Key_Return)
        self.wait()

    def press(self, *keys: Qt.Key | str, modifier: Qt.KeyboardModifier | None = None) -> None:
        """Type where the focus is, and wait until all of it has been dealt with."""
        for key in keys:
            target = self.window.focusWidget() or self.window
            none = Qt.KeyboardModifier.NoModifier
            self.qtbot.keyClick(target, key, modifier or none)
            self.wait()

    def undo(self) -> None:
        self.press(Qt.Key.Key_Z, modifier=Qt.KeyboardModifier.ControlModifier)

    def wait(self) -> None:
        self.qtbot.waitUntil(self._settled, timeout=10_000)

    def _settled(self) -> bool:
        reading = self.application.reading
        return not reading.busy and (reading.ready or not self.window.reading_shown)

    @property
    def stage(self) -> Stage | None:
        current = self.application.reading.current
        return current.step.stage if current and current.step else None

    @property
    def notice(self) -> str:
        return self.window.reading.questions.notice

    @property
    def answers(self) -> dict[str, str]:
        return self.window.reading.questions.answers()

    def leave(self) -> None:
        self.window.close()
        self.window.deleteLater()
        self.application.deleteLater()


@pytest.fixture
def project(small_ham10000: Path, tmp_path: Path) -> Iterator[Project]:
    made = make_project(small_ham10000, tmp_path / "small.secondlook")
    yield made
    made.close()


@pytest.fixture
def make(project: Project, tmp_path: Path) -> MakeStudy:
    def make(
        stages: Sequence[Stage] = (Stage.BLIND,),
        questions: Sequence[Question] = (Question.DIAGNOSIS,),
        **changes: object,
    ) -> Path:
        path = tmp_path / "handed out" / "pilot.study"
        write_study(project, path, stages, questions, **changes)
        return path

    return make


@pytest.fixture
def sit(
    qtbot: QtBot, qapp: QApplication, shown_errors: list[str]
) -> Iterator[Callable[[Path], Reader]]:
    """Starts the reading of a study, as often as asked; all are closed at the end."""
    readers: list[Reader] = []

    def sit(study: Path) -> Reader:
        readers.append(Reader(qtbot, study))
        return readers[-1]

    yield sit
    for reader in readers:
        reader.leave()
    # The tests after this one look through all widgets that there are.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not shown_errors


def stored(study: Path) -> list[Reading]:
    """What is in the one readings file beside a study."""
    (path,) = study.parent.glob("*.readings")
    file = ReadingsFile.open(path)
    found = [Reading.from_json(each.content) for each in file.entries if each.kind == READING]
    file.close()
    return found
