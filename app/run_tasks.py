"""What worker threads run for runs: start, watch and steer them. Imports are inside."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.training_session import TrainingData
from model.progress import Report
from model.runs.config import Config

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.jobs import Deliver
    from model.project.project import Project
    from model.runs.control import Request
    from model.runs.following import RunView

_SECONDS_BETWEEN_LOOKS = 0.4
_SECONDS_BETWEEN_CALLS = 0.05


@dataclass(frozen=True, slots=True)
class RunNews:
    """What changed since the last look: runs that are new or have news, and those that are gone."""

    changed: tuple[RunView, ...]
    gone: tuple[Path, ...]


def watch_runs(parent: Path, others: Sequence[Path], deliver: Deliver, report: Report) -> None:
    """Look at all runs again and again, until the report says stop.

    Args:
        parent: The folder of the window's own runs.
        others: Runs elsewhere.
        deliver: Given a `RunNews` whenever something changed.
        report: Called many times a second.
    """
    from model.runs.following import RunWatch

    watch = RunWatch(parent, others)
    while True:
        changed, gone = watch.look()
        if changed or gone:
            deliver(RunNews(changed, gone))
        pause = time.monotonic() + _SECONDS_BETWEEN_LOOKS
        while time.monotonic() < pause:
            report(0, 0, "")
            time.sleep(_SECONDS_BETWEEN_CALLS)


@dataclass(frozen=True, slots=True, eq=False)
class NewRun:
    """A run to be started."""

    parent: Path
    name: str
    data: TrainingData
    config: Config


def start_run(new: NewRun, _report: Report) -> Path:
    """Make a run's folder and start its process; returns the folder."""
    from model.catalogue.sources import sources_in
    from model.runs.folder import prepare_run
    from model.runs.launch import launch

    path, data, config = free_path(new.parent / new.name), new.data, new.config
    if data.labels is not None:
        # So that the run's configuration, given to the command, asks for the same labels.
        chosen = replace(config.data, labels=data.use, project=str(data.project))
        config = replace(config, data=chosen)
    sources = sources_in(data.project) if data.project else None
    folder = prepare_run(path, data.root, config, data.labels, sources)
    launch(folder)
    return folder.path


def free_path(path: Path) -> Path:
    """The path itself, or with the first number that makes it a new one."""
    numbers = range(2, 100_000)
    candidates = (path.with_name(f"{path.name} {number}") for number in numbers)
    return path if not path.exists() else next(each for each in candidates if not each.exists())


def resume_run(path: Path, _report: Report) -> None:
    """Go on with a run that no process works on."""
    from model.runs.folder import RunFolder
    from model.runs.launch import launch

    launch(RunFolder(path))


def ask_run(path: Path, request: Request, withdrawn: bool, _report: Report) -> None:
    """Tell a run what to do, or take that back."""
    from model.runs.control import Control

    control = Control(path)
    if withdrawn:
        control.withdraw(request)
    else:
        control.ask(request)


def keep_out_of_fold(project: Project, paths: Sequence[Path], report: Report) -> tuple[str, ...]:
    """Store in a project what runs with folds say of its images; the names of those that are new.

    Runs of other data sets, and those without a table, are passed over.
    """
    from model.runs.folder import RunFolder
    from model.runs.out_of_fold import is_of, store_in_project

    kept = []
    for path in paths:
        report(0, 0, "")
        run = RunFolder(path)
        if run.out_of_fold.exists() and is_of(run, project.root) and store_in_project(run, project):
            kept.append(path.name)
    return tuple(kept)
