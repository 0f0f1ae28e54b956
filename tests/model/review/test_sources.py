"""Readers and decisions as labellings."""

import numpy as np
import pytest

from model.evaluation.labelling import NOTHING, Kind
from model.project.project import Project
from model.review.adjudication import Decision, Ruling, decide
from model.review.answers import Answers
from model.review.merging import merge_readings
from model.review.sitting import Sitting
from model.review.sources import ADJUDICATED, review_sources
from model.review.study_file import Study
from tests.model.review.conftest import MELANOMA, NEVUS, read_all


def read_as(project: Project, study: Study, reader: str, answers: Answers) -> None:
    sitting = Sitting.open(study, reader)
    read_all(sitting, answers)
    sitting.close()
    merge_readings(project, sitting.path)


def test_that_every_reader_and_their_majority_are_labellings(
    project: Project, study: Study
) -> None:
    assert review_sources(project) == []
    for reader, answers in (("Anna", MELANOMA), ("Berta", NEVUS), ("Clara", NEVUS)):
        read_as(project, study, reader, answers)
    sources = {source.name: source for source in review_sources(project)}
    assert len(sources) == 2 * 4 + 1  # two stages, and the spread
    images = project.images()
    anna = sources["Anna, blind (Which is it?)"].load(images)
    assert (anna.kind, anna.classes) == (Kind.READER, ("MEL",))
    assert anna.values.tolist() == [0] * 9
    assert anna.probabilities is None
    most = sources["Majority of 3 readers, blind (Which is it?)"].load(images)
    assert [most.classes[at] for at in most.values] == ["NV"] * 9
    spread = sources["Spread of 3 readers, first readings"].load(images)
    assert (spread.kind, spread.classes) == (Kind.SPREAD, ("MEL", "NV"))
    assert spread.shares is not None
    assert spread.shares == pytest.approx(np.tile([1 / 3, 2 / 3], (9, 1)))
    assert [spread.classes[at] for at in spread.values] == ["NV"] * 9


def test_that_readers_who_stand_equal_are_undecided(project: Project, study: Study) -> None:
    read_as(project, study, "Anna", MELANOMA)
    read_as(project, study, "Berta", NEVUS)
    source = next(each for each in review_sources(project) if "Majority" in each.name)
    found = source.load(project.images())
    assert set(found.values.tolist()) == {len(found.classes)}


def test_that_decisions_stand_over_recorded_labels(project: Project) -> None:
    images = project.images()
    decide(project, Decision("HAM_0000001", Ruling.CLASS, "MEL", adjudicator="Anna"))
    decide(project, Decision("HAM_0000002", Ruling.UNCERTAIN, adjudicator="Anna"))
    (source,) = review_sources(project)
    assert (source.key, source.kind) == (ADJUDICATED, Kind.ADJUDICATED)
    found = source.load(images)
    said = ["" if at == NOTHING else found.classes[at] for at in found.values]
    expected = {"HAM_0000001": "MEL", "HAM_0000002": ""}
    assert said == [expected.get(image.lesion_id, image.label) for image in images]
