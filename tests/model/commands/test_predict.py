"""`main.py predict` with a classifier whose answers follow by hand."""

import csv
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

import main
from model.project.cache import Cache
from model.project.locations import project_for
from model.project.project import Project
from tests.small_classifier import CLASSES

REPOSITORY = Path(main.__file__).parent


@pytest.fixture
def predict(classifier: Path, tmp_path: Path):
    def run(path: Path, *options: str, ends_with: int = 0) -> Path:
        out = tmp_path / "results" / "out.csv"
        arguments = ["predict", str(path), "--out", str(out), "--classifier", str(classifier)]
        assert main.main([*arguments, *options]) == ends_with
        return out

    return run


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def softmax_of(*logits: float) -> np.ndarray:
    powers = np.exp(np.array(logits) / 2)  # the small classifier's temperature
    return powers / powers.sum()


def test_that_probabilities_are_calibrated_and_in_the_classifiers_order(
    predict, coloured: Path
) -> None:
    # Rows of the small classifier's weights are the logits of the pure colours.
    rows = read(predict(coloured))
    assert [row["image"] for row in rows] == ["a_red", "b_green", "c_blue"]
    assert tuple(rows[0]) == ("image", *CLASSES)
    expected = [softmax_of(4, -2, 0), softmax_of(0, 4, -2), softmax_of(-2, 0, 4)]
    found = np.array([[float(row[code]) for code in CLASSES] for row in rows])
    np.testing.assert_allclose(found, expected, atol=1e-6)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-12)


def test_that_a_single_image_gets_the_same_numbers_and_no_project(
    predict, coloured: Path, tmp_path: Path, private_folders: Path
) -> None:
    single = read(predict(coloured / "b_green.png"))
    assert [row["image"] for row in single] == ["b_green"]
    assert not list(private_folders.iterdir())
    assert single[0] == read(predict(coloured))[1]


def test_that_images_of_a_data_set_come_in_its_order(predict, small_ham10000: Path) -> None:
    assert [row["image"] for row in read(predict(small_ham10000))] == [
        f"ISIC_000000{number}" for number in range(1, 10)
    ]


def test_that_unreadable_images_go_to_a_file_of_their_own(predict, coloured: Path, capsys) -> None:
    (coloured / "b_green.png").write_bytes(b"no image at all")
    out = predict(coloured)
    assert [row["image"] for row in read(out)] == ["a_red", "c_blue"]
    failed = read(out.with_name("out.failed.csv"))
    assert [(row["image"], row["path"]) for row in failed] == [("b_green", "b_green.png")]
    assert failed[0]["reason"]
    assert "out.failed.csv" in capsys.readouterr().err


def test_that_no_file_of_failures_stays_when_nothing_fails_any_more(
    predict, coloured: Path
) -> None:
    good = (coloured / "b_green.png").read_bytes()
    (coloured / "b_green.png").write_bytes(b"no image at all")
    out = predict(coloured)
    (coloured / "b_green.png").write_bytes(good)
    assert len(read(predict(coloured))) == 3
    assert not out.with_name("out.failed.csv").exists()


def test_that_nothing_readable_is_an_error_that_names_the_reasons(
    predict, coloured: Path, capsys
) -> None:
    for path in coloured.iterdir():
        path.write_bytes(b"no image at all")
    out = predict(coloured, ends_with=2)
    assert not out.exists()
    assert len(read(out.with_name("out.failed.csv"))) == 3
    assert "None of the 3 images" in capsys.readouterr().err


def test_that_images_of_the_same_name_both_get_a_row_and_a_word_about_it(
    predict, coloured: Path, tmp_path: Path, capsys
) -> None:
    other = coloured / "more"
    other.mkdir()
    (coloured / "c_blue.png").rename(other / "a_red.png")
    rows = read(predict(coloured, "--heatmaps", str(tmp_path / "maps")))
    assert [row["image"] for row in rows] == ["a_red", "b_green", "a_red"]
    assert "a_red" in capsys.readouterr().err
    maps = sorted(path.name for path in (tmp_path / "maps").iterdir())
    assert maps == ["a_red.png", "a_red_2.png", "b_green.png"]


