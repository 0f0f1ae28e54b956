"""Before a training starts: what can be chosen, and what is shown of what it would be."""

import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from app import training_tasks
from app.application import Application
from app.panes.training.copies_dialog import CopiesDialog, likeness_text
from app.panes.training.fields import NumbersField
from app.panes.training.form import Fold
from app.panes.widgets import ElidedLabel
from app.train_activity import TrainActivity
from model.catalogue.lesions import Copies
from model.catalogue.listing import list_images
from model.catalogue.mapping import ColumnMapping, MappedTable
from model.catalogue.sources import Sources, load_sources, relink, store_sources
from model.classifier.card import Card
from model.classifier.default import default_classifier_folder
from model.progress import silent
from model.project.locations import open_or_create
from model.review.adjudication import Decision, Ruling, decide
from model.review.formats.rows import ImportedReadings, ReadingRow
from model.review.row_import import take_rows
from model.runs.config import Config, DataConfig
from model.runs.listing import RunState
from model.runs.reading import read_config
from tests.app.conftest import end, start, wait_until_shown
from tests.app.training.conftest import HEADER
from tests.app.training.driving import PATIENCE, choose, click_start, wait_for_plan, wait_for_state


def test_that_a_closed_section_without_room_ends_in_an_ellipsis(qtbot: QtBot) -> None:
    fold = Fold("Card", QWidget())
    qtbot.addWidget(fold)
    fold.sum_up("Not stated; ask the owner of the training images")
    fold.resize(200, 40)
    fold.show()
    line = fold.findChild(ElidedLabel)
    assert line is not None
    qtbot.waitUntil(lambda: line.text().endswith("…"))
    assert line.text().startswith("Not stated")
    fold.resize(800, 40)
    qtbot.waitUntil(lambda: line.text() == "Not stated; ask the owner of the training images")


def test_that_the_split_of_the_open_data_set_is_shown_before_anything_starts(
    train: TrainActivity,
) -> None:
    choices = train.training.config.data
    assert choices.split == "inherit"
    assert train.training.data is not None
    assert len(train.training.data.records) == 24
    text = train.counts.text()
    assert "<b>Counts</b>" in text
    assert "MEL" in text
    assert train.setup.start.isEnabled()


