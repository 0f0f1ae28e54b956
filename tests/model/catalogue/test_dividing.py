"""Plans of a training's split: no lesion on two sides, whoever decides."""

from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model.catalogue.dividing import (
    as_given,
    by_lesions,
    inherited,
    into_folds,
    without_source,
)
from model.catalogue.entries import read_data_set
from model.catalogue.likeness import Likeness
from model.catalogue.listing import list_images
from model.catalogue.reading import read_likenesses
from model.catalogue.split_leaks import expected_leaks, leaks_by_image
from model.catalogue.split_plan import Pool, SplitError, SplitPlan, copies_across, pool_of
from model.progress import silent
from model.records import ImageRecord

SHARES = (0.7, 0.15, 0.15)
MORE = ("NV", "BCC")


def record(path: str, label: str, lesion_id: str = "", source: str = "") -> ImageRecord:
    return ImageRecord(path, path, 1, 1, label=label, lesion_id=lesion_id, source=source)


def likeness(content: str, seed: int) -> Likeness:
    detail = np.random.default_rng(seed).normal(size=1024)
    detail = (detail / np.linalg.norm(detail)).astype(np.float16)
    return Likeness(content, seed * 0x0F0F_1234_5678_9ABC % 2**64, detail)


def two_classes(lesions: int) -> list[ImageRecord]:
    """Two photographs of each lesion, of two sources in turn."""
    return [
        record(f"{label}{at}{photograph}", label, f"{label}{at}", source=f"clinic {at % 2}")
        for label in ("MEL", "NV")
        for at in range(lesions)
        for photograph in "ab"
    ]


def assert_no_lesion_is_on_two_sides(plan: SplitPlan) -> None:
    sides = defaultdict(set)
    for lesion, name in zip(plan.lesions, plan.splits, strict=True):
        if name:
            sides[lesion].add(name)
    assert all(len(names) == 1 for names in sides.values())


@pytest.fixture(scope="module")
def isic2019(real_data: Path) -> Pool:
    entries = read_data_set(real_data / "isic2019", silent).entries
    sources = [each.lesion_id.partition("_")[0] for each in entries]
    return pool_of(
        [
            record(each.name, each.label, each.lesion_id, source)
            for each, source in zip(entries, sources, strict=True)
            if each.label
        ]
    )


@pytest.fixture(scope="module")
def isic2019_plan(isic2019: Pool) -> SplitPlan:
    return by_lesions(isic2019, SHARES, 0)


class TestIsic2019:
    """The tables of 25,331 images; counts as published, leaks as counted by simulation."""

    def test_that_all_images_of_eight_classes_are_divided(self, isic2019_plan: SplitPlan) -> None:
        counts = isic2019_plan.counts()
        assert dict(zip(counts.classes, counts.images.sum(1), strict=True)) == {
            "MEL": 4522,
            "NV": 12875,
            "BCC": 3323,
            "AK": 867,
            "BKL": 2624,
            "DF": 239,
            "VASC": 253,
            "SCC": 628,
        }
        assert counts.lesions.sum() == 11_847 + 2_084
        assert_no_lesion_is_on_two_sides(isic2019_plan)
        shares = counts.images / counts.images.sum(1, keepdims=True)
        assert np.abs(shares - SHARES).max() < 0.01

    def test_that_images_without_a_lesion_are_told(self, isic2019_plan: SplitPlan) -> None:
        assert any("2,084 of 25,331 images name no lesion" in note for note in isic2019_plan.notes)

    def test_that_the_leak_is_that_of_a_random_split(self, isic2019_plan: SplitPlan) -> None:
        labels = [each.label for each in isic2019_plan.records]
        lesions, classes = isic2019_plan.lesions, isic2019_plan.classes
        leaks = expected_leaks(labels, lesions, round(0.8 * len(labels)), classes)
        found = {each.code: each.expected for each in leaks}
        assert found[""] == pytest.approx(0.603, abs=0.005)
        assert found["MEL"] == pytest.approx(0.786, abs=0.01)
        # These are rare: a single simulation says less of them.
        assert found["BCC"] == pytest.approx(0.821, abs=0.015)
        assert found["AK"] == pytest.approx(0.830, abs=0.03)

    def test_that_each_image_is_tested_in_one_fold(self, isic2019: Pool) -> None:
        plans = into_folds(isic2019, 5, seed=0)
        tested = np.sort(np.concatenate([plan.of("test") for plan in plans]))
        assert np.array_equal(tested, np.arange(25_331))
        for plan in plans:
            assert_no_lesion_is_on_two_sides(plan)
            counts = plan.counts().images
            assert np.abs(counts / counts.sum(1, keepdims=True) - (0.6, 0.2, 0.2)).max() < 0.01

    def test_that_a_source_can_be_the_test(self, isic2019: Pool) -> None:
        plan = without_source(isic2019, "MSK4", SHARES, 0)
        assert {plan.records[row].source for row in plan.of("test")} == {"MSK4"}
        assert len(plan.of("test")) == 819
        assert any("No test image is BCC or AK" in note for note in plan.notes)
        assert_no_lesion_is_on_two_sides(plan)


