"""`main.py explain` with a classifier whose answers follow by hand."""

from pathlib import Path

import cv2
import numpy as np
import pytest

import main
from tests.small_classifier import CLASSES


@pytest.fixture
def explain(classifier: Path, coloured: Path, tmp_path: Path):
    def run(name: str, *options: str) -> Path:
        out = tmp_path / "new folder" / "out.png"
        image = str(coloured / f"{name}.png")
        arguments = ["explain", image, "--out", str(out), "--classifier", str(classifier)]
        assert main.main([*arguments, *options]) == 0
        return out

    return run


def read(path: Path) -> np.ndarray:
    return cv2.imread(str(path))[..., ::-1]


def test_that_the_picture_has_the_photographs_own_size(explain) -> None:
    assert read(explain("a_red")).shape == (48, 64, 3)


def test_that_the_line_says_what_was_predicted_and_drawn(explain, capsys) -> None:
    # Logits of pure red are 4, -2, 0; with temperature 2, exp(2) / (exp(2) + exp(-1) + 1) = 0.844.
    # Each of the 16 cells holds 4 / 16 of MEL's logit.
    explain("a_red")
    said = capsys.readouterr().out
    assert said == "Prediction MEL 0.844; shown: MEL at deep, maximum 0.25 logits\n"


def test_that_another_class_and_layer_can_be_drawn(explain, capsys) -> None:
    # Blue speaks for BCC with 4 and against MEL with 2; an 8 x 8 map holds 4 / 64 in each cell.
    explain("c_blue", "--class", "bcc", "--layer", "shallow")
    assert "shown: BCC at shallow, maximum 0.0625 logits" in capsys.readouterr().out


def test_that_the_map_lies_over_the_photograph_with_the_opacity_asked_for(explain) -> None:
    # The map is equally strong everywhere, so viridis' last colour (253, 231, 37) covers all.
    whole = read(explain("a_red", "--opacity", "1")).reshape(-1, 3)
    assert np.abs(whole.astype(int) - (253, 231, 37)).max() <= 2
    half = read(explain("a_red", "--opacity", "0.5")).reshape(-1, 3)
    assert np.abs(half.astype(int) - (254, 115, 18)).max() <= 2


def test_that_without_positive_evidence_the_plain_photograph_is_written(explain, capsys) -> None:
    # Red speaks against NV.
    out = explain("a_red", "--class", "NV")
    assert "no positive evidence" in capsys.readouterr().out
    assert (read(out) == (255, 0, 0)).all()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--class", "XYZ"), ", ".join(CLASSES)),
        (("--layer", "conv1"), "shallow, deep"),
        (("--classifier", "nowhere"), "nowhere"),
        (("--out", "picture.jpg"), ".png"),
    ],
)
def test_that_what_is_not_there_is_answered_by_what_is(
    options: tuple[str, str], told: str, classifier: Path, coloured: Path, tmp_path: Path, capsys
) -> None:
    arguments = ["explain", str(coloured / "a_red.png"), "--classifier", str(classifier)]
    assert main.main([*arguments, "--out", str(tmp_path / "x.png"), *options]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("second-look: ")
    assert told in said.err
    assert said.err.count("\n") == 1


def test_that_a_file_that_is_no_image_is_refused_in_one_line(
    classifier: Path, tmp_path: Path, capsys
) -> None:
    (tmp_path / "words.jpg").write_text("not an image")
    arguments = ["explain", str(tmp_path / "words.jpg"), "--out", str(tmp_path / "x.png")]
    assert main.main([*arguments, "--classifier", str(classifier)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "x.png").exists()


def test_that_a_file_that_never_was_is_said_not_to_be_there(
    classifier: Path, tmp_path: Path, capsys
) -> None:
    missing = tmp_path / "nope.jpg"
    arguments = ["explain", str(missing), "--out", str(tmp_path / "x.png")]
    assert main.main([*arguments, "--classifier", str(classifier)]) == 2
    assert capsys.readouterr().err.endswith(f"{missing}: The file is not there.\n")


@pytest.mark.parametrize("opacity", ["1.01", "-0.1", "much"])
def test_that_an_opacity_beyond_0_to_1_is_refused(opacity: str, capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        main.main(["explain", "x.jpg", "--out", "x.png", "--opacity", opacity])
    assert ended.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1
