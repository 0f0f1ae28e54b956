"""What the worker threads run to measure. The model's heavy parts are imported inside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from model.evaluation.labelling import Labelling, Source, lesions_of, recorded_label
from model.evaluation.other_classes import in_classes_of
from model.evaluation.slices import age_band

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from model.class_systems import ClassMapping
    from model.classifier.card import Card
    from model.evaluation.chosen_point import ChosenPoint, PointChoice
    from model.evaluation.metrics import Integers
    from model.evaluation.question import Answer, Question
    from model.progress import Report
    from model.project.cache import Cache
    from model.project.project import Project
    from model.records import ImageRecord


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What questions about a data set have in common; rows are those of the table.

    Attributes:
        images: The records.
        ids: Image ids.
        lesions: Of `lesions_of`.
        columns: What to slice by, values for each name.
        recorded: The recorded label.
        sources: What else could be measured, or taken for right.
    """

    images: tuple[ImageRecord, ...]
    ids: tuple[str, ...]
    lesions: Integers
    columns: Mapping[str, NDArray[np.object_]]
    recorded: Labelling
    sources: tuple[Source, ...]


def gather(
    project: Project,
    cache: Cache,
    images: tuple[ImageRecord, ...],
    hashes: Mapping[str, int] | None,
    _report: Report,
) -> Ground:
    """Read off the records what every question needs, and look for labellings."""
    from model.inference.labelling import classifier_sources
    from model.review.sources import review_sources

    return Ground(
        images,
        tuple(image.image_id for image in images),
        lesions_of(images),
        _columns(images),
        recorded_label(images),
        (*review_sources(project), *classifier_sources(project, cache, hashes)),
    )


def fingerprints(
    root: Path, images: Sequence[ImageRecord], card: Card, report: Report
) -> dict[str, int]:
    """What tells copies of seen images under other names, by path."""
    from model.inference.copies import fingerprints as find

    return find(root, images, card, report)


def load(
    sources: Sequence[Source],
    images: Sequence[ImageRecord],
    classes: ClassMapping | None,
    _report: Report,
) -> dict[str, Labelling]:
    """What these sources say, by their keys; in the classes that labels are looked at in."""
    said = {source.key: source.load(images) for source in sources}
    return {key: in_classes_of(each, classes) if classes else each for key, each in said.items()}


def answer(question: Question, draws: int, report: Report) -> Answer:
    """Measure."""
    from model.evaluation.question import answer as find

    return find(question, draws=draws, report=report)


def write_report(
    answer: Answer,
    photographs: Mapping[str, Path],
    about: Mapping[str, str],
    notes: Sequence[str],
    folder: Path,
    report: Report,
) -> Path:
    """Write what `evaluate` writes, for what is shown; returns the page."""
    from model.evaluation.answer_dossier import dossier_of
    from model.evaluation.writing import write_dossier
    from model.files import check_folder_place

    check_folder_place(folder)
    write_dossier(folder, dossier_of(answer, photographs, about, notes, report))
    return folder / "report.html"


def realise(answer: Answer, choice: PointChoice, draws: int, _report: Report) -> ChosenPoint | None:
    """See what an operating point does."""
    from model.evaluation.chosen_point import realise as find

    return find(answer, choice, draws)


def _columns(images: Sequence[ImageRecord]) -> dict[str, NDArray[np.object_]]:
    columns = {
        "basis": [image.basis for image in images],
        "site": [image.site for image in images],
        "sex": [image.sex for image in images],
        "age": [age_band(image.age) for image in images],
        "source": [image.source for image in images],
    }
    return {name: np.array(values, object) for name, values in columns.items() if any(values)}
