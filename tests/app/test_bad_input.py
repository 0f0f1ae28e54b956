"""Files that are damaged, odd, gone or changed, and disks without room: told, and nothing lost."""

import shutil
import struct
import threading
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app import tasks
from app.application import Application
from app.jobs import Deliver
from app.panes import dialogs
from model.progress import Report
from model.project.cache import Cache
from model.project.project import Project, ProjectError
from tests.app.conftest import wait_until_shown
from tests.conftest import write_jpeg

WIDTH, HEIGHT = 120, 90
LONG_NAME = "n" * 251


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-300])


def claim_30000(path: Path) -> None:
    """Write another size into the header of a baseline JPEG file."""
    data = bytearray(path.read_bytes())
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", 30_000, 30_000)
    path.write_bytes(data)


def turn(path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    with Image.open(path) as picture:
        picture.save(path, exif=exif)


def as_cmyk(path: Path) -> None:
    with Image.open(path) as picture:
        picture.convert("CMYK").save(path)


def as_palette(path: Path) -> None:
    with Image.open(path) as picture:
        picture.convert("P").save(path, "PNG")


def as_16_bit(path: Path) -> None:
    pixels = cv2.imread(str(path)).astype(np.uint16) * 257
    path.write_bytes(cv2.imencode(".png", pixels)[1].tobytes())


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "cut.jpg": (cut, "ends early"),
    "empty.jpg": (lambda path: path.write_bytes(b""), "The file is empty"),
    "text.jpg": (lambda path: path.write_text("image_id,dx\n"), "not an image"),
    "huge.jpg": (claim_30000, "30,000 x 30,000 pixels; the limit is 200 million"),
    "gone.jpg": (Path.unlink, "The file is not there."),
}
SHOWN: dict[str, tuple[Callable[[Path], object], tuple[int, int]]] = {
    "deep.png": (as_16_bit, (WIDTH, HEIGHT)),
    "palette.png": (as_palette, (WIDTH, HEIGHT)),
    "print.jpg": (as_cmyk, (WIDTH, HEIGHT)),
    "turned.jpg": (turn, (HEIGHT, WIDTH)),
    "Läsion 病変 родинка.jpg": (Path.exists, (WIDTH, HEIGHT)),
    f"{LONG_NAME}.jpg": (Path.exists, (WIDTH, HEIGHT)),
    f"{'f' * 200}/{'o' * 200}/{'l' * 200}/deep.jpg": (Path.exists, (WIDTH, HEIGHT)),
}


@pytest.fixture
def odd(qtbot: QtBot, application: Application, tmp_path: Path) -> Application:
    """The program on a folder of odd files; what spoils them happens after they were listed."""
    root = tmp_path / "odd"
    for seed, name in enumerate(REFUSED | SHOWN):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_jpeg(root / f"{seed}.jpg", seed)
        (root / f"{seed}.jpg").rename(path)
    for name, (prepare, _) in SHOWN.items():
        prepare(root / name)
    application.open(root)
    wait_until_shown(qtbot, application)
    for name, (spoil, _) in REFUSED.items():
        spoil(root / name)
    return application


def look_at(qtbot: QtBot, application: Application, name: str) -> None:
    row = application.session.table.row_of_path(name)
    assert row is not None
    application.session.look_at(row)
    wait_until_shown(qtbot, application)


def test_that_odd_files_are_shown_upright_or_told_of_with_the_reason(
    qtbot: QtBot, odd: Application
) -> None:
    odd.browse.cases.reload()
    for name, (_, size) in SHOWN.items():
        look_at(qtbot, odd, name)
        assert odd.browse.cases.case
        assert (odd.browse.cases.case.width, odd.browse.cases.case.height) == size, name
        assert odd.browse.heat_maps.heat_map, name
    for name, (_, reason) in REFUSED.items():
        look_at(qtbot, odd, name)
        assert odd.browse.cases.case
        assert reason in odd.browse.cases.case.reason
        assert odd.browse.heat_maps.heat_map is None


