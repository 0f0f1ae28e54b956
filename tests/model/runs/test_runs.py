"""A run's configuration, log and folder."""

import math
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from model.catalogue.chosen_labels import ChosenLabels
from model.catalogue.listing import list_images
from model.catalogue.mapping import ColumnMapping
from model.catalogue.remembered import remember_mapping
from model.catalogue.sources import Sources
from model.records import ImageRecord
from model.runs.balance import Balance
from model.runs.config import Config, ConfigError, DataConfig, HeadConfig
from model.runs.folder import RunError, RunFolder, data_hash, prepare_run
from model.runs.log import EpochDone, LogFollower, Queued, RunLog, Started, read_log
from model.runs.reading import read_config
from model.runs.toml import to_toml


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_that_what_is_written_is_read_back() -> None:
    tables = {
        "a table": {"text": 'quote " and \\ and\nline, Größe \x7f', "count": 3, "yes": True},
        "numbers": {"small": 1e-07, "whole": 2.0, "list": [0.1, 0.2], "none": [], "minus": -1},
    }
    assert tomllib.loads(to_toml(tables)) == tables
    assert math.isinf(tomllib.loads(to_toml({"t": {"x": math.inf}}))["t"]["x"])


def test_that_what_is_not_named_keeps_its_default(tmp_path: Path) -> None:
    config = read_config(written(tmp_path, '[network]\nweights = "download"\n'))
    assert config.data == DataConfig()
    assert config.head == HeadConfig()


def test_that_steps_of_preprocessing_reach_the_network(tmp_path: Path) -> None:
    text = '[network]\nweights = "download"\nsteps = ["shades of gray", "border crop"]\n'
    config = read_config(written(tmp_path, text))
    assert config.network.preprocessing.steps == ("border crop", "shades of gray")
    assert read_config(written(tmp_path, config.to_toml())) == config
    with pytest.raises(ConfigError, match=r"'sharpening' is unknown; known: 'border crop'"):
        read_config(written(tmp_path, '[network]\nsteps = ["sharpening"]\n'))


def test_that_a_relative_path_of_weights_starts_at_the_file(tmp_path: Path) -> None:
    config = read_config(written(tmp_path, '[network]\nweights = "a/b.h5"\n'))
    assert Path(config.network.weights) == tmp_path.resolve() / "a" / "b.h5"


def test_that_a_configuration_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="names no starting weights"):
        read_config(None)
    with pytest.raises(ConfigError, match=r"config\.toml names no starting weights"):
        read_config(written(tmp_path, "[data]\nseed = 3\n"))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("not toml", "not valid TOML"),
        ("[head]\nepoch = 3", "unknown name head.epoch"),
        ("[heads]\nepochs = 3", "unknown name heads"),
        ("head = 3", "head is not a table"),
        ('[head]\nepochs = "3"', "head.epochs = '3' is not of the right kind"),
        ("[head]\nepochs = true", "not of the right kind"),
        ("[head]\nepochs = 0", "not all positive"),
        ("[head]\ndropouts = []", "a list of head is empty"),
        ("[head]\ndropouts = [1.0]", "a dropout of head is not in 0..1"),
        ("[head]\nlearning_rates = [0]", "learning rate of head is not positive"),
        ('[balance]\nmethod = "magic"', "balance.method = 'magic' is unknown; known: 'none'"),
        ("[balance]\nbeta = 1.1", "balance.beta is not in 0..1"),
        ("[augmentation]\nrotation = 181", "augmentation.rotation is not in 0..180"),
        ('[fine_tuning]\nfirst = "block_17"', "fine_tuning.first is not"),
        ("[fine_tuning]\nearly_sizes = [96]", "not equally many"),
        ("[fine_tuning]\nearly_sizes = [96]\nearly_epochs = [30]", "none for the full size"),
        ("[network]\nsize = 100", "network.size is not a multiple of 32, at least 96"),
        ("[network]\nsize = 64", "network.size is not a multiple of 32, at least 96"),
        ("[fine_tuning]\nearly_sizes = [0]\nearly_epochs = [1]", "not all multiples of 32"),
        ("[fine_tuning]\nearly_sizes = [-32]\nearly_epochs = [1]", "not all multiples of 32"),
        ("[fine_tuning]\nearly_sizes = [64, 100]\nearly_epochs = [1, 1]", "multiples of 32"),
        ("[network]\nviews = 3", "network.views is not 1, 2, 4 or 8"),
        ('[data]\nsplit = "column"', "data.column is not named"),
        ('[network]\nmode = "squash"', "network.mode = 'squash' is unknown"),
        ("[data]\nshares = [0.5, 0.5]", "not three positive numbers"),
        ("[data]\nshares = [0.5, 0.5, 0.5]", "with sum 1"),
        ('[data]\nclasses = ["MEL"]', "fewer than two"),
        ('[data]\nclasses = ["MEL", "MEL"]', "doubled"),
    ],
)
def test_that_a_wrong_configuration_is_refused_with_the_reason(
    tmp_path: Path, text: str, complaint: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        read_config(written(tmp_path, text))
    assert complaint in str(caught.value)
    assert "config.toml" in str(caught.value)


def test_that_all_that_is_wrong_with_a_configuration_is_told_at_once(tmp_path: Path) -> None:
    text = "[network]\nsize = 100\nviews = 3\n[data]\nfolds = 2"
    with pytest.raises(ConfigError) as caught:
        read_config(written(tmp_path, text))
    assert str(caught.value).endswith(
        "config.toml cannot be followed: network.size is not a multiple of 32, at least 96; "
        "network.views is not 1, 2, 4 or 8; data.folds is less than 3."
    )


def test_that_early_sizes_may_be_smaller_than_a_classifier_sees(tmp_path: Path) -> None:
    text = (
        '[network]\nweights = "download"\n[fine_tuning]\nearly_sizes = [32, 64]\n'
        "early_epochs = [1, 1]"
    )
    assert read_config(written(tmp_path, text)).fine_tuning.early_sizes == (32, 64)


def test_that_a_missing_configuration_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"absent\.toml cannot be read"):
        read_config(tmp_path / "absent.toml")


