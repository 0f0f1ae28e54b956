"""`main.py agreement` on readings as people write them, checked by other programs."""

import csv
import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import krippendorff
import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import fleiss_kappa

import main
from model.review.reader_agreement import measure_readers

Agree = Callable[..., dict[str, Any]]
CODES = ("MEL", "NV", "BCC", "BKL")
GENERATOR = np.random.default_rng(4)
TRUTH = GENERATOR.integers(0, 4, 40)
TABLE = np.where(GENERATOR.random((40, 3)) < 0.6, TRUTH[:, None], GENERATOR.integers(0, 4, (40, 3)))
GAPS = np.where(GENERATOR.random((40, 3)) < 0.2, -1, TABLE)
IDS = [f"ISIC_{number:07}" for number in range(40)]
EXACT = {"rel": 0, "abs": 1e-9}


@pytest.fixture
def agree(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Agree:
    # Values are those of all draws; intervals are tested apart.
    fewer = partial(measure_readers, draws=200)
    monkeypatch.setattr("model.commands.agreement.measure_readers", fewer)

    def run(text: str, *options: str, encoding: str = "utf-8", name: str = "r.csv") -> Any:
        (tmp_path / name).write_text(text, encoding=encoding)
        capsys.readouterr()
        place = ["--out", str(tmp_path / "out")]
        status = main.main(["agreement", str(tmp_path / name), *place, *options])
        error = capsys.readouterr().err.strip()
        if status:
            assert error.count("\n") == 0
            return {"status": status, "error": error}
        return json.loads((tmp_path / "out" / "metrics.json").read_text(encoding="utf-8"))

    return run


def long(table: np.ndarray, delimiter: str = ",") -> str:
    rows = [["image_id", "reader_id", "answer"]]
    rows += [
        [IDS[row], f"reader {column}", CODES[table[row, column]]]
        for row, column in np.argwhere(table >= 0)
    ]
    return "".join(delimiter.join(row) + "\n" for row in rows)


def wide(table: np.ndarray) -> str:
    rows = [["image_id", "A", "B", "C"]]
    rows += [
        [image, *("" if at < 0 else CODES[at] for at in answers)]
        for image, answers in zip(IDS, table, strict=True)
    ]
    return "".join(";".join(row) + "\n" for row in rows)


def check(found: dict[str, Any], table: np.ndarray) -> None:
    values = np.where(table < 0, np.nan, table.astype(float))
    alpha = krippendorff.alpha(values.T, level_of_measurement="nominal")
    assert found["krippendorff_alpha_nominal"] == pytest.approx(alpha, **EXACT)
    assert found["krippendorff_alpha_ordinal"] is None
    kappas = []
    for first, second in ((0, 1), (0, 2), (1, 2)):
        both = (table[:, [first, second]] >= 0).all(1)
        kappas.append(cohen_kappa_score(table[both, first], table[both, second]))
    assert found["cohens_kappa"] == pytest.approx(np.mean(kappas), **EXACT)
    by_pair = [each["figures"]["cohens_kappa"]["value"] for each in found["pairs"]]
    assert by_pair == pytest.approx(kappas, **EXACT)


@pytest.mark.parametrize("form", [long, wide], ids=["by answer", "by reader"])
def test_that_missing_readings_are_measured_as_by_other_programs(agree: Agree, form: Any) -> None:
    check(agree(form(GAPS)), GAPS)


def test_that_all_readings_are_measured_as_by_other_programs(agree: Agree, tmp_path: Path) -> None:
    found = agree(long(TABLE))
    check(found, TABLE)
    counts = np.stack([(at == TABLE).sum(1) for at in range(4)], axis=1)
    assert found["fleiss_kappa"] == pytest.approx(fleiss_kappa(counts), **EXACT)
    expected = fleiss_kappa(counts, method="randolph")
    assert found["brennan_prediger"] == pytest.approx(expected, **EXACT)
    # Gwet's chance: mean over categories of pi (1 - pi), times q / (q - 1).
    share = counts.sum(0) / counts.sum()
    chance = (share * (1 - share)).sum() / 3
    observed = found["observed_agreement"]
    assert found["gwet_ac1"] == pytest.approx((observed - chance) / (1 - chance), **EXACT)
    assert (found["images"], found["readings"], len(found["readers"])) == (40, 120, 3)
    assert any("intervals are by case" in note for note in found["notes"])
    for name in ("agreement.png", "agreement.svg", "pairs.png", "coefficients.csv", "pairs.csv"):
        assert (tmp_path / "out" / name).stat().st_size > 0


def test_that_what_spreadsheets_do_to_a_table_changes_nothing(agree: Agree) -> None:
    plain = agree(long(TABLE))
    text = long(TABLE, ";").replace("image_id", "Image ID").replace("MEL", " mel ")
    other = agree(text.replace("ISIC_0000003", "isic_0000003.JPG", 1), encoding="utf-8-sig")
    for name in ("krippendorff_alpha_nominal", "fleiss_kappa", "gwet_ac1", "figures", "images"):
        assert other[name] == plain[name]


def test_that_scores_are_ordinal_too(agree: Agree) -> None:
    text = long(TABLE)
    for at, code in enumerate(CODES):
        text = text.replace(code, f"{at},5" if at % 2 else f"{at}.5")
    found = agree(
        text.replace(",", ";").replace("0;5", "0,5").replace("1;5", "1,5").replace("3;5", "3,5")
    )
    for level in ("nominal", "ordinal", "interval", "ratio"):
        expected = krippendorff.alpha(TABLE.T + 0.5, level_of_measurement=level)
        assert found[f"krippendorff_alpha_{level}"] == pytest.approx(expected, **EXACT)
    expected = cohen_kappa_score(TABLE[:, 0], TABLE[:, 1], weights="quadratic")
    first = found["pairs"][0]["figures"]["cohens_kappa_quadratic"]["value"]
    assert first == pytest.approx(expected, **EXACT)
    assert found["question"] == "score"


def test_that_lesions_widen_the_intervals(agree: Agree, tmp_path: Path) -> None:
    lesions = ["image_id,lesion_id,dx,dx_type"]
    lesions += [f"{image},L{at // 4},{CODES[TRUTH[at]]},histo" for at, image in enumerate(IDS)]
    (tmp_path / "metadata.csv").write_text("\n".join(lesions) + "\n", encoding="utf-8")
    # Images of a lesion get the same answers, so that there are ten cases in truth.
    table = np.repeat(TABLE[::4], 4, axis=0)
    alone = agree(long(table))
    found = agree(long(table), "--metadata", str(tmp_path / "metadata.csv"))
    assert (found["lesions"], alone["lesions"]) == (10, None)
    assert found["fleiss_kappa"] == pytest.approx(alone["fleiss_kappa"])
    wider, narrower = (each["figures"]["fleiss_kappa"] for each in (found, alone))
    assert wider["high"] - wider["low"] > 1.5 * (narrower["high"] - narrower["low"])
    (first, *_) = found["against"]
    assert first["reference"] == "histology"
    assert first["scores"]["accuracy"] == pytest.approx((table[:, 0] == TRUTH).mean())


def test_that_stages_repeats_and_questions_are_kept_apart(agree: Agree, tmp_path: Path) -> None:
    rows = ["image_id,reader_id,iteration,stage,question,answer,truth"]
    for at, image in enumerate(IDS):
        truth = CODES[TRUTH[at]]
        for reader in (0, 1):
            answer = CODES[TABLE[at, reader]]
            rows.append(f"{image},r{reader},1,blind,diagnosis,{answer},{truth}")
            rows.append(f"{image},r{reader},1,model,diagnosis,{truth},{truth}")
            action = "excision" if answer == "MEL" else "no further examination"
            rows.append(f"{image},r{reader},1,blind,management,{action},{truth}")
        if at < 10:
            rows.append(f"{image},r0,2,blind,diagnosis,{CODES[TABLE[at, 2]]},{truth}")
    found = agree("\n".join(rows) + "\n")
    expected = cohen_kappa_score(TABLE[:, 0], TABLE[:, 1])
    assert (found["question"], found["stage"]) == ("diagnosis", "blind")
    assert found["cohens_kappa"] == pytest.approx(expected, **EXACT)
    again = found["within_readers"]["r0"]
    assert again["shared_images"] == 10
    assert again["observed_agreement"] == pytest.approx((TABLE[:10, 0] == TABLE[:10, 2]).mean())
    two = found["levels"]["malignant or benign"]
    malignant = np.isin(TABLE[:, :2], (0, 2))
    expected = cohen_kappa_score(malignant[:, 0], malignant[:, 1])
    assert two["cohens_kappa"] == pytest.approx(expected, **EXACT)
    (aided,) = [each for each in found["groups"] if each["stage"] == "model"]
    assert aided["observed_agreement"] == 1
    (management,) = [each for each in found["groups"] if each["question"] == "management"]
    assert management["scale"] == "ordinal"
    level = found["levels"]["management"]
    assert level["words"].startswith("as the readers answered the question; what label and network")
    assert level["observed_agreement"] == management["observed_agreement"]
    # Histology calls for excision where it is BCC too, which these readers did not excise.
    (r0, _) = [each["scores"] for each in level["against"]]
    expected = ((TABLE[:, 0] == 0) == np.isin(TRUTH, (0, 2))).mean()
    assert r0["accuracy"] == pytest.approx(expected, **EXACT)
    (table,) = found["influence"]
    first = table["readers"][0]
    wrong = int((TABLE[:, 0] != TRUTH).sum())
    assert (first["wrong_right"], first["right_wrong"]) == (wrong, 0)
    assert first["gain"]["value"] == pytest.approx(wrong / 40)
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Influence on diagnosis: from blind to model" in report
    assert not re.search(r"\bnan\b", re.sub(r'src="[^"]*"', "", report), re.IGNORECASE)


def test_that_management_follows_from_the_diagnosis_where_it_was_not_asked(agree: Agree) -> None:
    found = agree(long(TABLE))["levels"]["management"]
    # MEL and BCC are excised, NV and BKL are dismissed.
    excised = np.isin(TABLE, (0, 2))
    kappas = [
        cohen_kappa_score(excised[:, first], excised[:, second])
        for first, second in ((0, 1), (0, 2), (1, 2))
    ]
    assert found["cohens_kappa"] == pytest.approx(np.mean(kappas), **EXACT)
    assert found["categories"] == ["dismiss", "local therapy", "excision"]
    assert "not asked: it follows from the diagnosis by" in found["words"]
    assert "Nat Med 2023" in found["words"]


def test_that_the_management_of_a_class_can_be_changed(agree: Agree, tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text("class;management\nmelanoma;excise\nnv;monitor\nbkl;monitor\n", "utf-8")
    found = agree(long(TABLE), "--management", str(own))
    level = found["levels"]["management"]
    both = np.isin(TABLE, (0, 1, 3))
    read = both.sum(1) >= 2
    agreed = [
        np.mean([a == b for at, a in enumerate(row[ok]) for b in row[ok][at + 1 :]])
        for row, ok in zip((TABLE == 0)[read], both[read], strict=True)
    ]
    assert level["observed_agreement"] == pytest.approx(np.mean(agreed), **EXACT)
    assert level["words"].endswith("by own.csv")
    assert any("without a management" in note and "BCC" in note for note in found["notes"])
    own.write_text("class,what\nMEL,excise\n", "utf-8")
    refused = agree(long(TABLE), "--management", str(own))
    assert "needs the columns class and management" in refused["error"]


def test_that_a_case_of_several_images_has_their_label_and_their_mean_prediction(
    agree: Agree, tmp_path: Path
) -> None:
    metadata, scores = tmp_path / "metadata.csv", tmp_path / "scores.csv"
    metadata.write_text(
        "image_id,lesion_id,dx,dx_type\n"
        "I1,L1,mel,histo\nI2,L1,mel,histo\n"  # one label
        "I3,L2,nv,histo\nI4,L2,mel,histo\n"  # two, so that there is none
        "I5,L3,nv,consensus\n"
    )
    # The mean of I1 and I2 is NV: (0.6 + 0.1) / 2 against (0.4 + 0.9) / 2.
    scores.write_text("image,MEL,NV\nI1,0.6,0.4\nI2,0.1,0.9\nI3,1,0\nI4,1,0\nI5,0,1\n")
    cases = {"I1|I2": "MEL", "I3|I4": "MEL", "I5": "NV"}
    rows = [f"{case},{reader},{code}" for case, code in cases.items() for reader in "AB"]
    text = "\n".join(["image_id,reader_id,answer", *rows]) + "\n"
    found = agree(text, "--metadata", str(metadata), "--predictions", str(scores))
    assert found["lesions"] == 3
    shares = {
        (each["reader"], each["reference"]): (each["scores"]["accuracy"], each["scores"]["images"])
        for each in found["against"]
    }
    assert shares["A", "the recorded label"] == (1, 2)
    assert shares["A", "histology"] == (1, 1)
    assert shares["A", "the network"] == (pytest.approx(2 / 3), 3)


def test_that_labels_are_compared_whatever_their_spelling(agree: Agree) -> None:
    rows = ["image_id,reader_id,stage,answer,truth"]
    for at in range(12):
        rows.append(f"I{at},A,blind,melanoma In situ,Melanoma in  Situ")
        rows.append(f"I{at},A,model,2.0,Melanoma in Situ")
    found = agree("\n".join(rows) + "\n")
    (table,) = found["influence"]
    assert table["readers"][0]["right_wrong"] == 12
    assert found["against"][0]["scores"]["accuracy"] == 1


def test_that_scores_are_held_against_true_scores(agree: Agree) -> None:
    rows = ["image_id,reader_id,answer,truth"]
    rows += [f"I{at},A,{at % 3},{at % 3}.0" for at in range(12)]
    found = agree("\n".join(rows) + "\n")
    assert found["question"] == "score"
    assert found["against"][0]["scores"]["accuracy"] == 1


def test_that_full_agreement_is_said_in_words(agree: Agree, tmp_path: Path) -> None:
    found = agree(wide(np.zeros((40, 3), int)))
    assert found["fleiss_kappa"] is None
    assert (found["observed_agreement"], found["gwet_ac1"]) == (1, 1)
    words = "all agree on MEL; kappa and alpha are undefined, observed agreement 100 %, AC1 = 1"
    assert found["figures"]["fleiss_kappa"]["words"] == words
    assert words in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("image_id,reader_id,answer\nI1,A,MEL\nI2,A,NV\n", "a single reader, A"),
        ("image_id,reader_id,answer\nI1,A,MEL\nI2,B,NV\n", "no case was read by two readers"),
    ],
)
def test_that_what_cannot_be_compared_is_said_in_words(agree: Agree, text: str, words: str) -> None:
    found = agree(text)
    assert found["krippendorff_alpha_nominal"] is None
    assert words in found["figures"]["krippendorff_alpha_nominal"]["words"]


