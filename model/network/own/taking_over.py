"""Somebody's network becomes a classifier's folder."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from model.classifier.card import Card
from model.classifier.proposal import Scale
from model.images import Mode, Preprocessing
from model.network.cards import INTENDED_USE, NOT_FOR
from model.network.own.adapting import adapt, input_size
from model.network.own.looking import DEFAULT_SIZE
from model.network.own.reading import NetworkError, read_network
from model.network.save import file_hash, save_classifier
from model.progress import Report


@dataclass(frozen=True, slots=True)
class Choices:
    """What only the network's owner knows.

    Attributes:
        classes: Codes in the order of the outputs.
        scale: What the network expects of its pixels.
        mode: How a photograph becomes a square.
        size: Side of the input, for a network that takes any; None for the usual 224.
        name: For people; "" for the file's name.
        licence: Under which the network may be used; "" where not stated.
    """

    classes: Sequence[str]
    scale: Scale
    mode: Mode = "stretch"
    size: int | None = None
    name: str = ""
    licence: str = ""


def take_over(path: Path, choices: Choices, destination: Path, report: Report) -> Path:
    """Write the classifier; the graph on disk is compared with Keras before it counts.

    Raises:
        NetworkError: The network cannot be taken over, or the choices do not fit it.
        SaveError: The destination exists or cannot be written.
        ParityError: The compiled graph differs from the network.
        Cancelled: From `report`.
    """
    report(0, 0, "Reading the network")
    network = read_network(path)
    fixed = input_size(network, path)
    if fixed and choices.size and fixed != choices.size:
        raise NetworkError(f"{path} takes images of {fixed} pixels, not of {choices.size}.")
    side = fixed or choices.size or DEFAULT_SIZE
    adapted = adapt(network, path, side, choices.scale)
    outputs = int(adapted.network.output.shape[-1])
    if len(choices.classes) != outputs or len(set(choices.classes)) < outputs:
        raise NetworkError(
            f"{path} tells {outputs} classes apart, and {len(set(choices.classes))} different "
            f"names were given ({', '.join(choices.classes)}): name each one, in order."
        )
    report(0, 0, "Compiling the network and checking it against Keras")
    card = Card(
        name=choices.name or path.stem,
        classes=tuple(choices.classes),
        preprocessing=Preprocessing(side, choices.mode),
        layers=(),
        temperature=1.0,
        network_hash="",
        seed=0,
        created="",
        versions={},
        licence=choices.licence or "Not stated; ask the owner of the network.",
        data=f"Not known: taken over from {path.name} (SHA-256 {file_hash(path)}), "
        f"pixels {choices.scale}.",
        intended_use=INTENDED_USE,
        not_for=NOT_FOR,
        metrics={},
        images={},
        head=adapted.head,
    )
    return save_classifier(adapted.network, card, destination)
