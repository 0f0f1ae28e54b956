"""A classifier of which is known what trained it: images that are in none of the data sets."""

from dataclasses import replace
from pathlib import Path

import pytest

from model.classifier.card import Card, TrainedImage
from tests.small_classifier import write_small_classifier


@pytest.fixture(scope="session")
def small_classifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_small_classifier(tmp_path_factory.mktemp("classifiers") / "small")
    card = Card.load(folder)
    images = {**card.images, "training": (TrainedImage("elsewhere", "", ""),)}
    replace(card, images=images).save(folder)
    return folder