def test_that_an_answer_twice_counts_once_and_a_second_answer_is_a_repeat(agree: Agree) -> None:
    numbered = long(TABLE).replace("answer\n", "answer,iteration\n").replace("\nI", ",1\nI")
    numbered = f"{numbered.rstrip()},1\n".replace("iteration,1", "iteration")
    row = f"{IDS[0]},reader 0,{CODES[TABLE[0, 0]]},1\n"
    twice = agree(numbered + row)
    assert twice["readings"] == 120
    assert any("that stand in the file twice" in note for note in twice["notes"])
    other = CODES[(TABLE[0, 0] + 1) % 4]
    contradicting = agree(numbered + row.replace(CODES[TABLE[0, 0]], other))
    assert contradicting["readings"] == 119
    assert any(
        f"contradict themselves: reader 0 on {IDS[0]} (lines 2 and 122)" in note
        for note in contradicting["notes"]
    )
    repeated = agree(long(TABLE) + f"{IDS[0]},reader 0,{other}\n")
    assert repeated["readings"] == 120
    assert repeated["fleiss_kappa"] == agree(long(TABLE))["fleiss_kappa"]
    assert repeated["within_readers"]["reader 0"]["observed_agreement"] == 0


def test_that_readers_spelt_in_two_ways_are_one_unless_both_read_a_case(agree: Agree) -> None:
    apart = "image_id,reader_id,answer\nI1,A,MEL\nI1,B,MEL\nI2,a,NV\nI2,B,NV\n"
    assert agree(apart)["readers"] == ["A", "B"]
    together = agree(apart + "I1,a,NV\n")
    assert together["readers"] == ["A", "B", "a"]
    assert "A and a read the same cases and count as 2" in together["notes"]


