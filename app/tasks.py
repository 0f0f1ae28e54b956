"""What the worker threads run. Imports of the model's heavy parts stand inside functions."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from app.case import Case, Findings, HeatMap
from model.errors import UserError
from model.progress import Report
from model.records import ImageRecord, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from app.case import HeatMapOptions
    from app.jobs import Deliver
    from model.catalogue.listing import Batch
    from model.classifier.classifier import Classifier
    from model.inference.results import Predictions
    from model.inference.run import Finished, Summary
    from model.project.cache import Cache
    from model.project.project import Project

# A photograph this small needs no smaller copy: painting it shrunk is quick enough.
_SMALLEST_LEVEL = 800
_DELIVERY_INTERVAL_S = 0.25


@dataclass(frozen=True, slots=True)
class Opened:
    """A project is open; its images follow."""

    project: Project
    cache: Cache


@dataclass(frozen=True, slots=True)
class Listed:
    """Some more images and problems of the data set."""

    records: tuple[ImageRecord, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Relisted:
    """The folder holds something else than last time."""

    records: tuple[ImageRecord, ...]
    problems: tuple[Problem, ...]


def open_folder(root: Path, deliver: Deliver, report: Report) -> None:
    """Open the project that belongs to a data set folder, and list the folder."""
    from model.catalogue.listing import list_images as listing
    from model.project.cache import Cache
    from model.project.locations import open_or_create

    batches = listing(root, report=report)
    # Refuses what is no data set before a project file is made for it.
    first = next(batches)
    project = open_or_create(root)
    deliver(Opened(project, Cache.open(project.cache_path)))
    _deliver_images(project, chain((first,), batches), deliver)


def open_project(path: Path, deliver: Deliver, report: Report) -> None:
    """Open a project file, and list its folder anew."""
    from model.project.cache import Cache
    from model.project.project import Project

    project = Project.open(path)
    deliver(Opened(project, Cache.open(project.cache_path)))
    list_images(project, deliver, report)


def list_images(project: Project, deliver: Deliver, report: Report) -> None:
    """Deliver what is known at once, then what the folder holds now."""
    from model.catalogue.listing import list_images as listing

    _deliver_images(project, listing(project.root, report=report), deliver)


def _deliver_images(project: Project, batches: Iterable[Batch], deliver: Deliver) -> None:
    known, known_problems = tuple(project.images()), tuple(project.problems())
    if known:
        deliver(Listed(known, known_problems))
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
        deliver(Relisted(tuple(project.images()), tuple(problems)))
    project.replace_problems(problems)


def _store_listing(
    project: Project, known: Sequence[ImageRecord], records: Sequence[ImageRecord]
) -> None:
    gone = {record.path for record in known} - {record.path for record in records}
    project.remove_missing(sorted(gone))
    project.update_images(list(records))


def fingerprint(project: Project, report: Report) -> None:
    """Read every image once, so that it is recognised after a move."""
    from model.project.fingerprints import fingerprint as read_all

    read_all(project, report)


def relink(path: Path, new_root: Path, report: Report) -> None:
    """Tell a project where its images are now; a folder with other images is refused."""
    from model.project.project import Project

    project = Project.open(path)
    try:
        project.relink(new_root, report)
    finally:
        project.close()


def load_classifier(folder: Path, _report: Report) -> Classifier:
    """Read a classifier and compile what looking at single images needs."""
    from model.classifier.classifier import Classifier

    classifier = Classifier.load(folder)
    size = classifier.card.preprocessing.size
    # Compiled now, not when the user first asks for a map.
    classifier.explain(np.zeros((size, size, 3), np.uint8), 0)
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


@dataclass(frozen=True, slots=True)
class CaseRequest:
    """Which image to decode, and who may have said something about it."""

    root: Path
    path: str
    classifier: Classifier | None
    cache: Cache | None


def load_case(request: CaseRequest, _report: Report) -> Case:
    """Decode one image and fetch what is stored about exactly these bytes."""
    from model.images import decode, prepare, read_bytes

    classifier = request.classifier
    identity = classifier.identity if classifier else ""
    try:
        data = read_bytes(request.root / request.path)
        levels = halved(decode(data))
    except UserError as error:
        return Case(request.path, identity, (), reason=str(error))
    if classifier is None:
        return Case(request.path, identity, levels)
    network_input = prepare(data, classifier.card.preprocessing)
    return Case(request.path, identity, levels, network_input, _stored(request, data))


def _stored(request: CaseRequest, data: bytes) -> Findings | None:
    from model.images import content_hash
    from model.inference.results import stored_findings

    if request.cache is None or request.classifier is None:
        return None
    found = stored_findings(request.cache, request.classifier, content_hash(data))
    return Findings(*found) if found else None


def halved(pixels: NDArray[np.uint8]) -> tuple[QImage, ...]:
    """The photograph in full size and halved until it is small: uint8 RGB [height, width, 3]."""
    height, width = pixels.shape[:2]
    full = QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_RGB888)
    # The conversion copies: the image no longer borrows the array's memory.
    levels = [full.convertToFormat(QImage.Format.Format_RGB32)]
    while max(levels[-1].width(), levels[-1].height()) >= 2 * _SMALLEST_LEVEL:
        last = levels[-1]
        levels.append(
            last.scaled(
                max(1, last.width() // 2),
                max(1, last.height() // 2),
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )
    return tuple(levels)


@dataclass(frozen=True, slots=True)
class Explained:
    """What the network says of one image, fresh, with the maps of one class.

    Attributes:
        path: The image.
        identity: The classifier.
        class_index: Whose maps they are.
        findings: Logits and evidence of all classes.
        maps: Layer name to float32 [rows, columns], signed; empty where none was asked for.
    """

    path: str
    identity: str
    class_index: int
    findings: Findings
    maps: dict[str, NDArray[np.float32]]


def explain(
    case: Case, classifier: Classifier, class_index: int | None, _report: Report
) -> Explained:
    """Run one image: all layers' maps of a class, or of the predicted class for None."""
    assert case.network_input is not None
    outcome = classifier.explain(case.network_input, class_index or 0)
    if class_index is None:
        class_index = int(outcome.logits.argmax())
        outcome = classifier.explain(case.network_input, class_index)
    findings = Findings(outcome.logits, outcome.evidence)
    return Explained(case.path, case.identity, class_index, findings, outcome.maps)


