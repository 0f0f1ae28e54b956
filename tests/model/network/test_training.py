"""A whole training run on a small set that can be learned: dark and bright photographs."""

import argparse
import json
from pathlib import Path

import cv2
import keras
import numpy as np
import pytest

from model.classifier.card import Card
from model.classifier.classifier import Classifier
from model.commands import train as command
from model.errors import UserError
from model.images import prepare
from model.network.training import train
from model.progress import Cancelled, silent
from model.runs.config import ConfigError
from model.runs.folder import RunFolder, prepare_run
from model.runs.log import Embedded, EpochDone, Finished, HeadTried, Listed, Started, read_log
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


def arguments_of(data: Path, run: Path, config: Path | None) -> argparse.Namespace:
    return argparse.Namespace(path=data, run=run, config=config, resume=False, queue=False)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve images of each of two classes, and one file that is no image."""
    root = tmp_path_factory.mktemp("data")
    for number in range(12):
        make_photograph(root / "nv" / f"bright_{number}.jpg", 200, number)
        make_photograph(root / "mel" / f"dark_{number}.jpg", 60, 100 + number)
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
    with pytest.raises(UserError, match="labels of 0 classes"):
        command.run(arguments)


def test_that_a_run_learns_the_labels_that_were_chosen_for_it(
    data: Path, config: Path, tmp_path: Path
) -> None:
    # Every bright image is decided to be dark: there is nothing left to tell apart.
    paths = [path.relative_to(data).as_posix() for path in data.rglob("*.jpg")]
    labels = dict.fromkeys(paths, "MEL")
    folder = prepare_run(tmp_path / "run", data, read_config(config), labels)
    with pytest.raises(UserError, match="labels of 1 class"):
        train(data, folder, read_config(folder.config), silent)
