"""Labellings made by hand, and questions about them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from model.evaluation.labelling import (
    NOTHING,
    SPLITS,
    Kind,
    Labelling,
    Seen,
    lesions_of,
    named,
)
from model.evaluation.pairs import decided
from model.evaluation.question import Group, Question
from model.records import ImageRecord

CLASSES = ("MEL", "NV", "BCC")


def records(labels: Sequence[str], lesions: Sequence[str] = ()) -> list[ImageRecord]:
    names = lesions or [f"L{at}" for at in range(len(labels))]
    return [
        ImageRecord(f"{at}.jpg", f"{at}", 1, 1, label=label, lesion_id=lesion)
        for at, (label, lesion) in enumerate(zip(labels, names, strict=True))
    ]


def classifier(
    probabilities: np.ndarray,
    seen: Sequence[int] | None = None,
    split: Sequence[str] | None = None,
    name: str = "Net",
) -> Labelling:
    """Rows of NaN are images that it has not looked at."""
    known = ~np.isnan(probabilities).any(1)
    values = np.full(len(probabilities), NOTHING, np.int64)
    values[known] = decided(probabilities[known])
    exposure = np.array(seen if seen is not None else [Seen.UNSEEN] * len(values), np.int8)
    places = [SPLITS.index(each) for each in split or [""] * len(values)]
    return Labelling(
        name, Kind.CLASSIFIER, CLASSES, values, probabilities, exposure, np.array(places, np.int8)
    )


def question(
    labels: Sequence[str],
    other: Labelling,
    *,
    lesions: Sequence[str] = (),
    second: Labelling | None = None,
    group: Group = Group.ALL,
    among: Sequence[bool] | None = None,
    columns: dict[str, Sequence[str]] | None = None,
) -> Question:
    images = records(labels, lesions)
    return Question(
        images=[image.image_id for image in images],
        lesions=lesions_of(images),
        columns={name: np.array(each, object) for name, each in (columns or {}).items()},
        truth=named(labels, "Recorded label", Kind.LABEL),
        other=other,
        second=second,
        group=group,
        among=np.array(among if among is not None else [True] * len(images)),
    )


def random_question(seed: int = 0, count: int = 300, **named_arguments: Any) -> Question:
    """Images of all classes, every other one of the validation split; for `question`."""
    generator = np.random.default_rng(seed)
    labels = [CLASSES[at] for at in generator.integers(0, 3, count)]
    probabilities = generator.dirichlet((1, 1, 1), count)
    split = ["validation" if at % 2 else "test" for at in range(count)]
    seen = [Seen.SEEN if at % 2 else Seen.UNSEEN for at in range(count)]
    lesions = [f"L{at // 4}" for at in range(count)]
    sexes = [("female", "male", "")[at] for at in generator.integers(0, 3, count)]
    named_arguments = {"group": Group.UNSEEN, "columns": {"sex": sexes}, **named_arguments}
    other = classifier(probabilities, seen, split)
    return question(labels, other, lesions=lesions, **named_arguments)
