"""The bundled demonstration: what lies in the folder, and that the script draws it again."""

import csv
import subprocess
import sys
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

DEMO = Path(__file__).parents[2] / "resources" / "demo"
DATA = DEMO / "demonstration"
COLUMNS = ["lesion_id", "image_id", "dx", "dx_type", "age", "sex", "localization", "dataset"]


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with (DATA / "HAM10000_metadata.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def files() -> list[Path]:
    return sorted(DATA.glob("HAM10000_images_part_[12]/*.jpg"))


def draw(folder: Path, *options: str) -> None:
    command = [sys.executable, str(DEMO / "draw.py"), "--out", str(folder), *options]
    subprocess.run(command, check=True, capture_output=True)


def pixels(path: Path) -> NDArray[np.int16]:
    image = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    return image.astype(np.int16)


def test_that_a_few_hundred_images_take_six_megabytes_at_most(files: list[Path]) -> None:
    assert 280 <= len(files) <= 320
    assert sum(path.stat().st_size for path in DATA.rglob("*") if path.is_file()) <= 6_000_000


def test_that_every_image_is_600_by_450_in_colour(files: list[Path]) -> None:
    assert {pixels(path).shape for path in files} == {(450, 600, 3)}


def test_that_the_table_lists_exactly_the_files(
    rows: list[dict[str, str]], files: list[Path]
) -> None:
    assert list(rows[0]) == COLUMNS
    assert sorted(row["image_id"] for row in rows) == sorted(path.stem for path in files)


def test_that_both_parts_hold_half_of_the_images(files: list[Path]) -> None:
    parts = Counter(path.parent.name for path in files)
    assert parts == {"HAM10000_images_part_1": 150, "HAM10000_images_part_2": 150}


def test_that_no_id_can_be_taken_for_a_real_one(rows: list[dict[str, str]]) -> None:
    assert all(row["image_id"].startswith("DEMO_") for row in rows)
    assert all(row["lesion_id"].startswith("DEMO_L") for row in rows)
    assert {row["dataset"] for row in rows} == {"synthetic"}


def test_that_every_class_has_a_dozen_images_and_nevi_the_most(
    rows: list[dict[str, str]],
) -> None:
    counts = Counter(row["dx"] for row in rows)
    assert set(counts) == {"mel", "nv", "bcc", "akiec", "bkl", "df", "vasc"}
    assert min(counts.values()) >= 12
    assert counts["nv"] > len(rows) / 2


def test_that_lesions_have_as_many_photographs_as_in_ham10000(
    rows: list[dict[str, str]],
) -> None:
    of_lesion = Counter(row["lesion_id"] for row in rows)
    shares = Counter(of_lesion.values())
    for photographs, share in ((1, 0.74), (2, 0.19), (3, 0.07)):
        assert shares[photographs] / len(of_lesion) == pytest.approx(share, abs=0.03)


def test_that_a_lesion_has_one_diagnosis_one_basis_and_one_person(
    rows: list[dict[str, str]],
) -> None:
    facts = {tuple(row[name] for name in COLUMNS if name != "image_id") for row in rows}
    assert len(facts) == len({row["lesion_id"] for row in rows})


def test_that_malignant_labels_rest_on_histology(rows: list[dict[str, str]]) -> None:
    malignant = {row["dx_type"] for row in rows if row["dx"] in {"mel", "bcc", "akiec"}}
    assert malignant == {"histo"}
    assert {row["dx_type"] for row in rows if row["dx"] == "nv"} == {
        "follow_up",
        "histo",
        "consensus",
    }


def test_that_some_ages_and_sexes_are_unknown(rows: list[dict[str, str]]) -> None:
    assert any(row["age"] == "" for row in rows)
    assert {row["sex"] for row in rows} == {"male", "female", "unknown"}


def test_that_a_single_image_is_drawn_again_as_it_lies_in_the_set(tmp_path: Path) -> None:
    chosen = ("DEMO_0000001", "DEMO_0000300")
    draw(tmp_path, "--only", *chosen)
    drawn = sorted(tmp_path.rglob("*.jpg"))
    assert tuple(path.stem for path in drawn) == chosen
    for path in drawn:
        bundled = pixels(DATA / path.relative_to(tmp_path))
        # Another processor may round a few values differently before they are coded.
        assert np.abs(pixels(path) - bundled).mean() < 0.5


def test_that_the_same_seed_draws_the_same_bytes_and_another_seed_another_image(
    tmp_path: Path,
) -> None:
    for folder, seed in (("one", "5"), ("two", "5"), ("other", "6")):
        draw(tmp_path / folder, "--seed", seed, "--only", "DEMO_0000007")
    one, two, other = (
        next((tmp_path / folder).rglob("*.jpg")).read_bytes() for folder in ("one", "two", "other")
    )
    assert one == two
    assert one != other
