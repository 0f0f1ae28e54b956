"""Writing a classifier's folder: all of it and right, or nothing."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import keras

from model.classifier.card import NETWORK_FILE, Card
from model.errors import UserError
from model.network.compile import compile_network
from model.network.layers import describe_layers
from model.network.parity import Parity, check_parity, measure_parity

_PACKAGES = ("keras", "tensorflow", "openvino", "numpy", "opencv-python-headless")


class SaveError(UserError):
    """A classifier that cannot be written where it was asked for."""


def save_classifier(network: keras.Model, card: Card, destination: Path) -> Path:
    """Write network, compiled graph and card under a temporary name, check, then rename.

    Args:
        network: From `build_network`, with as many logits as the card has classes.
        card: What is known of the network. Layers, hash, date and versions are filled in here.
        destination: The folder to be; must not exist. Its parents are made.

    Returns:
        `destination`.

    Raises:
        SaveError: The destination exists or cannot be written.
        ParityError: The graph read back differs from the network; no folder is left.
    """
    with new_folder(destination) as folder:
        network.save(folder / NETWORK_FILE)
        parity = measure_parity(network, compile_network(network, folder))
        check_parity(parity)
        _completed(card, network, folder, parity).save(folder)
    return destination


@contextmanager
def new_folder(destination: Path) -> Iterator[Path]:
    """A temporary folder that becomes `destination` at the end, or vanishes on any error.

    Raises:
        SaveError: The destination exists or cannot be written.
    """
    if destination.exists():
        raise SaveError(f"{destination} exists already and is never overwritten: name another.")
    partial = destination.with_name(f".{destination.name}.partial-{os.getpid()}")
    try:
        partial.mkdir(parents=True)
        yield partial
        partial.rename(destination)
    except OSError as error:
        raise SaveError(
            f"The folder {destination} cannot be written: {error.strerror or error}. "
            "Choose a place with room where you may write."
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def remove_partial(destination: Path) -> None:
    """Remove what killed processes left of a classifier's folder; nobody else may work on it."""
    for partial in destination.parent.glob(f".{destination.name}.partial-*"):
        shutil.rmtree(partial, ignore_errors=True)


def package_versions() -> dict[str, str]:
    """The versions of what made a classifier."""
    return {name: version(name) for name in _PACKAGES}


def file_hash(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _completed(card: Card, network: keras.Model, folder: Path, parity: Parity) -> Card:
    measured = {"logits": parity.logits, "evidence": parity.evidence, "maps": parity.maps}
    return replace(
        card,
        layers=describe_layers(network),
        network_hash=file_hash(folder / NETWORK_FILE),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        versions=package_versions() | card.versions,
        metrics=card.metrics | {"parity": measured},
    )
