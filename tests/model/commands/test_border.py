"""Heat maps of a classifier that cuts a black border off lie where it looked, everywhere."""

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

import main
from app.image_tasks import CaseRequest, load_case
from model.classifier.classifier import Classifier
from model.images import Preprocessing, read_bytes, seen
from model.progress import silent

VIRIDIS_TOP = (253, 231, 37)


@pytest.fixture
def framed(tmp_path: Path) -> Path:
    """A folder with one photograph: red, in a black frame that is wider on the left."""
    folder = tmp_path / "framed"
    folder.mkdir()
    pixels = np.zeros((240, 360, 3), np.uint8)
    pixels[40:200, 150:310, 2] = 255
    cv2.imwrite(str(folder / "red.png"), pixels)
    return folder


@pytest.fixture
def cutting(classifier: Path) -> Path:
    """The small classifier, told to cut borders off."""
    card = json.loads((classifier / "card.json").read_text(encoding="utf-8"))
    card["preprocessing"]["steps"] = ["border crop"]
    (classifier / "card.json").write_text(json.dumps(card), encoding="utf-8")
    return classifier


def assert_covers_the_box(picture: Path, box: tuple[float, ...]) -> None:
    """The small classifier's maps are equally strong all over it, but for the outermost cells."""
    drawn = cv2.imread(str(picture))[..., ::-1].astype(int)
    x0, y0, x1, y1 = (round(edge) for edge in box)
    inside = np.zeros(drawn.shape[:2], bool)
    inside[y0:y1, x0:x1] = True
    assert (drawn[~inside] == 0).all(axis=1).mean() > 0.99
    middle = drawn[y0 + 61 : y1 - 61, x0 + 61 : x1 - 61].reshape(-1, 3)
    assert np.abs(middle - (np.array((255, 0, 0)) + VIRIDIS_TOP) / 2).max() <= 2


def test_that_commands_and_window_draw_into_the_same_box(
    framed: Path, cutting: Path, tmp_path: Path
) -> None:
    data = read_bytes(framed / "red.png")
    card = Classifier.load(cutting).card
    box = seen(data, card.preprocessing).box
    assert np.abs(np.array(box) - (150, 40, 310, 200)).max() <= 4
    arguments = ["--classifier", str(cutting)]
    out, maps = tmp_path / "explained.png", tmp_path / "maps"
    assert main.main(["explain", str(framed / "red.png"), "--out", str(out), *arguments]) == 0
    assert_covers_the_box(out, box)
    table = str(tmp_path / "table.csv")
    drawn = ["--heatmaps", str(maps)]
    assert main.main(["predict", str(framed), "--out", table, *drawn, *arguments]) == 0
    assert_covers_the_box(maps / "red.png", box)
    request = CaseRequest(framed, "red.png", Classifier.load(cutting), None)
    assert load_case(request, silent).box == box


def test_that_results_of_other_steps_are_other_results(cutting: Path) -> None:
    """The cache names results by what made them."""
    classifier = Classifier.load(cutting)
    plain = replace(
        classifier.card, preprocessing=Preprocessing(classifier.card.preprocessing.size)
    )
    assert Classifier(cutting, plain).identity != classifier.identity
