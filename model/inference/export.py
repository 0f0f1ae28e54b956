"""Predictions as tables for other programs; the same from the window and the command."""

from collections.abc import Sequence
from pathlib import Path

from model.files import write_table
from model.inference.results import Predictions
from model.records import ImageRecord


def write_predictions(path: Path, images: Sequence[ImageRecord], found: Predictions) -> int:
    """Write the calibrated probabilities of the images that have any.

    Columns: `image` (file name without ending), and one per class in the classifier's order.

    Returns:
        How many images were written.

    Raises:
        UserError: The file cannot be written.
    """
    values = found.probabilities.tolist()
    read = [image for image in images if image.path in found.rows]
    rows = ((image.image_id, *values[found.rows[image.path]]) for image in read)
    write_table(path, ("image", *found.classes), rows)
    return len(read)


def write_failures(predictions: Path, images: Sequence[ImageRecord], found: Predictions) -> int:
    """Write which images could not be read and why, beside the predictions.

    The file is named by `failures_path`; one of an earlier time is removed where nothing failed.

    Returns:
        How many images were written.

    Raises:
        UserError: The file cannot be written.
    """
    path = failures_path(predictions)
    path.unlink(missing_ok=True)
    failed = [image for image in images if image.path in found.failures]
    if failed:
        rows = ((each.image_id, each.path, found.failures[each.path]) for each in failed)
        write_table(path, ("image", "path", "reason"), rows)
    return len(failed)


def failures_path(predictions: Path) -> Path:
    """Where the images without a prediction are listed: FILE.failed.csv for FILE.csv."""
    stem = predictions.stem if predictions.suffix.lower() == ".csv" else predictions.name
    return predictions.with_name(f"{stem}.failed.csv")
