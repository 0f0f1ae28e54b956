"""What the worker threads run for single images. The model's heavy parts are imported inside."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QImage

from app.case import Case, Findings, HeatMap, HeatMapOptions, halved
from model.errors import UserError
from model.progress import Report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from model.classifier.classifier import Classifier
    from model.project.cache import Cache


@dataclass(frozen=True, slots=True)
class CaseRequest:
    """Which image to decode, and who may have said something about it."""

    root: Path
    path: str
    classifier: Classifier | None
    cache: Cache | None


def load_case(request: CaseRequest, _report: Report) -> Case:
    """Decode one image and fetch what is stored about exactly these bytes."""
    from model.images import decode, read_bytes, seen

    classifier = request.classifier
    identity = classifier.identity if classifier else ""
    try:
        data = read_bytes(request.root / request.path)
        levels = halved(decode(data))
    except UserError as error:
        return Case(request.path, identity, (), reason=str(error))
    if classifier is None:
        return Case(request.path, identity, levels)
    network_input, box = seen(data, classifier.card.preprocessing)
    return Case(request.path, identity, levels, network_input, box, _stored(request, data))


def _stored(request: CaseRequest, data: bytes) -> Findings | None:
    from model.images import content_hash
    from model.inference.results import stored_findings

    if request.cache is None or request.classifier is None:
        return None
    found = stored_findings(request.cache, request.classifier, content_hash(data))
    return Findings(*found) if found else None


@dataclass(frozen=True, slots=True)
class Explained:
    """What the network says of one image, fresh, with the maps of one class.

    Attributes:
        path: The image.
        identity: The classifier.
        class_index: Whose maps they are.
        findings: Logits and evidence of all classes.
        maps: Layer name to float32 [rows, columns], signed; only what was asked for.
    """

    path: str
    identity: str
    class_index: int
    findings: Findings
    maps: dict[str, NDArray[np.float32]]


def explain(
    case: Case, classifier: Classifier, class_index: int | None, inner: bool, _report: Report
) -> Explained:
    """Run one image: maps of a class; of the first class for None.

    None asks for the findings alone, which are the same whatever the class. Without `inner` there
    are only maps that the findings give too.
    """
    assert case.network_input is not None
    class_index = class_index or 0
    outcome = classifier.explain(case.network_input, class_index, inner=inner)
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
