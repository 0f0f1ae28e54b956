"""`explain`: draw over one image what moved the network."""

import argparse
from pathlib import Path

import numpy as np

from model.classifier.card import Card
from model.classifier.classifier import Classifier, Explanation
from model.commands.arguments import add_classifier_argument, load_classifier, share
from model.commands.console import console_report
from model.errors import UserError
from model.files import check_file_place, write_png
from model.images import read_bytes, read_image, seen
from model.overlay import OPACITY, draw, has_evidence


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Tell what can be asked for."""
    parser.add_argument("image", type=Path, metavar="IMAGE", help="the photograph")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE.png", help="where the picture goes"
    )
    parser.add_argument(
        "--class",
        dest="class_code",
        metavar="NAME",
        help="the class whose evidence is drawn (default: the predicted one)",
    )
    parser.add_argument(
        "--layer", metavar="NAME", help="the layer that is looked at (default: the deepest)"
    )
    parser.add_argument(
        "--opacity",
        type=share,
        default=OPACITY,
        metavar="0..1",
        help=f"of the heat map where it is strongest (default: {OPACITY})",
    )
    add_classifier_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    """Draw one heat map, and say in a line what it shows.

    Raises:
        UserError: The image, the classifier, the class or the layer is not there, or the
            picture cannot be written.
    """
    check_file_place(arguments.out, ending=".png")
    classifier = load_classifier(arguments.classifier, arguments.views)
    card = classifier.card
    layer = _layer_name(card, arguments.layer)
    chosen = _class_index(card, arguments.class_code)
    with console_report() as report:
        data = read_bytes(arguments.image)
        photograph = read_image(arguments.image)
        pixels, box = seen(data, card.preprocessing)
        explanation, shown = _explain(classifier, pixels, chosen)
        report(0, 0, "Drawing")
        heat_map = explanation.maps[layer]
        write_png(arguments.out, draw(photograph, heat_map, box, opacity=arguments.opacity))
    probabilities = classifier.probabilities(explanation.logits.ravel())
    predicted = int(np.argmax(probabilities))
    if has_evidence(heat_map):
        strength = f"maximum {float(heat_map.max()):.3g} logits"
    else:
        strength = "no positive evidence: the plain photograph was written"
    print(
        f"Prediction {card.classes[predicted]} {probabilities[predicted]:.3f};"
        f" shown: {card.classes[shown]} at {layer}, {strength}"
    )
    return 0


def _explain(
    classifier: Classifier, image: np.ndarray, chosen: int | None
) -> tuple[Explanation, int]:
    """Maps of the chosen class, or of the predicted one for None; and which class that is."""
    explanation = classifier.explain(image, chosen or 0)
    if chosen is not None:
        return explanation, chosen
    predicted = int(explanation.logits.argmax())
    return (classifier.explain(image, predicted) if predicted else explanation), predicted


def _class_index(card: Card, code: str | None) -> int | None:
    if code is None:
        return None
    codes = [each.upper() for each in card.classes]
    if code.upper() not in codes:
        raise UserError(
            f"The classifier knows no class {code}; choose one of {', '.join(card.classes)}."
        )
    return codes.index(code.upper())


def _layer_name(card: Card, name: str | None) -> str:
    names = [layer.name for layer in card.layers]
    if name is None:
        return names[-1]
    if name not in names:
        raise UserError(f"The classifier offers no layer {name}; choose one of {', '.join(names)}.")
    return name
