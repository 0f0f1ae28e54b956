"""Where projects are kept."""

from pathlib import Path

import pytest

from model.project.home import home
from model.project.locations import open_or_create, project_for


def test_that_the_folder_of_the_program_can_be_chosen(private_folders: Path) -> None:
    assert home() == private_folders


def test_that_the_systems_place_is_used_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECOND_LOOK_HOME")
    assert home().name == "Second Look"
    assert home().is_absolute()


def test_that_folders_of_one_name_have_projects_of_their_own(tmp_path: Path) -> None:
    first, second = project_for(tmp_path / "a" / "ham"), project_for(tmp_path / "b" / "ham")
    assert first != second
    assert first.name.startswith("ham-")
    assert first.suffix == ".secondlook"
    assert first == project_for(tmp_path / "a" / "ham")


@pytest.mark.parametrize(
    "name", ["Läsion 图像", 'a:b*c?"d', "x" * 200, "图" * 80, "...", "a#b%20?c"]
)
def test_that_any_folder_name_gives_a_project_that_opens(tmp_path: Path, name: str) -> None:
    root = tmp_path / name
    root.mkdir()
    created = open_or_create(root, "Plain folder")
    created.store_view_state({"row": 1})
    created.close()
    again = open_or_create(root)
    assert (again.root, again.view_state()) == (root, {"row": 1})
    again.close()
