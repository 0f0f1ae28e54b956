"""What the card of a newly trained classifier says."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.catalogue.splits import SPLITS, TEST, TRAINING, VALIDATION
from model.classifier.card import Card, TrainedImage
from model.classifier.exposure import Exposure, ExposureIndex
from model.evaluation.calibration import fit_temperature, softmax
from model.evaluation.summary import summarise, summarise_spread
from model.network.training_data import Split, TrainingData
from model.progress import Report, silent
from model.runs.config import Config

INTENDED_USE = (
    "Research on dermoscopic data sets: to sort, review and question their labels, by people "
    "who know dermoscopy."
)
NOT_FOR = (
    "No diagnosis, no screening and no advice to patients: it is not a medical device. Not for "
    "photographs that are not dermoscopic, nor for lesions outside its classes, for which it "
    "still names one of them."
)


def starting_card(config: Config, classes: Sequence[str]) -> Card:
    """The card of a network that has learned nothing yet."""
    return Card(
        name=config.card.name,
        classes=tuple(classes),
        preprocessing=config.preprocessing,
        layers=(),
        temperature=1.0,
        network_hash="",
        seed=config.data.seed,
        created="",
        versions={},
        licence=config.card.licence,
        data="Not trained: a random head on the starting weights.",
        intended_use=INTENDED_USE,
        not_for=NOT_FOR,
        metrics={},
        images={name: () for name in SPLITS},  # noqa: C420 - mypy loses the type otherwise
        views=config.network.views,
    )


def trained_card(
    config: Config,
    data: TrainingData,
    logits: Mapping[str, NDArray[np.float32]],
    training: Mapping[str, Any],
    report: Report = silent,
) -> Card:
    """The card of a trained network: temperature from validation, figures on images not seen.

    Where the training started from a classifier, the images that made that one have made this one
    too, and figures leave out what it has seen of validation and test.

    Args:
        config: All choices.
        data: What the network was trained on.
        logits: Of validation and test: float32 [N, C].
        training: What the card tells of the training, as JSON values.
        report: Told while figures are made; may raise `Cancelled`.
    """
    temperature = fit_temperature(logits[VALIDATION], data.splits[VALIDATION].examples.targets)
    figures = {
        name: _figures(
            data.splits[name], data, softmax(logits[name], temperature), config.data.seed, report
        )
        for name in (VALIDATION, TEST)
    }
    images = {name: split.images for name, split in data.splits.items()}
    divided = {"kind": config.data.split, "leaked": data.plan.leaked, "notes": [*data.plan.notes]}
    return replace(
        starting_card(config, data.classes),
        temperature=temperature,
        data=" ".join([config.card.data, *_told(config, data)]),
        metrics={**figures, **training, "balance": asdict(config.balance), "split": divided},
        images=images | {TRAINING: (*images[TRAINING], *_seen_before(data))},
    )


def _told(config: Config, data: TrainingData) -> Iterator[str]:
    """What whoever reads the card must know of the labels and of where the training started."""
    if data.chosen is not None:
        yield from filter(None, (data.chosen.told, data.chosen.beyond(data.classes)))
    others = [Card.load(Path(each)).name for each in config.network.averaged_with]
    if data.start is not None and others:
        names = ", ".join(map(repr, [data.start.name, *others]))
        yield f"The training started from the mean of the weights of the classifiers {names}."
    elif data.start is not None:
        yield f"The training started from the classifier {data.start.name!r}."
    if data.plan.leaked:
        yield (
            f"Leaked: that classifier had learned from {data.plan.leaked:,} images of validation "
            "and test, or from others of their lesions. They chose the epoch and the temperature "
            "here; figures leave them out where other images remain."
        )


def _seen_before(data: TrainingData) -> Iterator[TrainedImage]:
    """Images that the starting classifier knew and this training did not learn from."""
    if data.start is None:
        return
    known = {i.image_id for name in (TRAINING, VALIDATION) for i in data.splits[name].images}
    for name in (TRAINING, VALIDATION):
        yield from (i for i in data.start.images.get(name, ()) if i.image_id not in known)


def _figures(
    split: Split, data: TrainingData, probabilities: NDArray[np.float64], seed: int, report: Report
) -> dict[str, Any]:
    rows = _unseen_rows(split, data.start)
    lesions = [split.lesions[row] for row in rows]
    labels = split.labels[rows]
    told = partial(tell_estimating, report)
    found = summarise(labels, probabilities[rows], lesions, data.classes, seed=seed, report=told)
    if not data.is_soft:
        return found
    targets = split.examples.targets[rows]
    spread = summarise_spread(
        targets, probabilities[rows], lesions, data.classes, seed=seed, report=told
    )
    return found | {"against_spread": spread}


def tell_estimating(report: Report, done: int, total: int, _message: str) -> None:
    """Tell of a bootstrap in words that stay the same while it lasts."""
    report(done, total, "Estimating the intervals of the figures")


def _unseen_rows(split: Split, start: Card | None) -> NDArray[np.intp]:
    """Images that the starting classifier had not seen; all where it has seen every one."""
    everything = np.arange(len(split.images))
    if start is None:
        return everything
    index = ExposureIndex(start)
    unseen = [
        index.exposure(each.image_id, each.lesion_id, int(each.perceptual_hash, 16))
        is Exposure.UNSEEN
        for each in split.images
    ]
    return np.flatnonzero(unseen) if any(unseen) else everything