def test_that_the_consensus_of_each_case_is_written(agree: Agree, tmp_path: Path) -> None:
    agree(long(TABLE))
    with (tmp_path / "out" / "consensus.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row, answers in zip(rows, TABLE, strict=True):
        votes = np.bincount(answers, minlength=4)
        assert [int(row[f"votes_{code}"]) for code in CODES] == votes.tolist()
        assert row["majority"] == ("" if votes.max() == 1 else CODES[votes.argmax()])
        total = sum(float(row[f"probability_{code}"]) for code in CODES)
        assert total == pytest.approx(1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("image_id,reader_id,answer\n", "holds no answers"),
        ("image_id,reader_id\nI1,A\n", "has no column answer"),
        ("image_id,age\nI1,40\n", "has no answers"),
        ("image_id,reader_id,answer\n,A,MEL\n", "holds no answers (line 2: no image)"),
    ],
)
def test_that_a_wrong_table_is_refused_in_a_line(agree: Agree, text: str, message: str) -> None:
    found = agree(text)
    assert found["status"] == 2
    assert message in found["error"]


def test_that_a_missing_file_and_a_strange_metadata_table_are_refused(
    agree: Agree, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "metadata.csv").write_text("image_id,lesion_id\nX,Y\n", encoding="utf-8")
    found = agree(long(TABLE), "--metadata", str(tmp_path / "metadata.csv"))
    assert "holds none of the images that were read" in found["error"]
    missing = str(tmp_path / "missing.csv")
    assert main.main(["agreement", missing, "--out", str(tmp_path / "out")]) == 2
    assert missing in capsys.readouterr().err


def test_that_real_scores_are_measured_as_by_other_programs(agree: Agree, real_data: Path) -> None:
    path = real_data / "readings" / "crowd_border.csv"
    found = agree(path.read_text(encoding="utf-8"))
    with path.open(encoding="utf-8") as file:
        rows = [[float(row[name]) for name in ("i", "ii", "iii")] for row in csv.DictReader(file)]
    for level in ("nominal", "ordinal", "interval", "ratio"):
        expected = krippendorff.alpha(np.array(rows).T, level_of_measurement=level)
        assert found[f"krippendorff_alpha_{level}"] == pytest.approx(expected, **EXACT)
