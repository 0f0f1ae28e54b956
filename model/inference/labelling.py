"""A classifier's stored predictions as a labelling of a project's images."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.classifier.card import Card
from model.classifier.classifier import Classifier
from model.classifier.exposure import Exposure, ExposureIndex
from model.classifier.facts import card_facts
from model.classifier.serving import Precision
from model.errors import UserError
from model.evaluation.labelling import NOTHING, SPLITS, Kind, Labelling, Seen, Source
from model.evaluation.pairs import decided
from model.inference.copies import is_named
from model.inference.results import load_predictions
from model.project.cache import Cache, RunRecord
from model.project.project import Project
from model.records import ImageRecord

_SEEN = {
    Exposure.UNSEEN: Seen.UNSEEN,
    Exposure.UNKNOWN: Seen.UNKNOWN,
    Exposure.SEEN_LESION: Seen.SEEN_LESION,
    Exposure.TRAINED: Seen.SEEN,
}


def classifier_sources(
    project: Project, cache: Cache, hashes: Mapping[str, int] | None = None
) -> list[Source]:
    """Every classifier with results in the cache, the latest first.

    What it says is read with the temperature and the images on its card, so its folder must
    still be there when it is loaded. `hashes` is as of `classifier_labelling`.
    """
    runs = [run for run in cache.runs() if run.images]
    return [_source(project, cache, run, hashes) for run in reversed(runs)]


def classifier_key(classifier: Classifier) -> str:
    """The key of a classifier's source."""
    return f"classifier {classifier.identity}"


def classifier_labelling(
    project: Project,
    cache: Cache,
    classifier: Classifier,
    images: Sequence[ImageRecord],
    hashes: Mapping[str, int] | None = None,
) -> Labelling:
    """What a classifier said of these images; those without a result have no value.

    Args:
        project: Whose images.
        cache: Which holds the results.
        classifier: Which one.
        images: In the order of the rows.
        hashes: Of `fingerprints`, by path; None where nobody looked for copies.
    """
    found = load_predictions(project, cache, classifier)
    probabilities = np.full((len(images), len(found.classes)), np.nan)
    places = np.array([found.rows.get(image.path, -1) for image in images], np.intp)
    known = places >= 0
    probabilities[known] = found.probabilities[places[known]]
    values = np.full(len(images), NOTHING, np.int64)
    values[known] = decided(probabilities[known])
    card = classifier.card
    return Labelling(
        name=card.name + _in(classifier.precision),
        kind=Kind.CLASSIFIER,
        classes=card.classes,
        values=values,
        probabilities=probabilities,
        seen=_seen(card, images, hashes or {}),
        split=_split(card, images),
        by_looks=hashes is not None or all(is_named(card, images)),
        facts=card_facts(card),
    )


def _source(
    project: Project, cache: Cache, run: RunRecord, hashes: Mapping[str, int] | None
) -> Source:
    load = partial(_load, project, cache, run, hashes)
    name = str(run.about.get("classifier") or f"classifier of {run.started[:10]}")
    name += _in(run.precision)
    return Source(f"classifier {run.identity}", name, Kind.CLASSIFIER, load)


def _load(
    project: Project,
    cache: Cache,
    run: RunRecord,
    hashes: Mapping[str, int] | None,
    images: Sequence[ImageRecord],
) -> Labelling:
    folder = Path(str(run.about.get("folder", "")))
    precision: Precision = "bf16" if run.precision == "bf16" else "f32"
    classifier = Classifier.load(folder, run.about.get("views"), precision)
    if classifier.precision != run.precision:
        raise UserError(
            f"These predictions were made in {run.precision}, which this computer's processor has"
            " not: classify the images here first."
        )
    if classifier.identity != run.identity:
        raise UserError(
            f"{folder} holds another classifier than the one whose predictions are stored; "
            "classify the images with it first."
        )
    return classifier_labelling(project, cache, classifier, images, hashes)


def _in(precision: str) -> str:
    return f" ({precision})" if precision != "f32" else ""


def _seen(card: Card, images: Sequence[ImageRecord], hashes: Mapping[str, int]) -> NDArray[np.int8]:
    index = ExposureIndex(card)
    # An image that the card names is what it names, whatever else it looks like.
    looks = [
        None if named else hashes.get(image.path)
        for image, named in zip(images, is_named(card, images), strict=True)
    ]
    found = (
        _SEEN[index.exposure(image.image_id, image.lesion_id, look)]
        for image, look in zip(images, looks, strict=True)
    )
    return np.fromiter(found, np.int8, len(images))


def _split(card: Card, images: Sequence[ImageRecord]) -> NDArray[np.int8]:
    places = {
        image.image_id: SPLITS.index(split)
        for split in SPLITS[1:]
        for image in card.images.get(split, ())
    }
    return np.fromiter((places.get(image.image_id, 0) for image in images), np.int8, len(images))
