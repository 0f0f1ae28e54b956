"""Embeddings of a run: whose they are, and what becomes of images that cannot be read."""

import errno
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from model.classifier.card import Card
from model.classifier.classifier import Classifier
from model.images import Preprocessing
from model.network.features import Features, compute_features, stored_features
from model.network.starting import starting_features
from model.network.tools import Tools
from model.network.vanishing import VanishedError
from model.progress import silent
from model.records import ImageRecord
from model.runs.config import Config, FineTuningConfig, HeadConfig, NetworkConfig
from model.runs.folder import RunFolder
from model.runs.steering import Steering
from tests.model.network.test_training import make_photograph

COUNT = 10
RECORDS = tuple(ImageRecord(f"{n}.jpg", str(n), 1, 1, "NV") for n in range(COUNT))
ONLY_HEAD = FineTuningConfig(first="none")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for number in range(COUNT):
        make_photograph(tmp_path / "data" / f"{number}.jpg", 100, number)
    return tmp_path / "data"


@pytest.fixture
def start(card: Card) -> Classifier:
    """A starting network that sees nothing."""

    def classify(pixels: np.ndarray) -> SimpleNamespace:
        return SimpleNamespace(embedding=np.zeros((len(pixels), 2), np.float32))

    named = replace(card, network_hash="ab")
    return cast("Classifier", SimpleNamespace(card=named, classify=classify))


def embed(start: Classifier, data: Path, folder: Path) -> Features:
    return compute_features(start, data, RECORDS, folder, silent, views=2)


def test_that_an_image_that_is_none_is_left_out_with_the_reason(
    start: Classifier, data: Path, tmp_path: Path
) -> None:
    (data / "3.jpg").write_bytes(b"not an image")
    found = embed(start, data, tmp_path / "features")
    assert len(found.records) == COUNT - 1
    assert list(found.failures) == ["3.jpg"]
    stored = stored_features(tmp_path / "features", start.card, RECORDS, 2)
    assert stored is not None
    assert stored.failures == found.failures


def test_that_nothing_is_kept_of_images_whose_disk_goes_away(
    start: Classifier, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Path.read_bytes

    def failing(path: Path) -> bytes:
        if path.name == "7.jpg":
            raise OSError(errno.EIO, "Input/output error")
        return read(path)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", failing)
        with pytest.raises(VanishedError, match="Input/output error"):
            embed(start, data, tmp_path / "features")
    moved = data / "9.jpg"
    moved.rename(tmp_path / "9.jpg")
    with pytest.raises(VanishedError, match=r"9\.jpg could be read .* resume the run"):
        embed(start, data, tmp_path / "features")
    assert stored_features(tmp_path / "features", start.card, RECORDS, 2) is None
    (tmp_path / "9.jpg").rename(moved)
    assert not embed(start, data, tmp_path / "features").failures


def test_that_a_run_does_not_learn_from_what_is_left_of_a_damaged_data_set(
    start: Classifier, data: Path, tmp_path: Path
) -> None:
    for number in range(3):
        (data / f"{number}.jpg").write_bytes(b"not an image")
    with pytest.raises(VanishedError, match=r"3 of 10 images cannot be read, such as .*0\.jpg"):
        embed(start, data, tmp_path / "features")
    assert stored_features(tmp_path / "features", start.card, RECORDS, 2) is None


@pytest.mark.parametrize(
    "other",
    [
        lambda card: (replace(card, network_hash="cd"), RECORDS, 2),
        lambda card: (replace(card, preprocessing=Preprocessing(64)), RECORDS, 2),
        lambda card: (card, RECORDS[1:], 2),
        lambda card: (card, RECORDS, 8),
    ],
    ids=["network", "preprocessing", "images", "views"],
)
def test_that_embeddings_count_only_for_what_they_were_computed_from(
    start: Classifier, data: Path, tmp_path: Path, other: Callable[[Card], Any]
) -> None:
    embed(start, data, tmp_path)
    assert stored_features(tmp_path, start.card, RECORDS, 1) is not None
    card, records, views = other(start.card)
    assert stored_features(tmp_path, card, records, views) is None


class Beginning:
    """A run that embeds anew each time it is told to, with a network that is not built."""

    def __init__(self, folder: Path, data: Path, start: Classifier) -> None:
        self.data, self.run, self._start = data, RunFolder(folder / "run"), start
        self.run.path.mkdir()
        self.weights = folder / "start.weights.h5"
        self.weights.write_bytes(b"weights")
        network = NetworkConfig(str(self.weights), 96)
        self.config = Config(network, head=HeadConfig(views=1), fine_tuning=ONLY_HEAD)
        self.compiled = 0

    def save(self, _network: object, card: Card, folder: Path) -> Path:
        self.compiled += 1
        folder.mkdir(parents=True)
        replace(card, network_hash=str(self.compiled)).save(folder)
        return folder

    def load(self, folder: Path) -> Classifier:
        found = SimpleNamespace(card=Card.load(folder), classify=self._start.classify)
        return cast("Classifier", found)

    def features(self) -> Features:
        log = self.run.open_log()
        tools = Tools(self.config, self.run, log, Steering(self.run.control, log, silent))
        return starting_features(self.data, RECORDS, ("MEL", "NV"), tools)


@pytest.fixture
def beginning(
    tmp_path: Path, data: Path, start: Classifier, monkeypatch: pytest.MonkeyPatch
) -> Beginning:
    found = Beginning(tmp_path, data, start)
    monkeypatch.setattr("model.network.starting.save_classifier", found.save)
    monkeypatch.setattr("model.network.starting.starting_network", lambda *_: None)
    monkeypatch.setattr("model.network.starting.Classifier", SimpleNamespace(load=found.load))
    return found


def test_that_a_resumed_run_embeds_anew_where_size_views_or_weights_are_others(
    beginning: Beginning,
) -> None:
    beginning.features()
    before = (beginning.run.features / "embeddings.npy").stat().st_mtime_ns
    beginning.features()
    assert beginning.compiled == 1
    assert (beginning.run.features / "embeddings.npy").stat().st_mtime_ns == before
    beginning.config = replace(
        beginning.config, network=replace(beginning.config.network, size=64, views=2)
    )
    assert beginning.features().embeddings.shape[1] == 2
    assert beginning.compiled == 2
    beginning.weights.write_bytes(b"others")
    beginning.features()
    assert beginning.compiled == 3


def test_that_images_that_could_not_be_read_are_tried_again_until_a_run_has_learned(
    beginning: Beginning, tmp_path: Path
) -> None:
    whole = shutil.copy(beginning.data / "3.jpg", tmp_path / "whole.jpg")
    (beginning.data / "3.jpg").write_bytes(b"not an image")
    assert list(beginning.features().failures) == ["3.jpg"]
    assert list(beginning.features().failures) == ["3.jpg"]
    shutil.copy(whole, beginning.data / "3.jpg")
    beginning.run.checkpoint.mkdir()
    (beginning.run.checkpoint / "state.npz").touch()
    assert list(beginning.features().failures) == ["3.jpg"]
    shutil.rmtree(beginning.run.checkpoint)
    assert not beginning.features().failures
