"""Runs with folds, runs that start from a classifier, and runs that were killed at their end."""

import shutil
import weakref
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from model.catalogue.chosen_labels import ChosenLabels
from model.catalogue.score_tables import read_scores
from model.catalogue.split_plan import SplitPlan
from model.classifier.card import Card, ClassifierError
from model.classifier.exposure import Exposure, exposure
from model.errors import UserError
from model.images import content_hash
from model.network.build import WeightsError
from model.network.outcome import Outcome, keep, learned
from model.network.planning import Planned
from model.network.tools import Tools
from model.network.training import train
from model.network.training_data import TrainingData, training_data
from model.progress import silent
from model.project.out_of_fold import latest_out_of_fold
from model.project.project import Project
from model.runs.config import Config, DataConfig, FineTuningConfig, HeadConfig, NetworkConfig
from model.runs.folder import RunError, RunFolder, prepare_run
from model.runs.log import Divided, EpochDone, Finished, Progress, read_log
from model.runs.out_of_fold import read_table, store_in_project
from tests.model.network.test_training import make_photographs

SIDE = 96
EACH = 9


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_photographs(tmp_path_factory.mktemp("data"), EACH)


@pytest.fixture(scope="module")
def only_head(network: keras.Model, tmp_path_factory: pytest.TempPathFactory) -> Config:
    weights = tmp_path_factory.mktemp("weights") / "start.weights.h5"
    keras.Model(network.input, network.get_layer("out_relu").output).save_weights(weights)
    return Config(
        network=NetworkConfig(str(weights), SIDE),
        data=DataConfig(split="folds", folds=3, seed=2),
        head=HeadConfig(learning_rates=(0.01,), views=2, epochs=6, batch=8),
        fine_tuning=FineTuningConfig(first="none"),
    )


@pytest.fixture(autouse=True, scope="module")
def _uncompiled() -> Iterator[None]:
    """Compiling the classifiers that runs end with takes seconds each and is tested elsewhere."""

    def save(network: keras.Model, card: Card, folder: Path) -> None:
        folder.mkdir(parents=True)
        network.save(folder / "network.keras")
        card.save(folder)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("model.network.outcome.save_classifier", save)
        yield


def run(data: Path, config: Config, path: Path) -> RunFolder:
    folder = RunFolder.create(path)
    train(data, folder, config, silent)
    return folder


