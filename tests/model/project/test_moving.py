"""Projects whose files, or whose images, were moved."""

import os
import shutil
from pathlib import Path

import pytest

from model.progress import Cancelled
from model.project.cache import Cache
from model.project.errors import ProjectError
from model.project.project import Project


def test_that_a_stick_with_project_and_images_opens_under_another_name(
    project: Project, tmp_path: Path
) -> None:
    cache = Cache.open(project.cache_path)
    cache.begin_run("network", ("MEL", "NV"), "f32", {})
    cache.close()
    project.close()
    (tmp_path / "stick").rename(tmp_path / "other mount")
    moved = Project.open(tmp_path / "other mount" / "mine.secondlook")
    assert moved.root == tmp_path / "other mount" / "images"
    cache = Cache.open(moved.cache_path)
    assert [run.identity for run in cache.runs()] == ["network"]
    cache.close()
    moved.close()


def test_that_a_project_moved_alone_still_finds_its_images(
    project: Project, root: Path, tmp_path: Path
) -> None:
    project.close()
    (tmp_path / "desk").mkdir()
    moved = project.path.rename(tmp_path / "desk" / "renamed.secondlook")
    opened = Project.open(moved)
    assert (opened.root, opened.cache_path) == (root, tmp_path / "desk" / "renamed.cache")
    opened.close()


def test_that_an_empty_folder_in_the_old_place_does_not_hide_the_images(
    project: Project, root: Path, tmp_path: Path
) -> None:
    project.close()
    (tmp_path / "stick").rename(tmp_path / "copy")
    root.mkdir(parents=True)
    opened = Project.open(tmp_path / "copy" / "mine.secondlook")
    assert opened.root == tmp_path / "copy" / "images"
    opened.close()


def test_that_a_project_opens_without_its_images(project: Project, root: Path) -> None:
    project.close()
    shutil.rmtree(root)
    opened = Project.open(project.path)
    assert opened.root == root
    assert len(opened.images()) == 3
    opened.close()


@pytest.fixture
def copied(root: Path, tmp_path: Path) -> Path:
    """The images in another place, with other times."""
    copy = tmp_path / "moved" / "images"
    shutil.copytree(root, copy)
    for path in copy.rglob("*.jpg"):
        os.utime(path, ns=(1, 1_234_567_890_000_000_000))
    return copy


def test_that_relinking_keeps_hashes_and_lasts(project: Project, copied: Path) -> None:
    hashes = project.hashes()
    project.relink(copied)
    assert (project.root, project.hashes()) == (copied, hashes)
    assert {image.modified for image in project.images()} == {1_234_567_890_000_000_000}
    again = Project.open(project.path)
    assert again.root == copied
    again.close()


@pytest.mark.parametrize("contents", ["pixels of X", "other"])
def test_that_relinking_refuses_another_image_under_a_known_name(
    project: Project, root: Path, copied: Path, contents: str
) -> None:
    (copied / "a.jpg").write_text(contents)
    with pytest.raises(ProjectError, match=r"a\.jpg is not the image"):
        project.relink(copied)
    assert project.root == root
    again = Project.open(project.path)
    assert again.root == root
    again.close()


def test_that_relinking_refuses_a_folder_with_other_images(
    project: Project, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ProjectError, match="0 of the 3 images"):
        project.relink(tmp_path / "empty")
    with pytest.raises(ProjectError, match="no folder"):
        project.relink(tmp_path / "gone")


def test_that_relinking_bears_that_few_images_are_gone(project: Project, copied: Path) -> None:
    (copied / "a.jpg").unlink()
    project.relink(copied)
    assert project.root == copied


def test_that_relinking_can_be_cancelled(project: Project, root: Path, copied: Path) -> None:
    def report(done: int, _total: int, _message: str) -> None:
        if done == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        project.relink(copied, report)
    assert project.root == root