def load_thumbnails(
    root: Path, paths: Sequence[str], side: int, report: Report
) -> dict[str, QImage]:
    """Small pictures of some images; a null image where one cannot be read."""
    from model.images import read_bytes, thumbnail

    pictures = {}
    for path in paths:
        report(0, 0, "")
        try:
            pixels = thumbnail(read_bytes(root / path), side)
        except UserError:
            pictures[path] = QImage()
        else:
            pictures[path] = halved(pixels)[0]
    return pictures


def save_overlay(
    root: Path, heat_map: HeatMap, options: HeatMapOptions, path: Path, _report: Report
) -> None:
    """Write the photograph with its heat map in the photograph's own size."""
    from model.files import write_png
    from model.images import read_image
    from model.overlay import draw

    picture = draw(
        read_image(root / heat_map.path),
        heat_map.values,
        heat_map.box,
        opacity=options.opacity,
        colour_map=options.colour_map,
    )
    write_png(path, picture)


def export_predictions(
    project: Project, cache: Cache, classifier: Classifier, path: Path, _report: Report
) -> int:
    """Write the stored predictions as `predict` does; returns of how many images."""
    from model.inference.export import write_failures, write_predictions
    from model.inference.results import load_predictions as load

    found, images = load(project, cache, classifier), project.images()
    write_failures(path, images, found)
    return write_predictions(path, images, found)
