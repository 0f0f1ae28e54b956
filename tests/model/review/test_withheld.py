"""What a stage withholds is neither in the memory of the reader's process nor in its file."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from model.images import Preprocessing
from model.project.project import Project
from model.records import ImageRecord
from model.review.making import Network, make_study
from model.review.protocol import Protocol, Stage
from model.review.selection import lesion_cases
from model.review.study_file import Study
from tests.conftest import write_jpeg

REPOSITORY = Path(__file__).resolve().parents[3]
PART, OVERLAP = 1 << 20, 256
NEVER = ("ISIC_quokka", "HAM_wombat", "folder_of_bilbies", "dingoes only", "kept.secondlook")
# From which stage on something is shown; words that no program has by itself.
FIRST = {
    Stage.METADATA: "left numbat",
    Stage.PROBABILITIES: "Wallaby network",
    Stage.LABEL: "BETTONG",
}


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """One lesion of two photographs, at every stage."""
    root = tmp_path / "folder_of_bilbies"
    images = []
    for number in range(2):
        name = f"ISIC_quokka{number}"
        write_jpeg(root / f"{name}.jpg", seed=number)
        facts = {"label": "BETTONG", "lesion_id": "HAM_wombat", "site": "left numbat"}
        images.append(ImageRecord(f"{name}.jpg", name, 1, 1, **facts))
    project = Project.create(tmp_path / "kept.secondlook", root, "Plain folder")
    project.update_images(images)
    shares = {image.path: np.array([0.25, 0.75]) for image in images}
    network = Network(
        "Wallaby network", ("MEL", "UNK"), Preprocessing(224), shares, lambda _: np.ones((2, 2, 2))
    )
    asked = Protocol(
        "A pilot", ("MEL", "UNK"), tuple(Stage), by_lesion=True, selection="dingoes only"
    )
    path = tmp_path / "out" / "s.study"
    make_study(project, asked, lesion_cases(images, images), path, network=network)
    project.close()
    return path


def words_in_memory(process: int, words: Sequence[str]) -> set[str]:
    """Which words a process holds anywhere, as bytes or as wide characters."""
    wanted = {word: (word.encode(), word.encode("utf-32-le")) for word in words}
    found: set[str] = set()
    for part in written_memory(process):
        found |= {word for word, kinds in wanted.items() if any(kind in part for kind in kinds)}
    return found


def written_memory(process: int) -> Iterator[bytes]:
    """What a process has in memory that it may write to; parts overlap."""
    lines = Path(f"/proc/{process}/maps").read_text().splitlines()
    areas = [line.split()[0].split("-") for line in lines if line.split()[1].startswith("rw")]
    with Path(f"/proc/{process}/mem").open("rb", buffering=0) as memory:
        for area in areas:
            start, end = (int(number, 16) for number in area)
            for at in range(start, end, PART):
                memory.seek(at)
                part = memory.read(min(PART + OVERLAP, end - at))
                if part.strip(b"\0"):  # Most of it was never used.
                    yield part


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="no memory to look into")
def test_that_nothing_withheld_is_anywhere_in_the_readers_process(study: Path) -> None:
    command = [sys.executable, "-m", "tests.model.review.reading_child", str(study)]
    stages, revealed = list(Stage), []
    with subprocess.Popen(
        command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdin
        assert child.stdout
        for stage in stages:
            assert child.stdout.readline() == f"{stage.value}\n"
            revealed += [FIRST[stage]] if stage in FIRST else []
            # The title shows that what is in the process is found.
            looked_for = ("A pilot", *NEVER, *FIRST.values())
            try:
                found = words_in_memory(child.pid, looked_for)
            except PermissionError:
                child.kill()
                pytest.skip("this system lets no process look into another")
            assert found == {"A pilot", *revealed}, stage
            child.stdin.write("\n")
            child.stdin.flush()


def test_that_the_readings_file_tells_nothing_that_the_reader_did_not_answer(study: Path) -> None:
    command = [sys.executable, "-m", "tests.model.review.reading_child", str(study)]
    subprocess.run(command, cwd=REPOSITORY, input="\n" * 9, text=True, check=True)
    (path,) = study.parent.glob("*.readings")
    content = path.read_bytes()
    for word in (*NEVER, *FIRST.values(), "MEL", str(study.parents[1])):
        assert word.encode() not in content, word
    assert b"UNK" in content


def test_that_the_study_file_tells_nothing_either(study: Path) -> None:
    content = study.read_bytes()
    for word in (*NEVER, *FIRST.values(), str(study.parents[1])):
        assert word.encode() not in content, word
    opened = Study.open(study)
    assert b"A pilot" in content
    assert opened.protocol.selection == ""
    opened.close()
