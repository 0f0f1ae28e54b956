"""`check` from the command line."""

import csv
from pathlib import Path

import pytest

from main import main
from tests.conftest import write_jpeg


def test_that_a_data_set_without_faults_ends_with_0(
    small_ham10000: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(small_ham10000)]) == 0
    assert capsys.readouterr().out.startswith("Nothing is missing")


def test_that_the_leak_of_a_split_by_image_is_told_for_isic_2019(
    real_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Simulated on the same tables: 60.3 % of all, 78.6 % of melanomas."""
    assert main(["check", str(real_data / "isic2019")]) == 1
    said = capsys.readouterr().out
    assert "60.3% of the test images would show a lesion that training knows" in said
    assert "  MEL: 78.7% (4,522 images)" in said


def test_that_findings_are_told_by_kind_and_written_whole(
    small_ham10000: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in sorted((small_ham10000 / "HAM10000_images_part_1").iterdir())[:2]:
        path.unlink()
    out = tmp_path / "findings" / "all.csv"
    assert main(["check", str(small_ham10000), "--out", str(out)]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "Missing (2)"
    assert said[1].startswith("  ISIC_0000001: HAM10000_metadata.csv has a row")
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["kind"], row["path"]) for row in rows] == [
        ("missing", "ISIC_0000001"),
        ("missing", "ISIC_0000002"),
    ]


def test_that_many_findings_are_shortened_on_the_screen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(12):
        (tmp_path / f"{number:02d}.jpg").write_bytes(b"text")
    assert main(["check", str(tmp_path)]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "Unreadable (12)"
    assert said[-2:] == ["  and 2 more", "Use --out FILE.csv to have all of it."]


def test_that_leaks_into_another_set_are_told(
    small_ham10000: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "isic"
    other.mkdir()
    truth = "image,MEL,NV,BCC,AK,BKL,DF,VASC,SCC,UNK\nISIC_0000005,0,0,0,1,0,0,0,0,0\n"
    (other / "truth.csv").write_text(truth)
    assert main(["check", str(small_ham10000), "--against", str(other)]) == 1
    assert "The same image id is in isic (ISIC_0000005)" in capsys.readouterr().out


def test_that_a_folder_that_is_not_there_is_an_error_of_the_user(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(tmp_path / "nowhere")]) == 2
    assert "There is no folder" in capsys.readouterr().err


def test_that_a_mapping_of_columns_is_taken_from_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "clinic"
    for seed in range(2):
        write_jpeg(root / f"foto a{seed}.jpg", seed)
    (root / "list.csv").write_text("Bild;Befund\nfoto a0.jpg;Basaliom\nfoto a1.jpg;mel\n")
    mapping = tmp_path / "columns.json"
    mapping.write_text('{"image": "Bild", "label": ["Befund"], "labels": [["basaliom", "BCC"]]}')
    assert main(["check", str(root)]) == 1
    assert "map them to use it" in capsys.readouterr().out
    assert main(["check", str(root), "--columns", str(mapping)]) == 0
    assert main(["check", str(root)]) == 0
    mapping.write_text('{"image": "Photo"}')
    assert main(["check", str(root), "--columns", str(mapping)]) == 2
    assert "no table has all of them" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["truth.csv", "photo.jpg"])
def test_that_a_file_is_never_told_to_be_without_faults(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    path.write_text("image,MEL,NV\nISIC_0000001,1,0\n")
    out = tmp_path / "findings" / "all.csv"
    assert main(["check", str(path), "--out", str(out)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert f"{path} is a file: give the folder that holds the images" in said.err
    assert "--against" in said.err
    assert not out.parent.exists()
