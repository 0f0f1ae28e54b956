"""What the activity Train has on its table: choices, the plan that follows from them, and runs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from model.catalogue.chosen_labels import ChosenLabels, LabelUse
from model.catalogue.lesions import Copies
from model.catalogue.sources import Sources
from model.catalogue.split_leaks import Leak
from model.catalogue.split_plan import SplitCounts, SplitPlan
from model.records import ImageRecord
from model.runs.config import Config
from model.runs.following import RunView


@dataclass(frozen=True, slots=True, eq=False)
class TrainingData:
    """The images that a training may use. Two of them are never equal: they are compared by `is`.

    Attributes:
        root: The data set's folder.
        records: Its images, labelled or not.
        images: How many have each label, in the order of classes.
        lesions: Of how many lesions they are.
        columns: Names of its tables' columns that could say where an image belongs.
        sources: The collections inside the data set.
        decided: Lesions whose class was decided in review.
        read: Images of which a reader named the class.
        labels: Those of review, where they are learned; None for the recorded ones.
        use: Which labels are learned.
        project: Of whose review; None where the images are of no open project.
        recorded: How many images have each recorded label.
        joined: What the folder is joined with, wherever its project lies.
        mass: As `images`, where the readers of an image spread over classes in shares.
    """

    root: Path
    records: tuple[ImageRecord, ...]
    images: Mapping[str, int]
    lesions: Mapping[str, int]
    columns: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    decided: int = 0
    read: int = 0
    labels: ChosenLabels | None = None
    use: LabelUse = "recorded"
    project: Path | None = None
    recorded: Mapping[str, int] = field(default_factory=dict)
    joined: Sources = field(default_factory=Sources)
    mass: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class PlannedSplit:
    """A split with what is told about it.

    Attributes:
        plan: Which image is where.
        counts: Images and lesions by class and split.
        leaks: What a split by image would have leaked, by class; the last one over all.
        copies: Pairs that look the same and of which no lesion id says so.
        across: How many pairs were asked to be on two sides; the plan keeps them on one.
        learned: Training images of each class, parts of images where labels are soft; float64 [K].
    """

    plan: SplitPlan
    counts: SplitCounts
    leaks: tuple[Leak, ...]
    copies: tuple[Copies, ...]
    across: int
    learned: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """One step from the photograph to the network's input.

    Attributes:
        name: What was done.
        picture: What came of it.
        mask: What the step found, white where it is; None where it looks for nothing.
        box: The part that the network sees: left, top, right, bottom as shares; None for all.
    """

    name: str
    picture: QImage
    mask: QImage | None = None
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ShownPreview:
    """What the network would see of one image.

    Attributes:
        path: The image.
        stages: From the photograph to the input.
        augmented: The input as single epochs would see it.
        reason: Why there is nothing to see, "" where there is.
    """

    path: str
    stages: tuple[Stage, ...] = ()
    augmented: tuple[QImage, ...] = ()
    reason: str = ""


class TrainingSession(QObject):
    """The one home of what is chosen for the next training and of the runs. GUI thread only.

    Signals:
        config_changed: Something was chosen.
        data_changed: Other images are to be trained on.
        plan_changed: The split, or why there is none, or what is being done about it.
        preview_changed: Another image, or seen otherwise.
        runs_changed: A run was added or has news.
        chosen_changed: Another run is looked at, or another fold.
    """

    config_changed = Signal()
    data_changed = Signal()
    plan_changed = Signal()
    preview_changed = Signal()
    runs_changed = Signal()
    chosen_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.config = Config()
        self.name = ""
        self.data: TrainingData | None = None
        self.labels_use: LabelUse = "recorded"
        self.splits: tuple[PlannedSplit, ...] = ()
        self.fold = 0
        self.problem = ""
        self._planned: Config | None = None
        self.compared = False
        self.preview: ShownPreview | None = None
        self.is_starting = False  # a run that is not among `runs` yet
        self.runs: dict[Path, RunView] = {}
        self.chosen: Path | None = None

    # -- choices --------------------------------------------------------------------------

    def choose(self, table: str, **changes: Any) -> None:
        """Choose values of one table of the configuration."""
        changed = replace(getattr(self.config, table), **changes)
        self.set_config(replace(self.config, **{table: changed}))

    def set_config(self, config: Config) -> None:
        """Choose everything anew."""
        if config != self.config:
            self.config = config
            self.config_changed.emit()

    def set_name(self, name: str) -> None:
        """What the next run is to be called."""
        if name != self.name:
            self.name = name
            self.config_changed.emit()

    def set_data(self, data: TrainingData | None) -> None:
        """Train on other images."""
        self.data, self.compared, self.preview = data, False, None
        self.data_changed.emit()
        self.set_plan((), "")
        self.preview_changed.emit()

    # -- what follows from them -----------------------------------------------------------

    def set_plan(
        self, splits: tuple[PlannedSplit, ...], problem: str, config: Config | None = None
    ) -> None:
        """Show what the split will be.

        Args:
            splits: One, or one for each fold.
            problem: Why nothing can start, "" where it can.
            config: The choices that it follows from; None where none were looked at.
        """
        self.splits, self.problem, self._planned = splits, problem, config
        self.fold = min(self.fold, max(0, len(splits) - 1))
        self.plan_changed.emit()

    def show_fold(self, fold: int) -> None:
        """Look at another of several splits."""
        self.fold = fold
        self.plan_changed.emit()

    @property
    def split(self) -> PlannedSplit | None:
        """The split that is looked at."""
        return self.splits[self.fold] if self.splits else None

    @property
    def is_plan_due(self) -> bool:
        """Whether the plan of exactly these choices is still to come."""
        return self.data is not None and self._planned != self.config

    @property
    def can_start(self) -> bool:
        """Whether a training may be started as it is chosen."""
        return bool(self.splits) and not self.problem and not self.is_starting

    def show_preview(self, preview: ShownPreview) -> None:
        """Show what the network would see of an image."""
        self.preview = preview
        self.preview_changed.emit()

    # -- runs -----------------------------------------------------------------------------

    def add_news(self, views: Iterable[RunView]) -> None:
        """Some runs are new or have changed; the first one is looked at where none was."""
        for view in views:
            self.runs[view.folder.path] = view
        if self.chosen not in self.runs and self.runs:
            self.chosen = max(self.runs, key=lambda path: self.runs[path].standing.started)
            self.chosen_changed.emit()
        self.runs_changed.emit()

    def forget_runs(self, gone: Iterable[Path]) -> None:
        """The folders of some runs are no longer there."""
        for path in gone:
            self.runs.pop(path, None)
        if self.chosen not in self.runs:
            self.chosen = None
            self.chosen_changed.emit()
        self.runs_changed.emit()

    def set_starting(self, starting: bool) -> None:
        """Whether a run is being started."""
        self.is_starting = starting
        self.runs_changed.emit()

    def choose_run(self, path: Path | None) -> None:
        """Look at another run."""
        if path != self.chosen:
            self.chosen = path
            self.chosen_changed.emit()

    @property
    def run(self) -> RunView | None:
        """The run that is looked at."""
        return self.runs.get(self.chosen) if self.chosen else None
