"""Networks that other people made become classifiers that say what Keras said, or are refused."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import h5py
import keras
import numpy as np
import pytest

from model.classifier.card import Card
from model.classifier.classifier import Classifier
from model.classifier.exposure import Exposure, ExposureIndex
from model.classifier.proposal import SCALES, Proposal, doubt, usual_order
from model.network.compile import compile_network
from model.network.layers import anatomy, describe_layers
from model.network.own.adapting import adapt, input_size
from model.network.own.looking import look_at
from model.network.own.reading import NetworkError, read_network
from model.network.own.taking_over import Choices, take_over
from model.network.parity import measure_parity
from model.progress import silent

layers, applications = keras.layers, keras.applications
SIDE = 64
CHOICES = Choices(("MEL", "NV", "BCC"), "0..1", name="A colleague's")


def nested(backbone: keras.Model, outputs: int = 3, activation: str = "softmax") -> keras.Model:
    """What transfer-learning tutorials build."""
    return keras.Sequential(
        [
            keras.Input((SIDE, SIDE, 3)),
            backbone,
            layers.GlobalAveragePooling2D(),
            layers.Dropout(0.3),
            layers.Dense(outputs, activation=activation),
        ]
    )


def small_backbone(name: str = "backbone") -> keras.Model:
    image = keras.Input((SIDE, SIDE, 3))
    features = layers.Conv2D(8, 3, strides=2, activation="relu", name="shallow")(image)
    again = layers.Conv2D(8, 3, padding="same", activation="swish")(features)
    joined = layers.Add()([features, again])
    return keras.Model(image, layers.Conv2D(16, 3, strides=2, activation="relu")(joined), name=name)


def plain_sequential() -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((SIDE, SIDE, 3)),
            layers.Conv2D(8, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(16, 3, activation="tanh"),
            layers.AveragePooling2D(2),
            layers.Conv2D(16, 3, activation="relu"),
            layers.MaxPooling2D(3, 2, padding="same"),
            layers.Flatten(),
            layers.Dense(16, activation="relu"),
            layers.Dense(3, activation="softmax"),
        ]
    )


def with_square_cells() -> keras.Model:
    """Convolutions of one cell with as many inputs as outputs, as ResNet and DenseNet have."""
    return keras.Sequential(
        [
            keras.Input((SIDE, SIDE, 3)),
            layers.Conv2D(16, 3, strides=2, padding="same", activation="relu"),
            layers.Conv2D(16, 1, strides=2, activation="relu"),
            layers.Conv2D(16, 3, padding="same", activation="relu"),
            layers.Conv2D(16, 1, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(3),
        ]
    )


@pytest.fixture
def pixels() -> np.ndarray:
    return np.random.default_rng(5).uniform(0, 255, (4, SIDE, SIDE, 3)).astype(np.float32)


@pytest.fixture
def saved_in(tmp_path: Path) -> Callable[..., Path]:
    def save(network: keras.Model, name: str = "network.keras") -> Path:
        network.save(tmp_path / name)
        return tmp_path / name

    return save


def softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def test_that_networks_inside_networks_become_one_with_the_same_answers(
    pixels: np.ndarray, saved_in: Callable[..., Path]
) -> None:
    inner = keras.Sequential([keras.Input((SIDE, SIDE, 3)), layers.Rescaling(1 / 255)])
    outer = nested(keras.Sequential([keras.Input((SIDE, SIDE, 3)), inner, small_backbone()]))
    found = adapt(read_network(saved_in(outer)), Path("x"), SIDE, "0..255")
    assert not any(isinstance(layer, keras.Model) for layer in found.network.layers)
    assert np.allclose(softmax(found.network.predict(pixels, verbose=0)), outer(pixels), atol=1e-6)


def test_that_two_layers_of_one_name_stay_two(saved_in: Callable[..., Path]) -> None:
    image = keras.Input((SIDE, SIDE, 3))
    twice = small_backbone("one")(image), small_backbone("two")(image)
    pooled = layers.GlobalAveragePooling2D()(layers.Concatenate()(list(twice)))
    network = keras.Model(image, layers.Dense(3)(pooled))
    found = adapt(network, Path("x"), SIDE, "0..255").network
    assert {"shallow", "shallow_2"} <= {layer.name for layer in found.layers}
    assert read_network(saved_in(found)).count_params() == network.count_params()


@pytest.mark.parametrize(
    ("scale", "mode"),
    [("-1..1", "tf"), ("ImageNet deviations", "torch"), ("BGR less ImageNet mean", "caffe")],
)
def test_that_scales_are_those_of_keras(pixels: np.ndarray, scale: Any, mode: str) -> None:
    network = nested(small_backbone())
    scaled = applications.imagenet_utils.preprocess_input(pixels.copy(), mode=mode)
    found = adapt(network, Path("x"), SIDE, scale).network
    assert np.allclose(softmax(found.predict(pixels, verbose=0)), network(scaled), atol=1e-5)


@pytest.mark.parametrize("last", ["dense", "activation", "softmax layer", "none"])
def test_that_the_last_activation_is_taken_off(pixels: np.ndarray, last: str) -> None:
    network = nested(small_backbone(), activation="softmax" if last == "dense" else "linear")
    ends = {"activation": layers.Activation("softmax"), "softmax layer": layers.Softmax()}
    if last in ends:
        network.add(ends[last])
    expected = softmax(np.asarray(network(pixels))) if last == "none" else network(pixels)
    found = adapt(network, Path("x"), SIDE, "0..255")
    assert found.head == "softmax"
    assert np.allclose(softmax(found.network.predict(pixels, verbose=0)), expected, atol=1e-6)


def test_that_one_sigmoid_becomes_two_classes_with_the_same_probability(
    pixels: np.ndarray,
) -> None:
    network = nested(small_backbone(), outputs=1, activation="sigmoid")
    found = adapt(network, Path("x"), SIDE, "0..255")
    shares = softmax(found.network.predict(pixels, verbose=0))
    assert found.head == "softmax"
    assert np.allclose(shares[:, 1:], network(pixels), atol=1e-6)
    assert anatomy(found.network).head, "its evidence still adds up"


def test_that_several_sigmoids_are_a_kind_of_their_own(
    pixels: np.ndarray, saved_in: Callable[..., Path], tmp_path: Path
) -> None:
    network = nested(small_backbone(), activation="sigmoid")
    folder = take_over(saved_in(network), replace(CHOICES, scale="0..255"), tmp_path / "c", silent)
    classifier = Classifier.load(folder)
    image = pixels[:1].astype(np.uint8)
    found = classifier.probabilities(classifier.classify(image).logits)
    assert np.allclose(found, network(image.astype(np.float32)), atol=1e-5)


def test_that_a_network_taken_over_classifies_and_explains(
    pixels: np.ndarray, saved_in: Callable[..., Path], tmp_path: Path
) -> None:
    network = nested(small_backbone())
    classifier = Classifier.load(
        take_over(saved_in(network), CHOICES, tmp_path / "classifier", silent)
    )
    images = pixels.astype(np.uint8)
    outputs = classifier.classify(images)
    assert np.allclose(
        classifier.probabilities(outputs.logits), network(images / np.float32(255)), atol=1e-5
    )
    explained = classifier.explain(images[0], 1)
    deepest = classifier.card.layers[-1]
    assert deepest.additive
    assert np.allclose(explained.maps[deepest.name], outputs.evidence[0, ..., 1], atol=1e-5)
    bias = network.layers[-1].bias.numpy()
    assert np.allclose(outputs.evidence.sum((1, 2)) + bias, outputs.logits, atol=1e-4)


def test_that_a_network_without_an_average_has_maps_but_no_evidence(
    pixels: np.ndarray, saved_in: Callable[..., Path], tmp_path: Path
) -> None:
    network = plain_sequential()
    classifier = Classifier.load(take_over(saved_in(network), CHOICES, tmp_path / "c", silent))
    images = pixels.astype(np.uint8)
    outputs = classifier.classify(images)
    assert outputs.evidence.shape == (4, 0, 0, 3)
    assert not any(layer.additive for layer in classifier.card.layers)
    maps = classifier.explain(images[0], 0).maps
    assert [values.shape for values in maps.values()] == [(62, 62), (29, 29), (12, 12)]
    assert classifier.classify(images[:0]).evidence.shape == (0, 0, 0, 3)


def test_that_images_are_not_called_unseen_where_nobody_knows(
    saved_in: Callable[..., Path], tmp_path: Path
) -> None:
    folder = take_over(saved_in(nested(small_backbone())), CHOICES, tmp_path / "c", silent)
    index = ExposureIndex(Card.load(folder))
    assert index.exposure("ISIC_0024306", "HAM_0000550") is Exposure.UNKNOWN


@pytest.mark.parametrize("name", ["network.keras", "network.h5"])
@pytest.mark.filterwarnings("ignore:.*HDF5.*", "ignore:.*legacy.*")
def test_that_code_in_a_file_is_never_run(saved_in: Callable[..., Path], name: str) -> None:
    network = keras.Sequential([keras.Input((SIDE, SIDE, 3)), layers.Lambda(lambda x: x / 255)])
    with pytest.raises(NetworkError, match=r"Lambda layer.*never run"):
        read_network(saved_in(network, name))


@pytest.mark.filterwarnings("ignore:.*HDF5.*", "ignore:.*legacy.*")
def test_that_what_cannot_be_read_is_refused_in_words(
    tmp_path: Path, saved_in: Callable[..., Path]
) -> None:
    whole = saved_in(nested(small_backbone())).read_bytes()
    files = {"text.keras": b"no network", "half.keras": whole[: len(whole) // 2]}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(NetworkError, match="damaged or no Keras file; copy it again"):
            read_network(tmp_path / name)
    old = tmp_path / "whole.h5"
    nested(small_backbone()).save(old)
    old.write_bytes(old.read_bytes()[:5000])
    with pytest.raises(NetworkError, match="is damaged: it ends early"):
        read_network(old)
    (tmp_path / "weights.txt").write_text("")
    with pytest.raises(NetworkError, match=r"has to end in \.keras or \.h5"):
        read_network(tmp_path / "weights.txt")
    with pytest.raises(NetworkError, match="does not exist"):
        read_network(tmp_path / "absent.keras")
    with pytest.raises(NetworkError, match="SavedModel"):
        read_network(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"class_name": "ReLU"', '"class_name": "TFOpLambda"', "operations directly"),
        ('"dilation_rate"', '"groups": 1, "dilation_rate"', "DepthwiseConv2D with {'groups': 1}"),
    ],
)
def test_that_files_of_tensorflow_2_4_are_refused_with_what_keras_3_cannot_read(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    """As tf.keras 2.4 wrote them: operations as layers, settings that Keras 3 does not know."""
    path = tmp_path / "old.h5"
    body = [layers.DepthwiseConv2D(3), layers.ReLU(), layers.Flatten(), layers.Dense(3)]
    keras.Sequential([keras.Input((SIDE, SIDE, 3)), *body]).save(path)
    with h5py.File(path, "r+") as file:
        file.attrs["model_config"] = file.attrs["model_config"].replace(old, new)
        file.attrs["keras_version"] = "2.4.0"
    with pytest.raises(NetworkError, match=re.escape(words)):
        read_network(path)


def test_that_what_keras_cannot_read_back_from_h5_is_asked_for_as_keras(tmp_path: Path) -> None:
    image = keras.Input((SIDE, SIDE, 3))
    hard = layers.ReLU(6.0)(image + 3.0)  # as in MobileNetV3
    path = tmp_path / "hard.h5"
    keras.Model(image, layers.Dense(3)(layers.Flatten()(hard))).save(path)
    with pytest.raises(NetworkError, match=r"Save it as \.keras"):
        read_network(path)


def test_that_weights_without_a_network_are_refused(tmp_path: Path) -> None:
    nested(small_backbone()).save_weights(tmp_path / "some.weights.h5")
    with pytest.raises(NetworkError, match="weights without their network"):
        read_network(tmp_path / "some.weights.h5")


def test_that_a_layer_of_ones_own_is_named(tmp_path: Path, saved_in: Callable[..., Path]) -> None:
    class Sharpen(keras.layers.Layer):
        def call(self, inputs: Any) -> Any:
            return inputs

    path = saved_in(keras.Sequential([keras.Input((SIDE, SIDE, 3)), Sharpen()]))
    with pytest.raises(NetworkError, match=r"does not know \(Sharpen\)"):
        read_network(path)


@pytest.mark.parametrize(
    ("shape", "words"),
    [((SIDE, SIDE, 1), "one image"), ((SIDE, 96, 3), "square"), ((8, 8, 3), "square of")],
)
def test_that_other_inputs_are_refused(shape: tuple[int, ...], words: str) -> None:
    image = keras.Input(shape)
    network = keras.Model(image, layers.Dense(3)(layers.GlobalAveragePooling2D()(image)))
    with pytest.raises(NetworkError, match=words):
        input_size(network, Path("x.keras"))


def test_that_outputs_that_are_no_classes_are_refused() -> None:
    image = keras.Input((SIDE, SIDE, 3))
    maps = keras.Model(image, layers.Conv2D(3, 3)(image))
    with pytest.raises(NetworkError, match="a number for each class"):
        adapt(maps, Path("x"), SIDE, "0..255")
    two = keras.Model(image, [layers.Flatten()(image), layers.Flatten()(image)])
    with pytest.raises(NetworkError, match="has 2 outputs"):
        adapt(two, Path("x"), SIDE, "0..255")
    with pytest.raises(NetworkError, match="activation 'tanh'"):
        adapt(nested(small_backbone(), activation="tanh"), Path("x"), SIDE, "0..255")


def test_that_a_network_without_any_map_of_the_image_is_refused() -> None:
    image = keras.Input((SIDE, SIDE, 3))
    blind = keras.Model(image, layers.Dense(3)(layers.Flatten()(image)))
    with pytest.raises(NetworkError, match="no convolution or other layer with a map"):
        adapt(blind, Path("x"), SIDE, "0..255")


def test_that_a_network_whose_only_map_is_fine_has_that_one() -> None:
    image = keras.Input((96, 96, 3))
    fine = keras.Model(image, layers.Dense(3)(layers.Flatten()(layers.Conv2D(2, 3)(image))))
    (layer,) = describe_layers(adapt(fine, Path("x"), 96, "0..255").network)
    assert (layer.height, layer.width, layer.additive) == (94, 94, False)


def test_that_the_number_of_classes_has_to_fit(
    saved_in: Callable[..., Path], tmp_path: Path
) -> None:
    path = saved_in(nested(small_backbone()))
    with pytest.raises(NetworkError, match=r"3 classes apart.*2 different names"):
        take_over(path, replace(CHOICES, classes=("MEL", "NV", "NV")), tmp_path / "c", silent)
    assert not (tmp_path / "c").exists()


def test_that_a_look_tries_every_scale(saved_in: Callable[..., Path], tmp_path: Path) -> None:
    network = nested(small_backbone())
    images = []
    for number in range(4):
        picture = np.random.default_rng(number).integers(0, 255, (90, 120, 3), np.uint8)
        images.append(tmp_path / f"{number}.png")
        cv2.imwrite(str(images[-1]), picture)
    found = look_at(saved_in(network), None, [*images, tmp_path / "absent.png"], silent)
    assert (found.size, found.outputs, found.head) == (SIDE, 3, "softmax")
    assert len(found.images) == 4
    assert {scale for scale, _ in found.answers} == set(SCALES)
    assert all(np.isclose(sum(row), 1) for rows in found.answers.values() for row in rows)
    found.save(tmp_path / "found.json")
    assert Proposal.load(tmp_path / "found.json") == found


def test_that_a_wrong_scale_is_told() -> None:
    same = ((0.1, 0.8, 0.1),) * 4
    assert "All 4 images are NV" in doubt(same, ("MEL", "NV", "BCC"))
    undecided = ((0.34, 0.33, 0.33), (0.33, 0.34, 0.33), (0.33, 0.33, 0.34), (0.34, 0.33, 0.33))
    assert "hardly prefers any class" in doubt(undecided, ("MEL", "NV", "BCC"))
    assert not doubt(((0.9, 0.1, 0), (0.1, 0.9, 0)) * 2, ("MEL", "NV", "BCC"))
    assert usual_order(7) == ("AKIEC", "BCC", "BKL", "DF", "MEL", "NV", "VASC")


@pytest.mark.parametrize("build", [nested, plain_sequential, with_square_cells])
def test_that_compiled_maps_are_kerass(build: Callable[..., Any], tmp_path: Path) -> None:
    network = build(small_backbone()) if build is nested else build()
    flat = adapt(network, Path("x"), SIDE, "0..1").network
    parity = measure_parity(flat, compile_network(flat, tmp_path))
    assert parity.logits < 1e-5
    assert min(parity.maps.values()) > 0.999


def _application(name: str) -> keras.Model:
    keras.utils.set_random_seed(7)
    build = getattr(applications, name)
    if name == "VGG16":
        return build(weights=None, classes=7, input_shape=(SIDE, SIDE, 3))
    return nested(build(weights=None, include_top=False, input_shape=(SIDE, SIDE, 3)))


@pytest.mark.long
@pytest.mark.parametrize(
    "name",
    [
        *("MobileNetV2", "MobileNetV3Small", "MobileNetV3Large"),
        *("EfficientNetB0", "ResNet50", "DenseNet121", "VGG16"),
    ],
)
def test_that_the_usual_architectures_are_explained_as_keras_does(
    name: str, tmp_path: Path, saved_in: Callable[..., Path]
) -> None:
    network = _application(name)
    flat = adapt(read_network(saved_in(network)), Path(name), SIDE, "-1..1").network
    parity = measure_parity(flat, compile_network(flat, tmp_path))
    assert parity.logits < 1e-4
    assert len(parity.maps) == 5
    assert min(parity.maps.values()) > 0.999
