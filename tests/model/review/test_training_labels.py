"""What a training learns from review, and how that is told."""

from collections import Counter
from dataclasses import replace

import pytest

from model.catalogue.sources import Sources, store_sources
from model.class_systems import MALIGNANT_OR_BENIGN, SEVEN_CLASSES, class_mapping
from model.errors import UserError
from model.project.project import Project
from model.records import ImageRecord
from model.review.adjudication import Decision, Ruling, decide
from model.review.case_readings import CaseReading
from model.review.formats.rows import ImportedReadings, ReadingRow
from model.review.row_import import take_rows
from model.review.selection import lesion_of
from model.review.training_labels import disputed_lesions, review_standing, training_labels
from tests.model.review.test_adjudication import reading_of


def take(project: Project, image: ImageRecord, *codes: str) -> None:
    rows = [
        ReadingRow(image_id=image.image_id, reader_id=reader, answer=code)
        for reader, code in zip("ABCD", codes, strict=False)
    ]
    take_rows(project, ImportedReadings("test", tuple(rows)), image.image_id)


def other_than(code: str) -> str:
    return "BCC" if code != "BCC" else "NV"


def test_that_recorded_labels_need_no_review(project: Project) -> None:
    assert training_labels(project, project.images(), "recorded") is None
    assert review_standing(project).uses == {"recorded"}
    with pytest.raises(UserError, match="No class is decided"):
        training_labels(project, project.images(), "adjudicated only")
    with pytest.raises(UserError, match="No reader has named"):
        training_labels(project, project.images(), "without disputed")


def test_that_readers_dispute_what_they_differ_on_and_a_label_they_do_not_share(
    project: Project,
) -> None:
    one, two, three, *_ = {lesion_of(image): image for image in project.images()}.values()
    readings: list[CaseReading] = [
        reading_of(one.path, "A", one.label),
        reading_of(one.path, "B", other_than(one.label)),
        reading_of(two.path, "A", other_than(two.label)),
        reading_of(two.path, "B", other_than(two.label)),
        reading_of(three.path, "A", three.label),
    ]
    found = disputed_lesions(project.images(), readings)
    assert found == {lesion_of(one), lesion_of(two)}


def test_that_disputed_lesions_are_left_out_unless_decided(project: Project) -> None:
    images = project.images()
    one, two, three, *_ = {lesion_of(image): image for image in images}.values()
    for image in (one, two):
        take(project, image, image.label, other_than(image.label))
    decide(project, Decision(lesion_of(two), Ruling.CLASS, "DF", adjudicator="Ada"))
    labels = training_labels(project, images, "without disputed")
    assert labels is not None
    used = labels.relabelled(images)
    assert {lesion_of(each) for each in used if not each.label} == {lesion_of(one)}
    assert {each.label for each in used if lesion_of(each) == lesion_of(two)} == {"DF"}
    assert labels.codes[three.path] == three.label
    lost = Counter(lesion_of(each) for each in images)[lesion_of(one)]
    assert f"{lost} image" in labels.told
    assert "nobody decided" in labels.told


def test_that_a_spread_keeps_its_shares_and_names_the_most_frequent_class(
    project: Project,
) -> None:
    images = project.images()
    read, tied, *rest = images
    other = other_than(read.label)
    take(project, read, other, other, read.label)
    take(project, tied, "DF", tied.label)
    labels = training_labels(project, images, "spread")
    assert labels is not None
    assert labels.shares[read.path] == pytest.approx({read.label: 1 / 3, other: 2 / 3})
    assert labels.codes[read.path] == other
    assert labels.codes[tied.path] == tied.label, "the recorded one of those that are named most"
    assert all(labels.codes[image.path] == image.label for image in rest)
    assert labels.told == (
        "Labels: soft, the spread of 2 to 3 readers' first readings for 2 images, and the "
        f"recorded label of {len(rest)} other images."
    )
    assert labels.beyond((read.label, other, tied.label, "DF")) == ""
    assert labels.beyond({read.label, other, tied.label} - {"DF"}) == (
        "Readings of DF do not count: no image is learned as that."
    )
    only = training_labels(project, images, "spread only")
    assert only is not None
    assert set(only.codes) == {read.path, tied.path}
    assert review_standing(project).uses == {
        "recorded",
        "without disputed",
        "spread",
        "spread only",
    }


def test_that_readings_and_decisions_follow_labels_into_other_classes(project: Project) -> None:
    classes = class_mapping(SEVEN_CLASSES, MALIGNANT_OR_BENIGN)
    store_sources(project, Sources(classes=classes))
    images = [replace(each, label=classes.code(each.label)) for each in project.images()]
    one, two, *_ = {lesion_of(each): each for each in images}.values()
    take(project, one, "MEL", "BCC", "NV", "BENIGN")
    decide(project, Decision(lesion_of(two), Ruling.CLASS, "BCC", adjudicator="Ada"))
    spread = training_labels(project, images, "spread only")
    assert spread is not None
    assert spread.shares == {one.path: {"MALIGNANT": 0.5, "BENIGN": 0.5}}
    decided = training_labels(project, images, "adjudicated only")
    assert decided is not None
    assert set(decided.codes.values()) == {"MALIGNANT"}
