"""Runs as rows of a table, the latest first."""

from collections.abc import Callable
from datetime import datetime
from enum import IntEnum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from typing_extensions import override

from app.training_session import TrainingSession
from model.runs.following import RunView
from model.runs.history import Standing
from model.runs.listing import RunState

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


class Column(IntEnum):
    """What a run's row tells."""

    NAME = 0
    STATE = 1
    EPOCH = 2
    BALANCED = 3
    MACRO_F1 = 4
    RATE = 5
    LEFT = 6
    STARTED = 7


_OF_WHAT = (
    "of the best epoch, on validation; of folds that of the one that is named, and once all have "
    "ended on every image, each judged by the network that never saw it"
)
_TITLES = {
    Column.NAME: ("Run", "Its folder's name"),
    Column.STATE: ("State", "Waiting runs start by themselves, one after another"),
    Column.EPOCH: ("Epoch", "Of how many at most; it may stop earlier"),
    Column.BALANCED: ("Balanced acc. (val.)", f"Balanced accuracy {_OF_WHAT}"),
    Column.MACRO_F1: ("Macro F1 (val.)", f"Macro F1 {_OF_WHAT}"),
    Column.RATE: ("Images/s", "Of late"),
    Column.LEFT: ("Time left", "Of what it does now, at its present pace"),
    Column.STARTED: ("Started", "When a process first worked on it"),
}
_TEXT_COLUMNS = frozenset((Column.NAME, Column.STATE))


class RunListModel(QAbstractTableModel):
    """The session's runs."""

    def __init__(self, training: TrainingSession) -> None:
        super().__init__(training)
        self._training = training
        self._runs: list[RunView] = []
        training.runs_changed.connect(self._update)
        self._update()

    def _update(self) -> None:
        runs = sorted(self._training.runs.values(), key=_age)
        if [run.folder.path for run in runs] != [run.folder.path for run in self._runs]:
            self.beginResetModel()
            self._runs = runs
            self.endResetModel()
            return
        before, self._runs = self._runs, runs
        for row, (old, new) in enumerate(zip(before, runs, strict=True)):
            if old is not new:
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(Column) - 1))

    def run_at(self, row: int) -> RunView:
        """The run of a row."""
        return self._runs[row]

    def row_of(self, path: Path | None) -> int | None:
        """Where a run stands."""
        rows = (row for row, run in enumerate(self._runs) if run.folder.path == path)
        return next(rows, None)

    @override
    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._runs)

    @override
    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(Column)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        title, tip = _TITLES[Column(section)]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return title
            case Qt.ItemDataRole.ToolTipRole:
                return tip
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(Column(section))
        return None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        run, column = self._runs[index.row()], Column(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return cell_text(run, column)
            case Qt.ItemDataRole.ToolTipRole:
                return f"{run.folder.path}\n{run.standing.error}".strip()
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(column)
        return None


def _age(run: RunView) -> tuple[bool, float, str]:
    """Those that have not begun first, then the latest."""
    started = run.standing.started
    seconds = datetime.fromisoformat(started).timestamp() if started else 0.0
    return bool(started), -seconds, run.name


def _alignment(column: Column) -> int:
    side = Qt.AlignmentFlag.AlignLeft if column in _TEXT_COLUMNS else Qt.AlignmentFlag.AlignRight
    return int(side | Qt.AlignmentFlag.AlignVCenter)


def cell_text(run: RunView, column: Column) -> str:
    """What a row says of a run."""
    return _CELLS[column](run)


def _epoch(run: RunView) -> str:
    latest = run.standing.latest
    return f"{latest.epoch} of {latest.epochs}" if latest else ""


def _best(run: RunView, figure: str) -> str:
    """With folds it says of which."""
    of_all = run.standing.metrics.get("out of fold", {}).get(figure, {}).get("value")
    if of_all is not None:
        return f"all folds: {of_all * 100:.1f} %"
    best = run.standing.best
    if best is None:
        return ""
    which = f"fold {best.fold}: " if best.fold else ""
    return f"{which}{getattr(best, figure) * 100:.1f} %"


def _rate(run: RunView) -> str:
    progress = run.standing.progress
    rate = progress.images_per_second if progress and run.state is RunState.RUNNING else 0
    return f"{rate:,.0f}" if rate else ""


def _left(run: RunView) -> str:
    return duration(run.standing.seconds_left) if run.state is RunState.RUNNING else ""


def local_time(text: str) -> str:
    """UTC in ISO 8601 as the user's own clock says it."""
    if not text:
        return ""
    return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M}"


def duration(seconds: float | None) -> str:
    """For example "2 h 05 min", "3 min" or "20 s"; "" where nobody knows."""
    if seconds is None:
        return ""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02d} min"


def activity_text(standing: Standing) -> str:
    """What the run does now, for example "Reading pixels, 120 of 600"."""
    progress = standing.progress
    if progress is None:
        return ""
    of = f", {progress.done:,} of {progress.total:,}" if progress.total else ""
    fold = f"Fold {progress.fold}: " if progress.fold else ""
    return f"{fold}{progress.activity}{of}"


_CELLS: dict[Column, Callable[[RunView], str]] = {
    Column.NAME: lambda run: run.name,
    Column.STATE: lambda run: run.state_name,
    Column.EPOCH: _epoch,
    Column.BALANCED: lambda run: _best(run, "balanced_accuracy"),
    Column.MACRO_F1: lambda run: _best(run, "macro_f1"),
    Column.RATE: _rate,
    Column.LEFT: _left,
    Column.STARTED: lambda run: local_time(run.standing.started),
}
