"""A small network and a tiny data set: built once, since each compilation takes seconds."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from model.classifier.card import Card
from model.images import Preprocessing
from model.network.build import build_network
from model.network.gradcam import explain_function
from model.network.save import save_classifier

SIDE = 96
# Keras reads TensorFlow's arrays in a way that NumPy 2 calls old.
KERAS_WARNING = "ignore:__array__ implementation doesn't accept a copy:DeprecationWarning"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.filterwarnings(KERAS_WARNING))


@pytest.fixture(scope="session")
def network() -> keras.Model:
    """Three classes at 96 pixels, with random weights that leave every layer alive."""
    built = build_network(3, size=SIDE, seed=1)
    generator = np.random.default_rng(1)
    for layer in built.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            _, _, mean, variance = layer.get_weights()
            gamma = generator.uniform(0.8, 1.2, mean.shape)
            beta = generator.normal(0.1, 0.3, mean.shape)
            layer.set_weights([gamma, beta, mean, variance])
        elif isinstance(layer, keras.layers.Conv2D | keras.layers.DepthwiseConv2D):
            (kernel,) = layer.get_weights()
            depthwise = isinstance(layer, keras.layers.DepthwiseConv2D)
            fan = np.prod(kernel.shape[: 2 if depthwise else 3])
            layer.set_weights([generator.normal(0, np.sqrt(2 / fan), kernel.shape)])
    return built


@pytest.fixture(scope="session")
def explain(network: keras.Model) -> Any:
    """The network's explain function; tracing it takes a second."""
    return explain_function(network)


@pytest.fixture(scope="session")
def card() -> Card:
    return Card(
        name="Test",
        classes=("MEL", "NV", "BCC"),
        preprocessing=Preprocessing(SIDE),
        layers=(),
        temperature=1.0,
        network_hash="",
        seed=1,
        created="",
        versions={},
        licence="None",
        data="None",
        intended_use="Tests",
        not_for="All else",
        metrics={},
        images={},
    )


@pytest.fixture(scope="session")
def saved(network: keras.Model, card: Card, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small network as a classifier's folder."""
    return save_classifier(network, card, tmp_path_factory.mktemp("classifiers") / "small")


@pytest.fixture(scope="session")
def images() -> np.ndarray:
    return np.random.default_rng(2).integers(0, 256, (5, SIDE, SIDE, 3)).astype(np.uint8)
