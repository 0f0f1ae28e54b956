"""Who disagrees with whom, in which order: worked out by hand on small cases."""

from dataclasses import replace

import numpy as np
import pytest

from model.records import ImageRecord
from model.review.opinions import ImageOpinions, LesionOpinions, by_lesion
from model.review.patterns import Pattern
from model.review.queue import SUSPECT_LABEL, TEACHING_CASE, Weights, build_queue
from model.review.severity import default_severity
from tests.model.review.test_adjudication import reading_of

CLASSES = ("MEL", "NV", "BKL", "DF")


def image(
    number: int, label: str = "NV", lesion: str = "", basis: str = "consensus"
) -> ImageRecord:
    return ImageRecord(f"{number}.jpg", str(number), 1, 1, label, basis, lesion or f"L{number}")


def said(
    images: list[ImageRecord], predicted: str = "", answers: tuple[tuple[int, str, str], ...] = ()
) -> ImageOpinions:
    """Predictions of 0.7 by class letter (M, N, B, D or - for none), and answers of readers."""
    count = len(images)
    network = np.full((count, len(CLASSES)), np.nan)
    for row, letter in enumerate(predicted):
        if letter != "-":
            network[row] = 0.1
            network[row, "MNBD".index(letter)] = 0.7
    return ImageOpinions(
        images,
        CLASSES,
        network,
        np.zeros(count, bool),
        np.zeros(count, bool),
        np.zeros(count),
        [reading_of(images[row].path, who, code) for row, who, code in answers],
    )


def patterns(opinions: ImageOpinions, **options: bool) -> list[tuple[str, ...]]:
    queue = build_queue(by_lesion(opinions, **options))
    found = {queue[n].lesion: queue[n].patterns for n in range(len(queue))}
    return [found.get(each.lesion_id, ()) for each in opinions.images]


def test_that_each_relation_is_told_in_words() -> None:
    both = [(0, "A", "MEL"), (0, "B", "MEL")]
    assert patterns(said([image(0)], "M", tuple(both))) == [
        ("both readers and the network against the recorded label",)
    ]
    assert patterns(said([image(0)], "N", tuple(both))) == [
        ("both readers against network and recorded label",)
    ]
    agreeing = tuple((0, who, "NV") for who in "AB")
    assert patterns(said([image(0)], "M", agreeing)) == [
        ("both readers agree with the recorded label, network differs",)
    ]
    split = ((0, "A", "MEL"), (0, "B", "NV"))
    assert patterns(said([image(0)], "N", split)) == [("2 readers differ",)]
    assert patterns(said([image(0, label="")], "N", tuple(both))) == [
        ("both readers agree, network differs",)
    ]
    assert patterns(said([image(0)], "N", agreeing)) == [()]


def test_that_a_label_that_says_malignant_or_benign_asks_for_no_more() -> None:
    images = [image(0, "MALIGNANT"), image(1, "BENIGN"), image(2, "BENIGN"), image(3, "BENIGN")]
    found = patterns(said(images, "MBMN", ((3, "A", "BKL"),)))
    assert found == [
        (),
        (),
        ("network against the recorded label",),
        ("the reader against the network",),
    ]
    queue = build_queue(by_lesion(said([image(0, "BENIGN")], "N", ((0, "A", "DF"),))))
    # Against the label is only the 0.1 for melanoma; reader and network differ by 0.9.
    assert queue[0].evidence == pytest.approx(0.9)
    assert queue[0].consequence == pytest.approx(3 / 10)
    # A melanoma that is labelled benign: all but the 0.7 for melanoma is right.
    queue = build_queue(by_lesion(said([image(0, "BENIGN")], "M")))
    assert (queue[0].evidence, queue[0].consequence) == (pytest.approx(0.7), 1)


def test_that_photographs_of_one_lesion_with_different_predictions_are_found() -> None:
    pair = [image(0, lesion="L"), image(1, lesion="L"), image(2)]
    found = patterns(said(pair, "NBN"))
    assert "photographs of one lesion are predicted differently" in found[0]
    assert found[2] == ()


