"""What the worker threads run for data sets. The model's heavy parts are imported inside."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from model.catalogue.table import ImageTable
from model.errors import UserError
from model.progress import Report
from model.records import ImageRecord, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from app.jobs import Deliver
    from model.catalogue.listing import Batch
    from model.catalogue.sources import Sources
    from model.classifier.classifier import Classifier
    from model.classifier.serving import Precision
    from model.inference.results import Predictions
    from model.inference.run import Finished, Summary
    from model.project.cache import Cache
    from model.project.project import Project

_DELIVERY_INTERVAL_S = 0.25
_PART = 1000  # images that are handed over at once: the window takes them in 2 ms


@dataclass(frozen=True, slots=True)
class Opened:
    """A project is open; its images follow.

    Attributes:
        project, cache: Its files.
        sources: What belongs to the data set.
        elsewhere: Whether another window has it open too.
    """

    project: Project
    cache: Cache
    sources: Sources
    elsewhere: bool


@dataclass(frozen=True, slots=True)
class Unmapped:
    """A table that names images of the data set, and of which nobody said what it means."""

    path: Path


@dataclass(frozen=True, slots=True)
class Listed:
    """Some more images and problems of the data set.

    Attributes:
        records, problems: What is new.
        more: Whether more follows at once, as the project knows it.
    """

    records: tuple[ImageRecord, ...]
    problems: tuple[Problem, ...]
    more: bool = False


@dataclass(frozen=True, slots=True)
class Relisted:
    """The data set is something else than last time.

    Attributes:
        table: All of it, handed over: filling it would hold the window up.
        problems: What is wrong with it.
        sources: What it consists of.
    """

    table: ImageTable
    problems: tuple[Problem, ...]
    sources: Sources


@dataclass(frozen=True, slots=True)
class Shown:
    """What a window shows of a data set."""

    records: tuple[ImageRecord, ...]
    problems: tuple[Problem, ...]
    sources: Sources


def open_folder(root: Path, deliver: Deliver, report: Report) -> None:
    """Open the project that belongs to a data set folder, and list the folder."""
    from model.catalogue.listing import list_images as listing
    from model.catalogue.sources import sources_of
    from model.project.locations import open_or_create, project_for

    if project_for(root).exists():
        open_project(project_for(root), deliver, report)
        return
    sources = sources_of(root)
    batches = listing(root, report, sources)
    # Refuses what is no data set before a project file is made for it.
    first = next(batches)
    project = open_or_create(root)
    deliver(_opened(project, sources))
    _deliver_images(project, sources, chain((first,), batches), deliver)
    _deliver_unmapped(project, sources, deliver)


def open_project(path: Path, deliver: Deliver, report: Report) -> None:
    """Open a project file, and list its folder anew."""
    from model.catalogue.sources import load_sources
    from model.project.project import Project

    project = Project.open(path)
    sources = load_sources(project)
    deliver(_opened(project, sources))
    list_images(project, deliver, report)
    _deliver_unmapped(project, sources, deliver)


def _opened(project: Project, sources: Sources) -> Opened:
    from model.project.cache import Cache
    from model.project.holding import hold

    cache = Cache.open(project.cache_path)
    return Opened(project, cache, sources, elsewhere=not hold(project.path))


def list_images(project: Project, deliver: Deliver, report: Report) -> None:
    """Deliver what is known at once, then what the folder holds now."""
    from model.catalogue.listing import list_images as listing
    from model.catalogue.sources import load_sources

    sources = load_sources(project)
    try:
        batches = listing(project.root, report, sources)
    except UserError:
        if project.root.is_dir():
            _deliver_known(project, deliver)  # only what was joined to it is gone
        raise
    _deliver_images(project, sources, batches, deliver)


def list_again(project: Project, shown: Shown, deliver: Deliver, report: Report) -> None:
    """Deliver an open data set as it is now, where that is not what is shown."""
    from model.catalogue.listing import list_images as listing
    from model.catalogue.sources import load_sources

    sources = load_sources(project)
    batches = tuple(listing(project.root, report, sources))
    records = [record for batch in batches for record in batch.images]
    problems = [problem for batch in batches for problem in batch.problems]
    found = set(records), problems, sources
    if found != (set(shown.records), list(shown.problems), shown.sources):
        _store_listing(project, tuple(project.images()), records)
        deliver(_relisted(project, problems, sources))
    project.replace_problems(problems)


def _deliver_known(
    project: Project, deliver: Deliver
) -> tuple[tuple[ImageRecord, ...], tuple[Problem, ...]]:
    known, known_problems = tuple(project.images()), tuple(project.problems())
    for start in range(0, len(known), _PART):
        part, end = known[start : start + _PART], start + _PART >= len(known)
        deliver(Listed(part, known_problems if end else (), more=not end))
    return known, known_problems


def _deliver_images(
    project: Project, sources: Sources, batches: Iterable[Batch], deliver: Deliver
) -> None:
    known, known_problems = _deliver_known(project, deliver)
    records: list[ImageRecord] = []
    problems: list[Problem] = []
    for batch in batches:
        records += batch.images
        problems += batch.problems
        if not known:
            deliver(Listed(batch.images, batch.problems))
            project.update_images(list(batch.images))
    if known and (set(records), problems) != (set(known), list(known_problems)):
        _store_listing(project, known, records)
        deliver(_relisted(project, problems, sources))
    project.replace_problems(problems)


def _relisted(project: Project, problems: Sequence[Problem], sources: Sources) -> Relisted:
    table = ImageTable()
    table.extend(project.images())
    return Relisted(table, tuple(problems), sources)


def _deliver_unmapped(project: Project, sources: Sources, deliver: Deliver) -> None:
    """Ask for the meaning of a table where nothing else describes the images."""
    from model.catalogue.image_ids import join_key
    from model.catalogue.listing import recognise
    from model.catalogue.proposing import names_images
    from model.catalogue.tables import read_head

    layout = recognise(project.root, sources)
    if layout.tables or not layout.unknown:
        return
    keys = {join_key(image.image_id) for image in project.images()}
    for path in layout.unknown:
        if names_images(read_head(path), keys):
            deliver(Unmapped(path))
            return


def _store_listing(
    project: Project, known: Sequence[ImageRecord], records: Sequence[ImageRecord]
) -> None:
    gone = {record.path for record in known} - {record.path for record in records}
    project.remove_missing(sorted(gone))
    project.update_images(list(records))


def close(project: Project, cache: Cache, _report: Report) -> None:
    """Let go of the files of a project that is no longer looked at."""
    from model.project.holding import let_go

    let_go(project.path)
    project.close()
    cache.close()


def fingerprint(project: Project, report: Report) -> None:
    """Read every image once, so that it is recognised after a move."""
    from model.project.fingerprints import fingerprint as read_all

    read_all(project, report)


def relink(path: Path, new_root: Path, report: Report) -> None:
    """Tell a project where its images are now; a folder with other images is refused."""
    from model.catalogue.sources import relink as look_elsewhere
    from model.project.project import Project

    project = Project.open(path)
    try:
        look_elsewhere(project, new_root, report)
    finally:
        project.close()


def load_classifier(
    folder: Path, views: int | None, precision: Precision, _report: Report
) -> Classifier:
    """Read a classifier and compile what looking at single images needs at first."""
    from model.classifier.classifier import Classifier

    classifier = Classifier.load(folder, views, precision)
    size = classifier.card.preprocessing.size
    # Compiled now, not when the user first asks for a map. What those of inner layers need takes
    # half a second of all processors, and is compiled when one is first drawn.
    classifier.explain(np.zeros((size, size, 3), np.uint8), 0, inner=False)
    return classifier


def load_predictions(
    project: Project, cache: Cache, classifier: Classifier, _report: Report
) -> Predictions:
    """What is stored of a classifier's predictions for this data set."""
    from model.inference.results import load_predictions as load

    return load(project, cache, classifier)


def classify_images(
    project: Project, cache: Cache, classifier: Classifier, deliver: Deliver, report: Report
) -> Summary:
    """Predict every image; results are stored as they come and delivered a few times a second."""
    from model.inference.run import classify_images as classify

    pending: list[Finished] = []
    last = time.monotonic()

    def on_results(results: Sequence[Finished]) -> None:
        nonlocal last
        pending.extend(results)
        if time.monotonic() - last > _DELIVERY_INTERVAL_S:
            hand_over()

    def hand_over() -> None:
        nonlocal last
        deliver(tuple(pending))
        pending.clear()
        last = time.monotonic()

    try:
        return classify(project, cache, classifier, on_results=on_results, report=report)
    finally:
        hand_over()


def export_predictions(
    project: Project, cache: Cache, classifier: Classifier, path: Path, _report: Report
) -> int:
    """Write the stored predictions as `predict` does; returns of how many images."""
    from model.inference.export import write_failures, write_predictions
    from model.inference.results import load_predictions as load

    found, images = load(project, cache, classifier), project.images()
    write_failures(path, images, found)
    return write_predictions(path, images, found)
