"""`main.py evaluate` on tables as challenges, spreadsheets and `predict` write them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn import metrics as reference

import main
from model.classifier.card import Card, TrainedImage

CLASSES = ("MEL", "NV", "BCC")
GENERATOR = np.random.default_rng(11)
LABELS = np.array([0] * 12 + [1] * 20 + [2] * 8)
IDS = [f"ISIC_{number:07}" for number in range(40)]
SCORES = GENERATOR.random((40, 3)).round(3) / 2 + np.eye(3)[LABELS] * 0.25

Evaluate = Callable[..., dict[str, Any]]


def table(columns: list[str], rows: list[list[str]], delimiter: str = ",") -> str:
    return "".join(delimiter.join(row) + "\n" for row in [["image", *columns], *rows])


TRUTH = table(
    list(CLASSES),
    [
        [image, *(f"{float(at == label)}" for at in range(3))]
        for image, label in zip(IDS, LABELS, strict=True)
    ],
)
PREDICTIONS = table(
    list(CLASSES), [[image, *map(str, row)] for image, row in zip(IDS, SCORES, strict=True)]
)


@pytest.fixture
def evaluate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Evaluate:
    def run(predictions: str, *options: str, truth: str = TRUTH, encoding: str = "utf-8") -> Any:
        (tmp_path / "truth.csv").write_text(truth, encoding="utf-8")
        (tmp_path / "predictions.csv").write_text(predictions, encoding=encoding)
        files = ["--truth", str(tmp_path / "truth.csv")]
        files += ["--predictions", str(tmp_path / "predictions.csv")]
        capsys.readouterr()
        status = main.main(["evaluate", *files, "--out", str(tmp_path / "out"), *options])
        if status:
            error = capsys.readouterr().err.strip()
            assert error.count("\n") == 0
            return {"status": status, "error": error}
        return json.loads((tmp_path / "out" / "metrics.json").read_text(encoding="utf-8"))

    return run


def check(found: dict[str, Any]) -> None:
    predicted = SCORES.argmax(1)
    expected = reference.balanced_accuracy_score(LABELS, predicted)
    assert found["balanced_accuracy"] == pytest.approx(expected, rel=0, abs=1e-9)
    assert found["official"]["balanced_accuracy"] == pytest.approx(expected, rel=0, abs=1e-9)
    assert found["accuracy"] == pytest.approx(reference.accuracy_score(LABELS, predicted))
    expected = reference.f1_score(LABELS, predicted, average="macro")
    assert found["macro_f1"] == pytest.approx(expected, rel=0, abs=1e-9)
    for at, code in enumerate(CLASSES):
        auc = reference.roc_auc_score(np.equal(LABELS, at), SCORES[:, at])
        assert found["by_class"][code]["auc"]["value"] == pytest.approx(auc, rel=0, abs=1e-9)


def test_that_the_challenges_tables_are_scored(evaluate: Evaluate, tmp_path: Path) -> None:
    found = evaluate(PREDICTIONS)
    check(found)
    assert found["images"] == 40
    assert any("intervals are by image" in note for note in found["notes"])
    assert "over images" in found["intervals"]
    for name in ("confusion_matrix.png", "confusion_matrix.svg", "roc.svg", "statistics.csv"):
        assert (tmp_path / "out" / name).stat().st_size > 0


def test_that_what_spreadsheets_do_to_a_table_changes_no_score(evaluate: Evaluate) -> None:
    order, rows = [2, 0, 1], GENERATOR.permutation(40)
    reordered = table(
        [CLASSES[at] for at in order],
        [[f"{IDS[row]}.JPG", *(str(SCORES[row, at]) for at in order)] for row in rows],
        ";",
    )
    check(evaluate(reordered.replace("\n", "\r\n"), encoding="utf-8-sig"))
    check(evaluate(reordered.replace(".", ",").replace(",JPG", ".jpg")))


@pytest.mark.parametrize(
    "change",
    [
        lambda text: f"sep=;\n{text}",
        lambda text: text.replace("\n", "\r"),
        lambda text: text.replace("\n", ";\n"),
        lambda text: text.replace("ISIC_", "C:\\scans\\ISIC_"),
        lambda text: text.replace("ISIC_", "scans/ISIC_"),
        lambda text: text.replace("MEL", "mel").replace("BCC", "basal cell carcinoma"),
        lambda text: text.replace("\n", "\n\n"),
    ],
)
def test_that_more_of_what_programs_write_is_read(
    evaluate: Evaluate, change: Callable[[str], str]
) -> None:
    check(evaluate(change(PREDICTIONS.replace(",", ";"))))


def test_that_whole_numbers_are_scored(evaluate: Evaluate) -> None:
    whole = table(list(CLASSES), [[image, "1", "0", "0"] for image in IDS])
    found = evaluate(whole)
    # Every melanoma is found and nothing else.
    assert found["balanced_accuracy"] == pytest.approx(1 / 3)
    assert found["accuracy"] == pytest.approx(12 / 40)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (PREDICTIONS.replace(IDS[3], "ISIC_9999999"), f"Missing images in CSV: ['{IDS[3]}']"),
        (f"{PREDICTIONS}ISIC_9999999,1,0,0\n", "Extra images in CSV: ['ISIC_9999999']"),
        (f"{PREDICTIONS}{IDS[5]}.jpg,1,0,0\n", "Duplicate image rows detected in CSV"),
        (PREDICTIONS.replace(str(SCORES[0, 0]), "1.01", 1), "outside the interval [0.0, 1.0]"),
        (PREDICTIONS.replace(str(SCORES[0, 0]), "-0.1", 1), "outside the interval [0.0, 1.0]"),
        (PREDICTIONS.replace(str(SCORES[0, 0]), "inf", 1), "outside the interval [0.0, 1.0]"),
        (PREDICTIONS.replace(str(SCORES[0, 0]), "", 1), "Missing value(s) in CSV for images"),
        (PREDICTIONS.replace(str(SCORES[0, 0]), "high", 1), "non-floating-point value(s)"),
        (PREDICTIONS.replace("BCC", "DF"), "Missing columns in CSV: ['BCC']"),
        (PREDICTIONS.replace("image,", "file,"), "Missing columns in CSV: ['image']"),
        (PREDICTIONS.replace(str(SCORES[0, 0]), "0_1", 1), "non-floating-point value(s)"),
        (PREDICTIONS.replace("0.", "0,"), "Extra values in CSV"),
        (PREDICTIONS.replace(f"{IDS[7]},", f"{IDS[7]},0.5,"), f"for images: ['{IDS[7]}']"),
        (PREDICTIONS.replace("\n", ",1\n").replace("BCC,1", "BCC,"), "Extra columns in CSV"),
        ("image,MEL,NV,BCC\n", "No rows detected in CSV"),
        ("", "is empty"),
    ],
)
def test_that_a_wrong_table_is_refused(evaluate: Evaluate, wrong: str, message: str) -> None:
    found = evaluate(wrong)
    assert found["status"] == 2
    assert message in found["error"]
    assert "predictions.csv" in found["error"]


def test_that_predictions_are_not_taken_for_what_is_recorded(evaluate: Evaluate) -> None:
    found = evaluate(TRUTH, truth=PREDICTIONS)
    assert found["status"] == 2
    assert "The recorded class is not clear" in found["error"]
    assert "truth.csv" in found["error"]


def test_that_an_extra_column_is_refused(evaluate: Evaluate) -> None:
    lines = [f"{line},0" for line in PREDICTIONS.splitlines()]
    found = evaluate("\n".join([lines[0].replace(",0", ",DF"), *lines[1:]]))
    assert "Extra columns in CSV: ['DF']" in found["error"]


def test_that_weights_belong_to_their_images_in_any_order(evaluate: Evaluate) -> None:
    lines = TRUTH.splitlines()
    wrong = SCORES.argmax(1) != LABELS
    rows = [f"{line},{float(not wrong[at])}" for at, line in enumerate(lines[1:])]
    shuffled = [rows[at] for at in GENERATOR.permutation(40)]
    truth = "\n".join([f"{lines[0]},score_weight", *shuffled])
    found = evaluate(PREDICTIONS, truth=truth)
    assert found["official"]["balanced_accuracy"] == 1
    assert (found["accuracy"], found["images"]) == (1, int((~wrong).sum()))


def test_that_ties_are_undecided_and_wrong(evaluate: Evaluate) -> None:
    found = evaluate(table(list(CLASSES), [[image, "0.4", "0.4", "0.4"] for image in IDS]))
    assert (found["accuracy"], found["official"]["undecided"]) == (0, 40)
    assert found["undecided"] == [12, 20, 8]


def metadata(tmp_path: Path) -> str:
    rows = [
        f"HAM_{at // 2:07},{image},{CLASSES[LABELS[at]].lower()},histo,50,female,back"
        for at, image in enumerate(IDS)
    ]
    path = tmp_path / "metadata.csv"
    header = "lesion_id,image_id,dx,dx_type,age,sex,localization"
    path.write_text("\n".join([header, *rows]), encoding="utf-8")
    return str(path)


def test_that_lesion_ids_make_intervals_by_lesion(evaluate: Evaluate, tmp_path: Path) -> None:
    found = evaluate(PREDICTIONS, "--metadata", metadata(tmp_path))
    assert (found["images"], found["lesions"]) == (40, 20)
    assert "over lesions" in found["intervals"]
    assert {each["column"] for each in found["slices"]} == {"basis", "site", "sex", "age"}
    labels = Path(metadata(tmp_path)).read_text(encoding="utf-8")
    check(evaluate(PREDICTIONS, truth=labels))


def test_that_seen_images_are_kept_out_of_the_headline(
    evaluate: Evaluate, tmp_path: Path, classifier: Path
) -> None:
    card = Card.load(classifier)
    card.images.clear()
    card.images["training"] = (TrainedImage(IDS[0], "HAM_0000000", ""),)
    card.images["validation"] = (TrainedImage(IDS[14], "HAM_0000007", ""),)
    card.save(classifier)
    options = ("--metadata", metadata(tmp_path), "--classifier", str(classifier))
    found = evaluate(PREDICTIONS, *options)
    # Images 0 and 14 are seen, 1 and 15 belong to their lesions.
    kept = np.delete(np.arange(40), [0, 1, 14, 15])
    expected = reference.accuracy_score(LABELS[kept], SCORES.argmax(1)[kept])
    assert found["accuracy"] == pytest.approx(expected, rel=0, abs=1e-9)
    assert found["title"] == "36 unseen images (18 lesions)"
    titles = [group["title"] for group in found["groups"]]
    assert titles[:2] == ["2 other images of seen lesions (2 lesions)", "2 seen images (2 lesions)"]
    assert found["classifier"]["name"] == card.name


def test_that_the_report_needs_nothing_from_elsewhere(evaluate: Evaluate, tmp_path: Path) -> None:
    evaluate(PREDICTIONS, "--metadata", metadata(tmp_path))
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "http" not in page
    assert "//" not in page.replace("base64,//", "").split("base64,")[0]
    assert page.count('src="data:image/png;base64,') == page.count("<img ")
    assert "40 images (20 lesions)" in page


def test_that_photographs_become_examples(
    evaluate: Evaluate, tmp_path: Path, small_ham10000: Path
) -> None:
    rows = [f"ISIC_{number:07},1,0" for number in range(1, 10)]
    predictions = "image,MEL,NV\n" + "\n".join(rows)
    labels = "image,label\n" + "\n".join(
        f"ISIC_{n:07},{'mel' if n < 5 else 'nv'}" for n in range(1, 10)
    )
    evaluate(predictions, "--images", str(small_ham10000), truth=labels)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    # Three of each of the two cells that have any.
    assert page.count('src="data:image/jpeg;base64,') == 6
    found = evaluate(predictions, "--images", str(tmp_path / "nowhere"), truth=labels)
    assert "is no folder" in found["error"]


def test_that_a_truth_whose_columns_were_mapped_is_understood(tmp_path: Path) -> None:
    """Two of three are right; the fourth image's word for a class is left out."""
    truth, predictions = tmp_path / "truth.csv", tmp_path / "predictions.csv"
    truth.write_text("Bild;Befund\na1x.jpg;Basaliom\nb2x.jpg;mel\nc3x.jpg;mel\nd4x.jpg;unklar\n")
    predictions.write_text("image,MEL,BCC\na1x,.1,.9\nb2x,.9,.1\nc3x,.4,.6\nd4x,.5,.5\n")
    mapping = tmp_path / "columns.json"
    mapping.write_text(
        '{"image": "Bild", "label": ["Befund"], "labels": [["basaliom", "BCC"], ["unklar", ""]]}'
    )
    out = tmp_path / "out"
    arguments = ["--truth", truth, "--predictions", predictions, "--out", out]
    assert main.main(["evaluate", *map(str, arguments), "--columns", str(mapping)]) == 0
    found = json.loads((out / "metrics.json").read_text())
    assert found["accuracy"] == pytest.approx(2 / 3)
    assert found["balanced_accuracy"] == pytest.approx((1 / 2 + 1) / 2)


