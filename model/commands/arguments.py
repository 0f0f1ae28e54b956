"""Arguments that several commands share."""

import argparse
import sys
from pathlib import Path

from model.classifier.classifier import Classifier
from model.classifier.default import default_classifier_folder
from model.classifier.serving import NO_BF16, Precision
from model.views import VIEW_COUNTS


def add_classifier_argument(parser: argparse.ArgumentParser) -> None:
    """Add --classifier."""
    parser.add_argument(
        "--classifier",
        type=Path,
        metavar="DIR",
        help="folder of the classifier (default: the bundled one)",
    )
    parser.add_argument(
        "--views",
        type=int,
        choices=VIEW_COUNTS,
        help="exact views of each image that are averaged (default: what the card says)",
    )


def load_classifier(
    folder: Path | None, views: int | None = None, precision: Precision = "f32"
) -> Classifier:
    """The classifier that was asked for; in f32 where the processor has no bf16, which is said.

    Raises:
        UserError: The folder holds none that can be used.
    """
    classifier = Classifier.load(folder or default_classifier_folder(), views, precision)
    if classifier.precision != precision:
        print(f"second-look: {NO_BF16}", file=sys.stderr)
    return classifier


def share(text: str) -> float:
    """A number from 0 to 1."""
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return value
