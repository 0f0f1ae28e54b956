"""Finding image files in trees of every kind."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from model.catalogue.batches import CatalogueError
from model.catalogue.listing import list_images, recognise
from model.progress import Cancelled
from model.records import ProblemKind

Tree = Callable[..., Path]
Listed = Callable[[Path], Any]


def test_that_all_image_endings_are_found_in_any_case(tree: Tree, listed: Listed) -> None:
    names = ["a.jpg", "b.JPEG", "c.Png", "d.bmp", "e.TIF", "f.tiff", "g.WebP"]
    root = tree(*names, "notes.txt", "table.csv", "jpg", "h.jpg.part")
    assert listed(root).paths == names


def test_that_hidden_files_and_folders_are_ignored(tree: Tree, listed: Listed) -> None:
    root = tree(
        "a.jpg", ".b.jpg", "._a.jpg", ".DS_Store", "Thumbs.db", ".git/c.jpg", "__MACOSX/d.jpg"
    )
    assert listed(root).paths == ["a.jpg"]


def test_that_images_come_in_the_order_of_their_paths(tree: Tree, listed: Listed) -> None:
    root = tree("b/x.jpg", "b-1/x.jpg", "b.jpg", "a/2.jpg", "a/1/z.jpg", "é.jpg", "Z.jpg")
    paths = listed(root).paths
    assert paths == sorted(paths)
    assert len(paths) == 7


def test_that_sizes_and_times_are_those_of_the_files(tree: Tree, listed: Listed) -> None:
    root = tree("a.jpg")
    (root / "a.jpg").write_bytes(b"12345")
    os.utime(root / "a.jpg", ns=(0, 1_700_000_000_123_456_700))
    image = listed(root).images[0]
    assert (image.size, image.modified, image.image_id) == (5, 1_700_000_000_123_456_700, "a")


def test_that_non_ascii_names_and_deep_folders_are_listed(tree: Tree, listed: Listed) -> None:
    deep = "/".join(["ordner"] * 60) + "/bild.jpg"
    root = tree("Läsion ø é/图像 1.jpg", deep)
    assert listed(root).paths == ["Läsion ø é/图像 1.jpg", deep]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems forbid such names")
def test_that_a_name_that_is_no_unicode_is_told_of(tree: Tree, listed: Listed) -> None:
    root = tree("a.jpg")
    Path(os.fsdecode(os.fsencode(root) + b"/b\xff.jpg")).write_bytes(b"x")
    listing = listed(root)
    assert listing.paths == ["a.jpg"]
    assert listing.of_kind(ProblemKind.UNREADABLE) == ["b\ufffd.jpg"]


def test_that_a_loop_of_links_ends(tree: Tree, listed: Listed) -> None:
    root = tree("a/x.jpg", "b/y.jpg")
    (root / "a" / "up").symlink_to(root, target_is_directory=True)
    (root / "a" / "itself").symlink_to(root / "a", target_is_directory=True)
    assert listed(root).paths == ["a/x.jpg", "b/y.jpg"]


def test_that_a_link_to_a_folder_elsewhere_is_followed(
    tree: Tree, listed: Listed, tmp_path: Path
) -> None:
    root = tree("x.jpg")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "y.jpg").write_text("y")
    (tmp_path / "elsewhere" / "back").symlink_to(root, target_is_directory=True)
    (root / "link").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    assert listed(root).paths == ["link/y.jpg", "x.jpg"]


def test_that_a_link_to_nothing_is_told_of_and_not_listed(tree: Tree, listed: Listed) -> None:
    root = tree("a.jpg")
    (root / "b.jpg").symlink_to(root / "gone.jpg")
    listing = listed(root)
    assert listing.paths == ["a.jpg"]
    assert listing.of_kind(ProblemKind.UNREADABLE) == ["b.jpg"]


def test_that_an_empty_file_is_listed_and_told_of(tree: Tree, listed: Listed) -> None:
    root = tree("a.jpg", "b.jpg")
    (root / "a.jpg").write_bytes(b"")
    listing = listed(root)
    assert listing.paths == ["a.jpg", "b.jpg"]
    assert listing.of_kind(ProblemKind.UNREADABLE) == ["a.jpg"]


def test_that_a_folder_that_cannot_be_read_is_told_of(
    tree: Tree, listed: Listed, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tree("a.jpg", "closed/b.jpg", "d.jpg")
    _refuse(monkeypatch, root / "closed")
    listing = listed(root)
    assert listing.paths == ["a.jpg", "d.jpg"]
    assert [(each.path, each.reason) for each in listing.problems] == [
        ("closed", "The folder cannot be read: permission denied.")
    ]


def test_that_a_file_closed_to_us_is_listed_and_told_of(
    tree: Tree, listed: Listed, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tree("a.jpg", "b.jpg")
    (root / "b.jpg").chmod(0o200)
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may read everything
    listing = listed(root)
    assert listing.paths == ["a.jpg", "b.jpg"]
    assert listing.of_kind(ProblemKind.UNREADABLE) == ["b.jpg"]


def test_that_a_folder_named_like_an_image_is_a_folder(tree: Tree, listed: Listed) -> None:
    assert listed(tree("a.jpg/b.jpg")).paths == ["a.jpg/b.jpg"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_that_a_pipe_is_no_image_and_does_not_hang(tree: Tree, listed: Listed) -> None:
    root = tree("a.jpg")
    os.mkfifo(root / "b.jpg")
    assert listed(root).paths == ["a.jpg"]


def test_that_files_that_vanish_while_listing_are_left_out(tree: Tree) -> None:
    root = tree(*(f"{at:03d}.jpg" for at in range(200)), "sub/a.jpg")
    batches = list_images(root)
    paths = [image.path for image in next(batches).images]
    for at in range(100, 200):
        (root / f"{at:03d}.jpg").unlink()
    (root / "sub" / "a.jpg").unlink()
    (root / "sub").rmdir()
    paths += [image.path for batch in batches for image in batch.images]
    assert paths == [f"{at:03d}.jpg" for at in range(100)]


def test_that_the_first_batch_is_small_and_later_ones_are_not_huge(tree: Tree) -> None:
    root = tree(*(f"{at:04d}.jpg" for at in range(2500)))
    sizes = [len(batch.images) for batch in list_images(root)]
    assert sizes[0] <= 64
    assert max(sizes) <= 1000
    assert sum(sizes) == 2500


def test_that_no_image_is_opened(tree: Tree, listed: Listed) -> None:
    root = tree("nv/a.jpg", "mel/b.jpg")
    opened = []
    watching = True  # a hook cannot be taken away again

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if watching and event == "open" and str(arguments[0]).endswith(".jpg"):
            opened.append(arguments[0])

    sys.addaudithook(note)
    assert len(listed(root).images) == 2
    watching = False
    assert not opened


def test_that_cancelling_stops_the_listing(tree: Tree) -> None:
    root = tree(*(f"{at:03d}.jpg" for at in range(200)))

    def report(done: int, _total: int, _message: str) -> None:
        if done:
            raise Cancelled

    batches = list_images(root, report)
    assert len(next(batches).images) == 64
    with pytest.raises(Cancelled):
        next(batches)


@pytest.mark.parametrize("function", [recognise, list_images])
def test_that_an_absent_folder_is_refused_at_once(
    function: Callable[[Path], object], tmp_path: Path
) -> None:
    with pytest.raises(CatalogueError, match=r"no folder .*gone"):
        function(tmp_path / "gone")


def test_that_a_file_in_place_of_a_folder_is_refused(tree: Tree) -> None:
    with pytest.raises(CatalogueError, match="is a file"):
        list_images(tree("a.jpg") / "a.jpg")


def test_that_a_folder_without_images_is_refused_in_the_end(tree: Tree, listed: Listed) -> None:
    with pytest.raises(CatalogueError, match="No images in"):
        listed(tree("notes.txt", "empty/readme.md"))


def _refuse(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Root may read everything, so the refusal is played."""
    scandir = os.scandir

    def guarded(path: Path) -> Any:
        if Path(path) == folder:
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
