"""HAM10000 as it is published and as people rearrange it."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from model.catalogue.batches import CatalogueError
from model.catalogue.listing import list_images, recognise
from model.records import Problem, ProblemKind
from tests.model.catalogue.conftest import HEADER

Ham = Callable[..., Path]
Listed = Callable[[Path], Any]

ROWS = ("HAM_1,ISIC_1,nv,follow_up,45,female,back", "HAM_2,ISIC_2,mel,histo,80.0,male,scalp")
PATHS = ("HAM10000_images_part_1/ISIC_1.jpg", "HAM10000_images_part_2/ISIC_2.jpg")


def test_that_the_real_data_set_is_read_whole(real_ham10000: Path, listed: Listed) -> None:
    """Expected counts: README of the data folder."""
    listing = listed(real_ham10000)
    assert recognise(real_ham10000).name == "HAM10000"
    assert Counter(image.label for image in listing.images) == {
        "NV": 5413,
        "MEL": 867,
        "BKL": 846,
        "BCC": 409,
        "AKIEC": 276,
        "VASC": 119,
        "DF": 84,
    }
    assert len(listing.images) == 8014
    assert len({image.lesion_id for image in listing.images}) == 5983
    assert {image.basis for image in listing.images} == {
        "histology",
        "follow-up",
        "consensus",
        "confocal",
    }
    assert listing.problems == []
    assert all(image.path.startswith("HAM10000_images_part_") for image in listing.images)


def test_that_what_the_table_says_is_in_the_records(ham: Ham, listed: Listed) -> None:
    image = listed(ham(ROWS, PATHS)).image(PATHS[1])
    assert (image.label, image.basis, image.lesion_id, image.age, image.sex, image.site) == (
        "MEL",
        "histology",
        "HAM_2",
        80.0,
        "male",
        "scalp",
    )


@pytest.mark.parametrize(
    "name",
    [
        "HAM10000_metadata",
        "HAM10000_metadata.tab",
        "ham10000_METADATA.CSV",
        "HAM10000_metadata.tsv",
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_that_the_table_is_found_under_any_ending_and_delimiter(
    ham: Ham, listed: Listed, name: str, delimiter: str
) -> None:
    root = ham(ROWS, PATHS)
    text = (root / "HAM10000_metadata.csv").read_text().replace(",", delimiter)
    (root / "HAM10000_metadata.csv").unlink()
    (root / name).write_text(text)
    assert [image.label for image in listed(root).images] == ["NV", "MEL"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_that_byte_order_marks_line_ends_and_blanks_do_not_matter(
    ham: Ham, listed: Listed, encoding: str
) -> None:
    root = ham(ROWS, PATHS)
    rows = ("image_id ; DX;Lesion_ID", '"ISIC_1"; nv ;"HAM_1"', "", ";;", "ISIC_2;mel;Läsion 2")
    (root / "HAM10000_metadata.csv").write_bytes("\r\n".join(rows).encode(encoding))
    listing = listed(root)
    assert [(image.label, image.lesion_id) for image in listing.images] == [
        ("NV", "HAM_1"),
        ("MEL", "Läsion 2"),
    ]
    assert listing.problems == []


def test_that_columns_may_come_in_any_order_with_the_collection_of_dataverse(
    ham: Ham, listed: Listed
) -> None:
    rows = ("vidir_modern,back,nv,ISIC_1,male,50.0,HAM_1,consensus",)
    header = "dataset,localization,dx,image_id,sex,age,lesion_id,dx_type"
    image = listed(ham(rows, ["ISIC_1.jpg"], header)).images[0]
    assert (image.source, image.label, image.site, image.lesion_id, image.basis) == (
        "vidir_modern",
        "NV",
        "back",
        "HAM_1",
        "consensus",
    )


@pytest.mark.parametrize(
    ("text", "age"),
    [("80", 80), ("80.0", 80), ('"80,5"', 80.5), ("0", 0), ("", None), ("unknown", None)],
)
def test_that_ages_are_read_as_people_write_them(
    ham: Ham, listed: Listed, text: str, age: float | None
) -> None:
    root = ham([f"HAM_1,ISIC_1,nv,histo,{text},male,back"], ["ISIC_1.jpg"])
    assert listed(root).images[0].age == age


@pytest.mark.parametrize(
    ("text", "sex"), [("F", "female"), ("w", "female"), ("Männlich", "male"), ("hombre", "male")]
)
def test_that_sexes_are_read_as_people_write_them(
    ham: Ham, listed: Listed, text: str, sex: str
) -> None:
    listing = listed(ham([f"HAM_1,ISIC_1,nv,histo,40,{text},back"], ["ISIC_1.jpg"]))
    assert (listing.images[0].sex, listing.problems) == (sex, [])


@pytest.mark.parametrize(
    ("said", "sexes"),
    [("HM", ["male", "female"]), ("HF", ["male", "female"]), ("MF", ["male", "female"])],
)
def test_that_letters_of_sexes_are_read_by_what_else_the_column_says(
    ham: Ham, listed: Listed, said: str, sexes: list[str]
) -> None:
    rows = [f"HAM_{n},ISIC_{n},nv,histo,40,{sex},back" for n, sex in enumerate(said)]
    listing = listed(ham(rows, ["ISIC_0.jpg", "ISIC_1.jpg"]))
    assert ([each.sex for each in listing.images], listing.problems) == (sexes, [])


def test_that_a_sex_that_is_not_understood_is_told_of(ham: Ham, listed: Listed) -> None:
    listing = listed(ham(["HAM_1,ISIC_1,nv,histo,40,2,back"], ["ISIC_1.jpg"]))
    assert listing.images[0].sex == ""
    assert "the sex “2” is not understood; it is left out" in listing.problems[0].reason


def test_that_unknown_means_nothing_is_recorded(ham: Ham, listed: Listed) -> None:
    root = ham(["HAM_1,ISIC_1,nv,,nan,unknown,unknown"], ["ISIC_1.jpg"])
    image = listed(root).images[0]
    assert (image.basis, image.age, image.sex, image.site) == ("", None, "", "")


@pytest.mark.parametrize(
    "paths", [("ISIC_1.jpg", "ISIC_2.PNG"), ("x/y/isic_1.jpeg", "z/ISIC_2.tif")]
)
def test_that_images_may_lie_anywhere_below_the_table(
    ham: Ham, listed: Listed, paths: tuple[str, str]
) -> None:
    listing = listed(ham(ROWS, paths))
    assert sorted(image.label for image in listing.images) == ["MEL", "NV"]
    assert listing.problems == []


def test_that_masks_and_other_drawings_are_not_images(ham: Ham, listed: Listed) -> None:
    drawings = [
        "masks/ISIC_1_segmentation.png",
        "masks/ISIC_999_segmentation.png",
        "masks/ISIC_2_lesion_outline.png",
    ]
    listing = listed(ham(ROWS, [*PATHS, *drawings]))
    assert listing.paths == list(PATHS)
    assert listing.problems == []


def test_that_a_row_without_a_file_is_missing(ham: Ham, listed: Listed) -> None:
    listing = listed(ham(ROWS, PATHS[:1]))
    assert listing.paths == [PATHS[0]]
    assert listing.of_kind(ProblemKind.MISSING) == ["ISIC_2"]


def test_that_a_file_without_a_row_is_listed_as_unlabelled(ham: Ham, listed: Listed) -> None:
    listing = listed(ham(ROWS, [*PATHS, "extra/ISIC_3.jpg"]))
    assert listing.image("extra/ISIC_3.jpg").label == ""
    assert listing.of_kind(ProblemKind.UNLABELLED) == ["extra/ISIC_3.jpg"]


def test_that_a_row_without_a_diagnosis_is_unlabelled(ham: Ham, listed: Listed) -> None:
    listing = listed(ham(["HAM_1,ISIC_1,,,,,"], ["ISIC_1.jpg"]))
    assert listing.images[0].lesion_id == "HAM_1"
    assert listing.of_kind(ProblemKind.UNLABELLED) == ["ISIC_1.jpg"]


@pytest.mark.parametrize(
    ("header", "lack"),
    [
        (
            "lesion_id,image_id,other,dx_type,age,sex,localization",
            "no column that is known to hold a diagnosis",
        ),
        (HEADER, "no diagnosis in any row"),
    ],
)
def test_that_a_data_set_without_any_diagnosis_is_told_of_once(
    ham: Ham, listed: Listed, header: str, lack: str
) -> None:
    listing = listed(ham(["HAM_1,ISIC_1,,,,,", "HAM_2,ISIC_2,,,,,"], PATHS, header))
    reason = (
        f"HAM10000_metadata.csv has {lack}: 2 images have no label. Say which column it is, or join"
        " another table, in the menu File, Sources."
    )
    assert listing.problems == [Problem("HAM10000_metadata.csv", ProblemKind.UNLABELLED, reason)]
    assert [image.lesion_id for image in listing.images] == ["HAM_1", "HAM_2"]


def test_that_single_images_without_a_diagnosis_are_told_of_each(ham: Ham, listed: Listed) -> None:
    rows = ["HAM_1,ISIC_1,,,,,", "HAM_2,ISIC_2,,,,,", "HAM_3,ISIC_3,nv,,,,"]
    listing = listed(ham(rows, [*PATHS, "x/ISIC_3.jpg"]))
    assert listing.of_kind(ProblemKind.UNLABELLED) == list(PATHS)


def test_that_of_two_files_with_one_id_the_first_gets_the_row(ham: Ham, listed: Listed) -> None:
    listing = listed(ham(ROWS, [*PATHS, "copy/ISIC_1.jpg", "HAM10000_images_part_2/ISIC_1.png"]))
    labels = {image.path: image.label for image in listing.images}
    assert labels == {
        "HAM10000_images_part_1/ISIC_1.jpg": "NV",
        "HAM10000_images_part_2/ISIC_1.png": "",
        "HAM10000_images_part_2/ISIC_2.jpg": "MEL",
        "copy/ISIC_1.jpg": "",
    }
    assert listing.of_kind(ProblemKind.DOUBLED) == [
        "HAM10000_images_part_2/ISIC_1.png",
        "copy/ISIC_1.jpg",
    ]


def test_that_equal_rows_for_one_id_are_doubled(ham: Ham, listed: Listed) -> None:
    listing = listed(ham([*ROWS, ROWS[0]], PATHS))
    assert listing.of_kind(ProblemKind.DOUBLED) == [PATHS[0]]
    assert len(listing.problems) == 1


def test_that_rows_that_contradict_are_told_of_and_the_first_counts(
    ham: Ham, listed: Listed
) -> None:
    listing = listed(ham([*ROWS, "HAM_1,ISIC_1,mel,follow_up,45,female,back"], PATHS))
    assert listing.image(PATHS[0]).label == "NV"
    problem = listing.problems[0]
    assert (problem.path, problem.kind) == (PATHS[0], ProblemKind.CONTRADICTING)
    assert "label NV and MEL" in problem.reason


def test_that_a_doubled_row_without_a_file_is_named_by_its_id(ham: Ham, listed: Listed) -> None:
    listing = listed(ham([*ROWS, ROWS[1]], PATHS[:1]))
    assert listing.of_kind(ProblemKind.DOUBLED) == ["ISIC_2"]
    assert listing.of_kind(ProblemKind.MISSING) == ["ISIC_2"]


def test_that_rows_without_an_id_are_told_of_once(ham: Ham, listed: Listed) -> None:
    listing = listed(ham([*ROWS, ",,nv,,,,", "HAM_9,,mel,,,,"], PATHS))
    assert [problem.reason for problem in listing.problems] == [
        "HAM10000_metadata.csv has 2 rows without an image id."
    ]


def test_that_a_link_to_nothing_is_unreadable_and_not_missing_as_well(
    ham: Ham, listed: Listed
) -> None:
    root = ham(ROWS, PATHS[:1])
    (root / "ISIC_2.jpg").symlink_to(root / "gone")
    listing = listed(root)
    assert [problem.kind for problem in listing.problems] == [ProblemKind.UNREADABLE]


def test_that_ids_in_the_table_may_carry_an_ending(ham: Ham, listed: Listed) -> None:
    listing = listed(ham(["HAM_1,ISIC_1.jpg,nv,histo,,,"], ["ISIC_1.jpg"]))
    assert (listing.images[0].label, listing.problems) == ("NV", [])


def test_that_a_table_without_image_ids_is_refused(ham: Ham, listed: Listed) -> None:
    with pytest.raises(CatalogueError, match="no column image_id"):
        listed(ham(["a,b"], ["ISIC_1.jpg"], header="name,dx"))


def test_that_an_empty_table_is_refused(ham: Ham, listed: Listed) -> None:
    root = ham(ROWS, PATHS)
    (root / "HAM10000_metadata.csv").write_text("\n\n")
    with pytest.raises(CatalogueError, match="is empty"):
        listed(root)


def test_that_a_table_whose_rest_was_never_written_is_refused_rather_than_cut_short(
    ham: Ham, listed: Listed
) -> None:
    root = ham(ROWS, PATHS)
    table = root / "HAM10000_metadata.csv"
    table.write_bytes(table.read_bytes()[:-40] + bytes(40))
    with pytest.raises(CatalogueError, match="is no table: it holds bytes that are no text"):
        listed(root)


def test_that_the_small_data_set_of_the_tests_has_its_lesions_and_bases(
    small_ham10000: Path,
) -> None:
    images = [image for batch in list_images(small_ham10000) for image in batch.images]
    assert len(images) == 9
    assert len({image.lesion_id for image in images}) == 8
    assert [image.basis for image in images[2:4]] == ["follow-up", "histology"]
