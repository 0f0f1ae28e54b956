"""Images that a run cannot read: a few are left out, but it does not go on with half a disk."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from model.errors import UserError
from model.records import Problem, ProblemKind

_MOST_UNREADABLE = 0.2


class VanishedError(UserError):
    """Images that the run counts on cannot be read any more."""


def vanished(path: Path, reason: str) -> VanishedError:
    """What to say of an image that was there when the run began."""
    return VanishedError(
        f"{path} could be read when the run began, and cannot now ({reason}) Put it "
        "back and resume the run, or start a new one."
    )


def check_found(root: Path, problems: Sequence[Problem], before: Collection[str]) -> None:
    """Miss images that were listed and are gone, or that an earlier part of the run could read.

    Args:
        root: The data set's folder.
        problems: Of reading its images.
        before: Paths of the images that the run has begun to learn with.

    Raises:
        VanishedError: There are such images.
    """
    for each in problems:
        if each.kind is ProblemKind.MISSING or each.path in before:
            raise vanished(root / each.path, each.reason)


def check_share(root: Path, failures: Mapping[str, str], count: int) -> None:
    """Refuse to learn from what is left of a data set of which much cannot be read.

    Args:
        root: The data set's folder.
        failures: Why an image could not be read, by its path.
        count: How many images there are in all.

    Raises:
        VanishedError: It is more than a fifth.
    """
    if len(failures) > _MOST_UNREADABLE * count:
        path, reason = next(iter(failures.items()))
        raise VanishedError(
            f"{len(failures):,} of {count:,} images cannot be read, such as {root / path} "
            f"({reason}) Mend or remove them and resume the run, or start a new one."
        )
