"""The project file: what it keeps, and what it refuses."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event

from model.project.errors import ProjectError
from model.project.project import Project
from model.records import ImageRecord, Problem, ProblemKind


def test_that_a_project_is_found_again_as_it_was_left(project: Project) -> None:
    project.replace_problems([Problem("x.jpg", ProblemKind.MISSING, "No such file.")])
    project.store_view_state({"activity": "Browse", "row": 3, "Größe": [1.5, None]})
    again = Project.open(project.path)
    assert again.images() == project.images()
    assert again.hashes() == project.hashes()
    assert again.problems() == [Problem("x.jpg", ProblemKind.MISSING, "No such file.")]
    assert again.view_state() == {"activity": "Browse", "row": 3, "Größe": [1.5, None]}
    assert (again.identity, again.layout) == (project.identity, "Plain folder")
    assert (again.root, again.cache_path.name) == (project.root, "mine.cache")
    again.close()


def test_that_images_come_in_the_order_of_their_paths(project: Project) -> None:
    assert [image.path for image in project.images()] == ["a.jpg", "sub/b.jpg", "sub/ç.jpg"]


def test_that_what_is_recorded_of_an_image_may_change_without_losing_its_hash(
    project: Project,
) -> None:
    image = replace(project.images()[0], label="MEL", age=None)
    project.update_images([image])
    assert project.images()[0] == image
    assert len(project.hashes()) == 3


@pytest.mark.parametrize("change", [{"size": 99}, {"modified": 99}])
def test_that_an_image_whose_file_changed_loses_its_hash(
    project: Project, change: dict[str, int]
) -> None:
    project.update_images([replace(project.images()[0], **change)])  # type: ignore[arg-type]
    assert set(project.hashes()) == {"sub/b.jpg", "sub/ç.jpg"}


def test_that_listing_the_same_images_again_leaves_the_file_as_it_is(project: Project) -> None:
    before = project.path.read_bytes()
    project.update_images(project.images())
    assert project.path.read_bytes() == before


def test_that_missing_images_are_forgotten(project: Project) -> None:
    project.remove_missing(["a.jpg", "never there.jpg"])
    assert [image.path for image in project.images()] == ["sub/b.jpg", "sub/ç.jpg"]
    project.remove_missing([])
    assert len(project.hashes()) == 2


def test_that_hashes_of_unknown_paths_are_ignored(project: Project) -> None:
    project.store_hashes({"unknown.jpg": "0" * 64})
    assert "unknown.jpg" not in project.hashes()


def test_that_problems_of_the_last_listing_replace_those_before(project: Project) -> None:
    project.replace_problems([Problem("x", ProblemKind.MISSING, "Gone.")])
    project.replace_problems([])
    assert project.problems() == []


def test_that_an_existing_file_is_never_overwritten(project: Project, root: Path) -> None:
    before = project.path.read_bytes()
    with pytest.raises(ProjectError, match="exists already"):
        Project.create(project.path, root, "HAM10000")
    assert project.path.read_bytes() == before


def test_that_creating_leaves_no_other_files(project: Project, root: Path) -> None:
    assert sorted(path.name for path in root.parent.iterdir()) == ["images", "mine.secondlook"]


def test_that_eight_threads_may_write_and_read_at_once(project: Project) -> None:
    errors: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for at in range(10):
                project.update_images([ImageRecord(f"{number}/{at}.jpg", str(at), 1, 1)])
                project.store_view_state({"number": number})
                project.images()
        except BaseException as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert len(project.images()) == 3 + 80


def test_that_a_failing_write_leaves_nothing_behind(project: Project) -> None:
    images = [ImageRecord(f"{at}.jpg", str(at), 1, 1) for at in range(50)]
    broken = replace(images[-1], size=None)  # type: ignore[arg-type]
    with pytest.raises(ProjectError):
        project.update_images([*images[:-1], broken])
    assert len(project.images()) == 3


@pytest.mark.parametrize(
    ("pragma", "said"),
    [("query_only = ON", "may not be written to"), ("max_page_count = 1", "disk is full")],
)
def test_that_a_file_that_cannot_be_written_is_told_of_with_what_to_do(
    project: Project, pragma: str, said: str
) -> None:
    """Both pragmas make SQLite give the very error that a real disk gives."""
    project.close()
    engine = project._database._engine
    event.listen(engine, "connect", lambda raw, _record: raw.execute(f"PRAGMA {pragma}"))
    images = [ImageRecord(f"{at}.jpg", "x" * 1000, 1, 1) for at in range(50)]
    with pytest.raises(ProjectError, match=said) as caught:
        project.update_images(images)
    assert str(project.path) in str(caught.value)
    assert len(project.images()) == 3


def test_that_a_project_cannot_be_made_where_a_file_is_in_the_way(root: Path) -> None:
    with pytest.raises(ProjectError, match="could not be written"):
        Project.create(root / "a.jpg" / "new.secondlook", root, "")
