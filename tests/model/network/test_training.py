"""A whole training run on a small set that can be learned: dark and bright photographs."""

import argparse
import json
import shutil
from pathlib import Path

import cv2
import keras
import numpy as np
import pytest

from model.catalogue.chosen_labels import ChosenLabels
from model.catalogue.listing import list_images
from model.classifier.card import Card
from model.classifier.classifier import Classifier
from model.commands import train as command
from model.errors import UserError
from model.images import prepare
from model.network.training import train
from model.progress import Cancelled, silent
from model.project.project import Project
from model.review.formats.rows import ImportedReadings, ReadingRow
from model.review.row_import import take_rows
from model.runs.config import ConfigError
from model.runs.folder import RunFolder, prepare_run
from model.runs.log import (
    Embedded,
    EpochDone,
    Failed,
    Finished,
    HeadTried,
    Listed,
    Started,
    read_log,
)
from model.runs.reading import read_config

CONFIG = """
[network]
weights = "start.weights.h5"
size = 96

[data]
shares = [0.5, 0.25, 0.25]

[head]
learning_rates = [0.01, 0.001]
epochs = 8
patience = 4
batch = 16

[fine_tuning]
first = "none"

[card]
name = "Dark and bright"
licence = "CC0"
data = "Made by a test"
"""


def make_photograph(path: Path, brightness: int, seed: int) -> None:
    noise = np.random.default_rng(seed).normal(brightness, 12, (60, 80, 3))
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.clip(noise, 0, 255).astype(np.uint8))


def make_photographs(root: Path, each: int = 12) -> Path:
    """So many images of each of two classes, which their brightness tells apart."""
    for number in range(each):
        make_photograph(root / "nv" / f"bright_{number}.jpg", 200, number)
        make_photograph(root / "mel" / f"dark_{number}.jpg", 60, 100 + number)
    return root


