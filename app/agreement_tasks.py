"""What worker threads run to measure how far readers agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from model.errors import UserError
from model.progress import Report

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from app.review_tasks import Sources
    from model.evaluation.agreement.rounds import AgreementDossier
    from model.project.project import Project
    from model.records import ImageRecord
    from model.review.formats.rows import ImportedReadings, ReadingRow
    from model.review.managements import Managements
    from model.review.studies import StudyRecord


def measure_agreement(
    sources: Sources, images: Sequence[ImageRecord], study: StudyRecord, report: Report
) -> AgreementDossier:
    """Everything there is to say of how far the readers of a study agree."""
    from model.review.answer_table import answer_table
    from model.review.preferences import load_managements
    from model.review.reader_agreement import measure_readers
    from model.review.row_export import reading_rows

    rows = reading_rows(sources.project, study.number)
    if not rows:
        raise UserError("Nothing came back yet: take in readings first.")
    imported = _with_references(sources, images, rows, study.protocol.title)
    about = {"study": study.protocol.title, "images": str(sources.project.root)}
    if sources.classifier is not None:
        about["network"] = sources.classifier.card.name
    managements = load_managements(sources.project)
    return measure_readers(answer_table(imported), about, managements, report=report)


def load_managements_of(project: Project, _report: Report) -> Managements:
    """What is done about a lesion of each class in this project."""
    from model.review.preferences import load_managements

    return load_managements(project)


def use_managements(project: Project, managements: Managements, _report: Report) -> None:
    """Keep in the project what is done about a lesion of each class."""
    from model.review.preferences import store_managements

    store_managements(project, managements)


def _with_references(
    sources: Sources, images: Sequence[ImageRecord], rows: Sequence[ReadingRow], title: str
) -> ImportedReadings:
    """The rows with what data set and network say of their cases."""
    from model.inference.results import load_predictions
    from model.review.case_references import agreed, network_class
    from model.review.formats.rows import ImportedReadings

    known = {image.image_id: image for image in images}
    classifier, cache = sources.classifier, sources.cache
    found = load_predictions(sources.project, cache, classifier) if classifier else None
    labels, bases, network = {}, {}, {}
    for case in {row.image_id for row in rows}:
        shown = [known[name] for name in case.split("|") if name in known]
        if label := agreed(image.label for image in shown):
            labels[case], bases[case] = label, agreed(image.basis for image in shown)
        at = [found.rows[each.path] for each in shown if found and each.path in found.rows]
        if found and at:
            network[case] = network_class(found.classes, np.asarray(found.probabilities)[at])
    return ImportedReadings(title, tuple(rows), labels, bases, network)


def write_report(dossier: AgreementDossier, folder: Path, _report: Report) -> Path:
    """Write report, tables and figures into a folder."""
    from model.evaluation.agreement.writing import write_agreement

    write_agreement(folder, dossier)
    return folder
