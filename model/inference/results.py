"""What a classifier said of a project's images, read from the cache."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.classifier.classifier import Classifier
from model.classifier.serving import Precision
from model.project.cache import Cache
from model.project.project import Project


@dataclass(frozen=True, slots=True)
class Predictions:
    """The images of a project that have a result, in the order of their paths.

    Attributes:
        run: The run in the cache, None where the classifier never ran.
        classes: Codes, in the order of the columns.
        paths: Relative to the data set's folder.
        hashes: Content hashes of these images.
        logits: float32 [N, C].
        probabilities: float64 [N, C], calibrated.
        rows: Index into the above, by path.
        failures: Why other images have no result, by path.
        missing: Paths that were not looked at yet.
    """

    run: int | None
    classes: tuple[str, ...]
    paths: tuple[str, ...]
    hashes: tuple[str, ...]
    logits: NDArray[np.float32]
    probabilities: NDArray[np.float64]
    rows: dict[str, int]
    failures: dict[str, str]
    missing: tuple[str, ...]


def find_run(
    cache: Cache, classifier: Classifier, precision: Precision | None = None
) -> int | None:
    """The classifier's run in the cache, None where it never ran.

    `precision` is another one than the classifier's own, here as below.
    """
    wanted = classifier.identity, precision or classifier.precision
    found = (run.number for run in cache.runs() if (run.identity, run.precision) == wanted)
    return next(found, None)


def load_predictions(
    project: Project, cache: Cache, classifier: Classifier, precision: Precision | None = None
) -> Predictions:
    """All stored results of a classifier for the project's images, without reading an image."""
    run = find_run(cache, classifier, precision)
    stored, logits = ([], _none(classifier)) if run is None else cache.logits(run)
    failures = {} if run is None else cache.failures(run)
    place = {content: index for index, content in enumerate(stored)}
    hashes = project.hashes()
    paths = [image.path for image in project.images()]
    with_result = [path for path in paths if hashes.get(path) in place]
    found = set(with_result)
    chosen = logits[[place[hashes[path]] for path in with_result]]
    return Predictions(
        run=run,
        classes=classifier.card.classes,
        paths=tuple(with_result),
        hashes=tuple(hashes[path] for path in with_result),
        logits=chosen,
        probabilities=classifier.probabilities(chosen),
        rows={path: row for row, path in enumerate(with_result)},
        failures={p: failures[p] for p in paths if p in failures and p not in found},
        missing=tuple(p for p in paths if p not in found and p not in failures),
    )


def stored_findings(
    cache: Cache, classifier: Classifier, content_hash: str
) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
    """Logits [C] and evidence [h, w, C] of exactly these bytes; None where there are none."""
    return cache.findings(classifier.identity, classifier.precision, content_hash)


def _none(classifier: Classifier) -> NDArray[np.float32]:
    return np.zeros((0, len(classifier.card.classes)), np.float32)