def test_that_predictions_are_held_against_the_spread_of_readers(
    evaluate: Evaluate, tmp_path: Path
) -> None:
    probabilities = SCORES / SCORES.sum(1, keepdims=True)
    predictions = table(
        list(CLASSES),
        [[image, *map(repr, row.tolist())] for image, row in zip(IDS, probabilities)],  # noqa: B905
    )
    spread = tmp_path / "spread.csv"
    rows = [[IDS[0], "0.75", "0.25", "0"], [IDS[20], "0.2", "0.6", "0.2"]]
    spread.write_text(table(["MEL", "NV", "DF"], rows), "utf-8")
    found = evaluate(predictions, "--spread", str(spread))
    # Readings of DF do not count: 0.2 and 0.6 of 0.8.
    shares = np.array([[0.75, 0.25, 0], [0.25, 0.75, 0]])
    said = probabilities[[0, 20]]
    figures = found["against_spread"]["overall"]
    expected = shares[[0, 1], said.argmax(1)].mean()
    assert figures["accuracy"]["value"] == pytest.approx(expected)
    assert figures["accuracy"]["n"] == 2
    entropy = reference.log_loss(
        [0, 1, 0, 1], said[[0, 0, 1, 1]], sample_weight=shares[:, :2].ravel(), labels=[0, 1, 2]
    )
    assert figures["cross_entropy"]["value"] == pytest.approx(entropy)
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Against the spread of the readings, 2 images" in report
    spread.write_text(table(["DF", "MEL"], [["elsewhere", "0", "1"]]), "utf-8")
    assert "holds none of the images" in evaluate(predictions, "--spread", str(spread))["error"]
    assert evaluate(predictions)["against_spread"] is None
