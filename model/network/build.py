"""The network: MobileNetV2 in one flat graph, from pixels 0..255 to logits."""

import os
from pathlib import Path
from typing import Any, Literal

import keras

from model.errors import UserError
from model.network.layers import EMBEDDING_LAYER, LOGITS_LAYER
from model.runs.sizes import SIZE_RULE, suits_network

DOWNLOADED_NAME = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5"
DROPOUT = 0.2

Weights = Path | Literal["download"] | None


class WeightsError(UserError):
    """Starting weights that cannot be had, or that belong to another network."""


def build_network(
    classes: int, *, size: int | None = 224, weights: Weights = None, seed: int = 0
) -> keras.Model:
    """Build the network with a fresh linear head.

    The graph is flat (`input_tensor`), because Keras 3 cannot differentiate into a nested
    backbone, and scales its input itself. Batch-norm layers never train: with
    statistics folded into the kernels, moving means would ruin the network.

    Args:
        classes: Number of logits.
        size: Side of the square input in pixels, a multiple of 32, at least 96; None for a
            network that trains on several sizes.
        weights: A file of MobileNetV2 weights without the top; "download" for Keras' own
            (the only case that touches the network connection); None for random ones.
        seed: Of all random weights.

    Returns:
        A model from float32 [N, size, size, 3] RGB 0..255 to float32 [N, classes] logits.

    Raises:
        WeightsError: The weights are absent, damaged or of another network.
    """
    if size is not None:
        check_size(size)
    keras.utils.set_random_seed(seed)
    image = keras.Input((size, size, 3), name="image")
    scaled = keras.layers.Rescaling(1 / 127.5, offset=-1.0, name="scale")(image)
    backbone = keras.applications.MobileNetV2(input_tensor=scaled, include_top=False, weights=None)
    _load(backbone, weights)
    network = keras.Model(image, _head(backbone.output, classes, seed), name="second_look")
    freeze_batch_norms(network)
    return network


def check_size(size: int) -> None:
    """Refuse input sizes that the network cannot halve five times.

    Raises:
        UserError: The size is too small or no multiple of 32.
    """
    if not suits_network(size):
        raise UserError(
            f"An input size of {size} pixels does not suit the network: choose {SIZE_RULE}."
        )


def freeze_batch_norms(network: keras.Model) -> None:
    """Keep every batch-norm layer in inference mode, whatever else trains."""
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = False


def _head(activations: Any, classes: int, seed: int) -> Any:
    pooled = keras.layers.GlobalAveragePooling2D(name=EMBEDDING_LAYER)(activations)
    kept = keras.layers.Dropout(DROPOUT, seed=seed, name="dropout")(pooled)
    initial = keras.initializers.GlorotUniform(seed=seed)
    # In full precision also where the other layers compute in half.
    logits = keras.layers.Dense(
        classes, kernel_initializer=initial, name=LOGITS_LAYER, dtype="float32"
    )
    return logits(kept)


def downloaded() -> keras.Model:
    """Keras' own network with ImageNet's weights, which are looked up where they are not here yet.

    Raises:
        WeightsError: They cannot be had; says which file to bring, and where to put it.
    """
    try:
        return keras.applications.MobileNetV2(
            input_shape=(224, 224, 3), include_top=False, weights="imagenet"
        )
    except Exception as error:
        # Keras raises a bare Exception where a download fails.
        folder = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras")) / "models"
        raise WeightsError(
            f"The ImageNet weights could not be downloaded ({error}). Without a connection, bring "
            f"the file {DOWNLOADED_NAME} (Keras applications, MobileNetV2) from another computer "
            f"and put it into {folder}."
        ) from error


def absent(path: Path) -> WeightsError:
    """What to say of weights that are not there."""
    return WeightsError(
        f"The starting weights {path} do not exist: put them back, or start from another "
        "classifier's folder or a file of MobileNetV2's weights."
    )


def _load(backbone: keras.Model, weights: Weights) -> None:
    if weights == "download":
        backbone.set_weights(downloaded().get_weights())
    elif isinstance(weights, Path):
        _load_file(backbone, weights)


def _load_file(backbone: keras.Model, path: Path) -> None:
    if not path.is_file():
        raise absent(path)
    try:
        backbone.load_weights(path)
    except (OSError, ValueError, KeyError) as error:
        raise WeightsError(
            f"The starting weights {path} are damaged or not those of MobileNetV2 (alpha 1.0, "
            "without top): name another file."
        ) from error
