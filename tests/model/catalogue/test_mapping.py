"""Columns that the user maps: proposed, shown, kept."""

import json
from pathlib import Path

import pytest

from model.catalogue.mapping import ColumnMapping
from model.catalogue.proposing import propose_mapping
from model.catalogue.tables import read_head, read_table
from model.catalogue.trying import files_by_key, try_mapping
from model.records import ImageRecord

COLLEAGUE = """\
Bild;Diagnosis;Gender;Age;Note
foto_001.jpg;Basal cell carcinoma;F;71,5;-
foto_002.jpg;nv;m;;-
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "colleague.csv"
    path.write_text(COLLEAGUE, encoding="utf-8-sig")
    return path


def test_that_columns_are_told_by_name_and_the_images_by_their_cells(table: Path) -> None:
    assert propose_mapping(read_head(table)) == ColumnMapping(
        "Bild", ("Diagnosis",), sex="Gender", age="Age"
    )


def test_that_files_at_hand_tell_which_column_names_them(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("number,case\n1,a7\n2,a9\n")
    assert propose_mapping(read_head(path)) is None
    assert propose_mapping(read_head(path), ["a7", "a9"]) == ColumnMapping("case")


def test_that_columns_of_zeros_and_ones_with_names_of_classes_are_proposed(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("image,Melanoma,nv,itch\na,1,0,1\nb,0,1,0\n")
    mapping = propose_mapping(read_head(path))
    assert mapping == ColumnMapping("image", classes=(("Melanoma", "MEL"), ("nv", "NV")))


def test_that_a_known_format_is_proposed_as_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("IMG_ID,diagnostic,patient_id,biopsed\na.png,ACK,PAT_1,True\n")
    mapping = propose_mapping(read_head(path))
    assert mapping is not None
    assert (mapping.image, mapping.label, mapping.basis) == ("IMG_ID", ("diagnostic",), "biopsed")


def test_that_a_trial_shows_rows_beside_what_is_made_of_them(table: Path) -> None:
    mapping = ColumnMapping("Bild", ("Diagnosis",), sex="Gender", age="Age")
    files = files_by_key([ImageRecord("a/FOTO_001.JPG", "FOTO_001", 1, 1)])
    trial = try_mapping(read_table(table), mapping, files)
    first, second = trial.rows
    assert first.cells == ("foto_001.jpg", "Basal cell carcinoma", "F", "71,5", "-")
    assert (first.image_id, first.path, second.path) == ("foto_001", "a/FOTO_001.JPG", "")
    assert (first.facts.label, first.facts.sex, first.facts.age) == ("BCC", "female", 71.5)
    assert (trial.count, trial.found, trial.unlabelled, trial.without_row) == (2, 1, 0, 0)
    assert [(word.text, word.code) for word in trial.words] == [
        ("Basal cell carcinoma", "BCC"),
        ("nv", "NV"),
    ]


def test_that_of_a_large_table_the_head_alone_is_read(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    for encoding in ("utf-8", "utf-16"):
        path.write_text("image,dx\n" + "läsion,nv\n" * 100_000, encoding=encoding)
        head = read_head(path)
        assert 1000 < len(head.rows) < 10_000
        assert {tuple(row) for row in head.rows} == {("läsion", "nv")}


def test_that_a_mapping_is_the_same_after_a_detour_through_a_file() -> None:
    mapping = ColumnMapping(
        "Bild", ("dx", "dx2"), (("a", "MEL"),), lesion="L", labels=(("x", "NV"),)
    )
    assert ColumnMapping.from_json(json.loads(json.dumps(mapping.to_json()))) == mapping


@pytest.mark.parametrize(
    "values",
    [{}, {"image": ""}, {"image": "a", "new": "b"}, {"image": "a", "label": "dx"}, {"image": 3}],
)
def test_that_a_damaged_mapping_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="mapping of columns"):
        ColumnMapping.from_json(values)
