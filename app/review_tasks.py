"""What worker threads run for the activities Read and Adjudicate."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from app.exchange_tasks import TakenTable, take_in_table
from app.review_session import ReaderStanding, StudyStanding
from model.errors import UserError
from model.progress import Report

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from app.study_choice import StudyChoice
    from model.classifier.classifier import Classifier
    from model.project.cache import Cache
    from model.project.project import Project
    from model.records import ImageRecord
    from model.review.making import Network
    from model.review.merging import Merged
    from model.review.reading import Reading
    from model.review.readings import Conflict
    from model.review.studies import StudyRecord


_TABLES = (".csv", ".tsv", ".txt", ".json")


@dataclass(frozen=True, slots=True)
class Sources:
    """What the tasks work on; `classifier` and `cache` may say something about the images."""

    project: Project
    cache: Cache
    classifier: Classifier | None


# -- studies ------------------------------------------------------------------------------


def load_studies(project: Project, _report: Report) -> tuple[StudyStanding, ...]:
    """All studies of a project with what came back."""
    from model.review import studies

    return tuple(_standing(project, record) for record in studies.load(project))


def _standing(project: Project, record: StudyRecord) -> StudyStanding:
    from model.review import readings, studies

    codes = sum(len(row.codes) for row in studies.load_key(project, record.number))
    steps = codes * len(record.protocol.stages)
    by_reader: dict[tuple[str, int], list[Reading]] = {
        (name, 1): [] for name in record.protocol.readers
    }
    for reading in readings.load(project, record.number):
        by_reader.setdefault((reading.reader, reading.iteration), []).append(reading)
    readers = (
        _reader(name, iteration, found, steps)
        for (name, iteration), found in sorted(by_reader.items())
    )
    conflicts = tuple(readings.conflicts(project, record.number))
    return StudyStanding(record, steps, tuple(readers), conflicts)


def _reader(name: str, iteration: int, found: Sequence[Reading], steps: int) -> ReaderStanding:
    last = max((each.ended for each in found), default="")
    # Tables of others may tell no times.
    timed = [each.seconds for each in found if each.seconds > 0]
    return ReaderStanding(
        name, iteration, len(found), steps, last, median(timed) if timed else None
    )


def make_study(
    sources: Sources,
    images: Sequence[ImageRecord],
    chosen: Sequence[ImageRecord],
    choice: StudyChoice,
    report: Report,
) -> StudyRecord:
    """Write a study of some of the project's images."""
    from model.review.making import make_study as make
    from model.review.protocol import Stage
    from model.review.selection import image_cases, lesion_cases, random_cases

    protocol = choice.protocol
    cases = lesion_cases(chosen, images) if protocol.by_lesion else image_cases(chosen)
    if choice.count is not None:
        cases = random_cases(cases, choice.count, choice.seed)
    needs_network = {Stage.PROBABILITIES, Stage.HEAT_MAP} & set(protocol.stages)
    network = _network(sources) if needs_network else None
    return make(sources.project, protocol, cases, choice.path, network=network, report=report)


def _network(sources: Sources) -> Network | None:
    from model.inference.results import load_predictions, stored_findings
    from model.review.making import Network

    classifier, cache = sources.classifier, sources.cache
    if classifier is None:
        return None

    found = load_predictions(sources.project, cache, classifier)
    hashes = dict(zip(found.paths, found.hashes, strict=True))

    def evidence(path: str) -> NDArray[np.float32] | None:
        stored = stored_findings(cache, classifier, hashes[path]) if path in hashes else None
        return stored[1] if stored else None

    card = classifier.card
    shares = {path: found.probabilities[row] for path, row in found.rows.items()}
    return Network(card.name, card.classes, card.preprocessing, shares, evidence)


def check_study(path: Path, _report: Report) -> Path:
    """Open a study file as a reader's process would."""
    from model.review.study_file import Study

    Study.open(path).close()
    return path


# -- readings -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of one file: a readings file merged, a table kept, or refused with a reason."""

    path: Path
    merged: Merged | None
    refused: str = ""
    table: TakenTable | None = None


def take_in(project: Project, paths: Sequence[Path], report: Report) -> tuple[TakenIn, ...]:
    """Take files in one after another; a refused one does not stop the others."""
    found = []
    for number, path in enumerate(paths):
        report(number, len(paths), path.name)
        try:
            found.append(_take_in(project, path))
        except UserError as error:
            found.append(TakenIn(path, None, str(error)))
    return tuple(found)


def _take_in(project: Project, path: Path) -> TakenIn:
    from model.review.merging import merge_readings

    if path.suffix.lower() in _TABLES:
        return TakenIn(path, None, table=take_in_table(project, path))
    return TakenIn(path, merge_readings(project, path))


def settle(project: Project, conflict: Conflict, keep: str, by: str, _report: Report) -> None:
    """Let one answer of a conflict stand."""
    from model.review.readings import settle as decide

    decide(project, conflict, keep, by)
