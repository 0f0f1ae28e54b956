"""A classifier's folder: what is in it, that it says what Keras says, or that it is not there."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from model.classifier.card import Card
from model.classifier.classifier import Classifier
from model.classifier.openvino_core import ov, shared_core
from model.network import save
from model.network.layers import OFFERED_LAYERS
from model.network.parity import Parity, ParityError, check_parity, correlation
from model.network.save import SaveError, file_hash, save_classifier


def test_that_the_folder_holds_network_graph_and_card(saved: Path) -> None:
    names = {path.name for path in saved.iterdir()}
    assert names == {"network.keras", "graph.xml", "graph.bin", "card.json"}
    assert not list(saved.parent.glob(".*"))


def test_that_the_card_knows_layers_hash_and_versions(saved: Path) -> None:
    card = Card.load(saved)
    assert tuple(layer.name for layer in card.layers) == OFFERED_LAYERS
    assert card.network_hash == file_hash(saved / "network.keras")
    assert card.versions["keras"] == keras.__version__


def test_that_the_graph_has_the_names_of_the_contract(saved: Path) -> None:
    graph = shared_core().read_model(saved / "graph.xml")
    assert {port.get_any_name() for port in graph.inputs} == {"image", "class_weights"}
    expected = {"logits", "evidence", "embedding"} | {f"map/{name}" for name in OFFERED_LAYERS}
    assert {port.get_any_name() for port in graph.outputs} == expected


def test_that_the_graph_keeps_all_digits_of_the_weights(saved: Path) -> None:
    graph = shared_core().read_model(saved / "graph.xml")
    kinds = {op.get_element_type() for op in graph.get_ops() if op.get_type_name() == "Constant"}
    assert ov.Type.f16 not in kinds


def test_that_without_maps_the_graph_takes_four_images(
    saved: Path, network: keras.Model, images: np.ndarray
) -> None:
    graph = shared_core().read_model(saved / "graph.xml")
    serving = ov.Model([graph.output("logits")], [graph.input("image").get_node()], "serving")
    serving.reshape({"image": [4, 96, 96, 3]})
    batch = images[:4].astype(np.float32)
    found = shared_core().compile_model(serving, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    assert np.allclose(found({"image": batch})["logits"], network(batch), atol=1e-4)


def test_that_the_compiled_classifier_says_what_keras_says(
    saved: Path, explain: Any, images: np.ndarray
) -> None:
    expected = explain(images[:1].astype(np.float32), np.float32([[0, 0, 1]]))
    found = Classifier.load(saved).explain(images[0], 2)
    assert np.allclose(found.logits, expected["logits"][0], atol=1e-4)
    for name in OFFERED_LAYERS:
        assert correlation(found.maps[name], expected[f"map/{name}"].numpy()[0]) >= 0.9999, name


def test_that_the_saved_network_can_be_loaded_by_keras(
    saved: Path, network: keras.Model, images: np.ndarray
) -> None:
    loaded = keras.models.load_model(saved / "network.keras")
    assert np.array_equal(loaded(images[:1]), network(images[:1]))


def test_that_nothing_is_overwritten(saved: Path, network: keras.Model, card: Card) -> None:
    with pytest.raises(SaveError, match="never overwritten"):
        save_classifier(network, card, saved)


def test_that_a_graph_that_differs_leaves_no_folder(
    network: keras.Model, card: Card, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = Parity(1e-3, 0.0, 0.0, dict.fromkeys(OFFERED_LAYERS, 1.0))
    monkeypatch.setattr(save, "measure_parity", lambda _network, _graph: wrong)
    with pytest.raises(ParityError):
        save_classifier(network, replace(card, name="wrong"), tmp_path / "wrong")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("logits", "map_correlation"), [(1.1e-4, 1.0), (float("nan"), 1.0), (0.0, 0.998)]
)
def test_that_a_graph_beyond_the_limits_is_refused(logits: float, map_correlation: float) -> None:
    with pytest.raises(ParityError, match="no classifier was written"):
        check_parity(Parity(logits, 0.0, 0.0, {"out_relu": map_correlation}))


def test_that_a_graph_within_the_limits_passes() -> None:
    check_parity(Parity(9e-5, 0.0, 0.0, {"out_relu": 0.9991}))


def test_that_opposite_maps_correlate_at_minus_one_and_empty_ones_at_one() -> None:
    ramp = np.arange(9, dtype=np.float32).reshape(3, 3)
    assert correlation(ramp, 5 - 2 * ramp) == pytest.approx(-1)
    assert correlation(np.zeros((3, 3), np.float32), np.zeros((3, 3), np.float32)) == 1
    assert correlation(np.zeros((3, 3), np.float32), ramp) == 0
