"""Trainings that are killed, lose their images or find no room, and end as if undisturbed."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import keras
import numpy as np
import pytest

import main
from model.classifier.card import Card
from model.commands import train as command
from model.network.training import train
from model.progress import silent
from model.runs.config import Config
from model.runs.folder import RunFolder
from model.runs.log import Failed, read_log
from tests.model.network.test_fine_tuning import same, small_config
from tests.model.network.test_training import make_photographs

pytestmark = pytest.mark.long

REPOSITORY = Path(__file__).resolve().parents[3]
START = "Compiling the starting network and checking it against Keras"
SAVING = "Compiling the classifier and checking it against Keras"
# What a training prints, in this order; of what is stored nothing is done again.
STEPS = (
    "Starting TensorFlow",
    "Listing images",
    "Reading images",
    START,
    "Computing embeddings",
    "Reading pixels",
    "Head",
    "Fine-tuning",
    "Classifying the validation images",
    "Classifying the test images",
    "Estimating the intervals of the figures",
    SAVING,
)
KILLS = (
    "Starting TensorFlow",
    "Starting TensorFlow",
    "Listing images",
    START,
    "Computing embeddings",
    "Reading pixels",
    "Head",
    "Fine-tuning",
    "Fine-tuning",
    SAVING,
)
A_MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_photographs(tmp_path_factory.mktemp("photographs"))


@pytest.fixture(scope="module")
def config(network: keras.Model, tmp_path_factory: pytest.TempPathFactory) -> Config:
    return small_config(network, tmp_path_factory.mktemp("weights"))


@pytest.fixture(scope="module")
def undisturbed(
    photographs: Path, config: Config, tmp_path_factory: pytest.TempPathFactory
) -> RunFolder:
    folder = RunFolder.create(tmp_path_factory.mktemp("runs") / "undisturbed")
    train(photographs, folder, config, silent)
    return folder


@pytest.fixture
def data(photographs: Path, tmp_path: Path) -> Path:
    """A copy, which may be moved away."""
    return Path(shutil.copytree(photographs, tmp_path / "data"))


@pytest.fixture
def line(data: Path, config: Config, tmp_path: Path) -> list[str]:
    """What starts the run; with --resume it goes on."""
    settings = tmp_path / "config.toml"
    settings.write_text(config.to_toml(), encoding="utf-8")
    return ["train", str(data), "--run", str(tmp_path / "run"), "--config", str(settings)]


def ends_as(run: RunFolder, undisturbed: RunFolder) -> bool:
    """Weights bit by bit, and all that the card says but for when it was written and as what."""
    mine, other = (Card.load(each.classifier) for each in (run, undisturbed))
    figures = mine.metrics == other.metrics and mine.temperature == other.temperature
    return same(run, undisturbed) and figures and mine.images == other.images


def do_at(monkeypatch: pytest.MonkeyPatch, moment: str, do: Callable[[], None]) -> None:
    """Disturb the training once, when it says that it is somewhere."""
    left = [do]

    def report(_done: int, _total: int, message: str) -> None:
        if message.startswith(moment) and left:
            left.pop()()

    monkeypatch.setattr(command, "_Printer", lambda: report)


def killed_at(arguments: list[str], moment: str, seconds: float) -> str:
    """Kill a training so long after it began with something; where it was, "" if it ended."""
    with subprocess.Popen(
        [sys.executable, "main.py", *arguments],
        cwd=REPOSITORY,
        env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout
        for printed in process.stdout:
            step = next((each for each in STEPS if printed.startswith(each)), "")
            if step and STEPS.index(step) >= STEPS.index(moment):
                time.sleep(seconds)
                process.kill()
                return step
    return ""


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal")
def test_that_a_run_killed_ten_times_at_random_moments_ends_with_the_same_weights_and_card(
    undisturbed: RunFolder, line: list[str], tmp_path: Path
) -> None:
    run = RunFolder(tmp_path / "run")
    generator = np.random.default_rng()
    hit = []
    for moment in KILLS:
        arguments = [*line, "--resume"] if run.config.exists() else line
        # While TensorFlow starts there is a second or more, later much happens within one.
        longest = 3.0 if moment == STEPS[0] else 0.3
        hit.append(killed_at(arguments, moment, generator.uniform(0, longest)))
        assert not run.classifier.exists(), hit
    assert all(hit), hit
    assert main.main([*line, "--resume"]) == 0
    assert ends_as(run, undisturbed), hit


@pytest.mark.parametrize("moment", [START, "Reading pixels"])
def test_that_a_run_whose_photographs_vanish_names_the_place_and_goes_on_once_they_are_back(
    moment: str,
    undisturbed: RunFolder,
    data: Path,
    line: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    run = RunFolder(tmp_path / "run")
    do_at(monkeypatch, moment, lambda: shutil.move(data, tmp_path / "away"))
    assert main.main(line) == 2
    assert str(data) in capfd.readouterr().err
    assert main.main(["train", "--run", str(run.path), "--resume"]) == 2
    assert str(data) in capfd.readouterr().err
    assert not run.classifier.exists()
    shutil.move(tmp_path / "away", data)
    assert main.main([*line, "--resume"]) == 0
    assert ends_as(run, undisturbed)


def test_that_a_run_that_has_read_its_pixels_needs_the_photographs_no_more(
    undisturbed: RunFolder,
    data: Path,
    line: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    do_at(monkeypatch, "Fine-tuning", lambda: shutil.move(data, tmp_path / "away"))
    assert main.main(line) == 0
    assert not data.exists()
    assert ends_as(RunFolder(tmp_path / "run"), undisturbed)


@contextmanager
def small_disk() -> Iterator[None]:
    """No file of this process gets longer than two megabytes."""
    import resource  # noqa: PLC0415 - not on Windows

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * A_MEGABYTE, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of file size")
@pytest.mark.parametrize("moment", [START, "Fine-tuning", SAVING])
def test_that_a_run_without_room_says_so_and_goes_on_once_there_is_some(
    moment: str,
    undisturbed: RunFolder,
    line: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    run = RunFolder(tmp_path / "run")
    with ExitStack() as held:
        do_at(monkeypatch, moment, lambda: held.enter_context(small_disk()))
        assert main.main(line) == 2
    told = capfd.readouterr().err
    assert str(run.path) in told
    assert "File too large" in told
    assert isinstance(list(read_log(run.log))[-1], Failed)
    assert not run.classifier.exists()
    assert main.main([*line, "--resume"]) == 0
    assert not list(run.path.rglob("*.part"))
    assert ends_as(run, undisturbed)