def test_that_a_class_that_is_not_ticked_is_not_in_the_plan(
    qtbot: QtBot, train: TrainActivity
) -> None:
    qtbot.mouseClick(train.setup._data.box("BCC"), Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    qtbot.waitUntil(lambda: train.training.splits[0].counts.classes == ("MEL", "NV"))
    assert train.training.config.data.classes == ("MEL", "NV")
    train.setup._data.box("BCC").click()
    qtbot.waitUntil(lambda: len(train.training.splits[0].counts.classes) == 3)
    assert train.training.config.data.classes == (), "all of them: those of the data set"


def test_that_a_joined_table_divides_also_after_the_data_set_was_moved(training_set: Path) -> None:
    images = sorted((training_set / "images").iterdir())
    table = training_set.parent / "splits.csv"
    places = ("train", "train", "val", "test")
    rows = [f"{image.stem},{places[number % 4]}" for number, image in enumerate(images)]
    table.write_text("\n".join(["image_id,part", *rows]) + "\n")
    mapped = MappedTable(table, ColumnMapping(image="image_id"))
    with closing(open_or_create(training_set)) as project:
        store_sources(project, Sources(tables=(mapped,)))
        moved = training_set.rename(training_set.with_name("moved"))
        relink(project, moved, silent)
        joined = load_sources(project)
        records = [each for batch in list_images(moved, silent, joined) for each in batch.images]
        wish = training_tasks.OpenData(project, tuple(records), "recorded")
        data = training_tasks.take_open(wish, None, silent)
    assert "part" in data.columns
    config = replace(Config(), data=DataConfig(split="column", column="part"))
    planned = training_tasks.plan(training_tasks.PlanRequest(data, config, None), silent)
    assert len(planned.splits) == 1, planned.problem


def test_that_the_last_class_stays_ticked(qtbot: QtBot, train: TrainActivity) -> None:
    for code in ("MEL", "NV", "BCC"):
        train.setup._data.box(code).click()
    assert train.training.config.data.classes == ("BCC",)
    assert [each for each in ("MEL", "NV", "BCC") if train.setup._data.box(each).isChecked()] == [
        "BCC"
    ]
    qtbot.waitUntil(lambda: "fewer than two" in train.training.problem, timeout=PATIENCE)


def test_that_no_lesion_is_in_two_splits_of_what_is_shown(
    qtbot: QtBot, train: TrainActivity
) -> None:
    choose(qtbot, train, "data", "split", "lesions")
    qtbot.waitUntil(lambda: train.training.config.data.split == "lesions")
    qtbot.waitUntil(lambda: bool(train.training.splits), timeout=PATIENCE)
    plan = train.training.splits[0].plan
    places = {(lesion, split) for lesion, split in zip(plan.lesions, plan.splits, strict=True)}
    assert len(places) == 18, "six lesions of three classes, each in one split"
    assert "would leak" in train.counts.text()


def test_that_folds_can_be_looked_at_one_by_one(qtbot: QtBot, train: TrainActivity) -> None:
    choose(qtbot, train, "data", "split", "folds")
    choose(qtbot, train, "data", "folds", 3)
    qtbot.waitUntil(lambda: len(train.training.splits) == 3, timeout=PATIENCE)
    assert train.counts.folds.count() == 3
    train.counts.folds.activated.emit(2)
    assert train.training.split is train.training.splits[2]
    tested = [set(each.plan.of("test").tolist()) for each in train.training.splits]
    assert sum(map(len, tested)) == 24, "each image is tested once"
    assert not tested[0] & tested[1]


def test_that_what_cannot_be_divided_says_so_beside_the_button(
    qtbot: QtBot, train: TrainActivity
) -> None:
    choose(qtbot, train, "data", "split", "folds")
    choose(qtbot, train, "data", "folds", 9)
    qtbot.waitUntil(lambda: "9 folds" in train.training.problem, timeout=PATIENCE)
    assert train.setup._problem.isVisibleTo(train.setup)
    assert not train.setup.start.isEnabled()


def test_that_what_cannot_be_followed_in_any_section_is_said_before_a_start(
    qtbot: QtBot, train: TrainActivity
) -> None:
    choose(qtbot, train, "fine_tuning", "early_sizes", "128, 160")
    qtbot.waitUntil(lambda: "equally many" in train.training.problem, timeout=PATIENCE)
    assert not train.setup.start.isEnabled()
    choose(qtbot, train, "fine_tuning", "early_epochs", "2, 2")
    qtbot.waitUntil(train.setup.start.isEnabled, timeout=PATIENCE)


def test_that_a_plan_that_comes_after_its_data_was_closed_is_not_shown(
    qtbot: QtBot, trained_on: Application, train: TrainActivity
) -> None:
    shown = []
    train.plan._plan()
    train.plan._use(None)
    train.training.plan_changed.connect(lambda: shown.append(train.training.splits))
    qtbot.waitUntil(lambda: "Choose what to train on" in train.training.problem, timeout=PATIENCE)
    qtbot.waitUntil(lambda: trained_on.idle, timeout=PATIENCE)
    assert not any(shown)


def test_that_weights_that_are_not_there_name_the_file_to_bring(
    qtbot: QtBot, train: TrainActivity, tmp_path: Path
) -> None:
    train.plan.use_weights(str(tmp_path / "gone.h5"))
    qtbot.waitUntil(lambda: "gone.h5 is not there" in train.training.problem, timeout=PATIENCE)
    assert "MobileNetV2" in train.training.problem
    assert not train.setup.start.isEnabled()
    assert train.training.config.data.split == "lesions", "a file has no split to take over"


def test_that_a_classifier_that_is_gone_is_named_where_its_split_was_to_be_taken_over(
    qtbot: QtBot, train: TrainActivity, small_classifier: Path, tmp_path: Path
) -> None:
    mine = Path(shutil.copytree(small_classifier, tmp_path / "mine"))
    train.plan.use_weights(str(mine))
    assert train.training.config.data.split == "inherit"
    choose(qtbot, train, "network", "size", 224)  # or it takes over that of the classifier, 32
    shutil.rmtree(mine)
    choose(qtbot, train, "data", "seed", 5)
    told = f"{mine} is not there. Choose where the network starts"
    qtbot.waitUntil(lambda: told in train.training.problem, timeout=PATIENCE)
    assert not train.setup.start.isEnabled()


def test_that_a_start_from_a_classifier_sees_images_as_that_one_does(
    qtbot: QtBot, train: TrainActivity, small_classifier: Path
) -> None:
    for folder in (default_classifier_folder(), small_classifier):
        # How far views are enlarged, and so the room, is this training's own choice.
        seen = replace(Card.load(folder).preprocessing, room=1.0)
        if folder == small_classifier:
            train.training.choose("network", mode="centre crop", steps=("shades of gray",))
            train.plan.use_weights(str(folder))
        qtbot.waitUntil(
            lambda seen=seen: train.training.config.network.preprocessing == seen, timeout=PATIENCE
        )


def test_that_a_balance_is_explained_and_its_effect_is_shown(
    qtbot: QtBot, train: TrainActivity
) -> None:
    choose(qtbot, train, "balance", "method", "oversampling")
    assert (
        "drawn more often"
        in train.setup.form_of("balance", "method").field("balance", "method")._note.text()
    )
    assert "drawn" not in train.counts.text(), "the classes are as frequent as each other"
    train.setup._data.box("MEL").click()
    choose(qtbot, train, "balance", "method", "logit adjustment")
    assert "Balance: logit adjustment" in train.counts.text()


def test_that_a_number_that_makes_no_sense_is_refused_where_it_was_typed(
    qtbot: QtBot, train: TrainActivity
) -> None:
    field = train.setup.form_of("head", "learning_rates").field("head", "learning_rates")
    assert isinstance(field, NumbersField)
    choose(qtbot, train, "head", "learning_rates", "quick")
    assert "with commas between them" in field._complaint.text()
    assert train.training.config.head.learning_rates == (0.001,)
    choose(qtbot, train, "head", "learning_rates", "0.01, 0.001")
    assert train.training.config.head.learning_rates == (0.01, 0.001)
    assert field._complaint.isHidden()


def test_that_a_closed_section_says_one_epoch(qtbot: QtBot, train: TrainActivity) -> None:
    choose(qtbot, train, "fine_tuning", "epochs", 1)
    said = [label.whole for label in train.setup.findChildren(ElidedLabel)]
    assert "whole network, 1 epoch, batch 32" in said


def test_that_choices_are_there_again_after_the_next_start(
    qtbot: QtBot, train: TrainActivity, small_classifier: Path
) -> None:
    choose(qtbot, train, "network", "size", 320)
    choose(qtbot, train, "augmentation", "rotation", 45)
    again = start(qtbot, small_classifier)
    assert again.train.training.config.network.size == 320
    assert again.train.training.config.augmentation.rotation == 45
    end(again)


def test_that_the_preview_shows_an_image_as_the_network_will_see_it(
    qtbot: QtBot, trained_on: Application, train: TrainActivity
) -> None:
    trained_on.window.show_dock("preview")
    qtbot.waitUntil(lambda: train.training.preview is not None, timeout=PATIENCE)
    first = train.training.preview
    assert first is not None
    assert first.stages[-1].picture.width() == train.training.config.network.size
    assert first.augmented
    choose(qtbot, train, "network", "size", 96)
    qtbot.waitUntil(lambda: train.training.preview is not first, timeout=PATIENCE)
    assert train.training.preview.stages[-1].picture.width() == 96
    train.preview.next_requested.emit()
    qtbot.waitUntil(lambda: train.training.preview.path != first.path, timeout=PATIENCE)


def test_that_the_preview_shows_the_exact_views_where_only_the_head_learns(
    qtbot: QtBot, trained_on: Application, train: TrainActivity
) -> None:
    training = train.training

    def tiles() -> int:
        return len(training.preview.augmented) if training.preview else 0

    trained_on.window.show_dock("preview")
    choose(qtbot, train, "fine_tuning", "first", "none")
    qtbot.waitUntil(lambda: tiles() == training.config.head.views, timeout=PATIENCE)
    assert training.preview.augmented[0] == training.preview.stages[-1].picture


def test_that_the_preview_is_there_again_when_other_labels_are_learned(
    qtbot: QtBot, trained_on: Application, train: TrainActivity
) -> None:
    trained_on.window.show_dock("preview")
    qtbot.waitUntil(lambda: train.training.preview is not None, timeout=PATIENCE)
    train.training.set_data(replace(train.training.data, use="adjudicated"))
    assert train.training.preview is None
    qtbot.waitUntil(lambda: train.training.preview is not None, timeout=PATIENCE)


def test_that_copies_across_the_split_are_shown_as_pictures(
    qtbot: QtBot, application: Application, training_set: Path
) -> None:
    images = sorted((training_set / "images").iterdir())
    for image in images:  # each once more, as another lesion
        shutil.copy(image, image.with_name(f"ISIC_9{image.name[-10:]}"))
    table = training_set / "HAM10000_metadata.csv"
    rows = table.read_text().splitlines()[1:]
    copies = [row.replace("ISIC_", "ISIC_9", 1).replace("HAM_", "COPY_") for row in rows]
    copies = [row.replace("ISIC_90", "ISIC_9", 1) for row in copies]
    table.write_text("\n".join([HEADER, *rows, *copies]) + "\n")
    application.open(training_set)
    wait_until_shown(qtbot, application)
    application.window.menu_actions["train"].trigger()
    train = application.train
    choose(qtbot, train, "data", "split", "lesions")
    wait_for_plan(qtbot, application)
    qtbot.waitUntil(
        lambda: "24 pairs of files look the same" in train.counts.text(), timeout=PATIENCE
    )
    train.show_copies()
    dialog = application.window.findChild(CopiesDialog)
    assert isinstance(dialog, CopiesDialog)
    split = train.training.split
    assert split is not None
    qtbot.waitUntil(lambda: train._thumbnails.picture(split.copies[0].first) is not None)
    dialog.close()


def test_that_only_files_equal_to_the_byte_are_called_equal() -> None:
    assert likeness_text(Copies("a", "b", 0, equal=True)) == "equal files"
    assert likeness_text(Copies("a", "b", 0)) == "0 of 64 bits of look differ"


def test_that_a_folder_can_be_trained_on_with_nothing_open(
    qtbot: QtBot, application: Application, training_set: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(training_set))
    application.window.menu_actions["train"].trigger()
    assert application.window.activity == "train"
    qtbot.waitUntil(lambda: "Choose what to train on" in application.train.training.problem)
    application.window.menu_actions["train_on_folder"].trigger()
    wait_for_plan(qtbot, application)
    assert application.train.training.data.root == training_set


def test_that_what_was_decided_in_review_can_be_learned(
    qtbot: QtBot, trained_on: Application, train: TrainActivity, script: Callable[..., None]
) -> None:
    data = train.setup._data
    assert not data.labels.isVisibleTo(data), "nothing is decided yet"
    project = trained_on.session.project
    assert project is not None
    for lesion, ruling, code in (
        ("HAM_mel0", Ruling.CLASS, "NV"),  # two images
        ("HAM_bcc5", Ruling.UNCERTAIN, ""),  # one
    ):
        decide(project, Decision(lesion, ruling, code, adjudicator="Ada"))
    trained_on.window.show_activity("browse")
    trained_on.window.show_activity("train")
    qtbot.waitUntil(lambda: data.labels.isVisibleTo(data), timeout=PATIENCE)
    assert train.training.data.images == {"MEL": 8, "NV": 8, "BCC": 8}
    data.labels.setCurrentIndex(data.labels.findData("adjudicated"))
    data.labels.activated.emit(data.labels.currentIndex())
    decided = {"MEL": 6, "NV": 10, "BCC": 7}
    qtbot.waitUntil(lambda: train.training.data.images == decided, timeout=PATIENCE)
    wait_for_plan(qtbot, trained_on)
    click_start(qtbot, train, "decided")
    run = wait_for_state(qtbot, train, "decided", RunState.FINISHED)
    labels = run.folder.chosen_labels()
    assert labels is not None
    relabelled = labels.relabelled(trained_on.session.table.records)
    assert Counter(each.label for each in relabelled) == {**decided, "": 1}
    asked = read_config(run.folder.config).data
    assert (asked.labels, Path(asked.project)) == ("adjudicated", project.path)


def test_that_the_counts_show_what_other_labels_change_before_anything_starts(
    qtbot: QtBot, trained_on: Application, train: TrainActivity
) -> None:
    project, data = trained_on.session.project, train.setup._data
    assert project is not None
    image = next(each for each in project.images() if each.label == "MEL")
    rows = [
        ReadingRow(image_id=image.image_id, reader_id=reader, answer=code)
        for reader, code in zip("ABCD", ("NV", "NV", "NV", "MEL"), strict=True)
    ]
    take_rows(project, ImportedReadings("test", tuple(rows)), "A study")
    trained_on.window.show_activity("browse")
    trained_on.window.show_activity("train")
    qtbot.waitUntil(lambda: data.labels.isVisibleTo(data), timeout=PATIENCE)
    items = data.labels.model()
    assert isinstance(items, QStandardItemModel)
    can_be_chosen = {
        data.labels.itemData(row): items.item(row).isEnabled() for row in range(items.rowCount())
    }
    assert [use for use, known in can_be_chosen.items() if not known] == [
        "adjudicated",
        "adjudicated only",
    ]
    assert "Labels" not in train.counts.text(), "nothing is changed"
    data.labels.setCurrentIndex(data.labels.findData("spread"))
    data.labels.activated.emit(data.labels.currentIndex())
    qtbot.waitUntil(lambda: "the spread of 4 readers" in train.counts.text(), timeout=PATIENCE)
    # Of 8 MEL and 8 NV, three quarters of one image go over.
    assert train.training.data.mass == {"MEL": 7.25, "NV": 8.75, "BCC": 8}
    for shown in ("7.2", "-0.8", "8.8", "+0.8"):
        assert shown in train.counts.text()
    qtbot.waitUntil(lambda: train.training.split is not None, timeout=PATIENCE)
    split = train.training.split
    assert split is not None
    assert split.learned.sum() == pytest.approx(split.counts.images[:, 0].sum())
    # One image is no training; what the choice does is shown beside the reason.
    data.labels.setCurrentIndex(data.labels.findData("spread only"))
    data.labels.activated.emit(data.labels.currentIndex())
    qtbot.waitUntil(lambda: "-23" in train.counts.text(), timeout=PATIENCE)
    qtbot.waitUntil(lambda: bool(train.training.problem), timeout=PATIENCE)
    assert "the spread of 4 readers" in train.counts.text()
    assert not train.training.splits