@pytest.fixture(scope="module")
def folds(data: Path, only_head: Config, tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    return run(data, only_head, tmp_path_factory.mktemp("runs") / "folds")


def test_that_each_image_is_judged_once_by_a_network_that_did_not_learn_from_it(
    folds: RunFolder,
) -> None:
    table = read_table(folds.out_of_fold)
    assert len({row.path for row in table.rows}) == len(table.rows) == 2 * EACH
    for row in table.rows:
        card = Card.load(folds.folds / str(row.fold) / "classifier")
        assert exposure(card, row.image_id, row.lesion_id) is Exposure.UNSEEN
        assert row.image_id in {image.image_id for image in card.images["test"]}
        assert sum(row.probabilities) == pytest.approx(1)


def test_that_the_log_of_folds_tells_which_network_learns_and_ends_with_figures_of_all(
    folds: RunFolder,
) -> None:
    events = list(read_log(folds.log))
    assert {each.fold for each in events if isinstance(each, EpochDone)} == {1, 2, 3}
    finished = events[-1]
    assert isinstance(finished, Finished)
    assert finished.metrics["out of fold"]["images"] == 2 * EACH


def test_that_out_of_fold_probabilities_can_be_evaluated_and_kept_in_a_project(
    folds: RunFolder, data: Path, tmp_path: Path
) -> None:
    table, scores = read_table(folds.out_of_fold), read_scores(folds.out_of_fold)
    assert scores.classes == table.classes == ("MEL", "NV")
    project = Project.create(tmp_path / "a.secondlook", data, "One folder per class")
    store_in_project(folds, project)
    store_in_project(folds, project)
    found = latest_out_of_fold(project)
    project.close()
    assert found is not None
    row = table.rows[0]
    stored = found.probabilities[found.rows[content_hash((data / row.path).read_bytes())]]
    np.testing.assert_allclose(stored, row.probabilities, atol=1e-6)


def test_that_folds_of_soft_labels_are_held_against_the_spread(
    data: Path, only_head: Config, tmp_path: Path
) -> None:
    paths = {path.relative_to(data).as_posix() for path in data.rglob("*.jpg")}
    codes = {path: path[: path.index("/")].upper() for path in paths}
    # Of every fifth dark image one reader of four says that it is bright.
    shares = {f"mel/dark_{number}.jpg": {"MEL": 0.75, "NV": 0.25} for number in (0, 5)}
    labels = ChosenLabels("Labels: soft.", codes, shares)
    folder = prepare_run(tmp_path / "soft", data, only_head, labels)
    train(data, folder, only_head, silent)
    *_, finished = read_log(folder.log)
    assert isinstance(finished, Finished)
    found = finished.metrics["out of fold"]["against_spread"]
    table = read_table(folder.out_of_fold)
    expected, entropies = [], []
    for row in table.rows:
        wanted = shares.get(row.path, {codes[row.path]: 1.0})
        said = dict(zip(table.classes, row.probabilities, strict=True))
        expected.append(wanted.get(max(said, key=said.__getitem__), 0))
        entropies.append(-sum(share * np.log(said[code]) for code, share in wanted.items()))
    assert found["expected_accuracy"]["value"] == pytest.approx(np.mean(expected))
    assert found["cross_entropy"]["value"] == pytest.approx(np.mean(entropies))
    assert found["attainable_accuracy"]["value"] == pytest.approx(1 - 2 * 0.25 / (2 * EACH))
    assert "Labels: soft." in Card.load(folder.folds / "1" / "classifier").data


def test_that_a_fold_that_is_finished_is_not_trained_again(
    folds: RunFolder, data: Path, only_head: Config, tmp_path: Path
) -> None:
    again = RunFolder(tmp_path / "again")
    shutil.copytree(folds.path, again.path)
    shutil.rmtree(again.folds / "3" / "classifier")
    again.out_of_fold.unlink()
    before = sum(isinstance(each, Divided) for each in read_log(again.log))
    train(data, again, only_head, silent)
    after = sum(isinstance(each, Divided) for each in read_log(again.log))
    assert after == before + 1
    assert again.out_of_fold.read_bytes() == folds.out_of_fold.read_bytes()


def test_that_stopping_after_an_epoch_ends_one_fold_and_the_next_one_follows(
    data: Path, only_head: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[bool] = []

    def asked_meanwhile(training: TrainingData, tools: Tools) -> Outcome:
        found.append(tools.steering.ends_after_epoch())
        if tools.steering.fold == 1:
            RunFolder(tmp_path / "run").control.ask("stop_after_epoch")
            assert tools.steering.ends_after_epoch()
        return learned(training, tools)

    monkeypatch.setattr("model.network.folds.learned", asked_meanwhile)
    folder = run(data, only_head, tmp_path / "run")
    assert found == [False, False, False]
    assert len(read_table(folder.out_of_fold).rows) == 2 * EACH


def test_that_a_fold_that_is_being_compiled_takes_the_request_to_end_with_it(
    data: Path, only_head: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[bool] = []

    def asked_meanwhile(outcome: Outcome, tools: Tools) -> None:
        found.append(tools.steering.ends_after_epoch())
        RunFolder(tmp_path / "run").control.ask("stop_after_epoch")
        keep(outcome, tools)

    monkeypatch.setattr("model.network.folds.keep", asked_meanwhile)
    run(data, only_head, tmp_path / "run")
    assert found == [False, False, False]


def test_that_the_data_of_one_fold_is_gone_when_the_next_one_begins(
    data: Path, only_head: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[weakref.ref[np.ndarray]] = []
    left: list[int] = []

    def watched(planned: Planned, plan: SplitPlan) -> TrainingData:
        left.append(sum(each() is not None for each in held))
        found = training_data(planned.root, plan, planned.features)
        held.extend(weakref.ref(each.examples.embeddings) for each in found.splits.values())
        return found

    monkeypatch.setattr(Planned, "data", watched)
    run(data, only_head, tmp_path / "run")
    assert left == [0, 0, 0]


def test_that_a_run_killed_in_its_last_moment_only_has_to_say_that_it_ended(
    folds: RunFolder, data: Path, only_head: Config, tmp_path: Path
) -> None:
    again = RunFolder(tmp_path / "again")
    shutil.copytree(folds.path, again.path)
    again.log.write_bytes(again.log.read_bytes().rsplit(b"\n", 2)[0] + b"\n")
    (again.folds / "2" / "pixels").mkdir()
    assert train(data, again, only_head, silent) == again.out_of_fold
    ends = [list(read_log(each.log))[-1] for each in (again, folds)]
    assert isinstance(ends[0], Finished)
    assert replace(ends[0], time="") == replace(ends[1], time="")
    assert not (again.folds / "2" / "pixels").exists()


def test_that_a_run_without_folds_has_no_table(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="missing or damaged"):
        read_table(RunFolder(tmp_path).out_of_fold)


def test_that_a_training_from_a_classifier_takes_over_its_weights_and_its_split(
    folds: RunFolder, data: Path, only_head: Config, tmp_path: Path
) -> None:
    start = folds.folds / "1" / "classifier"
    config = replace(
        only_head,
        network=NetworkConfig(str(start), SIDE),
        data=DataConfig(split="inherit"),
    )
    card = Card.load(run(data, config, tmp_path / "run").classifier)
    for name, images in Card.load(start).images.items():
        assert {i.image_id for i in card.images[name]} == {i.image_id for i in images}
    assert card.metrics["split"]["leaked"] == 0
    assert "started from the classifier" in card.data
    loaded = [
        keras.saving.load_model(folder / "network.keras", compile=False).get_weights()
        for folder in (start, tmp_path / "run" / "classifier")
    ]
    assert all(np.array_equal(a, b) for a, b in zip(loaded[0][:-2], loaded[1][:-2], strict=True))


def test_that_a_training_starts_from_the_mean_of_classifiers_of_one_split(
    folds: RunFolder, data: Path, only_head: Config, tmp_path: Path
) -> None:
    start = folds.folds / "1" / "classifier"
    other = shutil.copytree(start, tmp_path / "other")
    network = keras.saving.load_model(other / "network.keras", compile=False)
    network.set_weights([each / 2 for each in network.get_weights()])
    network.save(other / "network.keras")
    config = replace(
        only_head,
        network=NetworkConfig(str(start), SIDE, averaged_with=(str(other),)),
        data=DataConfig(split="inherit"),
    )
    trained = run(data, config, tmp_path / "run").classifier
    assert "the mean of the weights of the classifiers" in Card.load(trained).data
    loaded = [
        keras.saving.load_model(folder / "network.keras", compile=False).get_weights()[:-2]
        for folder in (start, trained)
    ]
    assert all(np.allclose(0.75 * a, b, atol=0) for a, b in zip(*loaded, strict=True))


def test_that_classifiers_that_learned_from_other_images_are_not_averaged(
    folds: RunFolder, data: Path, only_head: Config, tmp_path: Path
) -> None:
    first, second = (str(folds.folds / number / "classifier") for number in "12")
    config = replace(only_head, network=NetworkConfig(first, SIDE, averaged_with=(second,)))
    with pytest.raises(WeightsError, match="learned from other images"):
        run(data, config, tmp_path / "run")


def test_that_a_training_that_divides_otherwise_than_its_classifier_is_marked_as_leaked(
    folds: RunFolder, data: Path, only_head: Config, tmp_path: Path
) -> None:
    start = folds.folds / "1" / "classifier"
    config = replace(
        only_head,
        network=NetworkConfig(str(start), SIDE),
        data=DataConfig(shares=(0.34, 0.33, 0.33), seed=5),
    )
    card = Card.load(run(data, config, tmp_path / "run").classifier)
    assert card.metrics["split"]["leaked"] > 0
    assert "Leaked" in card.data
    before = {i.image_id for n in ("training", "validation") for i in Card.load(start).images[n]}
    now = {i.image_id for n in ("training", "validation") for i in card.images[n]}
    assert before <= now
    tested = {i.image_id for i in card.images["test"]}
    assert card.metrics["test"]["images"] == len(tested - before) or tested <= before


def test_that_starting_weights_that_are_no_classifier_of_ours_are_refused(
    data: Path, only_head: Config, tmp_path: Path, folds: RunFolder
) -> None:
    config = replace(only_head, network=NetworkConfig(str(tmp_path), SIDE))
    with pytest.raises(ClassifierError, match="holds no classifier"):
        run(data, config, tmp_path / "run")
    other = shutil.copytree(folds.folds / "1" / "classifier", tmp_path / "other")
    small = keras.Sequential([keras.Input((SIDE, SIDE, 3)), keras.layers.Flatten()])
    small.save(other / "network.keras")
    config = replace(only_head, network=NetworkConfig(str(other), SIDE))
    with pytest.raises(WeightsError, match="another network"):
        run(data, config, tmp_path / "second")


def test_that_fewer_lesions_than_folds_are_told_before_anything_is_read(
    data: Path, only_head: Config, tmp_path: Path
) -> None:
    config = replace(only_head, data=DataConfig(split="folds", folds=EACH + 1))
    with pytest.raises(UserError, match="10 folds"):
        run(data, config, tmp_path / "run")
    assert not (tmp_path / "run" / "features").exists()


def test_that_one_class_alone_cannot_be_learned(
    data: Path, only_head: Config, tmp_path: Path
) -> None:
    shutil.copytree(data / "nv", tmp_path / "one" / "nv")
    with pytest.raises(UserError, match="a training needs two"):
        run(tmp_path / "one", only_head, tmp_path / "run")


def test_that_weights_that_are_not_there_are_told_before_the_images_are_read(
    data: Path, only_head: Config, tmp_path: Path
) -> None:
    config = replace(only_head, network=NetworkConfig(str(tmp_path / "gone.h5"), SIDE))
    with pytest.raises(WeightsError, match=r"gone\.h5 do not exist"):
        run(data, config, tmp_path / "run")
    log = list(read_log(RunFolder(tmp_path / "run").log))
    assert {each.activity for each in log if isinstance(each, Progress)} <= {"Listing images"}
