"""The split that a configuration asks for: nothing leaks, and what must be known is said."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model.catalogue.given_splits import split_columns
from model.catalogue.likeness import Likeness
from model.catalogue.sources import Sources
from model.catalogue.split_plan import SplitError, SplitPlan
from model.classifier.card import Card, TrainedImage
from model.images import Preprocessing
from model.records import ImageRecord
from model.runs.config import DataConfig, SplitKind
from model.runs.splitting import plan_splits
from tests.conftest import write_jpeg

CLASSES = ("MEL", "NV")


def record(number: int, lesion: str, label: str = "", source: str = "") -> ImageRecord:
    name = f"ISIC_{number:07}"
    label = label or CLASSES[number % 2]
    return ImageRecord(f"{name}.jpg", name, 1, 1, label=label, lesion_id=lesion, source=source)


def twenty() -> list[ImageRecord]:
    """Twenty images of as many lesions, the first half of one source."""
    return [record(n, f"L{n}", source="vidir" if n < 10 else "rosendahl") for n in range(20)]


def card(**images: Sequence[TrainedImage]) -> Card:
    return Card(
        name="Small",
        classes=CLASSES,
        preprocessing=Preprocessing(size=32),
        layers=(),
        temperature=1.0,
        network_hash="",
        seed=0,
        created="2026-01-01T00:00:00+00:00",
        versions={},
        licence="MIT",
        data="none",
        intended_use="tests",
        not_for="anything else",
        metrics={},
        images={name: tuple(images.get(name, ())) for name in ("training", "validation", "test")},
    )


def had(number: int, lesion: str = "", look: str = "") -> TrainedImage:
    return TrainedImage(f"ISIC_{number:07}", lesion, look)


def look(content: str, perceptual_hash: int) -> Likeness:
    return Likeness(content, perceptual_hash, np.zeros(1024, np.float16))


def all_different() -> dict[str, Likeness]:
    return {each.path: look(each.path, 0xAAAA_5555_0F0F_0000) for each in twenty()}


def only(
    root: Path, records: Sequence[ImageRecord], config: DataConfig, **others: object
) -> SplitPlan:
    (plan,) = plan_splits(root, records, config, **others)
    return plan


def test_that_shares_divide_whole_lesions_and_equal_seeds_divide_equally(tmp_path: Path) -> None:
    config = DataConfig(shares=(0.6, 0.2, 0.2), seed=3)
    plan = only(tmp_path, twenty(), config)
    assert [len(plan.of(name)) for name in ("training", "validation", "test")] == [12, 4, 4]
    assert plan == only(tmp_path, list(reversed(twenty())), config)
    assert plan.splits != only(tmp_path, twenty(), replace(config, seed=4)).splits


def test_that_images_that_cannot_be_read_take_no_part(tmp_path: Path) -> None:
    """So that what was shown before a run is what the run does."""
    looks = all_different()
    broken = [looks.pop(f"ISIC_{number:07}.jpg") for number in (3, 11)]
    plan = only(tmp_path, twenty(), DataConfig(), likenesses=looks)
    readable = [each for each in twenty() if each.path in looks]
    assert len(readable) == 20 - len(broken)
    assert plan.splits == only(tmp_path, readable, DataConfig(), likenesses=looks).splits
    assert "2 of 20 images cannot be read; they are left out." in plan.notes


def test_that_each_image_is_the_test_of_one_fold(tmp_path: Path) -> None:
    plans = plan_splits(tmp_path, twenty(), DataConfig(split="folds", folds=4))
    tested = np.concatenate([plan.of("test") for plan in plans])
    assert sorted(tested.tolist()) == list(range(20))


def test_that_a_source_can_be_left_out(tmp_path: Path) -> None:
    plan = only(tmp_path, twenty(), DataConfig(split="source", source="vidir"))
    assert plan.of("test").tolist() == list(range(10))
    with pytest.raises(SplitError, match="No image is of the source 'nowhere'"):
        plan_splits(tmp_path, twenty(), DataConfig(split="source", source="nowhere"))


@pytest.fixture
def with_column(tmp_path: Path) -> Path:
    lines = ["image_id,dx,Part,remark"]
    for number, part in enumerate(
        ["train", "Training", "val", "valid", "test", "", "TEST", "train"]
    ):
        write_jpeg(tmp_path / f"ISIC_{number:07}.jpg", seed=number)
        lines.append(f"ISIC_{number:07},{CLASSES[number % 2].lower()},{part},train of thought")
    (tmp_path / "metadata.csv").write_text("\n".join(lines) + "\n")
    return tmp_path


def test_that_a_column_divides_and_images_of_which_it_says_nothing_are_left_out(
    with_column: Path,
) -> None:
    records = [record(number, f"L{number}") for number in range(8)]
    plan = only(with_column, records, DataConfig(split="column", column="part"))
    expected = ("training", "training", "validation", "validation", "test", "", "test", "training")
    assert plan.splits == expected
    assert "1 of 8 images are in no split." in plan.notes


def test_that_a_column_is_that_of_the_tables_which_the_run_was_joined_with(
    with_column: Path,
) -> None:
    records = [record(number, f"L{number}") for number in range(8)]
    config = DataConfig(split="column", column="part")
    without = Sources(left_out=(with_column / "metadata.csv",))
    with pytest.raises(SplitError, match="has a column 'part'"):
        plan_splits(with_column, records, config, sources=without)


def test_that_only_columns_with_names_of_splits_are_offered(with_column: Path) -> None:
    assert split_columns(with_column) == ("Part",)


def test_that_folders_divide_like_a_column(tmp_path: Path) -> None:
    records = []
    for number, split in enumerate(("train", "train", "valid", "valid", "test", "test")):
        label = CLASSES[number % 2]
        path = f"{split}/{label}/{number}.jpg"
        write_jpeg(tmp_path / path, seed=number)
        records.append(ImageRecord(path, str(number), 1, 1, label=label, source=split))
    assert split_columns(tmp_path) == ("folder",)
    plan = only(tmp_path, records, DataConfig(split="column", column="folder"))
    assert [plan.place[each.path] for each in records] == [
        *("training", "training", "validation", "validation", "test", "test")
    ]


def test_that_a_column_that_does_not_divide_is_refused(with_column: Path) -> None:
    records = [record(number, f"L{number}") for number in range(8)]
    with pytest.raises(SplitError, match="has a column 'fold'"):
        plan_splits(with_column, records, DataConfig(split="column", column="fold"))
    with pytest.raises(SplitError, match="'remark' says of no image"):
        plan_splits(with_column, records, DataConfig(split="column", column="remark"))


def test_that_a_classifier_hands_down_its_split(tmp_path: Path) -> None:
    start = card(
        training=[had(0), had(1), had(99, "L2"), had(77, "", "000000000000ffff")],
        validation=[had(4), had(5)],
        test=[had(6), had(7), had(98, "L3")],
    )
    looks = all_different() | {"ISIC_0000008.jpg": look("a", 0xFFFE)}
    config = DataConfig(split="inherit", shares=(0.5, 0.25, 0.25))
    plan = only(tmp_path, twenty(), config, card=start, likenesses=looks)
    place = plan.place
    expected = {0: "training", 1: "training", 4: "validation", 5: "validation", 6: "test"}
    expected |= {2: "training", 3: "test", 8: "training"}  # by lesion, by lesion, by look
    assert {number: place[f"ISIC_{number:07}.jpg"] for number in expected} == expected
    assert plan.leaked == 0


def test_that_an_image_known_by_its_id_stays_whatever_it_looks_like(tmp_path: Path) -> None:
    """Of perceptual hashes alone, one in thousands is like another's."""
    start = card(
        training=[had(0, "", "000000000000ffff"), had(1)],
        validation=[had(4), had(5)],
        test=[had(6), had(7)],
    )
    looks = all_different() | {"ISIC_0000006.jpg": look("a", 0xFFFF)}
    plan = only(tmp_path, twenty(), DataConfig(split="inherit"), card=start, likenesses=looks)
    assert plan.place["ISIC_0000006.jpg"] == "test"


@pytest.mark.parametrize("kind", ["inherit", "lesions"])
def test_that_a_classifier_that_does_not_say_what_made_it_is_told(
    tmp_path: Path, kind: SplitKind
) -> None:
    plan = only(tmp_path, twenty(), DataConfig(split=kind), card=card())
    assert "does not say which images it has learned from" in plan.notes[-1]


def test_that_another_split_than_that_of_the_classifier_is_marked_as_leaked(
    tmp_path: Path,
) -> None:
    start = card(training=[had(number, f"L{number}") for number in range(20)])
    plan = only(tmp_path, twenty(), DataConfig(shares=(0.6, 0.2, 0.2)), card=start)
    assert plan.leaked == 8, "all of validation and test"
    assert "Leaked: the starting classifier has learned from 8 images" in plan.notes[-1]


def test_that_weights_without_a_split_cannot_hand_one_down(tmp_path: Path) -> None:
    with pytest.raises(SplitError, match="Only a classifier has a split to take over"):
        plan_splits(tmp_path, twenty(), DataConfig(split="inherit"))