def arguments_of(data: Path, run: Path, config: Path | None) -> argparse.Namespace:
    return argparse.Namespace(
        path=data, run=run, config=config, resume=False, queue=False, columns=None
    )


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve images of each of two classes, and one file that is no image."""
    root = tmp_path_factory.mktemp("data")
    make_photographs(root)
    (root / "mel" / "broken.jpg").write_bytes(b"not an image")
    return root


@pytest.fixture(scope="module")
def config(network: keras.Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("config")
    backbone = keras.Model(network.input, network.get_layer("out_relu").output)
    backbone.save_weights(folder / "start.weights.h5")
    (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
    return folder / "config.toml"


@pytest.fixture(scope="module")
def finished(data: Path, config: Path, tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    folder = tmp_path_factory.mktemp("runs") / "run"
    arguments = arguments_of(data, folder, config)
    assert command.run(arguments) == 0
    return RunFolder(folder)


def test_that_a_run_ends_with_a_classifier_that_tells_dark_from_bright(
    finished: RunFolder, tmp_path: Path
) -> None:
    classifier = Classifier.load(finished.classifier)
    make_photograph(tmp_path / "new.jpg", 200, 999)
    image = prepare((tmp_path / "new.jpg").read_bytes(), classifier.card.preprocessing)
    logits = classifier.classify(image[np.newaxis]).logits[0]
    assert classifier.card.classes[int(logits.argmax())] == "NV"


def test_that_the_card_lists_the_images_of_each_split(finished: RunFolder) -> None:
    images = Card.load(finished.classifier).images
    sizes = {name: len(members) for name, members in images.items()}
    assert sizes == {"training": 12, "validation": 6, "test": 6}
    names = [each.image_id for members in images.values() for each in members]
    assert len(set(names)) == 24
    assert all(len(each.perceptual_hash) == 16 for each in images["test"])


def test_that_the_card_says_what_the_configuration_says_of_it(finished: RunFolder) -> None:
    card = Card.load(finished.classifier)
    assert (card.name, card.licence, card.data) == ("Dark and bright", "CC0", "Made by a test")
    assert "not a medical device" in card.not_for


def test_that_the_cards_figures_are_those_of_the_files_in_the_folder(
    finished: RunFolder, data: Path
) -> None:
    classifier = Classifier.load(finished.classifier)
    tested = classifier.card.images["test"]
    right = 0
    for each in tested:
        (path,) = data.rglob(f"{each.image_id}.jpg")
        image = prepare(path.read_bytes(), classifier.card.preprocessing)
        index = int(classifier.classify(image[np.newaxis]).logits[0].argmax())
        right += classifier.card.classes[index] == path.parent.name.upper()
    figure = classifier.card.metrics["test"]["accuracy"]
    assert figure["value"] == pytest.approx(right / len(tested))
    assert figure["n"] == len(tested)


def test_that_the_run_folder_tells_what_was_asked_and_what_happened(finished: RunFolder) -> None:
    assert len(read_config(finished.config).head.learning_rates) == 2
    events = list(read_log(finished.log))
    assert [type(each) for each in events if isinstance(each, Started | Listed)] == [
        Started,
        Listed,
    ]
    assert isinstance(events[-1], Finished)
    assert sum(isinstance(each, HeadTried) for each in events) == 2
    (embedded,) = (each for each in events if isinstance(each, Embedded))
    assert list(embedded.failures) == ["mel/broken.jpg"]


def test_that_the_features_say_what_they_belong_to(finished: RunFolder) -> None:
    about = json.loads((finished.features / "about.json").read_text())
    embeddings = np.load(finished.features / "embeddings.npy")
    start = Card.load(finished.features / "start")
    assert embeddings.shape == (24, 8, 1280)
    assert len(about["images"]) == 24
    assert about["network_hash"] == start.network_hash


def test_that_a_cancelled_run_leaves_no_classifier(
    data: Path, config: Path, tmp_path: Path
) -> None:
    def report(_done: int, _total: int, message: str) -> None:
        if message.startswith("Head"):
            raise Cancelled

    folder = RunFolder.create(tmp_path / "run")
    with pytest.raises(Cancelled):
        train(data, folder, read_config(config), report)
    assert not folder.classifier.exists()
    assert isinstance(list(read_log(folder.log))[-1], EpochDone)


def test_that_what_a_kill_left_beside_a_whole_classifier_is_removed(
    finished: RunFolder, data: Path, config: Path, tmp_path: Path
) -> None:
    again = RunFolder(tmp_path / "run")
    shutil.copytree(finished.path, again.path)
    for folder in (again.pixels, again.checkpoint):
        folder.mkdir()
        (folder / "training.npy").touch()
    assert train(data, again, read_config(config), silent) == again.classifier
    assert not again.pixels.exists()
    assert not again.checkpoint.exists()


def test_that_a_batch_without_room_in_memory_is_told_before_images_are_read(
    data: Path, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = config.read_text().replace('first = "none"', 'first = "all"\nbatch = 1_000_000')
    huge = config.with_name("huge.toml")
    huge.write_text(text)
    monkeypatch.setattr("model.network.planning.read_likenesses", pytest.fail)
    with pytest.raises(UserError, match=r"1,000,000 images .* MB are free"):
        command.run(arguments_of(data, tmp_path / "run", huge))
    run = RunFolder(tmp_path / "run")
    assert isinstance(list(read_log(run.log))[-1], Failed)
    assert not run.classifier.exists()


def test_that_a_classifier_that_is_gone_is_named_where_its_split_was_to_be_taken_over(
    data: Path, config: Path, tmp_path: Path
) -> None:
    text = CONFIG.replace("[data]", '[data]\nsplit = "inherit"')
    gone = tmp_path / "gone"
    other = config.with_name("inherit.toml")
    other.write_text(text.replace("start.weights.h5", str(gone)), encoding="utf-8")
    with pytest.raises(UserError, match=r"weights .*gone do not exist: put them back, or start"):
        command.run(arguments_of(data, tmp_path / "run", other))


def test_that_weights_must_be_named_before_anything_starts(data: Path, tmp_path: Path) -> None:
    arguments = arguments_of(data, tmp_path / "run", None)
    with pytest.raises(ConfigError, match="names no starting weights"):
        command.run(arguments)
    assert not (tmp_path / "run").exists()


def test_that_a_class_without_images_is_named(data: Path, config: Path, tmp_path: Path) -> None:
    text = CONFIG.replace("[data]", '[data]\nclasses = ["MEL", "NV", "DF"]')
    other = config.with_name("other.toml")
    other.write_text(text, encoding="utf-8")
    arguments = arguments_of(data, tmp_path / "run", other)
    with pytest.raises(UserError, match="No image is labelled DF"):
        command.run(arguments)


def test_that_a_folder_without_labels_cannot_be_learned_from(config: Path, tmp_path: Path) -> None:
    make_photograph(tmp_path / "plain" / "a.jpg", 100, 0)
    arguments = arguments_of(tmp_path / "plain", tmp_path / "run", config)
    with pytest.raises(UserError, match="No image has a label"):
        command.run(arguments)


def test_that_a_run_learns_the_labels_that_were_chosen_for_it(
    data: Path, config: Path, tmp_path: Path
) -> None:
    # Every bright image is decided to be dark: there is nothing left to tell apart.
    paths = [path.relative_to(data).as_posix() for path in data.rglob("*.jpg")]
    labels = ChosenLabels("Labels: all dark.", dict.fromkeys(paths, "MEL"))
    folder = prepare_run(tmp_path / "run", data, read_config(config), labels)
    with pytest.raises(UserError, match="All labels are"):
        train(data, folder, read_config(folder.config), silent)


def read_by_three(root: Path, path: Path) -> Project:
    """A project in which two of three readers call one dark image bright, and one bright dark."""
    project = Project.create(path, root, "class folders")
    for batch in list_images(root):
        project.update_images(batch.images)
    said = {"dark_0": ("NV", "NV", "MEL"), "bright_0": ("NV", "NV", "MEL")}
    rows = [
        ReadingRow(image_id=image, reader_id=reader, answer=code)
        for image, codes in said.items()
        for reader, code in zip("ABC", codes, strict=True)
    ]
    take_rows(project, ImportedReadings("test", tuple(rows)), "A study")
    return project


def test_that_the_command_trains_on_the_spread_of_a_projects_readings(
    data: Path, config: Path, tmp_path: Path
) -> None:
    read_by_three(data, tmp_path / "mine.secondlook").close()
    text = CONFIG.replace(
        "[data]", f'[data]\nlabels = "spread"\nproject = "{tmp_path}/mine.secondlook"'
    )
    other = config.with_name("spread.toml")
    other.write_text(text, encoding="utf-8")
    assert command.run(arguments_of(data, tmp_path / "run", other)) == 0
    run = RunFolder(tmp_path / "run")
    labels, card = run.chosen_labels(), Card.load(run.classifier)
    assert labels is not None
    assert labels.shares["mel/dark_0.jpg"] == pytest.approx({"MEL": 1 / 3, "NV": 2 / 3})
    assert labels.codes["mel/dark_0.jpg"] == "NV"
    told = (
        "Labels: soft, the spread of 3 readers' first readings for 2 images, and the recorded "
        "label of 23 other images."
    )
    assert told in card.data
    assert run.read_record()["labels"] == told
    assert sum(len(each) for each in card.images.values()) == 24
    spread = card.metrics["test"]["against_spread"]
    assert 0 < spread["expected_accuracy"]["value"] <= 1


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('labels = "spread"', "[Nn]o project|does not exist|is not there"),
        ('labels = "adjudicated"\nproject = "mine.secondlook"', "No class is decided yet"),
        ('labels = "sprad"', "unknown"),
    ],
)
def test_that_labels_that_are_not_there_are_told_before_anything_starts(
    data: Path, config: Path, tmp_path: Path, line: str, complaint: str
) -> None:
    folder = tmp_path / "config"
    folder.mkdir()
    read_by_three(data, folder / "mine.secondlook").close()
    text = CONFIG.replace("[data]", f"[data]\n{line}")
    text = text.replace("start.weights.h5", str(config.with_name("start.weights.h5")))
    (folder / "config.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=complaint):
        command.run(arguments_of(data, tmp_path / "run", folder / "config.toml"))
    assert not (tmp_path / "run").exists()


def test_that_the_project_of_another_folder_is_refused(
    data: Path, config: Path, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    Project.create(tmp_path / "mine.secondlook", tmp_path / "elsewhere", "plain").close()
    other = config.with_name("foreign.toml")
    project = tmp_path / "mine.secondlook"
    text = CONFIG.replace("[data]", f'[data]\nlabels = "spread"\nproject = "{project}"')
    other.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match="is the project of"):
        command.run(arguments_of(data, tmp_path / "run", other))