class TestLeaks:
    def test_that_the_expectation_is_the_mean_over_all_ways_to_draw(self) -> None:
        """Of a lesion of two among four images, three in training: it always leaks in the test."""
        lesions = ["a", "a", "b", "c"]
        found = expected_leaks(["NV", "NV", "NV", "MEL"], lesions, 3, ("MEL", "NV"))
        assert [each.expected for each in found] == pytest.approx([0, 2 / 3, 0.5])
        # Two in training: the other image is one of the two among three, drawn with 2/3.
        assert expected_leaks(["NV"] * 4, lesions, 2, ("NV",))[0].expected == pytest.approx(1 / 3)

    def test_that_a_simulation_agrees(self) -> None:
        chance = np.random.default_rng(5)
        lesions = [f"{each}" for each in chance.integers(0, 60, 200)]
        labels = ["NV"] * 200
        drawn = []
        for _ in range(2000):
            order = chance.permutation(200)
            known = {lesions[at] for at in order[:140]}
            drawn.append(np.mean([lesions[at] in known for at in order[140:]]))
        expected = expected_leaks(labels, lesions, 140, ("NV",))[0].expected
        assert expected == pytest.approx(np.mean(drawn), abs=4 * np.std(drawn) / 2000**0.5)

    def test_that_single_photographs_leak_nothing(self) -> None:
        plan = by_lesions(
            pool_of([record(f"{at}", "NM"[at % 2], f"{at}") for at in range(9)]), SHARES, 0
        )
        assert [each.expected for each in leaks_by_image(plan)] == [0, 0, 0]


class TestCopies:
    def test_that_copies_stay_together_and_are_told(self) -> None:
        records = [record(f"{at}", "NV" if at % 2 else "MEL") for at in range(20)]
        looks = {f"{at}": likeness(f"file {at}", at + 1) for at in range(20)}
        looks["13"] = looks["3"]
        looks["5"] = looks["7"]._replace(content_hash="saved anew")
        pool = pool_of(records, (), looks)
        keys = pool.lesions.keys
        assert keys["13"] == keys["3"]
        assert keys["5"] == keys["7"]
        assert len(set(keys.values())) == 18
        assert {(pair.first, pair.second) for pair in pool.lesions.copies} == {
            ("13", "3"),
            ("5", "7"),
        }
        assert pool.lesions.note.startswith("20 of 20 images name no lesion. Of these 4 look")

    def test_that_a_copy_without_an_id_gets_the_lesion_of_the_other(self) -> None:
        records = [record("a", "NV"), record("b", "NV", "L1"), record("c", "MEL", "L2")]
        looks = dict.fromkeys("ab", likeness("same", 1)) | {"c": likeness("other", 2)}
        keys = pool_of(records, (), looks).lesions.keys
        assert keys == {"a": "L1", "b": "L1", "c": "L2"}

    def test_that_no_two_lesions_of_the_real_images_are_taken_for_one(
        self, real_ham10000: Path
    ) -> None:
        """Ids are hidden; whatever is put together has the same id in the table."""
        records = [each for batch in list_images(real_ham10000) for each in batch.images][:1500]
        looks, _ = read_likenesses(real_ham10000, [each.path for each in records], silent)
        hidden = [replace(each, lesion_id="") for each in records]
        lesion = {each.path: each.lesion_id for each in records}
        copies = pool_of(hidden, (), looks).lesions.copies
        assert copies
        assert all(lesion[pair.first] == lesion[pair.second] for pair in copies)


