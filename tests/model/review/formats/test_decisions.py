"""Decisions and labels as tables."""

import csv
from contextlib import closing
from pathlib import Path

import pytest

from model.catalogue.score_tables import read_truth
from model.project.project import Project
from model.records import ImageRecord
from model.review.adjudication import (
    Decision,
    Ruling,
    decide,
    load_decisions,
    standing,
    take_decisions,
)
from model.review.formats.adjudications import (
    COLUMNS,
    AdjudicationRow,
    adjudication_rows,
    decisions_of,
    read_adjudications,
    write_adjudications,
)
from model.review.formats.label_tables import write_challenge_truth, write_corrected_metadata
from model.review.formats.source import FormatError
from tests.conftest import HAM10000_ROWS

TIME = "2026-01-02T03:04:05.000+00:00"
IMAGES = [
    ImageRecord("a.jpg", "ISIC_0000001", 1, 1, "BKL", lesion_id="HAM_0000001"),
    ImageRecord("b.jpg", "ISIC_0000002", 1, 1, "BKL", lesion_id="HAM_0000001"),
    ImageRecord("c.jpg", "ISIC_0000003", 1, 1, "NV", lesion_id="HAM_0000002"),
    ImageRecord("d.jpg", "ISIC_0000009", 1, 1, "BCC"),
]
DECISIONS = (
    Decision(
        "HAM_0000001",
        Ruling.CLASS,
        "MEL",
        "=boss",
        "morphology",
        "+1 for the network",
        True,
        {"A": "BKL", "network": "MEL", "label": "BKL"},
        {"A": "Anna; Dr. \u201cB\u201d, 'C'", "B": "Boris"},
        "one",
        TIME,
    ),
    Decision("HAM_0000002", Ruling.UNCERTAIN, adjudicator="C", id="two", decided=TIME),
    Decision("\0d.jpg", Ruling.CLASS, "SCC", "C", "histology", id="three", decided=TIME),
)


def rows() -> list[AdjudicationRow]:
    return adjudication_rows(IMAGES, DECISIONS)


def test_that_decisions_are_written_for_each_image_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    write_adjudications(path, rows())
    with path.open(encoding="utf-8") as file:
        table = list(csv.reader(file))
    assert tuple(table[0]) == COLUMNS
    assert [row[:3] for row in table[1:]] == [
        ["ISIC_0000001", "MEL", "agree_model"],
        ["ISIC_0000002", "MEL", "agree_model"],
        ["ISIC_0000003", "", "uncertain"],
        ["ISIC_0000009", "SCC", "other"],
    ]
    assert not any(cell.startswith(("=", "+", "@")) for row in table for cell in row)
    found, problems = read_adjudications(path)
    assert problems == []
    again, problems = decisions_of(found, IMAGES)
    assert problems == []
    assert [each.lesion for each in again] == [each.lesion for each in DECISIONS]
    for one, other in zip(again, DECISIONS, strict=True):
        for name in ("ruling", "final_class", "adjudicator", "reason", "comment", "decided"):
            assert getattr(one, name) == getattr(other, name)
        assert (one.claims, one.readers) == (other.claims, other.readers)
        assert (one.saw_names, one.code) == (other.saw_names, other.code)
    # The same file is the same decisions.
    assert [each.id for each in decisions_of(found, IMAGES)[0]] == [each.id for each in again]


