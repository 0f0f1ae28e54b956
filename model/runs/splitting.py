"""The split that a configuration asks for: the window shows it, and the run follows it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from model.catalogue.dividing import as_given, by_lesions, inherited, into_folds, without_source
from model.catalogue.given_splits import splits_in_column
from model.catalogue.likeness import Likeness
from model.catalogue.sources import Sources
from model.catalogue.split_plan import Pool, SplitError, SplitPlan, pool_of
from model.catalogue.splits import SPLITS, TEST, TRAINING, VALIDATION
from model.classifier.card import Card
from model.classifier.exposure import COPY_BITS, Exposure, ExposureIndex
from model.records import ImageRecord
from model.runs.config import DataConfig

_NOBODY_KNOWS = (
    "The starting classifier does not say which images it has learned from: figures on any image "
    "may flatter."
)
# What was learned from cannot be unlearned: of two splits that know a lesion, this one counts.
_SEEN_FIRST = (TRAINING, VALIDATION, TEST)


def plan_splits(
    root: Path,
    records: Sequence[ImageRecord],
    config: DataConfig,
    *,
    likenesses: Mapping[str, Likeness] | None = None,
    card: Card | None = None,
    sources: Sources | None = None,
) -> tuple[SplitPlan, ...]:
    """Divide a data set as a configuration asks for.

    Args:
        root: The data set's folder.
        records: Its images, labelled or not.
        config: Classes, kind of split, shares, seed.
        likenesses: What the images look like, by path, so that copies stay together; an image
            without one cannot be read, and takes no part. None where nobody has looked yet.
        card: Of the classifier that the training starts from; None for other weights.
        sources: What the data set is joined with; None for what the folder's project says.

    Returns:
        One plan, or one for each fold. Equal arguments give equal plans.

    Raises:
        UserError: The data set cannot be divided so.
    """
    readable = [each for each in records if likenesses is None or each.path in likenesses]
    pool = pool_of(readable, config.classes, likenesses)
    plans = _plans(root, pool, config, likenesses, card, sources)
    labelled = sum(record.label in pool.classes for record in records)
    if unreadable := labelled - len(pool.records):
        note = f"{unreadable:,} of {labelled:,} images cannot be read; they are left out."
        plans = _noted(plans, note)
    if card is None:
        return plans
    if not any(card.images.values()):
        return _noted(plans, _NOBODY_KNOWS)
    if config.split == "inherit":
        return plans
    return tuple(_with_leaks(plan, card, likenesses) for plan in plans)


def _noted(plans: Sequence[SplitPlan], note: str) -> tuple[SplitPlan, ...]:
    return tuple(replace(plan, notes=(*plan.notes, note)) for plan in plans)


def _plans(
    root: Path,
    pool: Pool,
    config: DataConfig,
    likenesses: Mapping[str, Likeness] | None,
    card: Card | None,
    sources: Sources | None,
) -> tuple[SplitPlan, ...]:
    match config.split:
        case "folds":
            return into_folds(pool, config.folds, config.seed)
        case "column":
            told = splits_in_column(root, pool.records, config.column, sources)
            return (as_given(pool, told),)
        case "source":
            return (without_source(pool, config.source, config.shares, config.seed),)
        case "inherit":
            if card is None:
                raise SplitError(
                    "Only a classifier has a split to take over: start from one, or divide "
                    "otherwise."
                )
            known = _known_places(pool, card, likenesses)
            return (inherited(pool, known, config.shares, config.seed),)
        case _:
            return (by_lesions(pool, config.shares, config.seed),)


def _known_places(
    pool: Pool, card: Card, likenesses: Mapping[str, Likeness] | None
) -> dict[str, str]:
    """The split in which a classifier had an image, or another one of its lesion, by path."""
    by_id: dict[str, str] = {}
    by_lesion: dict[str, str] = {}
    for split in _SEEN_FIRST:
        for image in card.images.get(split, ()):
            by_id.setdefault(image.image_id, split)
            if image.lesion_id:
                by_lesion.setdefault(image.lesion_id, split)
    places = {}
    for record in pool.records:
        told = by_id.get(record.image_id, ""), by_lesion.get(record.lesion_id, "")
        if any(told):
            places[record.path] = min(filter(None, told), key=_SEEN_FIRST.index)
    # Looks are asked last: they take one image in thousands for another.
    unknown = (record.path for record in pool.records if record.path not in places)
    looks = {path: likenesses[path] for path in unknown if path in likenesses} if likenesses else {}
    return places | dict(_copies(looks, card))


def _copies(looks: Mapping[str, Likeness], card: Card) -> Iterator[tuple[str, str]]:
    """Images that look the same as one of the card's, with its split."""
    for split in reversed(_SEEN_FIRST):  # later ones win in a dict
        found = [
            int(i.perceptual_hash, 16) for i in card.images.get(split, ()) if i.perceptual_hash
        ]
        hashes = np.array(found, np.uint64)
        for path, likeness in looks.items():
            differing = np.bitwise_count(hashes ^ np.uint64(likeness.perceptual_hash))
            if (differing <= COPY_BITS).any():
                yield path, split


def _with_leaks(
    plan: SplitPlan, card: Card, likenesses: Mapping[str, Likeness] | None
) -> SplitPlan:
    """Say how many images of validation and test the starting classifier has seen."""
    index = ExposureIndex(card)
    seen = {Exposure.TRAINED, Exposure.SEEN_LESION}
    leaked = 0
    for record, split in zip(plan.records, plan.splits, strict=True):
        if split in SPLITS[1:]:
            likeness = (likenesses or {}).get(record.path)
            look = likeness.perceptual_hash if likeness else None
            leaked += index.exposure(record.image_id, record.lesion_id, look) in seen
    if not leaked:
        return plan
    told = (
        f"Leaked: the starting classifier has learned from {leaked:,} images of validation and "
        "test, or from their lesions; figures on these will flatter. Take over its split instead."
    )
    return replace(plan, leaked=leaked, notes=(*plan.notes, told))
