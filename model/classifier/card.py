"""The card of a classifier: what it is, what it sees, and which images made it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from model.classifier.probabilities import Head
from model.errors import UserError
from model.images import Preprocessing
from model.views import VIEW_COUNTS

CARD_FILE = "card.json"
NETWORK_FILE = "network.keras"
GRAPH_FILE = "graph.xml"
WEIGHTS_FILE = "graph.bin"

_SCHEMA = 1
_PLAIN = (
    "name",
    "temperature",
    "network_hash",
    "seed",
    "created",
    "versions",
    "licence",
    "data",
    "intended_use",
    "not_for",
    "metrics",
)


class ClassifierError(UserError):
    """A classifier's folder that cannot be used."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer whose heat map the classifier offers.

    Attributes:
        name: As in the Keras network; the graph's output is "map/<name>".
        height: Rows of its map.
        width: Columns of its map.
        channels: Activations in each cell.
        additive: Whether its map is the evidence: the cells and the bias add up to the logit.
    """

    name: str
    height: int
    width: int
    channels: int
    additive: bool


@dataclass(frozen=True, slots=True)
class TrainedImage:
    """An image that took part in making the classifier.

    Attributes:
        image_id: The file's name without its ending.
        lesion_id: What was photographed, "" where unknown.
        perceptual_hash: 16 hexadecimal digits of `model.images.perceptual_hash`, or "".
    """

    image_id: str
    lesion_id: str
    perceptual_hash: str


@dataclass(frozen=True, slots=True)
class Card:
    """Everything about a classifier that is not its weights.

    Attributes:
        name: For people.
        classes: Codes, in the order of the logits.
        preprocessing: How a photograph becomes the network's input.
        layers: The layers that offer heat maps, from shallow to deep.
        temperature: Logits are divided by it before the softmax; above 0, 1 if not calibrated.
        network_hash: SHA-256 of the file network.keras.
        seed: Of the training.
        created: Time in UTC, ISO 8601.
        versions: Of the packages that made it.
        licence: Under which it may be used.
        data: What trained it, in words.
        intended_use: In words.
        not_for: What it must not be used for, in words.
        metrics: Plain values, with intervals and n.
        images: Which images trained it, by "training", "validation" and "test"; empty where
            that is not known.
        views: How many exact views of an image are averaged (`model.views`), 1 for the image alone.
        head: How logits become probabilities: "softmax" (they sum to 1) or "sigmoid" (each class
            by itself).
    """

    name: str
    classes: tuple[str, ...]
    preprocessing: Preprocessing
    layers: tuple[Layer, ...]
    temperature: float
    network_hash: str
    seed: int
    created: str
    versions: dict[str, str]
    licence: str
    data: str
    intended_use: str
    not_for: str
    metrics: dict[str, Any]
    images: dict[str, tuple[TrainedImage, ...]]
    head: Head = "softmax"
    views: int = 1

    @classmethod
    def load(cls, folder: Path) -> "Card":
        """The card in a classifier's folder.

        Raises:
            ClassifierError: No card there, a damaged one, or one of a newer version.
        """
        path = folder / CARD_FILE
        values = _read_json(path)
        schema = values.get("schema")
        if isinstance(schema, int) and schema > _SCHEMA:
            raise ClassifierError(
                f"{path} was written by a newer version of the program; update the program."
            )
        try:
            return _from_json(values)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ClassifierError(
                f"{path} is damaged ({type(error).__name__}: {error}); copy the classifier again."
            ) from None

    def save(self, folder: Path) -> None:
        """Write the card into `folder`, which exists."""
        text = json.dumps(_to_json(self), ensure_ascii=False, indent=1)
        (folder / CARD_FILE).write_text(text + "\n", encoding="utf-8")


def _read_json(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ClassifierError(
            f"{path.parent} holds no classifier ({path.name} is missing); choose another folder."
        ) from None
    except OSError as error:
        raise ClassifierError(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError:
        raise ClassifierError(f"{path} is damaged; copy the classifier again.") from None
    if not isinstance(values, dict):
        raise ClassifierError(f"{path} is damaged; copy the classifier again.")
    return values


def _to_json(card: Card) -> dict[str, Any]:
    return {
        "schema": _SCHEMA,
        **{name: getattr(card, name) for name in _PLAIN},
        "classes": list(card.classes),
        "head": card.head,
        "views": card.views,
        "preprocessing": card.preprocessing.to_json(),
        "layers": [
            {name: getattr(layer, name) for name in Layer.__slots__} for layer in card.layers
        ],
        # Lists, as names would be repeated for thousands of images.
        "images": {
            split: [[each.image_id, each.lesion_id, each.perceptual_hash] for each in images]
            for split, images in card.images.items()
        },
    }


def _from_json(values: dict[str, Any]) -> Card:
    card = Card(
        **{name: values[name] for name in _PLAIN},
        classes=tuple(str(code) for code in values["classes"]),
        preprocessing=Preprocessing.from_json(values["preprocessing"]),
        layers=tuple(Layer(**layer) for layer in values["layers"]),
        images={
            split: tuple(TrainedImage(*image) for image in images)
            for split, images in values["images"].items()
        },
        head=values.get("head", "softmax"),
        views=values.get("views", 1),
    )
    if card.views not in VIEW_COUNTS:
        raise ValueError(f"views {card.views!r}")
    if card.head not in get_args(Head):
        raise ValueError(f"head {card.head!r}")
    if len(card.classes) < 2 or len(set(card.classes)) < len(card.classes):
        raise ValueError(f"classes {card.classes}")
    for image in (each for images in card.images.values() for each in images):
        int(image.perceptual_hash or "0", 16)
    if not card.temperature > 0:
        raise ValueError(f"temperature {card.temperature}")
    return card
