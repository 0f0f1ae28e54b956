"""What the network is made of, and what happens without usable weights."""

from pathlib import Path

import keras
import numpy as np
import pytest

from model.errors import UserError
from model.network.build import DOWNLOADED_NAME, WeightsError, build_network
from model.network.layers import OFFERED_LAYERS, describe_layers


def test_that_the_graph_is_flat_and_has_every_offered_layer(network: keras.Model) -> None:
    assert not [layer for layer in network.layers if isinstance(layer, keras.Model)]
    assert set(OFFERED_LAYERS) <= {layer.name for layer in network.layers}


def test_that_batch_norms_do_not_train(network: keras.Model) -> None:
    norms = [each for each in network.layers if isinstance(each, keras.layers.BatchNormalization)]
    assert norms
    assert not any(each.trainable for each in norms)


def test_that_layers_are_described_with_the_size_of_their_maps() -> None:
    described = describe_layers(build_network(2))
    sizes = [(each.height, each.width, each.channels, each.additive) for each in described]
    assert sizes == [
        (56, 56, 144, False),
        (28, 28, 192, False),
        (14, 14, 576, False),
        (7, 7, 320, False),
        (7, 7, 1280, True),
    ]


def test_that_equal_seeds_give_equal_networks() -> None:
    image = np.full((1, 96, 96, 3), 100, np.float32)
    first, again, other = (build_network(2, size=96, seed=seed)(image) for seed in (4, 4, 5))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_that_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"absent\.h5 do not exist"):
        build_network(2, size=96, weights=tmp_path / "absent.h5")


def test_that_damaged_weights_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "some.weights.h5"
    path.write_bytes(b"\x89HDF\r\n\x1a\n and then nothing")
    with pytest.raises(WeightsError, match="damaged or not those of MobileNetV2"):
        build_network(2, size=96, weights=path)


def test_that_a_failed_download_says_which_file_to_bring_and_where_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unreachable(*_arguments: object, **_options: object) -> None:
        raise Exception("URL fetch failure")  # noqa: TRY002 - what Keras raises

    monkeypatch.setattr(keras.utils, "get_file", unreachable)
    monkeypatch.setattr("keras.src.applications.mobilenet_v2.file_utils.get_file", unreachable)
    with pytest.raises(WeightsError) as caught:
        build_network(2, size=96, weights="download")
    assert DOWNLOADED_NAME in str(caught.value)
    assert "models" in str(caught.value)


def test_that_sizes_that_cannot_be_halved_are_refused() -> None:
    with pytest.raises(UserError, match="multiple of 32"):
        build_network(2, size=100)


def test_that_real_weights_give_the_features_of_keras_own_network(real_data: Path) -> None:
    weights = next((real_data / "mobilenet_v2_imagenet").glob("*.weights.h5"))
    image = np.random.default_rng(0).uniform(0, 255, (1, 96, 96, 3)).astype(np.float32)
    plain = keras.applications.MobileNetV2(
        input_shape=(96, 96, 3), include_top=False, weights=weights
    )
    expected = plain(image / 127.5 - 1).numpy().mean((1, 2))
    network = build_network(2, size=96, weights=weights)
    found = keras.Model(network.input, network.get_layer("embedding").output)(image)
    assert np.allclose(found, expected, atol=1e-4)
