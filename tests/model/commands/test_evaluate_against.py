"""`main.py evaluate --against`: two tables of predictions beside each other."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics as reference

import main
from model.classifier.card import Card, TrainedImage

CLASSES = ("MEL", "NV", "BCC")
GENERATOR = np.random.default_rng(5)
LABELS = GENERATOR.choice(3, 120, p=[0.3, 0.5, 0.2])
IDS = [f"ISIC_{number:07}" for number in range(120)]


def scores(strength: float) -> np.ndarray[Any, np.dtype[np.float64]]:
    values = GENERATOR.random((120, 3)) + np.eye(3)[LABELS] * strength
    return (values / values.sum(1, keepdims=True)).round(6)


FIRST, SECOND = scores(0.3), scores(0.7)
RIGHT = FIRST.argmax(1) == LABELS, SECOND.argmax(1) == LABELS
Compare = Callable[..., dict[str, Any]]


def write(path: Path, values: np.ndarray[Any, np.dtype[np.float64]], order: list[int]) -> None:
    rows = [[IDS[row], *(f"{value:.6f}" for value in values[row])] for row in order]
    lines = [",".join(row) for row in [["image", *CLASSES], *rows]]
    path.write_text("\n".join(lines), encoding="utf-8")


@pytest.fixture
def compare(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Compare:
    def run(*options: str) -> dict[str, Any]:
        files = {name: tmp_path / f"{name}.csv" for name in ("truth", "first", "second")}
        write(files["truth"], np.eye(3)[LABELS], list(range(120)))
        write(files["first"], FIRST, list(range(120)))
        # In another order: rows are found by their image.
        write(files["second"], SECOND, GENERATOR.permutation(120).tolist())
        given = ["--truth", str(files["truth"]), "--predictions", str(files["first"])]
        given += ["--against", str(files["second"]), "--out", str(tmp_path / "out")]
        status = main.main(["evaluate", *given, *options])
        if status:
            return {"status": status, "error": capsys.readouterr().err}
        return dict(json.loads((tmp_path / "out" / "metrics.json").read_text(encoding="utf-8")))

    return run


def test_that_two_tables_are_held_beside_each_other(compare: Compare, tmp_path: Path) -> None:
    found = compare()["comparison"]
    balanced = [
        reference.balanced_accuracy_score(LABELS, each.argmax(1)) for each in (FIRST, SECOND)
    ]
    row = found["overall"]["balanced_accuracy"]
    values = [row[name]["value"] for name in ("first", "second", "difference")]
    assert values == pytest.approx([*balanced, balanced[1] - balanced[0]], rel=0, abs=1e-9)
    assert row["difference"]["low"] < row["difference"]["value"] < row["difference"]["high"]
    assert (found["first"], found["second"]) == ("first.csv", "second.csv")
    only_first, only_second = (RIGHT[0] & ~RIGHT[1]).sum(), (RIGHT[1] & ~RIGHT[0]).sum()
    test = found["mcnemar"]
    assert (test["only_first"], test["only_second"]) == (only_first, only_second)
    expected = stats.binomtest(int(min(only_first, only_second)), int(only_first + only_second))
    assert test["exact_p"] == pytest.approx(expected.pvalue, rel=0, abs=1e-9)


def test_that_the_swapped_images_are_named(compare: Compare, tmp_path: Path) -> None:
    found = compare()["comparison"]["swapped"]
    assert found["gained"] == [IDS[at] for at in np.flatnonzero(~RIGHT[0] & RIGHT[1])]
    assert found["lost"] == [IDS[at] for at in np.flatnonzero(RIGHT[0] & ~RIGHT[1])]
    with (tmp_path / "out" / "swapped_images.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == sum(map(len, found.values()))
    for row in rows:
        at = IDS.index(row["image"])
        said = [CLASSES[each[at].argmax()] for each in (FIRST, SECOND)]
        assert [row["recorded"], row["first"], row["second"]] == [CLASSES[LABELS[at]], *said]
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert f"Only the second is right: {len(found['gained'])} images" in page
    assert (tmp_path / "out" / "differences.svg").exists()


def test_that_nothing_of_an_earlier_comparison_is_left(compare: Compare, tmp_path: Path) -> None:
    compare()
    (tmp_path / "out" / "my notes.txt").write_text("mine", encoding="utf-8")
    given = ["--truth", str(tmp_path / "truth.csv"), "--predictions", str(tmp_path / "first.csv")]
    assert main.main(["evaluate", *given, "--out", str(tmp_path / "out")]) == 0
    left = {path.name for path in (tmp_path / "out").iterdir()}
    assert not left & {"comparison.csv", "swapped_images.csv", "differences.png"}
    assert {"my notes.txt", "statistics.csv", "roc.png"} <= left


def test_that_a_second_table_of_other_images_is_refused(compare: Compare, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    write(other, SECOND, list(range(119)))
    given = ["--against", str(other)]
    found = compare(*given)
    assert found["status"] == 2
    assert f"Missing images in CSV: ['{IDS[119]}']" in found["error"]
    assert "other.csv" in found["error"]


def test_that_what_either_classifier_has_seen_is_kept_apart(
    compare: Compare, tmp_path: Path, classifier: Path
) -> None:
    second = tmp_path / "second classifier"
    second.mkdir()
    card = Card.load(classifier)
    for folder, image in ((classifier, IDS[0]), (second, IDS[1])):
        card.images.clear()
        card.images["training"] = (TrainedImage(image, "", ""),)
        card.save(folder)
    both = ("--classifier", str(classifier), "--against-classifier", str(second))
    found = compare(*both)
    assert (found["images"], found["comparison"]["images"]) == (118, 118)
    assert "unseen are the images that neither classifier has seen" in found["notes"]
    found = compare(*both[:2])
    assert found["images"] == 119
    assert "images that the second classifier may have seen are not kept apart" in found["notes"]
    assert "needs --against and --classifier" in compare(*both[2:])["error"]


def test_that_a_table_against_itself_differs_in_nothing(compare: Compare, tmp_path: Path) -> None:
    compare()
    found = compare("--against", str(tmp_path / "first.csv"))["comparison"]
    assert found["overall"]["accuracy"]["difference"]["value"] == 0
    assert found["overall"]["accuracy"]["difference"]["low"] is None
    assert found["mcnemar"]["exact_p"] == 1
    assert found["swapped"] == {"gained": [], "lost": [], "changed": []}
    # Two files of one name are told apart by their folders.
    assert found["first"] == str(tmp_path / "first.csv")