class TestGiven:
    def test_that_a_lesion_on_two_sides_stays_in_the_test_alone(self) -> None:
        records = two_classes(6)
        names = ["training", "training", "validation", "test", "training", "test"]
        given = {each.path: names[int(each.path[-2])] for each in records}
        given["MEL0b"] = "test"
        given["NV2b"] = "training"
        plan = as_given(pool_of(records), given)
        assert_no_lesion_is_on_two_sides(plan)
        assert (plan.place["MEL0a"], plan.place["MEL0b"]) == ("", "test")
        assert (plan.place["NV2a"], plan.place["NV2b"]) == ("validation", "")
        assert any(
            "2 of 12 lesions would be in two splits; 2 of 24 images are left out" in note
            for note in plan.notes
        )

    def test_that_copies_on_two_sides_are_pairs_to_be_shown(self) -> None:
        records = [replace(each, lesion_id="") for each in two_classes(3)]
        names = ["training", "validation", "test"]
        given = {each.path: names[int(each.path[-2])] for each in records}
        looks = {each.path: likeness(each.path, at + 1) for at, each in enumerate(records)}
        looks["NV0a"] = looks["NV2a"]
        plan = as_given(pool_of(records, (), looks), given)
        assert [(pair.first, pair.second) for pair in copies_across(plan)] == [("NV0a", "NV2a")]
        assert plan.place["NV0a"] == ""

    def test_that_images_in_no_split_are_left_out_and_told(self) -> None:
        records = two_classes(4)
        names = ["training", "validation", "test", ""]
        plan = as_given(
            pool_of(records), {each.path: names[int(each.path[-2])] for each in records}
        )
        assert any("4 of 16 images are in no split" in note for note in plan.notes)

    def test_that_a_split_without_images_is_refused(self) -> None:
        records = two_classes(4)
        given = {each.path: "training" if "0" in each.path else "test" for each in records}
        with pytest.raises(SplitError, match="left for validation"):
            as_given(pool_of(records), given)

    def test_that_a_class_that_cannot_be_learned_is_refused(self) -> None:
        records = two_classes(4)
        names = ["training", "validation", "test", "test"]
        given = {each.path: names[int(each.path[-2])] for each in records}
        given |= {each.path: "test" for each in records if each.label == "MEL"}
        with pytest.raises(SplitError, match="No image of MEL is left for training"):
            as_given(pool_of(records), given)


class TestInherited:
    def test_that_lesions_stay_where_the_classifier_had_them(self) -> None:
        records = two_classes(10)
        known = {"MEL0a": "training", "NV0a": "test", "NV1a": "validation"}
        plan = inherited(pool_of(records), known, SHARES, 0)
        assert plan.place["MEL0b"] == plan.place["MEL0a"] == "training"
        assert plan.place["NV0b"] == "test"
        assert plan.place["NV1b"] == "validation"
        assert_no_lesion_is_on_two_sides(plan)
        assert set(plan.splits) == {"training", "validation", "test"}
        assert any("34 are new" in note for note in plan.notes)

    def test_that_what_was_learned_from_stays_in_training(self) -> None:
        known = {"MEL0a": "training", "MEL0b": "test"}
        plan = inherited(pool_of(two_classes(10)), known, SHARES, 0)
        assert plan.place["MEL0a"] == plan.place["MEL0b"] == "training"


class TestRefusals:
    def test_that_one_class_is_refused(self) -> None:
        with pytest.raises(SplitError, match="All labels are NV, and a training needs two"):
            pool_of([record("a", "NV"), record("b", "NV")])

    def test_that_a_class_without_images_is_refused(self) -> None:
        with pytest.raises(SplitError, match="labelled SCC; the data set has MEL, NV"):
            pool_of(two_classes(3), ("MEL", "NV", "SCC"))

    def test_that_fewer_lesions_than_splits_are_refused(self) -> None:
        records = [*two_classes(5), record("x", "DF", "x"), record("y", "DF", "x")]
        with pytest.raises(SplitError, match="3 splits, but DF has 1: add"):
            by_lesions(pool_of(records), SHARES, 0)

    def test_that_a_class_inside_lesions_of_another_is_refused_where_none_is_learned(self) -> None:
        """Three lesions of two NV and one DF each: the tenth for training gets none of them."""
        mixed = [
            record(f"{at}{x}", "DF" if x == "c" else "NV", f"{at}") for at in "123" for x in "abc"
        ]
        single = [record(f"{each}{at}", each, f"{each}{at}") for at in range(9) for each in MORE]
        with pytest.raises(SplitError, match="No image of DF is left for training"):
            by_lesions(pool_of([*mixed, *single]), (0.1, 0.45, 0.45), 0)

    def test_that_fewer_lesions_than_folds_are_refused(self) -> None:
        with pytest.raises(SplitError, match="10 folds, but MEL has 5, NV has 5"):
            into_folds(pool_of(two_classes(5)), 10, 0)
        with pytest.raises(SplitError, match="choose 3 or more"):
            into_folds(pool_of(two_classes(5)), 2, 0)

    def test_that_an_unknown_source_is_refused(self) -> None:
        with pytest.raises(SplitError, match="choose among clinic 0, clinic 1"):
            without_source(pool_of(two_classes(5)), "nowhere", SHARES, 0)

    def test_that_a_source_with_all_of_a_class_is_refused(self) -> None:
        records = [*two_classes(5), *(record(f"x{at}", "DF", source="only") for at in range(4))]
        with pytest.raises(SplitError, match="No image of DF is left outside of only"):
            without_source(pool_of(records), "only", SHARES, 0)