def test_that_whole_numbers_may_stand_for_real_ones(tmp_path: Path) -> None:
    text = '[network]\nweights = "download"\n[head]\nweight_decays = [1, 0.5]\n'
    assert read_config(written(tmp_path, text)).head.weight_decays == (1.0, 0.5)


def test_that_the_copy_in_the_run_folder_can_be_run_again(tmp_path: Path) -> None:
    config = replace(
        Config(),
        network=replace(Config().network, weights="download"),
        data=DataConfig(("MEL", "NV"), "folds", (0.5, 0.25, 0.25), seed=7),
        balance=Balance("focal loss", gamma=1.5),
        head=HeadConfig(learning_rates=(0.1, 0.01)),
    )
    folder = RunFolder.create(tmp_path / "run")
    folder.write_config(config, {"images": 3, "keras_version": "3.15"})
    assert read_config(folder.config) == config
    assert tomllib.loads(folder.config.read_text())["run"]["images"] == 3


def test_that_a_folder_with_files_is_not_used_for_a_run(tmp_path: Path) -> None:
    (tmp_path / "something").touch()
    with pytest.raises(RunError, match="not empty"):
        RunFolder.create(tmp_path)
    with pytest.raises(RunError, match="cannot be made"):
        RunFolder.create(tmp_path / "something")


EPOCH = EpochDone(
    phase="fine-tuning",
    epoch=1,
    epochs=9,
    loss=0.5,
    validation_loss=0.6,
    accuracy=0.7,
    balanced_accuracy=0.6,
    macro_f1=0.5,
    recall={"MEL": 0.4},
    learning_rate=0.001,
    is_best=True,
)


def test_that_events_are_read_back_in_order_as_they_were(tmp_path: Path) -> None:
    log = RunLog(tmp_path / "log.jsonl")
    log.write(Started(resumed=False))
    log.write(EPOCH)
    started, epoch = read_log(tmp_path / "log.jsonl")
    assert started == Started(resumed=False, time=started.time)
    assert epoch == replace(EPOCH, time=epoch.time)
    assert epoch.time.endswith("+00:00")


def test_that_a_half_written_last_line_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    RunLog(path).write(EPOCH)
    whole = path.read_bytes()
    for length in range(1, len(whole)):
        path.write_bytes(whole + whole[:length])
        assert len(list(read_log(path))) == 1


def test_that_a_follower_gets_each_event_once_and_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    follower = LogFollower(path)
    assert follower.news() == []
    RunLog(path).write(Queued())
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:20])
    assert [type(each) for each in follower.news()] == [Queued]
    path.write_bytes(whole + whole)
    assert [type(each) for each in follower.news()] == [Queued]
    assert follower.news() == []


