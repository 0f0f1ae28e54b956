"""What worker threads run before a training. The model's heavy parts are imported inside."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from app.case import Box, halved
from app.training_session import PlannedSplit, ShownPreview, Stage, TrainingData
from model.catalogue.splits import TRAINING
from model.errors import UserError
from model.progress import Report
from model.runs.config import DOWNLOAD, HEAD_ONLY, Config

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import QImage

    from model.catalogue.chosen_labels import ChosenLabels, LabelUse
    from model.catalogue.lesions import Copies
    from model.catalogue.likeness import Likeness
    from model.catalogue.sources import Sources
    from model.catalogue.split_plan import SplitPlan
    from model.preprocessing import Preprocessing
    from model.project.project import Project
    from model.records import ImageRecord
    from model.runs.preview import Preview


def list_folder(root: Path, report: Report) -> TrainingData:
    """Which images a folder has."""
    from model.catalogue.listing import list_images
    from model.catalogue.sources import sources_of

    joined = sources_of(root)
    records = [each for batch in list_images(root, report, joined) for each in batch.images]
    return _training_data(root, records, joined)


@dataclass(frozen=True, slots=True)
class OpenData:
    """The data set that is open in the window, and which labels are to be learned."""

    project: Project
    records: Sequence[ImageRecord]
    use: LabelUse


def take_open(wish: OpenData, before: TrainingData | None, _report: Report) -> TrainingData:
    """The images of the open data set; `before` itself where nothing is different."""
    from model.catalogue.sources import load_sources
    from model.review.training_labels import review_standing, training_labels

    project, records = wish.project, wish.records
    review = review_standing(project)
    use = wish.use if wish.use in review.uses else "recorded"
    labels = training_labels(project, records, use)
    learned = labels.relabelled(records) if labels else records
    data = _training_data(project.root, learned, load_sources(project))
    data = replace(
        data,
        decided=review.decided,
        read=review.read,
        labels=labels,
        use=use,
        project=project.path,
        recorded=Counter(record.label for record in records if record.label),
        mass=_mass(data, labels),
    )
    return before if before is not None and _alike(before, data) else data


def _mass(data: TrainingData, labels: ChosenLabels | None) -> dict[str, float]:
    """Images of each class, by the shares of their readers where these are learned."""
    from model.catalogue.chosen_labels import label_targets

    if labels is None or not labels.shares:
        return {code: float(count) for code, count in data.images.items()}
    classes = tuple(data.images)
    labelled = [record for record in data.records if record.label]
    sums = label_targets(labelled, classes, labels.shares).sum(0)
    return dict(zip(classes, sums.tolist(), strict=True))


def _alike(one: TrainingData, two: TrainingData) -> bool:
    def compared(data: TrainingData) -> tuple[object, ...]:
        return (
            data.root,
            data.records,
            data.decided,
            data.read,
            data.labels,
            data.columns,
            data.joined,
        )

    return compared(one) == compared(two)


def _training_data(root: Path, records: Sequence[ImageRecord], joined: Sources) -> TrainingData:
    from model.catalogue.given_splits import split_columns
    from model.taxonomy import class_order

    images = Counter(record.label for record in records if record.label)
    pairs = {(r.label, r.lesion_id or f"\0{r.path}") for r in records if r.label}
    lesions = Counter(label for label, _ in pairs)
    codes = sorted(images, key=class_order)
    return TrainingData(
        root,
        tuple(records),
        {code: images[code] for code in codes},
        {code: lesions[code] for code in codes},
        split_columns(root, joined),
        tuple(sorted({record.source for record in records if record.source})),
        joined=joined,
    )


@dataclass(frozen=True, slots=True, eq=False)
class PlanRequest:
    """What a plan follows from."""

    data: TrainingData
    config: Config
    likenesses: Mapping[str, Likeness] | None


@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """A plan, or why there is none.

    Attributes:
        request: What it follows from.
        splits: One, or one for each fold; none where there is a problem.
        problem: A sentence, "" without.
    """

    request: PlanRequest
    splits: tuple[PlannedSplit, ...]
    problem: str


def plan(request: PlanRequest, _report: Report) -> Planned:
    """Divide the images as a run would."""
    from model.catalogue.split_leaks import leaks_by_image
    from model.catalogue.split_plan import copies_across
    from model.classifier.card import CARD_FILE, Card
    from model.runs.reading import check_config
    from model.runs.splitting import plan_splits

    data, config = request.data, request.config
    weights = Path(config.network.weights)
    missing = _missing_weights(config.network.weights)
    try:
        check_config(config)
        if config.data.split == "inherit" and missing:
            return Planned(request, (), missing)
        card = Card.load(weights) if (weights / CARD_FILE).is_file() else None
        plans = plan_splits(
            data.root,
            data.records,
            config.data,
            likenesses=request.likenesses,
            card=card,
            sources=data.joined,
        )
    except UserError as error:
        return Planned(request, (), str(error))
    splits = tuple(
        PlannedSplit(
            each,
            each.counts(),
            leaks_by_image(each),
            _unknown_copies(each),
            len(copies_across(each)),
            _learned(each, data.labels),
        )
        for each in plans
    )
    return Planned(request, splits, missing)


def _learned(plan: SplitPlan, labels: ChosenLabels | None) -> NDArray[np.float64]:
    """Training images of each class as they are learned; float64 [K]."""
    from model.catalogue.chosen_labels import label_targets

    records = [plan.records[row] for row in plan.of(TRAINING)]
    shares = labels.shares if labels else {}
    return np.asarray(label_targets(records, plan.classes, shares).sum(0))


def _unknown_copies(plan: SplitPlan) -> tuple[Copies, ...]:
    """Pairs that look the same and of which no lesion id says that they are of one lesion."""
    lesion = {record.path: record.lesion_id for record in plan.records}
    return tuple(
        pair
        for pair in plan.copies
        if not lesion[pair.first] or lesion[pair.first] != lesion[pair.second]
    )


def _missing_weights(weights: str) -> str:
    """What to bring where the starting weights are not there; "" where they are."""
    from model.project.home import home

    if weights == DOWNLOAD or (weights and Path(weights).exists()):
        return ""
    missing = f"{weights} is not there. " if weights else ""
    return (
        f"{missing}Choose where the network starts (section Network): a classifier, or a file of "
        "MobileNetV2's ImageNet weights without the top (alpha 1.0, ending .h5), for example in "
        f"{home() / 'weights'}."
    )


def compare(data: TrainingData, report: Report) -> dict[str, Likeness]:
    """What the labelled images look like, so that copies are found."""
    from model.catalogue.reading import read_likenesses

    paths = [record.path for record in data.records if record.label]
    return read_likenesses(data.root, paths, report)[0]


def preprocessing_of(classifier: Path, _report: Report) -> Preprocessing:
    """How a classifier sees images: what starts from it had best see them alike.

    Raises:
        ClassifierError: There is no classifier in the folder.
    """
    from model.classifier.card import Card

    return Card.load(classifier).preprocessing


@dataclass(frozen=True, slots=True)
class PreviewRequest:
    """Which image is to be seen as a network would see it; equal requests give equal pictures."""

    root: Path
    path: str
    config: Config
    seed: int


def preview(request: PreviewRequest, _report: Report) -> ShownPreview:
    """What the network would see of an image, by the code that trains."""
    from model.images import read_bytes
    from model.runs.preview import preview as look

    config = request.config
    try:
        data = read_bytes(request.root / request.path)
        seen = look(
            data,
            config.preprocessing,
            config.augmentation,
            seed=request.seed,
            exact_views=config.head.views if config.fine_tuning.first == HEAD_ONLY else 0,
        )
    except UserError as error:
        return ShownPreview(request.path, reason=str(error))
    stages = [Stage("photograph", _picture(seen.photograph), box=_part(seen))]
    stages += [
        Stage(each.name, _picture(each.pixels), None if each.mask is None else _picture(each.mask))
        for each in seen.stages
    ]
    return ShownPreview(request.path, tuple(stages), tuple(map(_picture, seen.augmented)))


def _picture(pixels: NDArray[np.uint8]) -> QImage:
    """Small enough to be painted quickly: uint8 [H, W, 3], or [H, W] for a mask."""
    coloured = pixels if pixels.ndim == 3 else np.repeat(pixels[..., None], 3, axis=2)
    return halved(np.ascontiguousarray(coloured))[-1]


def _part(seen: Preview) -> Box | None:
    """The part of the photograph that the network sees, in shares of its sides; None for all."""
    height, width = seen.photograph.shape[:2]
    left, top, right, bottom = seen.box
    part = (left / width, top / height, right / width, bottom / height)
    return None if part == (0, 0, 1, 1) else part
