"""Tables come in and go out from the menu Review, as their user does it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from app.application import Application
from app.exchange_tasks import LABEL_FORMS, METADATA, READING_FORMS, SOFT, STANDING, TRUTH
from model.review.adjudication import Decision, Ruling, decide, load_decisions, standing
from model.review.readings import load
from tests.app.review.test_read_activity import take_in

READINGS = """image_id,reader_id,answer,question
ISIC_0000001,Anna,mel,diagnosis
ISIC_0000001,Boris,bkl,diagnosis
ISIC_0000003,Anna,nv,diagnosis
ISIC_0000003,Anna,70,malignant
ISIC_9999999,Anna,nv,diagnosis
"""
Write = Callable[[str, Path, str], None]


@pytest.fixture
def write(qtbot: QtBot, opened: Application, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Choose an action of the menu, a file and a form, and wait for the file."""

    def write_as(action: str, path: Path, form: str) -> None:
        kind = f"{form} (*{path.suffix})"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_given: (str(path), kind))
        opened.window.menu_actions[action].trigger()
        qtbot.waitUntil(path.exists)

    return write_as


def test_that_readings_of_a_table_come_in_once_and_leave_in_every_form(
    qtbot: QtBot,
    opened: Application,
    write: Write,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = tmp_path / "vienna.csv"
    table.write_text(READINGS)
    lines = take_in(qtbot, opened, [table], monkeypatch)
    assert lines[0] == ["vienna.csv", "readings, as “vienna”", "3", "0", "", "", "0"]
    pane = opened.read.study
    opened.window.show_activity("read")
    # Nothing is said of times and rules that nobody knows.
    assert pane.readers.lines()[0] == ["Anna", "2", "2", "", "not recorded"]
    assert not {"Zoom", "Order"} & set(re.findall(r"[A-Z]\w+", pane.facts))
    offered = [each.text() for each in pane.findChildren(QPushButton) if each.isVisible()]
    assert {"Write readings…"} <= set(offered)
    assert not {"Start reading", "Show file"} & set(offered)
    lines = take_in(qtbot, opened, [table], monkeypatch)
    assert lines[0][2:4] == ["0", "3"]
    assert len(load(opened.session.project)) == 3
    soft = tmp_path / "soft.csv"
    write("write_labels", soft, SOFT)
    assert soft.read_text().splitlines() == [
        "image,MEL,NV,BKL",
        "ISIC_0000001,0.5,0.0,0.5",
        "ISIC_0000003,0.0,1.0,0.0",
    ]
    for number, (form, ending) in enumerate(READING_FORMS.items()):
        path = tmp_path / f"{number}{ending}"
        write("write_readings", path, form)
        text = path.read_text()
        assert "Anna" in text
        assert "ISIC_0000003" in text


def test_that_decisions_leave_and_come_in_as_a_table_and_labels_follow_them(
    qtbot: QtBot,
    opened: Application,
    write: Write,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project = opened.session.project
    claims = {"A": "MEL", "label": "BKL"}
    decide(project, Decision("HAM_0000001", Ruling.CLASS, "MEL", "Carla", claims=claims))
    table = tmp_path / "decisions.csv"
    write("write_decisions", table, STANDING)
    rows = table.read_text().splitlines()
    assert [row.split(",")[:3] for row in rows[1:]] == [
        ["ISIC_0000001", "MEL", "agree_a"],
        ["ISIC_0000002", "MEL", "agree_a"],
    ]
    lines = take_in(qtbot, opened, [table], monkeypatch)
    assert lines[0][1] == "decisions"
    assert len(load_decisions(project)) == 1  # its own decision, known by lesion, who and when
    assert standing(project)["HAM_0000001"].final_class == "MEL"
    corrected = tmp_path / "HAM10000_metadata.csv"
    write("write_labels", corrected, METADATA)
    assert "HAM_0000001,ISIC_0000001,mel,histo" in corrected.read_text()
    assert "bkl" in (tmp_path / "HAM10000_metadata.changes.csv").read_text()
    truth = tmp_path / "truth.csv"
    write("write_labels", truth, TRUTH)
    header, first, *_ = truth.read_text().splitlines()
    code = dict(zip(header.split(","), first.split(","), strict=True))
    assert (code["image"], code["MEL"]) == ("ISIC_0000001", "1.0")
    assert set(LABEL_FORMS) == {METADATA, TRUTH, SOFT}


def test_that_there_is_something_to_write_or_it_is_said(
    qtbot: QtBot,
    opened: Application,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    shown_errors: list[str],
) -> None:
    path = tmp_path / "nothing.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_given: (str(path), ""))
    for action, said in (("write_readings", "no readings"), ("write_decisions", "Nothing is")):
        opened.window.menu_actions[action].trigger()
        qtbot.waitUntil(lambda: bool(shown_errors))
        assert said in shown_errors.pop()
    assert not path.exists()
