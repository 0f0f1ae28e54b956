"""What worker threads run for the activity Adjudicate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from model.progress import Report

REOPENED = "reopened"  # a `Ruling`, whose module is imported late

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from app.adjudication_session import Neighbour
    from app.review_tasks import Sources
    from model.classifier.classifier import Classifier
    from model.inference.similar import Embeddings
    from model.project.cache import Cache
    from model.project.project import Project
    from model.records import ImageRecord
    from model.review.adjudication import Decision
    from model.review.case_readings import CaseReading
    from model.review.opinions import LesionOpinions
    from model.review.patterns import Pattern
    from model.review.queue import Queue, Weights


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """What everybody says of every lesion.

    Attributes:
        said: By lesion.
        readings: Readings of each lesion, named as `lesion_of` names it: of each reader the first,
            before anything swayed it.
        decisions: All that were made, oldest first.
        weights: As stored in the project.
        studies: Titles by number.
    """

    said: LesionOpinions
    readings: Mapping[str, tuple[CaseReading, ...]]
    decisions: tuple[Decision, ...]
    weights: Weights
    studies: Mapping[int, str]

    @property
    def decided(self) -> frozenset[str]:
        """Lesions whose last decision stands."""
        last = {each.lesion: each for each in self.decisions}
        return frozenset(name for name, each in last.items() if each.ruling != REOPENED)


def compare(
    sources: Sources, images: Sequence[ImageRecord], include_seen: bool, report: Report
) -> Compared:
    """Gather what readers, network and data set say."""
    from model.project.out_of_fold import latest_out_of_fold
    from model.review import adjudication, preferences, studies
    from model.review.case_readings import first_stage_only, load_case_readings
    from model.review.doubts import find_doubts
    from model.review.opinions import ImageOpinions, by_lesion

    project = sources.project
    readings = first_stage_only(load_case_readings(project))
    report(0, 0, "")
    classes, network, seen = _network(sources, images)
    report(0, 0, "")
    doubts = find_doubts(images, project.hashes(), latest_out_of_fold(project))
    suspect, doubt = doubts.suspect, doubts.strength
    said = ImageOpinions(images, classes, network, seen, suspect, doubt, tuple(readings))
    return Compared(
        by_lesion(said, include_seen=include_seen),
        _by_lesion(readings, images),
        tuple(adjudication.load_decisions(project)),
        preferences.load_weights(project),
        {each.number: each.protocol.title for each in studies.load(project)},
    )


def _network(
    sources: Sources, images: Sequence[ImageRecord]
) -> tuple[tuple[str, ...], NDArray[np.float64], NDArray[np.bool_]]:
    """Classes; probabilities [N, C], NaN where there are none; whether images were seen [N]."""
    from model.classifier.exposure import Exposure, ExposureIndex
    from model.inference.results import load_predictions

    classifier = sources.classifier
    if classifier is None:
        return (), np.zeros((len(images), 0)), np.zeros(len(images), bool)
    found = load_predictions(sources.project, sources.cache, classifier)
    exposure = ExposureIndex(classifier.card).exposure
    network = np.full((len(images), len(found.classes)), np.nan)
    for row, image in enumerate(images):
        if (at := found.rows.get(image.path)) is not None:
            network[row] = found.probabilities[at]
    seen = [exposure(image.image_id, image.lesion_id) != Exposure.UNSEEN for image in images]
    return found.classes, network, np.array(seen, bool)


def _by_lesion(
    readings: Sequence[CaseReading], images: Sequence[ImageRecord]
) -> dict[str, tuple[CaseReading, ...]]:
    from model.review.selection import lesion_of

    lesions = {image.path: lesion_of(image) for image in images}
    found: dict[str, list[CaseReading]] = {}
    for each in readings:
        for lesion in dict.fromkeys(lesions[path] for path in each.paths if path in lesions):
            found.setdefault(lesion, []).append(each)
    return {lesion: tuple(said) for lesion, said in found.items()}


@dataclass(frozen=True, slots=True, eq=False)
class RankRequest:
    """What the queue follows from; `among` is None where every disagreement waits."""

    compared: Compared
    weights: Weights
    patterns: frozenset[Pattern]
    decided_shown: bool
    among: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """The queue, and how many lesions show each pattern whether it is chosen or not."""

    queue: Queue
    counts: dict[Pattern, int]


def rank(request: RankRequest, report: Report) -> Ranked:
    """Put the lesions into order, and leave out those that are not asked for."""
    from model.review.queue import build_queue

    compared = request.compared
    whole = build_queue(compared.said, request.weights)
    if request.among is not None:
        whole = whole.of(request.among)
    report(0, 0, "")
    decided = compared.decided
    others = set(compared.said.lesions.tolist()) - decided
    members = whole.without(others if request.decided_shown else decided)
    counts = members.counts()
    return Ranked(members.only(request.patterns) if request.patterns else members, counts)


# -- decisions ----------------------------------------------------------------------------


def decide(project: Project, decision: Decision, _report: Report) -> Decision:
    """Store a decision."""
    from model.review.adjudication import decide as store

    return store(project, decision)


def keep_weights(project: Project, weights: Weights, _report: Report) -> None:
    """Remember how lesions are ranked."""
    from model.review.preferences import store_weights

    store_weights(project, weights)


# -- similar lesions ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class NeighbourRequest:
    """What similar lesions are looked for with; `embeddings` once they were read."""

    project: Project
    cache: Cache
    classifier: Classifier
    embeddings: Embeddings | None
    images: Sequence[ImageRecord]
    image: ImageRecord


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """The nearest lesions, or why there are none; with what the next search needs."""

    embeddings: Embeddings
    identity: str
    found: tuple[Neighbour, ...]
    reason: str


_NEIGHBOURS = 12


def find_neighbours(request: NeighbourRequest, report: Report) -> Neighbours:
    """The lesions with known histology that look most alike, without the lesion itself."""
    from app.adjudication_session import Neighbour
    from model.inference.similar import load_embeddings, nearest_lesions

    classifier = request.classifier
    embeddings = request.embeddings or load_embeddings(request.cache, classifier)
    report(0, 0, "")
    hashes = request.project.hashes()
    own = hashes.get(request.image.path, "")
    known = [
        (hashes[image.path], image)
        for image in request.images
        if image.basis == "histology" and image.label and image.path in hashes
    ]
    if own not in embeddings.rows:
        reason = "Classify the images to find lesions that look alike."
        return Neighbours(embeddings, classifier.identity, (), reason)
    without = {request.image.lesion_id or request.image.path}
    found = nearest_lesions(embeddings, own, known, without, _NEIGHBOURS)
    neighbours = tuple(
        Neighbour(image.path, image.image_id, image.label, value) for image, value in found
    )
    reason = "" if neighbours else "No lesion of this data set has a label by histology."
    return Neighbours(embeddings, classifier.identity, neighbours, reason)
