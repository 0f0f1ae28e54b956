"""The window as its user drives it: open, walk, filter, look, come back."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QStyleOptionViewItem
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from app import image_tasks, tasks
from app.actions import MENUS, ActionRow
from app.activities import ACTIVITIES
from app.application import Application
from app.case import Case
from app.item_models.image_list_model import Column, ImageListModel
from app.panes.class_bars import ClassBars
from app.panes.key_sheet import KeySheet
from app.panes.thumbnail_grid import ThumbnailGrid
from model.catalogue.filters import Filter
from model.catalogue.sorting import SortKey
from model.catalogue.table import ImageTable
from model.errors import UserError
from tests.app.conftest import end, start, wait_until_shown
from tests.conftest import write_jpeg


def image_id(application: Application) -> str:
    assert application.session.current
    return application.session.current.image_id


def listed(application: Application) -> list[str]:
    records = application.session.table.records
    return [records[row].image_id for row in application.session.rows]


def press(qtbot: QtBot, application: Application, key: Qt.Key, text_field: bool = False) -> None:
    target = application.browse.photograph.viewer
    if not text_field:
        target.setFocus()
    focus = application.window.focusWidget() or target
    qtbot.keyClick(focus, key)


def test_that_a_folder_is_listed_with_its_labels(opened: Application) -> None:
    assert len(opened.session.table.records) == 9
    assert opened.session.current
    assert opened.session.current.label == "BKL"
    assert opened.session.current.basis == "histology"
    assert opened.window.windowTitle() == "ham - Second Look"


def test_that_arrow_keys_walk_through_the_list(qtbot: QtBot, opened: Application) -> None:
    for key, expected in (
        (Qt.Key.Key_Right, "ISIC_0000002"),
        (Qt.Key.Key_D, "ISIC_0000003"),
        (Qt.Key.Key_Left, "ISIC_0000002"),
        (Qt.Key.Key_End, "ISIC_0000009"),
        (Qt.Key.Key_Right, "ISIC_0000009"),
        (Qt.Key.Key_Home, "ISIC_0000001"),
        (Qt.Key.Key_PageDown, "ISIC_0000009"),
    ):
        press(qtbot, opened, key)
        assert image_id(opened) == expected


def test_that_letters_typed_into_the_search_field_trigger_nothing(
    qtbot: QtBot, opened: Application
) -> None:
    opened.window.menu_actions["search"].trigger()
    field = opened.window.focusWidget()
    assert isinstance(field, QLineEdit)
    visible = opened.session.heat_map.visible
    qtbot.keyClicks(field, "had")
    assert field.text() == "had"
    assert opened.session.heat_map.visible is visible
    assert listed(opened) == []


def test_that_search_narrows_the_list_and_clearing_widens_it(opened: Application) -> None:
    opened.browse.controller.search("back")
    assert listed(opened) == ["ISIC_0000003"]
    assert image_id(opened) == "ISIC_0000003"
    opened.window.menu_actions["clear_filter"].trigger()
    assert len(listed(opened)) == 9
    assert image_id(opened) == "ISIC_0000003"


def test_that_ticking_a_label_lists_its_images_and_counts_stay(
    qtbot: QtBot, opened: Application
) -> None:
    opened.browse.filters.group("label").box("NV").click()
    assert listed(opened) == ["ISIC_0000003", "ISIC_0000006"]
    opened.browse.filters.group("basis").box("consensus").click()
    assert listed(opened) == ["ISIC_0000006"]


def test_that_sorting_by_age_puts_unknown_ages_last_both_ways(opened: Application) -> None:
    opened.browse.controller.sort_by(SortKey.AGE, False)
    assert listed(opened)[0] == "ISIC_0000006"
    assert listed(opened)[-1] == "ISIC_0000004"
    opened.browse.controller.sort_by(SortKey.AGE, True)
    assert listed(opened)[-1] == "ISIC_0000004"


def test_that_all_images_get_predictions_and_the_bars_show_them(classified: Application) -> None:
    table = classified.session.table
    assert not np.isnan(table.confidence).any()
    bars = classified.browse.case.findChild(ClassBars)
    assert isinstance(bars, ClassBars)
    row = classified.session.current_row
    assert row is not None
    predicted = table.predicted_of(row)
    assert f"{predicted} {float(table.confidence[row]):.1%}" in bars.accessibleName()


def test_that_an_image_shows_its_prediction_before_the_data_set_is_classified(
    qtbot: QtBot, opened: Application
) -> None:
    qtbot.waitUntil(lambda: opened.browse.heat_maps.heat_map is not None)
    live = opened.browse.case.findChild(ClassBars).accessibleName()
    opened.classifier.classify()
    qtbot.waitUntil(lambda: not opened.classifier.classifying)
    wait_until_shown(qtbot, opened)
    assert opened.browse.case.findChild(ClassBars).accessibleName() == live


def test_that_a_large_project_opens_at_the_image_that_was_looked_at_last(
    qtbot: QtBot, application: Application, small_ham10000: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "_PART", 2)
    application.open(small_ham10000)
    wait_until_shown(qtbot, application)
    press(qtbot, application, Qt.Key.Key_End)
    application.data_set.save_view()
    wait_until_shown(qtbot, application)
    looked_at: list[str] = []
    application.session.current_changed.connect(
        lambda: application.session.current and looked_at.append(image_id(application))
    )
    application.open(small_ham10000)
    qtbot.waitUntil(lambda: bool(looked_at))
    wait_until_shown(qtbot, application)
    assert looked_at == ["ISIC_0000009"]
    assert len(listed(application)) == 9


def test_that_the_maps_of_the_next_images_are_there_before_anyone_asks(
    qtbot: QtBot, opened: Application
) -> None:
    qtbot.waitUntil(lambda: opened.browse.heat_maps.heat_map is not None and opened.idle)
    for _ in range(3):
        press(qtbot, opened, Qt.Key.Key_Right)
        assert opened.session.current
        assert opened.browse.heat_maps.heat_map
        assert opened.browse.heat_maps.heat_map.path == opened.session.current.path


def test_that_an_image_whose_maps_fail_is_told_once_and_the_next_has_its_own(
    qtbot: QtBot,
    opened: Application,
    shown_errors: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    qtbot.waitUntil(lambda: opened.browse.heat_maps.heat_map is not None and opened.idle)
    explain, last = image_tasks.explain, opened.session.table.records[-1].path

    def fail_for_the_last(case: Case, *arguments: Any) -> object:
        if case.path == last:
            raise UserError("The graph is damaged.")
        return explain(case, *arguments)

    monkeypatch.setattr(image_tasks, "explain", fail_for_the_last)
    press(qtbot, opened, Qt.Key.Key_End)
    wait_until_shown(qtbot, opened)
    press(qtbot, opened, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: opened.browse.heat_maps.heat_map is not None and opened.idle)
    assert shown_errors == ["The graph is damaged."]
    shown_errors.clear()


def test_that_the_stored_map_equals_the_computed_one(qtbot: QtBot, classified: Application) -> None:
    stored = classified.browse.heat_maps.heat_map
    assert stored is not None
    case, classifier = classified.browse.cases.case, classified.session.classifier
    assert case
    assert classifier
    fresh = classifier.explain(case.network_input, classifier.card.classes.index(stored.class_code))
    np.testing.assert_allclose(stored.values, fresh.maps[stored.layer], atol=2e-3)


def test_that_the_bars_follow_every_step_through_a_classified_set(
    qtbot: QtBot, classified: Application
) -> None:
    bars, session = classified.browse.case.findChild(ClassBars), classified.session
    for _ in range(5):
        press(qtbot, classified, Qt.Key.Key_Right)
        wait_until_shown(qtbot, classified)
        row = session.current_row
        expected = f"{session.table.predicted_of(row)} {float(session.table.confidence[row]):.1%}"
        assert expected in bars.accessibleName()


def test_that_a_filter_never_leaves_an_image_that_does_not_match_it(
    qtbot: QtBot, classified: Application
) -> None:
    session = classified.session
    for label in ("NV", "MEL", "VASC", "BKL"):
        classified.browse.controller.filter_by(Filter(labels=frozenset({label})))
        assert session.position is not None
        assert session.current.label == label
        assert classified.browse.images.grid.currentIndex().row() == session.position


def test_that_a_search_without_match_shows_no_image_and_clearing_it_returns(
    qtbot: QtBot, opened: Application
) -> None:
    press(qtbot, opened, Qt.Key.Key_End)
    opened.browse.controller.search("no such thing")
    assert opened.session.current is None
    opened.browse.controller.clear_filter()
    assert image_id(opened) == "ISIC_0000009"


def test_that_escape_gives_the_keys_back_to_the_images(qtbot: QtBot, opened: Application) -> None:
    qtbot.waitUntil(opened.window.isActiveWindow)
    opened.window.menu_actions["search"].trigger()
    QTest.keyClick(opened.window.windowHandle(), Qt.Key.Key_Escape)
    assert opened.window.focusWidget() is opened.browse.photograph.viewer


def test_that_the_code_of_a_class_finds_that_class_alone(opened: Application) -> None:
    opened.browse.controller.search("mel")
    assert listed(opened) == ["ISIC_0000004"]
    opened.browse.controller.search("melanocytic")
    assert listed(opened) == ["ISIC_0000003", "ISIC_0000006"]


def test_that_files_that_could_not_be_classified_are_among_the_problems(
    qtbot: QtBot, application: Application, small_ham10000: Path
) -> None:
    (small_ham10000 / "HAM10000_images_part_1" / "ISIC_0000001.jpg").write_text("no photograph")
    application.open(small_ham10000)
    wait_until_shown(qtbot, application)
    application.classifier.classify()
    qtbot.waitUntil(lambda: not application.classifier.classifying)
    assert [problem.kind for problem in application.session.all_problems] == ["unreadable"]


def test_that_layers_change_by_key_where_nothing_is_classified(
    qtbot: QtBot, opened: Application
) -> None:
    maps = opened.browse.heat_maps
    maps._forget()
    opened.session.change_heat_map(class_code=opened.session.classifier.card.classes[0])
    qtbot.waitUntil(lambda: maps.heat_map is not None and maps.heat_map.additive)
    qtbot.keyClick(opened.browse.photograph.viewer, Qt.Key.Key_L, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: maps.heat_map is not None and maps.heat_map.layer == "shallow")


def test_that_layers_and_classes_change_by_key(qtbot: QtBot, classified: Application) -> None:
    press(qtbot, classified, Qt.Key.Key_3)
    qtbot.waitUntil(lambda: classified.browse.heat_maps.heat_map is not None)
    assert classified.browse.heat_maps.heat_map.class_code == "BCC"
    qtbot.keyClick(
        classified.browse.photograph.viewer, Qt.Key.Key_L, Qt.KeyboardModifier.ShiftModifier
    )
    qtbot.waitUntil(
        lambda: (
            bool(classified.browse.heat_maps.heat_map)
            and classified.browse.heat_maps.heat_map.layer == "shallow"
        )
    )
    assert classified.browse.heat_maps.heat_map.values.shape == (8, 8)
    press(qtbot, classified, Qt.Key.Key_0)
    assert classified.session.heat_map.class_code == ""


def test_that_opacity_changes_in_steps_of_ten_per_cent_and_stays_within_bounds(
    qtbot: QtBot, opened: Application
) -> None:
    for _ in range(7):
        press(qtbot, opened, Qt.Key.Key_BracketRight)
    assert opened.session.heat_map.opacity == pytest.approx(1.0)
    press(qtbot, opened, Qt.Key.Key_BracketLeft)
    assert opened.session.heat_map.opacity == pytest.approx(0.9)


def test_that_space_shows_the_plain_photograph_while_it_is_held(
    qtbot: QtBot, classified: Application
) -> None:
    held: list[bool] = []
    classified.window.plain_held.connect(held.append)
    qtbot.waitUntil(classified.window.isActiveWindow)
    native = classified.window.windowHandle()
    for widget in (
        classified.browse.photograph.viewer,
        classified.browse.images.grid,
        classified.browse.images.table,
    ):
        widget.setFocus()
        QTest.keyPress(native, Qt.Key.Key_Space)
        QTest.keyRelease(native, Qt.Key.Key_Space)
    assert held == [True, False] * 3


def test_that_space_types_a_space_into_the_search_field(
    qtbot: QtBot, classified: Application
) -> None:
    classified.window.menu_actions["search"].trigger()
    field = classified.window.focusWidget()
    assert isinstance(field, QLineEdit)
    QTest.keyClick(classified.window.windowHandle(), Qt.Key.Key_Space)
    assert field.text() == " "


def test_that_the_next_disagreement_differs(qtbot: QtBot, classified: Application) -> None:
    press(qtbot, classified, Qt.Key.Key_N)
    row = classified.session.current_row
    assert row is not None
    assert classified.session.table.agreement_of(row) == "differs"


def test_that_the_images_of_a_lesion_are_listed_together(qtbot: QtBot, opened: Application) -> None:
    press(qtbot, opened, Qt.Key.Key_S)
    assert listed(opened) == ["ISIC_0000001", "ISIC_0000002"]
    press(qtbot, opened, Qt.Key.Key_S)
    assert len(listed(opened)) == 9


def test_that_an_unreadable_image_says_why_and_stops_nothing(
    qtbot: QtBot, application: Application, small_ham10000: Path
) -> None:
    broken = small_ham10000 / "HAM10000_images_part_1" / "ISIC_0000001.jpg"
    broken.write_text("this is no photograph")
    application.open(small_ham10000)
    wait_until_shown(qtbot, application)
    assert application.browse.cases.case
    assert application.browse.cases.case.reason
    application.classifier.classify()
    qtbot.waitUntil(lambda: not application.classifier.classifying)
    wait_until_shown(qtbot, application)
    assert application.session.table.failure_of(0)
    assert np.isfinite(application.session.table.confidence[1:]).all()


def test_that_problems_are_listed_with_their_reason(
    qtbot: QtBot, application: Application, small_ham10000: Path
) -> None:
    (small_ham10000 / "HAM10000_images_part_2" / "ISIC_0000009.jpg").unlink()
    application.open(small_ham10000)
    wait_until_shown(qtbot, application)
    assert [problem.kind for problem in application.session.problems] == ["missing"]


def test_that_a_second_start_opens_where_the_first_ended(
    qtbot: QtBot, small_classifier: Path, small_ham10000: Path, shown_errors: list[str]
) -> None:
    first = start(qtbot, small_classifier)
    first.open(small_ham10000)
    wait_until_shown(qtbot, first)
    first.classifier.classify()
    qtbot.waitUntil(lambda: not first.classifier.classifying)
    first.browse.controller.filter_by(Filter(labels=frozenset({"NV"})))
    first.browse.controller.step(1)
    first.session.change_heat_map(opacity=0.8)
    project = first.settings.recent[0]
    end(first)

    second = start(qtbot, small_classifier)
    second.open(project)
    wait_until_shown(qtbot, second)
    assert listed(second) == ["ISIC_0000003", "ISIC_0000006"]
    assert image_id(second) == "ISIC_0000006"
    assert second.session.heat_map.opacity == pytest.approx(0.8)
    assert np.isfinite(second.session.table.confidence).all()
    end(second)
    assert not shown_errors


def test_that_another_data_set_takes_the_place_of_the_open_one(
    qtbot: QtBot, classified: Application, tmp_path: Path
) -> None:
    write_jpeg(tmp_path / "other" / "one.jpg", seed=5)
    classified.open(tmp_path / "other")
    qtbot.waitUntil(lambda: classified.window.windowTitle() == "other - Second Look")
    wait_until_shown(qtbot, classified)
    assert listed(classified) == ["one"]
    assert np.isnan(classified.session.table.confidence).all()


def test_that_the_filter_of_a_closed_data_set_does_not_come_back(
    qtbot: QtBot, opened: Application, tmp_path: Path
) -> None:
    opened.browse.controller.search("back")
    opened.browse.controller.show_lesion()
    write_jpeg(tmp_path / "other" / "one.jpg", seed=5)
    opened.open(tmp_path / "other")
    qtbot.waitUntil(lambda: listed(opened) == ["one"])
    opened.browse.controller.show_lesion("HAM_0000002")
    opened.browse.controller.show_lesion("HAM_0000002")
    assert listed(opened) == ["one"]


def test_that_a_changed_folder_is_noticed_when_it_is_read_again(
    qtbot: QtBot, opened: Application, small_ham10000: Path
) -> None:
    part = small_ham10000 / "HAM10000_images_part_1"
    write_jpeg(part / "ISIC_0000010.jpg", seed=99)
    (part / "ISIC_0000002.jpg").unlink()
    opened.window.menu_actions["read_again"].trigger()
    qtbot.waitUntil(lambda: "ISIC_0000010" in listed(opened))
    assert "ISIC_0000002" not in listed(opened)
    assert {problem.kind for problem in opened.session.problems} == {"missing", "unlabelled"}


def test_that_opening_nothing_that_can_be_opened_says_so(
    qtbot: QtBot, application: Application, tmp_path: Path, shown_errors: list[str]
) -> None:
    application.open(tmp_path / "gone")
    (tmp_path / "notes.txt").write_text("hello")
    application.open(tmp_path / "notes.txt")
    empty = tmp_path / "empty"
    empty.mkdir()
    application.open(empty)
    qtbot.waitUntil(lambda: len(shown_errors) == 3)
    assert "gone" in shown_errors[0]
    assert "notes.txt cannot be opened" in shown_errors[1]
    assert application.session.project is None
    shown_errors.clear()


def test_that_a_dropped_image_opens_its_folder_at_that_image(
    qtbot: QtBot, application: Application, tmp_path: Path
) -> None:
    for number in range(3):
        write_jpeg(tmp_path / "plain" / f"photo {number}.jpg", seed=number)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "plain" / "photo 1.jpg"))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    drop = QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, data, left, none)
    application.window.dropEvent(drop)
    wait_until_shown(qtbot, application)
    assert image_id(application) == "photo 1"
    assert len(listed(application)) == 3


def test_that_the_item_model_keeps_qts_rules(
    qtmodeltester: ModelTester, opened: Application
) -> None:
    model = ImageListModel(opened.session)
    qtmodeltester.check(model)
    index = model.index(2, Column.AGE)
    assert index.data() == "45"


def test_that_the_sheet_of_keys_can_be_searched(qtbot: QtBot, opened: Application) -> None:
    opened.window.menu_actions["keys"].trigger()
    sheet = opened.window.findChild(KeySheet)
    assert isinstance(sheet, KeySheet)
    sheet.findChild(QLineEdit).setText("disagree")
    shown = [text for text in sheet.texts() if "disagree" in text.lower()]
    assert sheet.texts() == shown
    assert len(shown) == 2
    sheet.close()


@pytest.mark.parametrize("activity", [each.name for each in ACTIVITIES])
def test_that_no_two_actions_of_an_activity_share_a_key(activity: str) -> None:
    keys = [
        key
        for rows in MENUS.values()
        for row in rows
        if isinstance(row, ActionRow) and (not row.activities or activity in row.activities)
        for key in row.keys
    ]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("activity", [each.name for each in ACTIVITIES])
@pytest.mark.parametrize("menu", MENUS)
def test_that_no_two_actions_of_a_menu_share_a_letter(menu: str, activity: str) -> None:
    texts = [
        row.text.lower()
        for row in MENUS[menu]
        if isinstance(row, ActionRow) and (not row.activities or activity in row.activities)
    ]
    letters = [text[text.index("&") + 1] for text in texts if "&" in text]
    assert len(letters) == len(set(letters)), letters


def test_that_docks_return_to_their_place_when_the_layout_is_reset(opened: Application) -> None:
    opened.browse.case.parentWidget().close()
    opened.window.menu_actions["reset_layout"].trigger()
    assert opened.browse.case.isVisible()


def test_that_a_maximized_window_never_grows_by_changing_activities(
    qtbot: QtBot, opened: Application
) -> None:
    window = opened.window
    window.setMinimumSize(0, 0)
    window.showMaximized()
    window.resize(1280, 720)  # of the screen
    for name in ("browse", "read", "adjudicate", "measure", "train") * 2:
        window.menu_actions[name].trigger()
        qtbot.waitUntil(lambda name=name: window.activity == name)
        assert (window.isMaximized(), window.height()) == (True, 720), name


def test_that_a_prediction_of_a_benign_class_does_not_contradict_the_label_benign(
    qtbot: QtBot, opened: Application
) -> None:
    class Painter(QPainter):
        texts: list[str]

        def drawText(self, *arguments: object) -> None:  # noqa: N802 - Qt's name
            self.texts.append(str(arguments[-1]))

    session = opened.session
    table = ImageTable()
    table.extend([replace(each, label="BENIGN") for each in session.table.records[:2]])
    session.replace_table(table, (), session.sources)
    table.set_predictions(("MEL", "BKL"), np.array([[0.1, 0.9], [0.9, 0.1]], np.float32))
    grid = opened.browse.images.findChild(ThumbnailGrid)
    assert grid is not None
    option = QStyleOptionViewItem()
    option.rect = QRect(0, 0, 128, 116)
    picture = QImage(128, 116, QImage.Format.Format_RGB32)
    said = []
    for row in range(2):
        painter = Painter(picture)
        painter.texts = []
        grid.itemDelegate().paint(painter, option, grid.model().index(row, 0))
        painter.end()
        said.append(painter.texts)
    assert said == [["BENIGN", "BKL"], ["BENIGN", "≠", "MEL"]]


def test_that_averaged_views_are_a_choice_that_lasts(qtbot: QtBot, opened: Application) -> None:
    alone = opened.session.classifier
    opened.window.menu_actions.submenu("views").actions()[3].trigger()
    qtbot.waitUntil(lambda: opened.session.classifier is not alone)
    assert opened.session.classifier is not None
    assert opened.session.classifier.card.views == 4
    assert opened.settings.views == 4


def test_that_a_new_image_of_a_known_folder_is_looked_at_where_it_is_opened_by_name(
    qtbot: QtBot, application: Application, small_ham10000: Path, tmp_path: Path
) -> None:
    write_jpeg(tmp_path / "next" / "a.jpg", 1)
    for place in (tmp_path / "next", small_ham10000):
        application.open(place)
        wait_until_shown(qtbot, application)
    write_jpeg(tmp_path / "next" / "b.jpg", 2)
    application.open(tmp_path / "next" / "b.jpg")
    wait_until_shown(qtbot, application)
    assert application.session.current is not None
    assert application.session.current.path == "b.jpg"
