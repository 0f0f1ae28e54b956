from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from model.classifier.classifier import Classifier
from tests.model.classifier.tiny import SIDE, write_tiny_classifier


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_classifier(tmp_path_factory.mktemp("classifiers") / "tiny")


@pytest.fixture(scope="session")
def tiny(tiny_folder: Path) -> Classifier:
    return Classifier.load(tiny_folder)


@pytest.fixture(scope="session")
def images() -> NDArray[np.uint8]:
    return np.random.default_rng(5).integers(0, 256, (10, SIDE, SIDE, 3), dtype=np.uint8)
