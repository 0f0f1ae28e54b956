"""Where the classifier that comes with the program lies."""

from pathlib import Path


def default_classifier_folder() -> Path:
    """The folder `resources/classifier` of the program; it need not exist."""
    return Path(__file__).resolve().parents[2] / "resources" / "classifier"