def test_that_heat_maps_cover_the_photographs_with_the_predicted_class(
    predict, coloured: Path, tmp_path: Path
) -> None:
    predict(coloured, "--heatmaps", str(tmp_path / "maps"))
    for name, colour in (("a_red", (255, 0, 0)), ("c_blue", (0, 0, 255))):
        drawn = cv2.imread(str(tmp_path / "maps" / f"{name}.png"))[..., ::-1].astype(int)
        assert drawn.shape == (48, 64, 3)
        # Equally strong everywhere: half the photograph, half viridis' last colour.
        expected = (np.array(colour) + np.array((253, 231, 37))) / 2
        assert np.abs(drawn - expected).max() <= 2


def test_that_a_second_run_takes_results_from_the_cache(
    predict, coloured: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = predict(coloured).read_bytes()
    monkeypatch.setattr(
        "model.classifier.classifier.Classifier.batch_queue",
        lambda *_: pytest.fail("classified again"),
    )
    assert predict(coloured).read_bytes() == first


def test_that_results_are_kept_where_the_project_is_asked_to_be(
    predict, coloured: Path, tmp_path: Path, private_folders: Path
) -> None:
    project = tmp_path / "mine.secondlook"
    predict(coloured, "--project", str(project))
    assert project.exists()
    assert not list(private_folders.iterdir())
    opened = Project.open(project)
    assert [image.image_id for image in opened.images()] == ["a_red", "b_green", "c_blue"]
    opened.close()


def test_that_a_project_of_another_folder_is_refused(
    predict, coloured: Path, small_ham10000: Path, tmp_path: Path, capsys
) -> None:
    project = str(tmp_path / "mine.secondlook")
    predict(coloured, "--project", project)
    predict(small_ham10000, "--project", project, ends_with=2)
    assert "mine.secondlook" in capsys.readouterr().err


def test_that_images_that_are_gone_are_forgotten(predict, coloured: Path) -> None:
    predict(coloured)
    (coloured / "a_red.png").unlink()
    assert [row["image"] for row in read(predict(coloured))] == ["b_green", "c_blue"]


@pytest.mark.parametrize("path", ["nowhere", "empty"])
def test_that_a_folder_without_images_is_refused_in_one_line(
    predict, path: str, tmp_path: Path, capsys
) -> None:
    (tmp_path / "empty").mkdir()
    predict(tmp_path / path, ends_with=2)
    assert capsys.readouterr().err.count("\n") == 1


def test_that_a_command_stopped_in_the_middle_ends_with_130_and_goes_on(
    classifier: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    noise = np.random.default_rng(0).integers(0, 255, (30, 40, 3), np.uint8)
    encoded = cv2.imencode(".jpg", cv2.resize(noise, (1600, 1200)))[1].tobytes()
    for number in range(600):
        # What follows a JPEG's end is ignored, but makes each file's content its own.
        (folder / f"{number:03}.jpg").write_bytes(encoded + bytes(str(number), "ascii"))
    out = tmp_path / "out.csv"
    command = [sys.executable, str(REPOSITORY / "main.py"), "predict", str(folder)]
    command += ["--out", str(out), "--classifier", str(classifier)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        cache = project_for(folder).with_suffix(".cache")
        while process.poll() is None and stored(cache) == 0:
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        said = process.communicate()[1]
    assert process.returncode == 130
    assert "stopped; what was finished is kept" in said
    assert not out.exists()
    assert 0 < stored(cache) < 600
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0
    assert [row["image"] for row in read(out)] == [f"{number:03}" for number in range(600)]


def stored(path: Path) -> int:
    if not path.exists():
        return 0
    cache = Cache.open(path)
    try:
        return sum(run.images for run in cache.runs())
    finally:
        cache.close()


def test_that_probabilities_of_real_images_add_up(
    real_ham10000: Path, classifier: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "real"
    folder.mkdir()
    part = real_ham10000 / "HAM10000_images_part_1"
    for path in sorted(part.iterdir())[:40]:
        shutil.copy(path, folder)
    out = tmp_path / "out.csv"
    arguments = ["predict", str(folder), "--out", str(out), "--classifier", str(classifier)]
    assert main.main(arguments) == 0
    sums = [sum(float(row[code]) for code in CLASSES) for row in read(out)]
    assert len(sums) == 40
    np.testing.assert_allclose(sums, 1, atol=1e-6)
