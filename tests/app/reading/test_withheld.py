"""Nothing that is withheld at a stage is in the reader's process, wherever one looks."""

import gc
import json
import logging
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QApplication

from model.project.project import Project
from model.review.aids import HeatMaps, Metadata, Probabilities, RecordedLabel
from model.review.protocol import Question, Stage
from tests.app.reading.conftest import MakeStudy, Reader
from tests.conftest import HAM10000_ROWS
from tests.studies import NETWORK, network_of
from tests.test_layout import REPOSITORY

AIDS = {
    Stage.METADATA: Metadata,
    Stage.PROBABILITIES: Probabilities,
    Stage.HEAT_MAP: HeatMaps,
    Stage.LABEL: RecordedLabel,
}
_TEXTS = (
    *("text", "title", "windowTitle", "toolTip", "statusTip", "whatsThis", "accessibleName"),
    *("accessibleDescription", "objectName", "placeholderText", "windowFilePath", "iconText"),
)


def texts(thing: QObject) -> Iterator[str]:
    for name in _TEXTS:
        give = getattr(thing, name, None)
        if callable(give):
            said = give()
            if isinstance(said, str):
                yield said


def everything_said(reader: Reader, home: Path, log: pytest.LogCaptureFixture) -> str:
    """All that a person, a screen reader, a window list or a look into files could find."""
    said = [QGuiApplication.applicationName(), QGuiApplication.applicationDisplayName()]
    for widget in QApplication.allWidgets():
        said += texts(widget)
        for action in widget.findChildren(QAction):
            said += texts(action)
    said += [record.getMessage() for record in log.records]
    said.append(QGuiApplication.clipboard().text())
    for path in home.rglob("*"):
        said.append(path.name)
        if path.is_file():
            said.append(path.read_bytes().decode("latin-1"))
    for path in reader.application.study.path.parent.glob("*.readings*"):
        said.append(path.read_bytes().decode("latin-1"))
    return "\n".join(said)


def never_said(project: Project) -> list[str]:
    """What no stage shows: names of files, images and lesions, and where the data set lies."""
    names = [part for row in HAM10000_ROWS for part in row.split(",")[:2]]
    return [*names, str(project.root), project.path.name, "HAM10000", "ISIC_"]


def said_from(stage: Stage, project: Project) -> list[str]:
    """What is shown from this stage on, and not before."""
    match stage:
        case Stage.METADATA:
            # "Back" is what the program says of answers too.
            sites = {image.site for image in project.images()} - {"", "back"}
            return [*sites, " years", "age unknown", "female"]
        case Stage.PROBABILITIES:
            shares = network_of(project).probabilities.values()
            return [NETWORK, *(f"{value:.1%}" for share in shares for value in share)]
        case Stage.HEAT_MAP:
            return ["evidence for"]
        case _:
            return ["Recorded:", "histology", "follow-up", "consensus", "confocal"]


def aids_in_memory() -> list[object]:
    gc.collect()
    return [each for each in gc.get_objects() if type(each) in AIDS.values()]


def test_that_no_stage_holds_what_a_later_one_shows(
    make: MakeStudy,
    sit: Callable[[Path], Reader],
    project: Project,
    private_folders: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    stages = tuple(Stage)
    # Without management: its answers name the follow-up that a label may stand on.
    reader = sit(make(stages=stages, questions=(Question.DIAGNOSIS, Question.COMMENT)))
    left_by_others = aids_in_memory()  # of tests before this one
    known = {id(each) for each in left_by_others}
    reader.begin()
    for stage in stages:
        assert reader.stage == stage
        said = everything_said(reader, private_folders, caplog)
        for word in never_said(project):
            assert word not in said
        alive = {type(each) for each in aids_in_memory() if id(each) not in known}
        for later in stages[stages.index(stage) + 1 :]:
            assert AIDS[later] not in alive, f"{later} is in memory at {stage}"
            for word in said_from(later, project):
                assert word not in said, f"{later} shows at {stage}: {word}"
        reader.press("1", Qt.Key.Key_Return)
    assert reader.stage == Stage.BLIND  # of the next case: everything is withheld again
    said = everything_said(reader, private_folders, caplog)
    for later in stages[1:]:
        assert not [word for word in said_from(later, project) if word in said]


def test_that_the_stages_do_show_what_the_test_above_looks_for(
    make: MakeStudy,
    sit: Callable[[Path], Reader],
    project: Project,
    private_folders: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    stages = tuple(Stage)
    reader = sit(make(stages=stages, questions=(Question.DIAGNOSIS, Question.COMMENT)))
    reader.begin()
    for stage in stages:
        said = everything_said(reader, private_folders, caplog)
        found = stage == Stage.BLIND or any(word in said for word in said_from(stage, project))
        assert found, stage
        reader.press("1", Qt.Key.Key_Return)


def test_that_a_case_shown_again_looks_like_any_other(
    make: MakeStudy, sit: Callable[[Path], Reader]
) -> None:
    reader = sit(make(repeats=0.5))
    reader.begin()
    cases = reader.application.study.size
    assert cases > len(HAM10000_ROWS)
    said = []
    for _ in range(cases):
        said.append(said_beside(reader))
        reader.press("1", Qt.Key.Key_Return)
    assert said == [said[0]] * cases


def said_beside(reader: Reader) -> list[str]:
    """What the left side says, with every number the same."""
    things = reader.window.reading.aids.findChildren(QObject)
    return [re.sub("[0-9]+", "#", text) for thing in things for text in texts(thing)]


def test_that_the_process_of_a_reading_loads_nothing_that_knows_the_data_set() -> None:
    code = "import json, sys, app.reading.application; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    loaded = set(json.loads(done.stdout))
    knowing = ("app.session", "app.settings", "model.project.project", "model.project.cache")
    assert not loaded & {*knowing, "model.catalogue", "model.inference", "model.classifier"}
