"""Readings with the images that they are about: what agreement, queue and export start from."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from model.project.project import Project
from model.review import readings, studies
from model.review.protocol import Stage
from model.review.reading import Reading
from model.review.studies import StudyRecord


@dataclass(frozen=True, slots=True)
class CaseReading:
    """One standing reading, of known images.

    Attributes:
        study: Number of the study in the project.
        case_number: Of the case in the study.
        paths: Its images.
        reading: What was answered.
        occasion: 1 where the reader saw the case for the first time at this stage, 2 where again:
            a repeat that was not announced, or another reading of the whole study.
    """

    study: int
    case_number: int
    paths: tuple[str, ...]
    reading: Reading
    occasion: int


def load_case_readings(project: Project, study: int | None = None) -> list[CaseReading]:
    """All standing readings of one study or of all, in the order in which they were given."""
    wanted = [each for each in studies.load(project) if study in {None, each.number}]
    return [found for each in wanted for found in _of_study(project, each)]


def first_stage_only(found: Iterable[CaseReading]) -> list[CaseReading]:
    """Of each reader and case the first reading at the earliest stage, before anything swayed."""
    order = {stage: number for number, stage in enumerate(Stage)}
    first: dict[tuple[int, int, str], CaseReading] = {}
    for each in found:
        key = each.study, each.case_number, each.reading.reader
        known = first.get(key)
        if known is None or _rank(each, order) < _rank(known, order):
            first[key] = each
    return list(first.values())


def at_stage(found: Iterable[CaseReading], stage: Stage) -> list[CaseReading]:
    """Each reader's first reading of each case at this stage."""
    return [each for each in found if each.reading.stage == stage and each.occasion == 1]


def _rank(each: CaseReading, order: dict[Stage, int]) -> tuple[int, int]:
    return order[each.reading.stage], each.occasion


def _of_study(project: Project, study: StudyRecord) -> list[CaseReading]:
    key = studies.load_key(project, study.number)
    cases = {code: row for row in key for code in row.codes}
    seen: defaultdict[tuple[int, str, Stage], int] = defaultdict(int)
    found = []
    for reading in readings.load(project, study.number):
        row = cases[reading.code]
        at = row.case_number, reading.reader, reading.stage
        seen[at] += 1
        paths = tuple(path for path, _ in row.images)
        found.append(CaseReading(study.number, row.case_number, paths, reading, seen[at]))
    return found
