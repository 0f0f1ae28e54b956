"""What the check of a data set finds."""

import shutil
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from model.catalogue.batches import CatalogueError
from model.catalogue.quality import check_data_set
from model.catalogue.sources import Sources
from model.progress import Cancelled
from model.records import Problem, ProblemKind

Found = set[tuple[str, str]]
HAM = "lesion_id,image_id,dx,dx_type,age,sex,localization"


def photograph(path: Path, seed: int, quality: int = 95, width: int = 240) -> None:
    """Detail like that of skin: noise of several sizes, a picture of its own for each seed."""
    chance = np.random.default_rng(seed)
    pixels = np.zeros((180, 240, 3), np.float32)
    for size in (4, 12, 24):
        noise = chance.normal(0, 30, (size * 3 // 4, size, 3)).astype(np.float32)
        pixels += cv2.resize(noise, (240, 180), interpolation=cv2.INTER_CUBIC)
    image = cv2.resize(np.clip(pixels + 128, 0, 255).astype(np.uint8), (width, width * 3 // 4))
    path.parent.mkdir(parents=True, exist_ok=True)
    _, encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    encoded.tofile(path)


def found(problems: list[Problem], kind: ProblemKind) -> list[str]:
    return [problem.path for problem in problems if problem.kind is kind]


@pytest.fixture
def data_set(tmp_path: Path) -> Callable[..., Path]:
    """Makes a folder of different photographs, described by rows of HAM10000 where given."""

    def make(name: str, *paths: str, rows: tuple[str, ...] = (), seed: int = 0) -> Path:
        root = tmp_path / name
        for number, path in enumerate(paths):
            photograph(root / path, seed + number)
        if rows:
            (root / "metadata.csv").write_text("\n".join((HAM, *rows)))
        return root

    return make


def test_that_a_data_set_without_faults_has_no_problems(small_ham10000: Path) -> None:
    assert check_data_set(small_ham10000).problems == []


def test_that_files_that_are_no_images_are_unreadable_once_each(small_ham10000: Path) -> None:
    part = small_ham10000 / "HAM10000_images_part_1"
    (part / "ISIC_0000001.jpg").write_bytes(b"")
    (part / "ISIC_0000002.jpg").write_bytes(b"this is text")
    whole = (part / "ISIC_0000003.jpg").read_bytes()
    (part / "ISIC_0000003.jpg").write_bytes(whole[: len(whole) // 2])
    (part / "ISIC_0000004.jpg").unlink()
    problems = check_data_set(small_ham10000).problems
    folder = "HAM10000_images_part_1/"
    unreadable = [f"{folder}ISIC_000000{number}.jpg" for number in (1, 2, 3)]
    assert found(problems, ProblemKind.UNREADABLE) == unreadable
    assert found(problems, ProblemKind.MISSING) == ["ISIC_0000004"]
    assert len(problems) == 4


def test_that_copies_are_found_by_content_and_by_look(data_set: Callable[..., Path]) -> None:
    root = data_set("set", "a.jpg", "b.jpg")
    shutil.copy(root / "a.jpg", root / "c.jpg")
    photograph(root / "d.jpg", seed=1, quality=60, width=160)
    problems = check_data_set(root).problems
    assert [(each.path, each.kind) for each in problems] == [
        ("c.jpg", ProblemKind.DOUBLED),
        ("d.jpg", ProblemKind.DOUBLED),
    ]
    assert problems[0].reason == "Same content as a.jpg."
    assert problems[1].reason.startswith("Looks the same (")
    assert problems[1].reason.endswith("as b.jpg.")


def test_that_a_copy_with_another_label_contradicts(data_set: Callable[..., Path]) -> None:
    root = data_set("set", "nv/a.jpg", "mel/b.jpg")
    shutil.copy(root / "nv/a.jpg", root / "mel/c.jpg")
    problems = check_data_set(root).problems
    assert found(problems, ProblemKind.CONTRADICTING) == ["nv/a.jpg"]
    assert "mel/c.jpg, which is labelled MEL; this is NV" in problems[0].reason


def test_that_a_copy_in_another_split_leaks(data_set: Callable[..., Path]) -> None:
    root = data_set("set", "train/nv/a.jpg", "train/mel/b.jpg", "test/nv/c.jpg", "test/mel/d.jpg")
    photograph(root / "test/nv/e.jpg", seed=0, quality=60)
    problems = check_data_set(root).problems
    assert found(problems, ProblemKind.LEAKING) == ["train/nv/a.jpg"]
    assert "test/nv/e.jpg, which is for test; this is for training" in problems[0].reason


def test_that_a_lesion_in_two_splits_leaks(data_set: Callable[..., Path]) -> None:
    rows = ("HAM_1,a1,nv,,,,", "HAM_1,a2,nv,,,,", "HAM_2,b1,nv,,,,", "HAM_2,b2,nv,,,,")
    root = data_set("set", "test/a1.jpg", "train/a2.jpg", "train/b1.jpg", "train/b2.jpg", rows=rows)
    assert found(check_data_set(root).problems, ProblemKind.LEAKING) == ["train/a2.jpg"]


def test_that_a_lesion_with_two_labels_contradicts(data_set: Callable[..., Path]) -> None:
    rows = ("HAM_1,a,nv,,,,", "HAM_1,b,mel,,,,", "HAM_2,c,akiec,,,,", "HAM_2,d,scc,,,,")
    root = data_set("set", "a.jpg", "b.jpg", "c.jpg", "d.jpg", rows=rows)
    problems = check_data_set(root).problems
    assert [each.reason for each in problems] == ["Lesion HAM_1 is MEL here and NV in a.jpg."]


def test_that_leaks_into_another_set_are_found_by_id_content_look_and_lesion(
    data_set: Callable[..., Path],
) -> None:
    rows = ("HAM_1,ISIC_0000001,nv,,,,", "HAM_2,ISIC_0000002,nv,,,,")
    here = data_set("here", "ISIC_0000001.jpg", "ISIC_0000002.jpg", "x.jpg", "y.jpg", rows=rows)
    other_rows = ("HAM_1,ISIC_0000001_downsampled,mel,,,,", "HAM_2,ISIC_0000009,nv,,,,")
    there = data_set("there", "z.jpg", rows=other_rows, seed=100)
    shutil.copy(here / "x.jpg", there / "renamed.jpg")
    photograph(there / "smaller.jpg", seed=3, quality=70, width=160)
    leaks = [
        each for each in check_data_set(here, there).problems if each.kind is ProblemKind.LEAKING
    ]
    assert {each.path: each.reason for each in leaks} == {
        "ISIC_0000001.jpg": "The same image id is in there (ISIC_0000001_downsampled).",
        "ISIC_0000002.jpg": "Another image of lesion HAM_2 is in there (ISIC_0000009).",
        "x.jpg": "renamed.jpg in there has the same content.",
        "y.jpg": "smaller.jpg in there looks the same.",
    }
    contradicting = found(check_data_set(here, there).problems, ProblemKind.CONTRADICTING)
    assert contradicting == ["ISIC_0000001.jpg"]


def test_that_equal_file_names_of_cameras_and_bare_numbers_are_no_leaks(
    data_set: Callable[..., Path],
) -> None:
    here = data_set("here", "IMG_0001.jpg", "7.jpg", rows=("12,7,nv,,,,",))
    there = data_set("there", "IMG_0001.jpg", "7.jpg", rows=("12,7,nv,,,,",), seed=100)
    assert found(check_data_set(here, there).problems, ProblemKind.LEAKING) == []


def test_that_all_of_ham10000_is_inside_isic_2019(real_data: Path, tmp_path: Path) -> None:
    """Sampled by its table alone: 8,014 of the 10,015 images that the sets share."""
    table = "HAM10000_metadata.csv"
    shutil.copy(real_data / "ham10000" / table, tmp_path / table)
    problems = check_data_set(tmp_path, real_data / "isic2019").problems
    assert len(found(problems, ProblemKind.LEAKING)) == 8014
    assert found(problems, ProblemKind.CONTRADICTING) == []


def test_that_a_folder_without_images_and_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="No images"):
        check_data_set(tmp_path)


@pytest.mark.parametrize("part", ["", "HAM10000_metadata.csv", "..", "joined"])
def test_that_a_data_set_is_not_held_against_its_own_parts(part: str, small_ham10000: Path) -> None:
    joined = small_ham10000.parent.parent / "joined" if part == "joined" else small_ham10000 / part
    sources = Sources(folders=(joined,)) if part == "joined" else None
    with pytest.raises(CatalogueError, match="is a part of this data set, or holds it"):
        check_data_set(small_ham10000, joined, sources=sources)


def test_that_a_check_can_be_stopped(small_ham10000: Path) -> None:
    def stop(done: int, _total: int, message: str) -> None:
        if message.startswith("Reading") and done == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        check_data_set(small_ham10000, report=stop)
