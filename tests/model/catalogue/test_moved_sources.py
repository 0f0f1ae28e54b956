"""Data sets of several folders that are moved, together or one by one."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from model.catalogue.listing import list_images
from model.catalogue.mapping import ColumnMapping, MappedTable
from model.catalogue.sources import Sources, load_sources, relink, store_sources
from model.progress import silent
from model.project.preferences import load_preference, store_preference
from model.project.project import Project
from model.records import ImageRecord
from model.review.adjudication import Decision, Ruling, decide, standing

OWN = ColumnMapping("Bild", ("Befund",))
JOINED = "ISIC_2019/ISIC_0000003.jpg"


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """A project beside two folders and a table, all of which it consists of."""
    place = tmp_path / "stick"
    for path in ("images/ISIC_0000001.jpg", JOINED):
        (place / path).parent.mkdir(parents=True)
        (place / path).write_text(path)
    (place / "images" / "own.csv").write_text("Bild;Befund\nISIC_0000001;mel")
    (place / "images" / "other.csv").write_text("Bild;Befund\nISIC_0000001;nv")
    (place / "ages.csv").write_text("Foto;Alter\nISIC_0000003;50")
    sources = Sources(
        (
            MappedTable(place / "images" / "own.csv", OWN),
            MappedTable(place / "ages.csv", ColumnMapping("Foto", age="Alter")),
        ),
        (place / "images" / "other.csv",),
        (place / "ISIC_2019",),
    )
    file = place / "mine.secondlook"
    with closing(Project.create(file, place / "images", "Mapped tables")) as project:
        store_sources(project, sources)
        project.update_images(listed(project))
        joined = (place / JOINED).as_posix()
        project.store_hashes({joined: "1" * 64})
        decide(project, Decision(f"\0{joined}", Ruling.CLASS, final_class="NV", adjudicator="Anna"))
    return place


def listed(project: Project) -> list[ImageRecord]:
    batches = list_images(project.root, sources=load_sources(project))
    return [image for batch in batches for image in batch.images]


@pytest.fixture
def moved(stick: Path, tmp_path: Path) -> Iterator[Project]:
    stick.rename(tmp_path / "other mount")
    with closing(Project.open(tmp_path / "other mount" / "mine.secondlook")) as project:
        yield project


def is_whole(project: Project, place: Path) -> bool:
    """Whether all is known as before, with everything in this place."""
    found = [(image.path, image.label, image.age) for image in listed(project)]
    joined = (place / JOINED).as_posix()
    assert found == [("ISIC_0000001.jpg", "MEL", None), (joined, "", 50)]
    assert project.hashes() == {joined: "1" * 64}
    assert [image.path for image in project.images()] == ["ISIC_0000001.jpg", joined]
    assert list(standing(project)) == [f"\0{joined}"]
    return True


def test_that_what_moves_together_with_its_project_stays_one_data_set(
    moved: Project, tmp_path: Path
) -> None:
    assert is_whole(moved, tmp_path / "other mount")


def test_that_a_project_of_before_is_whole_again_too(stick: Path, tmp_path: Path) -> None:
    """It says nothing of the folder that places are told from."""
    file = stick / "mine.secondlook"
    with closing(Project.open(file)) as project:
        value = load_preference(project, "sources")
        del value["root"]
        store_preference(project, "sources", value)
    stick.rename(tmp_path / "other mount")
    with closing(Project.open(tmp_path / "other mount" / file.name)) as project:
        assert is_whole(project, tmp_path / "other mount")


def test_that_relinking_finds_what_lies_beside_the_images(stick: Path, tmp_path: Path) -> None:
    project_file = tmp_path / "elsewhere" / "project.secondlook"
    project_file.parent.mkdir()
    (stick / "mine.secondlook").rename(project_file)
    stick.rename(tmp_path / "big disk")
    with closing(Project.open(project_file)) as project:
        relink(project, tmp_path / "big disk" / "images", silent)
        assert is_whole(project, tmp_path / "big disk")


def test_that_folders_that_stayed_are_used_where_they_are(stick: Path, tmp_path: Path) -> None:
    shutil.copytree(stick, tmp_path / "copy")
    with closing(Project.open(stick / "mine.secondlook")) as project:
        relink(project, tmp_path / "copy" / "images", silent)
        assert is_whole(project, stick)
        sources = load_sources(project)
    assert sources.folders == (stick / "ISIC_2019",)
    assert sources.tables[0].path == tmp_path / "copy" / "images" / "own.csv"
    assert sources.left_out == (tmp_path / "copy" / "images" / "other.csv",)
