import dataclasses
import json
from pathlib import Path

import pytest

from model.classifier.card import CARD_FILE, Card, ClassifierError, TrainedImage
from tests.model.classifier.tiny import make_card


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    make_card().save(tmp_path)
    return tmp_path


def change(folder: Path, **values: object) -> None:
    path = folder / CARD_FILE
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_that_a_card_comes_back_as_it_was_saved(saved: Path) -> None:
    assert Card.load(saved) == make_card()


def test_that_letters_of_every_language_survive(tmp_path: Path) -> None:
    card = dataclasses.replace(make_card(), name="Zweitmeinung für Läsionen 皮膚")
    card.save(tmp_path)
    assert Card.load(tmp_path).name == card.name


def test_that_thousands_of_images_stay_compact(tmp_path: Path) -> None:
    images = tuple(TrainedImage(f"ISIC_{i:07}", f"HAM_{i:07}", f"{i:016x}") for i in range(10_000))
    dataclasses.replace(make_card(), images={"training": images}).save(tmp_path)
    assert (tmp_path / CARD_FILE).stat().st_size < 100 * 10_000
    assert Card.load(tmp_path).images["training"] == images


def test_that_a_missing_card_names_the_folder(tmp_path: Path) -> None:
    with pytest.raises(ClassifierError, match="holds no classifier") as caught:
        Card.load(tmp_path)
    assert str(tmp_path) in str(caught.value)


def test_that_a_card_of_a_newer_version_asks_for_an_update(saved: Path) -> None:
    change(saved, schema=2, classes="not even a list")
    with pytest.raises(ClassifierError, match="newer version"):
        Card.load(saved)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", '{"schema": 1}', "\x00\x01"])
def test_that_a_damaged_card_is_refused(saved: Path, text: str) -> None:
    (saved / CARD_FILE).write_text(text)
    with pytest.raises(ClassifierError, match="damaged"):
        Card.load(saved)


@pytest.mark.parametrize(
    "values",
    [
        {"classes": ["MEL"]},
        {"classes": ["MEL", "NV", "MEL"]},
        {"temperature": 0},
        {"temperature": None},
        {"layers": [{"name": "x"}]},
        {"images": {"training": [["only an id"]]}},
        {"preprocessing": {"size": 224, "mode": "unheard of", "reduce": True}},
    ],
)
def test_that_impossible_values_are_refused(saved: Path, values: dict[str, object]) -> None:
    change(saved, **values)
    with pytest.raises(ClassifierError, match="damaged"):
        Card.load(saved)


def test_that_bytes_that_are_no_text_are_refused(saved: Path) -> None:
    (saved / CARD_FILE).write_bytes(b"\xff\xfe\xfa")
    with pytest.raises(ClassifierError, match="damaged"):
        Card.load(saved)
