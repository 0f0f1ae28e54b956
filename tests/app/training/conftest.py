"""A data set to train on, and a training that follows a script."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.application import Application
from app.train_activity import TrainActivity
from model.runs import launch
from tests.app.conftest import wait_until_shown
from tests.app.training.driving import stop_all, wait_for_plan
from tests.conftest import write_jpeg

FAKE = Path(__file__).with_name("fake_main.py")
HEADER = "lesion_id,image_id,dx,dx_type,age,sex,localization"


@pytest.fixture
def training_set(tmp_path: Path) -> Path:
    """Six lesions of each of three classes, and of each class two lesions with two images."""
    root, rows = tmp_path / "moles", [HEADER]
    for label in ("mel", "nv", "bcc"):
        for lesion in range(6):
            for _ in range(2 if lesion < 2 else 1):
                name = f"ISIC_{len(rows):07}"
                write_jpeg(root / "images" / f"{name}.jpg", seed=len(rows))
                rows.append(f"HAM_{label}{lesion},{name},{label},histo,50.0,male,back")
    (root / "HAM10000_metadata.csv").write_text("\n".join(rows) + "\n")
    return root


@pytest.fixture
def script(
    private_folders: Path, small_classifier: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., None]:
    """Say how a training that is started will go."""
    monkeypatch.setattr(launch, "MAIN", FAKE)

    def write(epochs: int = 3, seconds: float = 0.05, fail: str = "") -> None:
        values = {"epochs": epochs, "seconds": seconds, "fail": fail}
        text = json.dumps(values | {"classifier": str(small_classifier)})
        (private_folders / "script.json").write_text(text)

    write()
    return write


@pytest.fixture
def trained_on(qtbot: QtBot, application: Application, training_set: Path) -> Application:
    """The program with the activity Train on, and a plan for the open data set."""
    application.open(training_set)
    wait_until_shown(qtbot, application)
    application.window.menu_actions["train"].trigger()
    wait_for_plan(qtbot, application)
    return application


@pytest.fixture
def train(trained_on: Application) -> Iterator[TrainActivity]:
    yield trained_on.train
    stop_all()