def test_that_a_broken_decision_is_listed(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text(
        "image_id;final_dx;decision;adjudicator_id\nISIC_0000001;mel;agree_a;C\n;mel;other;C\n"
        "ISIC_0000003;;other;C\nISIC_0000003;nv;perhaps;C\nISIC_0000003;nv;uncertain;C\n"
        "ISIC_0000003;nv;other;\nISIC_0000002;bkl;other;C\nISIC_7;nv;other;C\n",
        encoding="utf-8-sig",
    )
    found, problems = read_adjudications(path)
    assert [str(each) for each in problems] == [
        "line 3: no image",
        "line 4: no class",
        "line 5: the decision 'perhaps' is not known",
        "line 6: a class without a decision for one",
        "line 7: nobody decided",
    ]
    decisions, problems = decisions_of(found, IMAGES)
    assert [each.final_class for each in decisions] == ["MEL"]
    assert [str(each) for each in problems] == [
        "line 8: another decision on the lesion of ISIC_0000002 stands above",
        "line 9: ISIC_7 is no image of this data set",
    ]


def test_that_claims_that_are_no_object_of_words_are_listed(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    header = "image_id;final_dx;decision;adjudicator_id;claims\n"
    rows = ("A: MEL", '{""A"": 1}', '{""A"": ""MEL""}')
    lines = (f'ISIC_0000001;mel;agree_a;C;"{each}"\n' for each in rows)
    path.write_text(header + "".join(lines), encoding="utf-8")
    found, problems = read_adjudications(path)
    assert [each.claims for each in found] == [{"A": "MEL"}]
    assert [each.line for each in problems] == [2, 3]
    assert "no JSON object of words" in str(problems[0])


def test_that_another_table_is_no_table_of_decisions(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("image_id,dx\nI1,nv\n", encoding="utf-8")
    with pytest.raises(FormatError, match="final_dx, decision, adjudicator_id missing"):
        read_adjudications(tmp_path / "x.csv")


def test_that_corrected_metadata_differ_in_the_decided_classes_only(tmp_path: Path) -> None:
    source, target = tmp_path / "HAM10000_metadata", tmp_path / "corrected.csv"
    header = "lesion_id,image_id,dx,dx_type,age,sex,localization"
    source.write_text("\n".join((header, *HAM10000_ROWS)) + "\n", encoding="utf-8")
    found = write_corrected_metadata(source, target, rows())
    assert (found.changed, found.decided) == (3, 4)
    lines = target.read_text(encoding="utf-8").splitlines()
    assert lines[0] == header
    expected = list(HAM10000_ROWS)
    expected[0] = expected[0].replace(",bkl,", ",mel,")
    expected[1] = expected[1].replace(",bkl,", ",mel,")
    expected[8] = expected[8].replace(",bcc,", ",scc,")
    assert lines[1:] == expected
    with found.changes.open(encoding="utf-8") as file:
        changes = list(csv.DictReader(file))
    assert [(row["image_id"], row["dx_recorded"], row["dx"]) for row in changes] == [
        ("ISIC_0000001", "bkl", "mel"),
        ("ISIC_0000002", "bkl", "mel"),
        ("ISIC_0000003", "nv", "nv"),
        ("ISIC_0000009", "bcc", "scc"),
    ]
    assert changes[2]["decision"] == "uncertain"
    # Read as metadata it is the corrected labels, undoing it gives what was recorded.
    undone = [
        AdjudicationRow(
            row["image_id"], row["dx_recorded"].upper(), "other", "", "C", "", False, ""
        )
        for row in changes
    ]
    write_corrected_metadata(target, tmp_path / "undone.csv", undone)
    assert (tmp_path / "undone.csv").read_text() == source.read_text()


def test_that_broken_metadata_are_not_corrected(tmp_path: Path) -> None:
    source = tmp_path / "HAM10000_metadata.csv"
    source.write_text("lesion_id,image_id,dx\nL1,I1,nv,too much\n", encoding="utf-8")
    with pytest.raises(FormatError, match="line 2"):
        write_corrected_metadata(source, tmp_path / "corrected.csv", rows())
    assert not (tmp_path / "corrected.csv").exists()


def test_that_labels_are_written_as_challenge_truth(tmp_path: Path) -> None:
    labels = {"I1": "MEL", "I2": "", "I3": "BKL"}
    classes = ("MEL", "NV", "BCC", "AKIEC", "BKL", "DF", "VASC")
    assert write_challenge_truth(tmp_path / "truth.csv", labels, classes) == 1
    lines = (tmp_path / "truth.csv").read_text().splitlines()
    assert lines[0] == "image,MEL,NV,BCC,AKIEC,BKL,DF,VASC"
    assert lines[1] == "I1,1.0,0.0,0.0,0.0,0.0,0.0,0.0"
    found = read_truth(tmp_path / "truth.csv")
    assert [found.classes[at] for at in found.labels] == ["MEL", "BKL"]
    with pytest.raises(FormatError, match="SCC cannot be written"):
        write_challenge_truth(tmp_path / "truth.csv", {"I1": "SCC"}, classes)


def test_that_real_metadata_survive_a_correction(tmp_path: Path, real_ham10000: Path) -> None:
    source = real_ham10000 / "HAM10000_metadata.csv"
    with source.open(encoding="utf-8") as file:
        first = next(csv.DictReader(file))
    other = "MEL" if first["dx"] != "mel" else "NV"
    row = AdjudicationRow(first["image_id"], other, "other", "", "C", TIME, False, "")
    found = write_corrected_metadata(source, tmp_path / "corrected.csv", [row])
    assert (found.changed, found.decided) == (1, 1)
    before, after = (
        list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
        for path in (source, tmp_path / "corrected.csv")
    )
    assert len(before) == len(after) == 8015
    differing = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert len(differing) == 1
    assert [at for at in range(7) if differing[0][0][at] != differing[0][1][at]] == [2]


def test_that_decisions_from_elsewhere_are_taken_once(tmp_path: Path) -> None:
    with closing(Project.create(tmp_path / "p.secondlook", tmp_path, "Plain folder")) as project:
        mine = decide(project, Decision("HAM_0000009", Ruling.CLASS, "DF", "D"))
        assert take_decisions(project, DECISIONS) == 3
        assert take_decisions(project, DECISIONS) == 0
        assert load_decisions(project) == [mine, *DECISIONS]
        assert standing(project)["HAM_0000001"].final_class == "MEL"
