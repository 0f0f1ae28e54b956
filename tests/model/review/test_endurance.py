"""No stored answer is lost, none is doubled, and what could not be stored can be stored again."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from model.project.project import Project
from model.review.making import make_study
from model.review.merging import merge_readings
from model.review.protocol import Stage
from model.review.readings import load
from model.review.readings_file import READING, ReadingsFile
from model.review.selection import image_cases
from model.review.sitting import Sitting
from model.review.study_file import Study
from model.review.tables import ReadingsError
from tests.model.review.conftest import protocol, read_all, store
from tests.model.review.killed_readers import path_of

REPOSITORY = Path(__file__).resolve().parents[3]
NOBODY = 65534


def check_killed_readers(project: Project, folder: Path, kills: int) -> None:
    study = folder / "s.study"
    asked = protocol(stages=(Stage.BLIND, Stage.METADATA))
    make_study(project, asked, image_cases(project.images()), study)
    command = [sys.executable, "-m", "tests.model.review.killed_readers"]
    done = subprocess.run(
        [*command, study, folder, str(kills), "1"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    told = [line.split() for line in done.stdout.splitlines() if line != "killed"]
    assert done.stdout.count("killed") == kills
    found: dict[str, list[str]] = {}
    unheard = 0
    for iteration in sorted({line[0] for line in told}, key=int):
        file = ReadingsFile.open(path_of(folder, int(iteration)))
        stored = [each.id for each in file.entries if each.kind == READING]
        taken = [f"-{e.content['reading']}" for e in file.entries if e.kind == "retraction"]
        file.close()
        assert len(stored) == len(set(stored))
        assert len(taken) == len(set(taken))
        found[iteration] = stored + taken
        merged = merge_readings(project, path_of(folder, int(iteration)))
        assert merged.added == len(stored)
        assert merged.conflicts == ()
    for iteration, name in told:
        assert name in found[iteration]
    unheard = sum(map(len, found.values())) - len(told)
    # Killed after storing and before telling, at most once for each kill.
    assert 0 <= unheard <= kills
    steps = [(each.code, each.stage, each.iteration) for each in load(project)]
    assert len(steps) == len(set(steps))
    assert len(told) >= kills


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks processes")
def test_that_kills_lose_no_stored_answer_and_double_none(project: Project, tmp_path: Path) -> None:
    check_killed_readers(project, tmp_path, kills=8)


@pytest.mark.long
@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks processes")
def test_that_two_hundred_kills_lose_no_stored_answer_and_double_none(
    project: Project, tmp_path: Path
) -> None:
    check_killed_readers(project, tmp_path, kills=200)


@contextmanager
def full_disk(path: Path) -> Iterator[None]:
    """No file of this process may grow beyond the size of this one."""
    import resource  # noqa: PLC0415 - absent on Windows

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = path.stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of file size")
def test_that_a_full_disk_is_told_of_and_the_answer_can_be_stored_again(
    project: Project, sitting: Sitting
) -> None:
    for _ in range(2):
        store(sitting)
    with full_disk(sitting.path):
        with pytest.raises(ReadingsError, match="the disk") as caught:
            read_all(sitting)  # A page of the file may still have room for some rows.
        assert str(sitting.path) in str(caught.value)
        step = sitting.step
        for _ in range(3):
            with pytest.raises(ReadingsError, match="the disk"):
                store(sitting)
        assert sitting.step == step
    answered, _ = sitting.progress
    store(sitting)
    assert sitting.progress[0] == answered + 1
    assert merge_readings(project, sitting.path).added == answered + 1


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without the rights of root, for which nothing is write-protected."""
    if os.geteuid():
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(sys.platform == "win32", reason="other permissions")
def test_that_a_write_protected_file_is_told_of_and_the_answer_can_be_stored_later(
    project: Project, study: Study
) -> None:
    place = study.path.parent / "stick"
    place.mkdir()
    path = place / "anna.readings"
    sitting = Sitting.open(study, "Anna", path)
    store(sitting)
    path.chmod(0o444)
    place.chmod(0o555)
    said = r"may not be written to|cannot be opened"
    with as_nobody(), pytest.raises(ReadingsError, match=said):
        store(sitting)
    assert sitting.progress == (1, 18)
    path.chmod(0o644)
    place.chmod(0o755)
    store(sitting)
    assert sitting.progress == (2, 18)
    sitting.close()
    assert merge_readings(project, path).added == 2


def test_that_two_windows_on_one_file_cannot_double_an_answer(study: Study) -> None:
    one, other = Sitting.open(study, "Anna"), Sitting.open(study, "Anna")
    store(one)
    with pytest.raises(ReadingsError, match="another window"):
        store(other)
    assert other.progress == (0, 18)
    other.close()
    again = Sitting.open(study, "Anna")
    assert again.progress == (1, 18)
    again.close()
    one.close()