def test_that_a_log_goes_on_after_a_half_written_line(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text('{"event": "epo')
    RunLog(path).write(Queued())
    assert [type(each) for each in read_log(path)] == [Queued]


def test_that_events_and_details_of_a_newer_version_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    lines = ['{"event": "teleported"}', '{"event": "started", "resumed": true, "mood": "good"}']
    path.write_text("\n".join([*lines, '{"event": "started"}', "[1]", ""]))
    assert list(read_log(path)) == [Started(resumed=True)]


def test_that_a_missing_log_has_no_events(tmp_path: Path) -> None:
    assert list(read_log(tmp_path / "log.jsonl")) == []


def test_that_the_data_hash_depends_on_labels_and_not_on_order() -> None:
    first, second = ImageRecord("a.jpg", "a", 1, 0, "NV"), ImageRecord("b.jpg", "b", 2, 0, "NV")
    assert data_hash([first, second]) == data_hash([second, first])
    assert data_hash([first, second]) != data_hash([first, replace(second, label="MEL")])


def test_that_a_prepared_run_knows_its_data(tmp_path: Path) -> None:
    config = replace(Config(), network=replace(Config().network, weights="download"))
    (tmp_path / "data").mkdir()
    folder = prepare_run(tmp_path / "run", tmp_path / "data", config)
    assert folder.read_record()["data_set"] == str(tmp_path.resolve() / "data")
    with pytest.raises(RunError, match="holds no training run"):
        RunFolder(tmp_path).read_record()


def test_that_no_run_is_prepared_with_what_cannot_be_followed(tmp_path: Path) -> None:
    config = replace(Config(), data=DataConfig(shares=(0.7, 0.15, 0.1)))
    with pytest.raises(ConfigError, match="sum 1"):
        prepare_run(tmp_path / "run", tmp_path, config)
    assert not (tmp_path / "run").exists()


def test_that_labels_chosen_for_a_run_stay_with_it(tmp_path: Path) -> None:
    labels = {"a.jpg": "NV", "b.jpg": "MEL", "c.jpg": "BCC"}
    records = [ImageRecord(path, path[0], 1, 1, label=code) for path, code in labels.items()]
    plain = prepare_run(tmp_path / "plain", tmp_path, Config())
    assert plain.chosen_labels() is None
    spread = {"b.jpg": {"NV": 0.75, "MEL": 0.25}}
    wanted = ChosenLabels("Labels: two.", {"a.jpg": "MEL", "b.jpg": "NV"}, spread)
    chosen = prepare_run(tmp_path / "chosen", tmp_path, Config(), wanted)
    read = chosen.chosen_labels()
    assert read == wanted
    assert [each.label for each in read.relabelled(records)] == ["MEL", "NV", ""]
    chosen.labels.write_text("[1")
    with pytest.raises(RunError, match=r"labels\.json is damaged"):
        chosen.chosen_labels()


def test_that_a_run_keeps_what_its_data_set_was_joined_with(tmp_path: Path) -> None:
    joined = Sources(folders=(tmp_path / "other",))
    joined.folders[0].mkdir()
    folder = prepare_run(tmp_path / "run", tmp_path, Config(), sources=joined)
    assert folder.read_sources() == joined
    alone = prepare_run(tmp_path / "alone", tmp_path, Config())
    assert alone.read_sources() == Sources()
    folder.sources.write_text("{}")
    with pytest.raises(RunError, match="damaged"):
        folder.read_sources()


def test_that_a_run_reads_its_tables_as_it_began_whatever_is_said_of_their_columns_later(
    tmp_path: Path,
) -> None:
    root = tmp_path / "data"
    root.mkdir()
    for name in ("a1x.jpg", "b2x.jpg"):
        (root / name).touch()
    (root / "one.csv").write_text("Bild;Befund;Zweiter\na1x;mel;nv\nb2x;nv;bcc")
    (root / "two.csv").write_text("Foto;Alter\na1x;50\nb2x;60")
    one, two = ("Bild", "Befund", "Zweiter"), ("Foto", "Alter")
    remember_mapping(one, ColumnMapping("Bild", ("Befund",)))
    link = tmp_path / "link"
    link.symlink_to(root)
    runs = [
        prepare_run(tmp_path / "run", root, Config()),
        prepare_run(tmp_path / "b", link, Config()),
    ]
    remember_mapping(one, ColumnMapping("Bild", ("Zweiter",)))
    remember_mapping(two, ColumnMapping("Foto", age="Alter"))
    for run in runs:
        place = Path(run.read_record()["data_set"])
        found = [
            image
            for batch in list_images(place, sources=run.read_sources())
            for image in batch.images
        ]
        assert [(image.label, image.age) for image in found] == [("MEL", None), ("NV", None)]
    again = [image for batch in list_images(root) for image in batch.images]
    assert [(image.label, image.age) for image in again] == [("NV", 50), ("BCC", 60)]
