"""The folder of a training run: what was asked, what happened, and the classifier at the end."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from model.errors import UserError
from model.records import ImageRecord
from model.runs.config import RECORD, Config
from model.runs.log import RunLog
from model.runs.toml import to_toml


class RunError(UserError):
    """A run's folder that cannot be used."""


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Where the parts of a run lie.

    Attributes:
        path: The folder itself.
    """

    path: Path

    @classmethod
    def create(cls, path: Path) -> "RunFolder":
        """Make the folder, with its parents.

        Raises:
            RunError: It has files already, or cannot be made.
        """
        try:
            path.mkdir(parents=True, exist_ok=True)
            occupied = any(path.iterdir())
        except OSError as error:
            raise RunError(
                f"The run folder {path} cannot be made: {error.strerror}. Name another with --run."
            ) from error
        if occupied:
            raise RunError(f"The run folder {path} is not empty: name a new one with --run.")
        return cls(path)

    @property
    def config(self) -> Path:
        """All choices of the run."""
        return self.path / "config.toml"

    @property
    def log(self) -> Path:
        """What happened, one JSON object a line."""
        return self.path / "log.jsonl"

    @property
    def features(self) -> Path:
        """What the frozen network made of each image."""
        return self.path / "features"

    @property
    def classifier(self) -> Path:
        """The result; exists once it is whole."""
        return self.path / "classifier"

    def open_log(self) -> RunLog:
        """The log, to be appended to."""
        return RunLog(self.log)

    def write_config(self, config: Config, record: Mapping[str, Any]) -> None:
        """Store all choices, and in the table "run" what they were applied to."""
        self.config.write_text(to_toml(asdict(config) | {RECORD: record}), encoding="utf-8")


def data_hash(records: Iterable[ImageRecord]) -> str:
    """SHA-256 of the list of images: paths, sizes, labels and lesions, in order of paths."""
    found = hashlib.sha256()
    for record in sorted(records, key=lambda each: each.path):
        line = (record.path, str(record.size), record.label, record.lesion_id)
        found.update("\t".join(line).encode("utf-8", "surrogateescape") + b"\n")
    return found.hexdigest()
