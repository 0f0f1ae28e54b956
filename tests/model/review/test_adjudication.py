"""Decisions are added, never changed; the last one of a lesion stands."""

import numpy as np
import pytest

from model.project.out_of_fold import latest_out_of_fold, store_out_of_fold
from model.project.project import Project
from model.review.adjudication import (
    Decision,
    DecisionError,
    Reason,
    Ruling,
    decide,
    history,
    load_decisions,
    reopen,
    standing,
)
from model.review.answers import Answers, Shown
from model.review.case_readings import CaseReading
from model.review.labels import adjudicated_labels, soft_labels, with_adjudicated_labels
from model.review.preferences import load_weights, store_weights
from model.review.protocol import Stage
from model.review.queue import Weights
from model.review.reading import Reading
from model.review.selection import lesion_of


def melanoma(lesion: str, **changes: object) -> Decision:
    given = {"final_class": "MEL", "adjudicator": "Anna"} | changes
    return Decision(lesion, Ruling.CLASS, **given)  # type: ignore[arg-type]


def test_that_a_decision_is_kept_with_who_when_and_why(project: Project) -> None:
    lesion = lesion_of(project.images()[0])
    claims = {"A": "MEL", "B": "NV", "network": "MEL", "label": "NV"}
    stored = decide(
        project,
        melanoma(lesion, reason=Reason.LABEL_ERROR, comment="streaks", claims=claims),
    )
    (again,) = load_decisions(project)
    assert again == stored
    assert (again.reason, again.comment, again.saw_names) == (Reason.LABEL_ERROR, "streaks", False)
    assert again.agrees_with == ("A", "network")
    assert again.decided.endswith("Z") or "+00:00" in again.decided


def test_that_a_lesion_can_be_reopened_and_decided_again_with_its_history(
    project: Project,
) -> None:
    first, other, *_ = dict.fromkeys(lesion_of(image) for image in project.images())
    decide(project, melanoma(first))
    decide(project, melanoma(other))
    reopen(project, first, "Boris", "histology came back")
    assert set(standing(project)) == {other}
    decide(project, melanoma(first, final_class="NV", adjudicator="Boris"))
    assert standing(project)[first].final_class == "NV"
    told = [(each.ruling, each.final_class, each.adjudicator) for each in history(project, first)]
    assert told == [
        (Ruling.CLASS, "MEL", "Anna"),
        (Ruling.REOPENED, "", "Boris"),
        (Ruling.CLASS, "NV", "Boris"),
    ]


@pytest.mark.parametrize(
    ("decision", "code"),
    [
        (Decision("L", Ruling.CLASS, "MEL", claims={"label": "MEL", "B": "MEL"}), "agree_b"),
        (Decision("L", Ruling.CLASS, "MEL", claims={"B": "MEL", "A": "MEL"}), "agree_a"),
        (Decision("L", Ruling.CLASS, "NV", claims={"A": "MEL", "network": "NV"}), "agree_model"),
        (Decision("L", Ruling.CLASS, "NV", claims={"A": "MEL", "label": "NV"}), "agree_gt"),
        (Decision("L", Ruling.CLASS, "DF", claims={"A": "MEL", "label": "NV"}), "other"),
        (Decision("L", Ruling.UNCERTAIN, claims={"A": ""}), "uncertain"),
        (Decision("L", Ruling.NOT_ASSESSABLE), "not_assessable"),
    ],
)
def test_that_tables_name_whom_a_decision_agrees_with(decision: Decision, code: str) -> None:
    assert decision.code == code


def test_that_an_image_without_a_lesion_is_decided_by_itself(project: Project) -> None:
    decide(project, melanoma("\0part_1/lone.jpg"))
    assert standing(project)["\0part_1/lone.jpg"].final_class == "MEL"


@pytest.mark.parametrize(
    "wrong",
    [
        Decision("HAM_1", Ruling.CLASS, adjudicator="Anna"),
        Decision("HAM_1", Ruling.UNCERTAIN, final_class="MEL", adjudicator="Anna"),
        Decision("HAM_1", Ruling.CLASS, final_class="MEL", adjudicator=" "),
    ],
)
def test_that_half_a_decision_is_refused(project: Project, wrong: Decision) -> None:
    with pytest.raises(DecisionError):
        decide(project, wrong)
    assert not load_decisions(project)


def test_that_adjudicated_labels_replace_recorded_ones_and_nothing_else(project: Project) -> None:
    images = project.images()
    recorded = [image.label for image in images]
    changed, unclear, *_ = dict.fromkeys(lesion_of(image) for image in images)
    wanted = "BCC" if recorded[0] != "BCC" else "NV"
    decide(project, melanoma(changed, final_class=wanted))
    decide(project, Decision(unclear, Ruling.UNCERTAIN, adjudicator="Anna"))
    decisions = standing(project)
    labels = adjudicated_labels(images, decisions)
    for image, label, before in zip(images, labels, recorded, strict=True):
        expected = {changed: wanted, unclear: ""}.get(lesion_of(image), before)
        assert label == expected
    only = with_adjudicated_labels(images, decisions, "adjudicated only")
    assert {image.label for image in only} == {wanted}
    assert {image.basis for image in only} == {"adjudication"}
    third = lesion_of(images[-1])
    kept = with_adjudicated_labels(images, decisions, "without disputed", frozenset({third}))
    assert not {third, unclear} & {lesion_of(image) for image in kept}
    assert images[0].label == recorded[0], "what was recorded stays"


def reading_of(path: str, reader: str, code: str) -> CaseReading:
    answered = Reading(
        f"{path}{reader}{code}",
        reader,
        "X",
        Stage.BLIND,
        1,
        0,
        Answers(code),
        Shown(),
        "",
        "",
        1,
        "",
    )
    return CaseReading(1, 1, (path,), answered, 1)


def test_that_soft_labels_are_the_shares_of_the_readers(project: Project) -> None:
    images = project.images()
    path = images[0].path
    readings = [
        reading_of(path, "A", "MEL"),
        reading_of(path, "B", "NV"),
        reading_of(path, "C", "NV"),
        reading_of(path, "C", "MEL"),
        reading_of(path, "D", "NV"),
    ]
    found = soft_labels(images, readings, ("MEL", "NV", "BCC"))
    assert np.allclose(found[0], [1.5 / 4, 2.5 / 4, 0])
    assert np.isnan(found[1:]).all()


def test_that_weights_of_the_queue_are_the_projects(project: Project) -> None:
    assert load_weights(project).consequence == Weights().consequence
    store_weights(project, Weights(consequence=0.9))
    store_weights(project, Weights(consequence=0.7))
    again = load_weights(project)
    assert again.consequence == 0.7
    assert np.array_equal(again.severity.values, Weights().severity.values)


def test_that_out_of_fold_probabilities_come_back(project: Project) -> None:
    assert latest_out_of_fold(project) is None
    shares = {f"{n:064x}": (1 + n % 3, np.array([0.25, 0.75])) for n in range(6)}
    store_out_of_fold(project, "run 1", ("MEL", "NV"), shares, {"seed": 1})
    store_out_of_fold(project, "run 1", ("MEL", "NV"), {}, {"seed": 2})
    found = latest_out_of_fold(project)
    assert found is not None
    assert (found.classes, found.about) == (("MEL", "NV"), {"seed": 1})
    assert set(found.rows) == set(shares)
    assert np.allclose(found.probabilities, [0.25, 0.75])
