"""What is known of somebody's network before it becomes a classifier, and what is to choose."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, cast, get_args

from model.classifier.card import Layer
from model.classifier.probabilities import Head
from model.files import written_whole
from model.images import Mode
from model.taxonomy import BENIGN, HAM10000_CLASSES, MALIGNANT, is_right

Scale = Literal["0..255", "0..1", "-1..1", "ImageNet deviations", "BGR less ImageNet mean"]
SCALES: tuple[Scale, ...] = get_args(Scale)
EXPLANATIONS: Mapping[Scale, str] = {
    "0..255": "pixels as they are; the network scales them by itself, or not at all",
    "0..1": "pixels divided by 255",
    "-1..1": "pixels divided by 127.5, less 1 (Keras' mode “tf”)",
    "ImageNet deviations": "less ImageNet's mean, divided by its deviation (torchvision, “torch”)",
    "BGR less ImageNet mean": "blue first, less ImageNet's mean (Keras' mode “caffe”)",
}

Answers = tuple[tuple[float, ...], ...]
"""Probabilities: a row for each image, a number for each output."""

_ENOUGH_IMAGES = 4
_ISIC_2019 = ("AK", "BCC", "BKL", "DF", "MEL", "NV", "SCC", "VASC")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What was found in a network's file.

    Attributes:
        path: The file.
        size: Side of the input in pixels; None where the network takes any.
        outputs: How many classes it tells apart.
        head: How its logits become probabilities.
        scale: The likely scale of its pixels.
        layers: The layers that will offer heat maps, shallow to deep.
        images: Names of the photographs that were tried.
        answers: What it says of them, by scale and mode.
    """

    path: str
    size: int | None
    outputs: int
    head: Head
    scale: Scale
    layers: tuple[Layer, ...]
    images: tuple[str, ...]
    answers: dict[tuple[Scale, Mode], Answers]

    @property
    def has_evidence(self) -> bool:
        """Whether a map of the deepest layer adds up to the logits."""
        return any(layer.additive for layer in self.layers)

    def save(self, path: Path) -> None:
        """Write it as JSON, whole or not at all."""
        values = asdict(self)
        values["answers"] = [[*key, rows] for key, rows in self.answers.items()]
        with written_whole(path) as temporary:
            temporary.write_text(json.dumps(values), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Proposal":
        """What `save` wrote."""
        values = json.loads(path.read_text(encoding="utf-8"))
        answers = {
            (cast("Scale", scale), cast("Mode", mode)): tuple(tuple(row) for row in rows)
            for scale, mode, rows in values.pop("answers")
        }
        layers = tuple(Layer(**layer) for layer in values.pop("layers"))
        images = tuple(values.pop("images"))
        return cls(**values, layers=layers, images=images, answers=answers)


def usual_order(outputs: int) -> tuple[str, ...]:
    """The classes in the order that Keras gives them when it reads one folder for each class.

    That is the alphabet's, and the likely one; for a number of classes that no data set here has,
    names to be replaced.
    """
    if outputs == len(HAM10000_CLASSES):
        return tuple(sorted(HAM10000_CLASSES))
    if outputs == len(_ISIC_2019):
        return _ISIC_2019
    if outputs == len((BENIGN, MALIGNANT)):
        return (BENIGN, MALIGNANT)
    return tuple(f"CLASS {number}" for number in range(1, outputs + 1))


def as_recorded(answers: Answers, classes: Sequence[str], labels: Sequence[str]) -> int:
    """How many answers are what is recorded; images without a label count as none."""
    best = (classes[max(range(len(row)), key=row.__getitem__)] for row in answers)
    return sum(
        bool(label) and is_right(code, label) for code, label in zip(best, labels, strict=True)
    )


def best_choice(
    proposal: Proposal, classes: Sequence[str], labels: Sequence[str]
) -> tuple[tuple[Scale, Mode], int] | None:
    """The scale and mode with which most answers are what is recorded, and how many are.

    None where the images have no labels. Few images prove nothing, but a right choice stands out.
    """
    if not any(labels) or not proposal.answers:
        return None
    counts = {key: as_recorded(each, classes, labels) for key, each in proposal.answers.items()}
    best = max(counts, key=counts.__getitem__)
    return best, counts[best]


def doubt(answers: Answers, classes: Sequence[str]) -> str:
    """Why a choice is probably wrong, in a sentence; "" where nothing speaks against it.

    A network that gets pixels of another scale than it was trained with mostly says the same of
    every image, or cannot decide at all.
    """
    if len(answers) < _ENOUGH_IMAGES:
        return ""
    chosen = {max(range(len(row)), key=row.__getitem__) for row in answers}
    if len(chosen) == 1:
        return (
            f"All {len(answers)} images are {classes[chosen.pop()]}. If they are not, the scale of "
            "the pixels is probably wrong: try another."
        )
    spread = max(max(row) - min(row) for row in answers)
    if spread < 1 / len(classes):
        return "The network hardly prefers any class: the scale of the pixels is probably wrong."
    return ""