def test_that_predictions_for_seen_images_are_left_out_unless_asked_for() -> None:
    opinions = replace(said([image(0)], "M"), seen=np.array([True]))
    assert patterns(opinions) == [()]
    assert patterns(opinions, include_seen=True) == [("network against the recorded label",)]
    queue = build_queue(by_lesion(opinions, include_seen=True))
    assert queue[0].seen


def test_that_melanoma_and_nevus_come_before_keratosis_and_fibroma() -> None:
    images = [image(0, "DF"), image(1, "NV")]
    queue = build_queue(by_lesion(said(images, "BM")))
    assert [queue[n].label for n in range(2)] == ["NV", "DF"]
    assert queue[0].consequence > queue[1].consequence
    # The published losses: a melanoma called nevus is the worst of all.
    severity = default_severity()
    assert severity.for_classes(("MEL", "NV"))[0, 1] == 1
    assert severity.for_classes(("BKL", "DF"))[0, 1] == pytest.approx(3 / 10)


def test_that_the_basis_tells_a_teaching_case_from_a_suspect_label() -> None:
    images = [image(0, basis="histology"), image(1, basis="consensus")]
    queue = build_queue(by_lesion(said(images, "MM")))
    kinds = {queue[n].basis: queue[n].kind for n in range(2)}
    assert kinds == {"histology": TEACHING_CASE, "consensus": SUSPECT_LABEL}
    assert queue[0].basis == "consensus", "the weaker label deserves the look"


def test_that_a_label_that_the_readers_confirm_is_not_suspected() -> None:
    agreeing = tuple((0, who, "NV") for who in "AB")
    queue = build_queue(by_lesion(said([image(0)], "M", agreeing)))
    assert (len(queue), queue[0].kind) == (1, "")


def test_that_the_weight_is_the_mean_that_the_user_chose() -> None:
    opinions = by_lesion(said([image(0, basis="histology")], "M"))
    item = build_queue(opinions, Weights(1, 0, 0))[0]
    assert item.weight == item.consequence == 1
    item = build_queue(opinions, Weights(0, 1, 0))[0]
    # Total variation between (0.7, 0.1, 0.1, 0.1) and certainty of the second class.
    assert item.weight == pytest.approx(0.9)
    item = build_queue(opinions, Weights(1, 1, 2))[0]
    assert item.weight == pytest.approx((1 + 0.9 + 2 * 0.2) / 4)


def test_that_a_queue_can_be_narrowed_and_keeps_its_order() -> None:
    images = [image(n) for n in range(3)]
    answers = tuple((0, who, "MEL") for who in "AB")
    queue = build_queue(by_lesion(said(images, "NMB", answers)))
    assert queue.counts()[Pattern.NETWORK_AGAINST_LABEL] == 2
    assert [queue[n].lesion for n in range(3)] == ["L0", "L1", "L2"]
    only = queue.only([Pattern.NETWORK_AGAINST_LABEL])
    assert [only[n].lesion for n in range(len(only))] == ["L1", "L2"]
    assert len(queue.without(["L1"])) == 2
    assert queue.position("L1") == 1


def test_that_a_large_data_set_is_ranked_at_once() -> None:
    random = np.random.default_rng(0)
    count = 25_000
    images = [image(n, CLASSES[n % 4], f"L{n // 2}") for n in range(count)]
    shares = random.dirichlet(np.ones(4), count)
    zeros = np.zeros(count, bool)
    opinions = ImageOpinions(images, CLASSES, shares, zeros, zeros, np.zeros(count))
    found = by_lesion(opinions)
    assert isinstance(found, LesionOpinions)
    queue = build_queue(found)
    assert len(queue) > 5_000
    assert (np.diff(queue.weight[queue.order]) <= 0).all()


def test_that_chosen_lesions_wait_whether_or_not_anybody_disagrees() -> None:
    found = build_queue(by_lesion(said([image(0), image(1), image(2, "MEL")], "NMM"))).of(
        ["L0", "L1", "nowhere"]
    )
    assert [found[at].lesion for at in range(len(found))] == ["L1", "L0"]
    assert found[1].patterns == ()
