"""What a path is that the user named, dropped or chose."""

from enum import Enum
from pathlib import Path

from model.catalogue.walking import is_image_name
from model.errors import UserError

PROJECT_ENDING = ".secondlook"


class Openable(Enum):
    """The kinds of things that can be opened; the value is what the user is told."""

    DATA_SET = "the data set"
    PROJECT = "the project"
    CLASSIFIER = "the classifier"
    IMAGE = "the image"


def recognise(path: Path) -> Openable:
    """What `path` is, from its name and, for a folder, from the card that a classifier has.

    Raises:
        UserError: It is nothing that can be opened.
    """
    if path.is_dir():
        return Openable.CLASSIFIER if (path / "card.json").is_file() else Openable.DATA_SET
    if not path.exists():
        raise UserError(f"There is no file or folder {path}. Check the name and try again.")
    if path.suffix.lower() == PROJECT_ENDING:
        return Openable.PROJECT
    if is_image_name(path.name):
        return Openable.IMAGE
    raise UserError(
        f"{path.name} cannot be opened. Choose a folder of images, an image, "
        "a project (.secondlook) or a classifier folder."
    )


def describe(path: Path) -> str:
    """For example "the data set ham10000"; "" for what cannot be opened."""
    try:
        return f"{recognise(path).value} {path.name}"
    except UserError:
        return ""
