"""A small data set, its project and its cache, and a classifier to run over it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from model.classifier.classifier import Classifier
from tests.conftest import write_jpeg
from tests.model.classifier.tiny import write_tiny_classifier
from tests.model.inference.places import Place, make_place


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_classifier(tmp_path_factory.mktemp("classifiers") / "tiny")


@pytest.fixture(scope="session")
def tiny(tiny_folder: Path) -> Classifier:
    return Classifier.load(tiny_folder)


@pytest.fixture(scope="session")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photographs")
    for number in range(150):
        write_jpeg(folder / f"{number:03}.jpg", seed=number)
    return folder


@pytest.fixture
def images_folder(photographs: Path, tmp_path: Path) -> Path:
    """150 different photographs that a test may spoil."""
    return shutil.copytree(photographs, tmp_path / "images")


@pytest.fixture
def opened(images_folder: Path, tmp_path: Path) -> Iterator[Place]:
    place = make_place(tmp_path, images_folder)
    yield place
    place.close()
