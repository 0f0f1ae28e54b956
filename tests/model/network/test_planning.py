"""What a run reads before it learns: with a starting network that was never built."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model.network.features import Features
from model.network.planning import plan_training
from model.network.tools import Tools
from model.network.vanishing import VanishedError
from model.progress import silent
from model.records import ImageRecord
from model.runs.config import Config, FineTuningConfig, NetworkConfig
from model.runs.division import DataChangedError
from model.runs.folder import RunFolder
from model.runs.steering import Steering
from tests.model.network.test_training import make_photograph

OPEN_TO_NOBODY = "ISIC_0000099"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Six images of each of two classes, named by a table."""
    rows = ["image_id,dx,lesion_id"]
    for number in range(12):
        make_photograph(tmp_path / "data" / f"ISIC_{number:07}.jpg", 60 + 10 * number, number)
        rows.append(f"ISIC_{number:07},{'mel' if number % 2 else 'nv'},HAM_{number:07}")
    (tmp_path / "data" / "HAM10000_metadata.csv").write_text("\n".join(rows))
    return tmp_path / "data"


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    weights = tmp_path / "start.weights.h5"
    weights.touch()
    config = Config(
        network=NetworkConfig(str(weights), 96), fine_tuning=FineTuningConfig(first="none")
    )
    run = RunFolder.create(tmp_path / "run")
    return Tools(config, run, run.open_log(), Steering(run.control, run.open_log(), silent))


@pytest.fixture
def never_built(monkeypatch: pytest.MonkeyPatch) -> None:
    """Features of every image but one, of no network."""

    def features(_root: Path, records: Sequence[ImageRecord], *_: object) -> Features:
        good = tuple(each for each in records if each.image_id != OPEN_TO_NOBODY)
        failures = {f"{OPEN_TO_NOBODY}.jpg": "No."} if len(good) < len(records) else {}
        embeddings = np.zeros((len(good), 1, 2), np.float16)
        return Features(good, embeddings, ("0",) * len(good), failures)

    monkeypatch.setattr("model.network.planning.starting_features", features)


def learn(run: RunFolder) -> None:
    run.checkpoint.mkdir()
    (run.checkpoint / "state.npz").touch()


def correct_a_label(data: Path) -> None:
    table = data / "HAM10000_metadata.csv"
    table.write_text(table.read_text().replace("ISIC_0000003,mel", "ISIC_0000003,nv"))


@pytest.mark.usefixtures("never_built")
def test_that_a_run_that_has_learned_is_not_resumed_with_a_corrected_label(
    data: Path, tools: Tools
) -> None:
    plan_training(data, tools)
    learn(tools.place)
    recorded = tools.place.config.read_bytes()
    plan_training(data, tools)
    correct_a_label(data)
    with pytest.raises(DataChangedError, match=r"1 label changed \(ISIC_0000003\.jpg\)"):
        plan_training(data, tools)
    assert tools.place.config.read_bytes() == recorded


@pytest.mark.usefixtures("never_built")
def test_that_a_run_that_has_learned_nothing_takes_a_corrected_label(
    data: Path, tools: Tools
) -> None:
    plan_training(data, tools)
    recorded = tools.place.read_record()["data_hash"]
    correct_a_label(data)
    (plan,) = plan_training(data, tools).plans
    assert [each.label for each in plan.records].count("NV") == 7
    assert tools.place.read_record()["data_hash"] != recorded


@pytest.mark.usefixtures("never_built")
def test_that_the_notes_count_every_image_that_could_not_be_read(data: Path, tools: Tools) -> None:
    (data / "ISIC_0000004.jpg").write_bytes(b"not an image")
    make_photograph(data / f"{OPEN_TO_NOBODY}.jpg", 100, 99)
    table = data / "HAM10000_metadata.csv"
    table.write_text(f"{table.read_text()}\n{OPEN_TO_NOBODY},nv,HAM_0000099")
    (plan,) = plan_training(data, tools).plans
    assert "2 of 13 images cannot be read; they are left out." in plan.notes
    assert len(plan.records) == 11


@pytest.mark.usefixtures("never_built")
def test_that_an_image_that_vanishes_after_it_was_listed_ends_the_run(
    data: Path, tools: Tools
) -> None:
    image = data / "ISIC_0000004.jpg"

    def report(_done: int, _total: int, message: str) -> None:
        if message.startswith("Listing images ·"):
            image.unlink()

    steering = Steering(tools.place.control, tools.log, report)
    with pytest.raises(VanishedError, match=r"ISIC_0000004\.jpg could be read when the run began"):
        plan_training(data, replace(tools, steering=steering))


@pytest.mark.usefixtures("never_built")
def test_that_an_image_that_a_run_has_learned_with_is_missed_where_it_cannot_be_read_any_more(
    data: Path, tools: Tools
) -> None:
    plan_training(data, tools)
    learn(tools.place)
    image = data / "ISIC_0000004.jpg"
    image.write_bytes(bytes(image.stat().st_size))
    with pytest.raises(VanishedError, match=r"ISIC_0000004\.jpg could be read when the run began"):
        plan_training(data, tools)
