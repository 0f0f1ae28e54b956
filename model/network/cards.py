"""What the card of a newly trained classifier says."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.classifier.card import Card
from model.evaluation.calibration import fit_temperature, softmax
from model.evaluation.summary import summarise
from model.network.training_data import SPLITS, Split
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
        preprocessing=config.network.preprocessing,
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
    classes: Sequence[str],
    splits: Mapping[str, Split],
    logits: Mapping[str, NDArray[np.float32]],
    training: Mapping[str, Any],
) -> Card:
    """The card of a trained network: temperature from validation, figures on images not seen.

    Args:
        config: All choices.
        classes: Codes in the order of the logits.
        splits: The images of each split.
        logits: Of "validation" and "test": float32 [N, C].
        training: What the card tells of the training, as JSON values.
    """
    labels = splits["validation"].examples.labels
    temperature = fit_temperature(logits["validation"], labels)
    figures = {
        name: _figures(splits[name], logits[name], temperature, classes, config.data.seed)
        for name in ("validation", "test")
    }
    return replace(
        starting_card(config, classes),
        temperature=temperature,
        data=config.card.data,
        metrics={**figures, **training},
        images={name: split.images for name, split in splits.items()},
    )


def _figures(
    split: Split,
    logits: NDArray[np.float32],
    temperature: float,
    classes: Sequence[str],
    seed: int,
) -> dict[str, Any]:
    probabilities = softmax(logits, temperature)
    return summarise(split.examples.labels, probabilities, split.lesions, classes, seed=seed)
