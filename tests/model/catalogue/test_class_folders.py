"""One folder per class, and folders that say nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from model.catalogue.listing import recognise
from model.records import ProblemKind

Tree = Callable[..., Path]
Listed = Callable[[Path], Any]


def test_that_folder_names_become_labels(tree: Tree, listed: Listed) -> None:
    root = tree("nv/a.jpg", "Melanoma/b.jpg", "Plantar wart/c.jpg")
    assert recognise(root).name == "One folder per class"
    assert {image.path: image.label for image in listed(root).images} == {
        "nv/a.jpg": "NV",
        "Melanoma/b.jpg": "MEL",
        "Plantar wart/c.jpg": "Plantar wart",
    }


def test_that_folders_of_a_split_above_the_classes_become_the_source(
    tree: Tree, listed: Listed
) -> None:
    root = tree("train/nv/a.jpg", "train/mel/b.jpg", "Test/nv/c.jpg", "val/bcc/d.jpg")
    images = {image.path: (image.label, image.source) for image in listed(root).images}
    assert images == {
        "train/nv/a.jpg": ("NV", "train"),
        "train/mel/b.jpg": ("MEL", "train"),
        "Test/nv/c.jpg": ("NV", "Test"),
        "val/bcc/d.jpg": ("BCC", "val"),
    }


def test_that_images_deeper_in_a_class_folder_belong_to_the_class(
    tree: Tree, listed: Listed
) -> None:
    root = tree("nv/a.jpg", "mel/b.jpg", "mel/hospital 2/c.jpg")
    assert listed(root).image("mel/hospital 2/c.jpg").label == "MEL"


def test_that_an_image_in_no_class_folder_is_unlabelled(tree: Tree, listed: Listed) -> None:
    listing = listed(tree("nv/a.jpg", "mel/b.jpg", "overview.png"))
    assert listing.image("overview.png").label == ""
    assert listing.of_kind(ProblemKind.UNLABELLED) == ["overview.png"]


def test_that_one_folder_makes_no_classes(tree: Tree, listed: Listed) -> None:
    root = tree("photos/a.jpg", "b.jpg")
    assert recognise(root).name == "Plain folder"
    assert {image.label for image in listed(root).images} == {""}


def test_that_split_folders_without_classes_are_no_classes(tree: Tree) -> None:
    assert recognise(tree("train/a.jpg", "test/b.jpg")).name == "Plain folder"


def test_that_parts_of_an_archive_are_no_classes(tree: Tree) -> None:
    root = tree("HAM10000_images_part_1/a.jpg", "HAM10000_images_part_2/b.jpg")
    assert recognise(root).name == "Plain folder"


def test_that_a_plain_folder_is_listed_with_its_sub_folders(tree: Tree, listed: Listed) -> None:
    listing = listed(tree("a.jpg", "2024/b.jpg"))
    assert listing.paths == ["2024/b.jpg", "a.jpg"]
    assert listing.problems == []


def test_that_a_copy_in_another_class_contradicts(tree: Tree, listed: Listed) -> None:
    root = tree("nv/a.jpg", "mel/a.jpg", "nv/b.jpg")
    for path in ("nv/a.jpg", "mel/a.jpg"):
        (root / path).write_bytes(b"the same photograph")
    listing = listed(root)
    assert listing.of_kind(ProblemKind.CONTRADICTING) == ["nv/a.jpg"]
    assert len(listing.images) == 3


def test_that_equal_names_alone_make_no_copies(tree: Tree, listed: Listed) -> None:
    root = tree("nv/1.jpg", "mel/1.jpg")
    (root / "nv" / "1.jpg").write_bytes(b"longer than its name sake")
    assert listed(root).problems == []


def test_that_a_copy_in_the_same_class_is_doubled(tree: Tree, listed: Listed) -> None:
    root = tree("x/1.jpg", "x/deep/1.jpg")
    for path in ("x/1.jpg", "x/deep/1.jpg"):
        (root / path).write_bytes(b"the same photograph")
    assert listed(root).of_kind(ProblemKind.DOUBLED) == ["x/deep/1.jpg"]