def test_that_classifying_goes_on_after_odd_files_and_lists_the_unreadable(
    qtbot: QtBot, odd: Application
) -> None:
    odd.classifier.classify()
    qtbot.waitUntil(lambda: not odd.classifier.classifying)
    told = {each.path: each.reason for each in odd.session.all_problems}
    assert set(told) == set(REFUSED)
    for name, (_, reason) in REFUSED.items():
        assert reason in told[name]
    assert int((odd.session.table.predictions.best >= 0).sum()) == len(SHOWN)


def test_that_a_folder_that_was_taken_away_can_be_found_again(
    qtbot: QtBot,
    classified: Application,
    small_ham10000: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    elsewhere = small_ham10000.with_name("elsewhere")
    shutil.move(small_ham10000, elsewhere)
    classified.browse.cases.reload()
    wait_until_shown(qtbot, classified)
    assert classified.browse.cases.case
    assert "The file is not there." in classified.browse.cases.case.reason
    asked: list[Path] = []
    monkeypatch.setattr(
        dialogs, "ask_where_moved", lambda _parent, project: asked.append(project) or elsewhere
    )
    classified.window.menu_actions["read_again"].trigger()
    qtbot.waitUntil(lambda: bool(asked))
    session = classified.session
    qtbot.waitUntil(lambda: bool(session.project and session.project.root == elsewhere))
    wait_until_shown(qtbot, classified)
    assert len(session.table.records) == 9
    assert (session.table.predictions.best >= 0).all()


def test_that_files_added_and_removed_while_it_is_open_are_seen_when_it_is_read_again(
    qtbot: QtBot, classified: Application, small_ham10000: Path
) -> None:
    part = small_ham10000 / "HAM10000_images_part_2"
    (part / "ISIC_0000009.jpg").unlink()
    write_jpeg(part / "ISIC_0000077.jpg", seed=77)
    looked_at = classified.session.current
    classified.window.menu_actions["read_again"].trigger()
    wait_until_shown(qtbot, classified)
    table = classified.session.table
    ids = {record.image_id for record in table.records}
    assert "ISIC_0000077" in ids
    assert "ISIC_0000009" not in ids
    assert classified.session.current == looked_at
    reasons = {each.path: each.reason for each in classified.session.all_problems}
    assert "no such image file" in reasons["ISIC_0000009"]


def test_that_a_full_disk_is_told_once_and_classifying_goes_on_when_there_is_room(
    qtbot: QtBot,
    opened: Application,
    shown_errors: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(_self: object, *_arguments: object) -> None:
        raise ProjectError("The disk is full.")

    monkeypatch.setattr(Project, "store_view_state", full)
    monkeypatch.setattr(Cache, "store", full)
    for _ in range(3):
        qtbot.keyClick(opened.browse.photograph.viewer, Qt.Key.Key_Right)
        opened.data_set.save_view()
        wait_until_shown(qtbot, opened)
    assert shown_errors == ["The disk is full."]
    opened.classifier.classify()
    qtbot.waitUntil(lambda: not opened.classifier.classifying)
    assert shown_errors == ["The disk is full."] * 2
    shown_errors.clear()
    monkeypatch.undo()
    opened.classifier.classify()
    qtbot.waitUntil(lambda: not opened.classifier.classifying)
    assert (opened.session.table.predictions.best >= 0).all()


def test_that_a_folder_that_fails_after_another_was_asked_for_takes_nothing_from_it(
    qtbot: QtBot,
    application: Application,
    small_ham10000: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "empty").mkdir()
    real, at_end = tasks.open_folder, threading.Event()

    def opening(root: Path, deliver: Deliver, report: Report) -> None:
        try:
            real(root, deliver, report)
        finally:
            at_end.set()

    monkeypatch.setattr(tasks, "open_folder", opening)
    application.data_set.open_folder(tmp_path / "empty")
    assert at_end.wait(20)
    application.data_set.open_folder(small_ham10000)
    wait_until_shown(qtbot, application)
    assert len(application.session.table.records) == 9
