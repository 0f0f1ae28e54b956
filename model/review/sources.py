"""Readers and decisions as labellings, so that they can be measured like any other."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from model.evaluation.labelling import NOTHING, UNDECIDED, Kind, Labelling, Source, named
from model.evaluation.pairs import decided
from model.project.project import Project
from model.records import ImageRecord
from model.review import studies
from model.review.adjudication import Decision, standing
from model.review.case_readings import CaseReading, first_stage_only, load_case_readings
from model.review.labels import adjudicated_labels, soft_labels
from model.taxonomy import class_order

ADJUDICATED, SPREAD = "adjudicated", "spread"
_Codes = Mapping[str, str]  # code by path


def review_sources(project: Project) -> list[Source]:
    """Every reader at every stage of every study, their majority and spread, and decisions."""
    titles = {study.number: study.protocol.title for study in studies.load(project)}
    found: dict[tuple[int, str], dict[str, _Codes]] = defaultdict(dict)
    readings = load_case_readings(project)
    for (study, stage, reader), own in _by_reader(readings).items():
        found[study, stage][reader] = _codes(own)
    sources = []
    for (study, stage), readers in found.items():
        said = {**readers, **_majority(readers)}
        for reader, codes in said.items():
            name = f"{reader}, {stage} ({titles.get(study, '')})"
            load = partial(_labelling, codes, name)
            sources.append(Source(f"reader {study} {stage} {reader}", name, Kind.READER, load))
    spread = first_stage_only(readings)
    several = len({each.reading.reader for each in spread if each.reading.answers.diagnosis})
    if several > 1:
        name = f"Spread of {several} readers, first readings"
        sources.append(Source(SPREAD, name, Kind.SPREAD, partial(_spread, spread, name)))
    decisions = standing(project)
    if decisions:
        load = partial(_adjudicated, decisions)
        sources.append(Source(ADJUDICATED, "Adjudicated label", Kind.ADJUDICATED, load))
    return sources


def _by_reader(
    found: Sequence[CaseReading],
) -> dict[tuple[int, str, str], list[CaseReading]]:
    """First readings of each case; a repeat tells of the reader, not of the image."""
    chosen: defaultdict[tuple[int, str, str], list[CaseReading]] = defaultdict(list)
    for each in found:
        if each.occasion == 1:
            key = each.study, each.reading.stage.value, each.reading.reader
            chosen[key].append(each)
    return chosen


def _codes(readings: Sequence[CaseReading]) -> _Codes:
    return {path: each.reading.answers.diagnosis for each in readings for path in each.paths}


def _majority(readers: Mapping[str, _Codes]) -> dict[str, _Codes]:
    """What most of several readers named; undecided where several classes are named most."""
    if len(readers) < 2:
        return {}
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for codes in readers.values():
        for path, code in codes.items():
            if code:
                votes[path][code] += 1
    found = {}
    for path, counted in votes.items():
        most = max(counted.values())
        best = [code for code, count in counted.items() if count == most]
        found[path] = best[0] if len(best) == 1 else UNDECIDED
    return {f"Majority of {len(readers)} readers": found}


def _labelling(codes: _Codes, name: str, images: Sequence[ImageRecord]) -> Labelling:
    return named([codes.get(image.path, "") for image in images], name, Kind.READER)


def _spread(readings: Sequence[CaseReading], name: str, images: Sequence[ImageRecord]) -> Labelling:
    """The shares of the readers; of the class that most of them named where it is only one."""
    named_codes = {each.reading.answers.diagnosis for each in readings} - {""}
    classes = tuple(sorted(named_codes, key=class_order))
    shares = soft_labels(images, readings, classes)
    values = np.full(len(images), NOTHING, np.int64)
    known = ~np.isnan(shares).any(1)
    values[known] = decided(shares[known])
    return Labelling(name, Kind.SPREAD, classes, values, shares=shares)


def _adjudicated(decisions: Mapping[str, Decision], images: Sequence[ImageRecord]) -> Labelling:
    codes = adjudicated_labels(images, decisions)
    return named(codes, "Adjudicated label", Kind.ADJUDICATED)
