"""Labels are doubted by networks that never saw the lesion, as published examples have it."""

import numpy as np
import pytest

from model.project.out_of_fold import OutOfFold
from model.records import ImageRecord
from model.review.doubts import find_doubts
from model.review.opinions import ImageOpinions, by_lesion
from model.review.queue import build_queue

CLASSES = ("MEL", "NV", "BKL")
# The example of cleanlab 2.9.0: labels, probabilities in per cent, and whom all its filters flag.
LABELS = (0,) * 5 + (1,) * 5 + (2,) * 4
SHARES = (
    *((90, 5, 5), (80, 10, 10), (70, 20, 10), (10, 85, 5), (40, 35, 25), (10, 80, 10)),
    *((20, 70, 10), (5, 90, 5), (75, 15, 10), (30, 40, 30), (10, 10, 80), (20, 10, 70)),
    *((5, 5, 90), (60, 20, 20)),
)
FLAGGED = (3, 8, 13)


def images(lesions: dict[int, str] | None = None) -> list[ImageRecord]:
    named = lesions or {}
    return [
        ImageRecord(f"{n}.jpg", str(n), 1, 1, CLASSES[label], "consensus", named.get(n, f"L{n}"))
        for n, label in enumerate(LABELS)
    ]


def out_of_fold(folds: dict[int, int] | None = None) -> OutOfFold:
    given = [(folds or {}).get(n, n % 3) for n in range(len(LABELS))]
    shares = np.array(SHARES, np.float32) / 100
    rows = {f"hash {n}": n for n in range(len(LABELS))}
    return OutOfFold("run", CLASSES, shares, np.array(given), rows, {})


HASHES = {f"{n}.jpg": f"hash {n}" for n in range(len(LABELS))}


def test_that_the_published_example_flags_the_same_labels() -> None:
    found = find_doubts(images(), HASHES, out_of_fold())
    assert tuple(np.flatnonzero(found.suspect)) == FLAGGED
    assert [found.suggested[n] for n in FLAGGED] == ["NV", "MEL", "MEL"]
    # 1 - p of the label: 1 - 0.1, 1 - 0.15, 1 - 0.2.
    assert found.strength[list(FLAGGED)] == pytest.approx([0.9, 0.85, 0.8])
    assert (found.measured, found.note) == (14, "")


def test_that_lesions_in_several_folds_take_no_part() -> None:
    twins = {3: "twin", 8: "twin"}
    apart = find_doubts(images(twins), HASHES, out_of_fold({3: 0, 8: 1}))
    assert not apart.suspect[[3, 8]].any()
    assert apart.measured == 12
    assert apart.note.startswith("2 of 14 images took no part")


def test_that_images_without_a_probability_or_another_label_take_no_part() -> None:
    given = images()
    given[13] = ImageRecord("13.jpg", "13", 1, 1, "VASC")
    hashes = {path: each for path, each in HASHES.items() if path != "8.jpg"}
    found = find_doubts(given, hashes, out_of_fold())
    assert not found.suspect[[8, 13]].any()
    assert found.measured == 12


def test_that_without_a_run_of_folds_nothing_is_doubted() -> None:
    assert not find_doubts(images(), HASHES, None).suspect.any()
    assert not find_doubts(images(), {}, out_of_fold()).suspect.any()


def test_that_doubts_reach_the_queue_with_their_strength() -> None:
    given = images()
    doubts = find_doubts(given, HASHES, out_of_fold())
    nothing = np.full((len(given), 3), np.nan)
    said = ImageOpinions(
        given, CLASSES, nothing, np.zeros(len(given), bool), doubts.suspect, doubts.strength
    )
    queue = build_queue(by_lesion(said))
    items = [queue[n] for n in range(len(queue))]
    assert {each.lesion for each in items} == {"L3", "L8", "L13"}
    assert {each.patterns for each in items} == {
        ("recorded label doubted by a network that never saw the lesion",)
    }
    assert next(each.evidence for each in items if each.lesion == "L3") == pytest.approx(0.9)
