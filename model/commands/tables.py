"""The tables that `predict` writes."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from model.commands.files import written_whole


def failures_path(predictions: Path) -> Path:
    """Where the images without a prediction are listed: FILE.failed.csv for FILE.csv."""
    stem = predictions.stem if predictions.suffix.lower() == ".csv" else predictions.name
    return predictions.with_name(f"{stem}.failed.csv")


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a CSV file (comma, UTF-8) that appears whole or not at all.

    Raises:
        UserError: The file cannot be written.
    """
    with (
        written_whole(path) as temporary,
        temporary.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file,
    ):
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
