"""The folder of a training run: what was asked, what happened, and the classifier at the end."""

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from model.catalogue.chosen_labels import ChosenLabels
from model.catalogue.listing import fixed
from model.catalogue.sources import Sources, sources_of
from model.errors import UserError
from model.files import written_whole
from model.records import ImageRecord
from model.runs.config import RECORD, Config
from model.runs.control import Control
from model.runs.log import RunLog
from model.runs.reading import check_config
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
    def labels(self) -> Path:
        """Labels that stand in place of the data set's own, where the user chose so."""
        return self.path / "labels.json"

    @property
    def sources(self) -> Path:
        """What the data set consisted of when the run was prepared; absent for images alone."""
        return self.path / "sources.json"

    def read_sources(self) -> Sources:
        """What the data set consists of in this run.

        Raises:
            RunError: The file is damaged.
        """
        if not self.sources.exists():
            return Sources()
        try:
            return Sources.from_json(json.loads(self.sources.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            raise RunError(f"{self.sources} is damaged: start a new run.") from error

    @property
    def log(self) -> Path:
        """What happened, one JSON object a line."""
        return self.path / "log.jsonl"

    @property
    def lock(self) -> Path:
        """Held by the process that works on the run, for as long as it lives."""
        return self.path / "lock"

    @property
    def output(self) -> Path:
        """What a detached process printed."""
        return self.path / "output.txt"

    @property
    def checkpoint(self) -> Path:
        """Everything that resuming needs, once a checkpoint was written."""
        return self.path / "checkpoint"

    @property
    def pixels(self) -> Path:
        """Decoded images."""
        return self.path / "pixels"

    @property
    def division(self) -> Path:
        """How the images are divided that the run learns from."""
        return self.path / "division.json"

    @property
    def has_learned(self) -> bool:
        """Whether a resumed run goes on from something that was learned from its images."""
        places = (self, *(RunFolder(each) for each in self.folds.glob("*")))
        return any(
            each.classifier.is_dir() or any(each.checkpoint.glob("*.npz")) for each in places
        )

    @property
    def out_of_fold(self) -> Path:
        """For folds: a table of the probabilities of each image by a network that never saw it."""
        return self.path / "out_of_fold.csv"

    @property
    def folds(self) -> Path:
        """For folds: a folder for each network, from 1, with its classifier."""
        return self.path / "folds"

    @property
    def result(self) -> Path | None:
        """What the run ends with, once it is whole; for folds their table."""
        return next((p for p in (self.classifier, self.out_of_fold) if p.exists()), None)

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

    @property
    def control(self) -> Control:
        """What the run is asked to do."""
        return Control(self.path)

    def write_config(self, config: Config, record: Mapping[str, Any]) -> None:
        """Store all choices, and in the table "run" what they were applied to.

        Raises:
            UserError: No room, or nothing may be written there.
        """
        with written_whole(self.config) as temporary:
            temporary.write_text(to_toml(asdict(config) | {RECORD: record}), encoding="utf-8")

    def chosen_labels(self) -> ChosenLabels | None:
        """The labels that were chosen for this run; None for the recorded ones.

        Raises:
            RunError: The file of labels is damaged.
        """
        if not self.labels.exists():
            return None
        try:
            return ChosenLabels.from_json(self.labels.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise RunError(f"{self.labels} is damaged: start a new run.") from error

    def read_record(self) -> dict[str, Any]:
        """The table "run": "data_set", the absolute path of the data, is always in it.

        Raises:
            RunError: The folder has no whole configuration of a run.
        """
        try:
            record = tomllib.loads(self.config.read_text(encoding="utf-8"))[RECORD]
            return {"data_set": record["data_set"], **record}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RunError(
                f"{self.path} holds no training run ({self.config.name} is missing or damaged): "
                "name the folder of a run, or start a new one."
            ) from error


def prepare_run(
    path: Path,
    data: Path,
    config: Config,
    labels: ChosenLabels | None = None,
    sources: Sources | None = None,
) -> RunFolder:
    """Make the folder of a run that `model.runs.launch.launch` can start, now or later.

    Args:
        path: A new folder.
        data: The data set's folder.
        config: All choices.
        labels: Where others than those of the data set were chosen. They are kept with the run,
            so that it does not depend on what is decided while it goes on.
        sources: What the data set was joined with; None for what the folder's project says. Kept
            with the run as well, together with what its tables are read as.

    Raises:
        ConfigError: The configuration has a value that makes no sense.
        RunError: The folder has files already, or cannot be made.
        ProjectError: The folder's project is damaged.
        CatalogueError: The data set's folder, or one that is joined to it, cannot be read.
        UserError: No room, or nothing may be written there.
    """
    check_config(config)
    data = data.absolute()
    sources = fixed(data, sources_of(data) if sources is None else sources)
    folder = RunFolder.create(path)
    if sources != Sources():
        with written_whole(folder.sources) as temporary:
            temporary.write_text(json.dumps(sources.to_json()), encoding="utf-8")
    if labels is not None:
        with written_whole(folder.labels) as temporary:
            temporary.write_text(labels.to_json(), encoding="utf-8")
    folder.write_config(config, {"data_set": str(data)})
    return folder


def data_hash(records: Iterable[ImageRecord]) -> str:
    """SHA-256 of the list of images: paths, sizes, labels and lesions, in order of paths."""
    found = hashlib.sha256()
    for record in sorted(records, key=lambda each: each.path):
        line = (record.path, str(record.size), record.label, record.lesion_id)
        found.update("\t".join(line).encode("utf-8", "surrogateescape") + b"\n")
    return found.hexdigest()
