"""Fine-tuning: what learns, what does not, and that a killed run ends as if it had not been."""

import math
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import keras
import numpy as np
import pytest
import tensorflow as tf

from model.augmentation import Augmentation
from model.classifier.card import Card
from model.classifier.classifier import Classifier
from model.errors import UserError
from model.images import Preprocessing, prepare
from model.network import tuned
from model.network.batches import Draws
from model.network.build import build_network
from model.network.checkpoint import Place, State, read_state, write_state
from model.network.fine_tuning import FineTuning, Validation, learn_from
from model.network.folding import FoldedNetwork
from model.network.head import Head
from model.network.learning import Learner, learning_rate
from model.network.losses import balanced_loss
from model.network.memory import NoMemoryError, check_memory, memory_told
from model.network.pixels import cached_pixels
from model.network.precision import building, chosen_policy, repeat_exactly
from model.network.starting import embedded_views
from model.network.tools import Tools
from model.network.training import train
from model.network.vanishing import VanishedError
from model.progress import Cancelled, silent
from model.records import ImageRecord
from model.runs.balance import Balance, balance_effect
from model.runs.config import Config, DataConfig, FineTuningConfig, HeadConfig, NetworkConfig
from model.runs.folder import RunFolder
from model.runs.log import EpochDone, Progress, RunLog, read_log
from model.runs.steering import Steering
from tests.model.network.test_training import make_photograph, make_photographs

SIDE = 96


def small_config(network: keras.Model, folder: Path) -> Config:
    """A short training that starts from a network's own weights."""
    weights = folder / "start.weights.h5"
    keras.Model(network.input, network.get_layer("out_relu").output).save_weights(weights)
    return Config(
        network=NetworkConfig(str(weights), SIDE),
        data=DataConfig(shares=(0.5, 0.25, 0.25), seed=2),
        head=HeadConfig(views=1, epochs=2, batch=8),
        fine_tuning=FineTuningConfig(
            epochs=2, batch=4, checkpoint_seconds=0.0, early_sizes=(64,), early_epochs=(1,)
        ),
    )


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_photographs(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def config(network: keras.Model, tmp_path_factory: pytest.TempPathFactory) -> Config:
    return small_config(network, tmp_path_factory.mktemp("weights"))


@pytest.fixture(scope="module")
def undisturbed(data: Path, config: Config, tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    folder = RunFolder.create(tmp_path_factory.mktemp("runs") / "undisturbed")
    train(data, folder, config, silent)
    return folder


def weights_of(folder: RunFolder) -> list[np.ndarray]:
    network = keras.saving.load_model(folder.classifier / "network.keras", compile=False)
    return list(network.get_weights())


def same(left: RunFolder, right: RunFolder) -> bool:
    pairs = zip(weights_of(left), weights_of(right), strict=True)
    return all(np.array_equal(a, b) for a, b in pairs)


def test_that_a_fine_tuned_run_ends_with_a_classifier_and_its_epochs(
    undisturbed: RunFolder,
) -> None:
    events = [each for each in read_log(undisturbed.log) if isinstance(each, EpochDone)]
    tuned = [each for each in events if each.phase == "fine-tuning"]
    assert [(each.epoch, each.size) for each in tuned] == [(1, 64), (2, SIDE)]
    assert all(0 <= each.balanced_accuracy <= 1 and each.loss > 0 for each in tuned)
    card = Card.load(undisturbed.classifier)
    assert card.metrics["fine_tuning"]["epoch"] in {1, 2}
    assert card.metrics["test"]["accuracy"]["n"] == 6
    assert not undisturbed.pixels.exists()


def test_that_the_cards_figures_are_those_of_the_classifier_on_disk(
    undisturbed: RunFolder, data: Path
) -> None:
    classifier = Classifier.load(undisturbed.classifier)
    right = []
    for each in classifier.card.images["test"]:
        (path,) = data.rglob(f"{each.image_id}.jpg")
        image = prepare(path.read_bytes(), classifier.card.preprocessing)
        found = classifier.classify(image[np.newaxis]).logits[0].argmax()
        right.append(classifier.card.classes[found] == path.parent.name.upper())
    assert classifier.card.metrics["test"]["accuracy"]["value"] == pytest.approx(np.mean(right))


@pytest.mark.parametrize(("classes", "keeps"), [(("MEL", "NV"), True), (("NV", "MEL"), False)])
def test_that_a_training_goes_on_with_the_head_of_a_classifier_of_the_same_classes(
    classes: tuple[str, ...],
    keeps: bool,
    undisturbed: RunFolder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fresh = Head(np.full((1280, 2), 3, np.float32), np.full(2, 4, np.float32))
    monkeypatch.setattr(tuned, "best_head", lambda *_: SimpleNamespace(head=fresh))
    config = Config(network=NetworkConfig(str(undisturbed.classifier), SIDE))
    tools = SimpleNamespace(config=config, place=RunFolder(tmp_path))
    data, balance = SimpleNamespace(classes=classes), balance_effect(Balance("none"), [5, 5])
    learner = tuned._learner(cast("Any", data), cast("Any", tools), balance)
    *_, kernel, bias = weights_of(undisturbed) if keeps else (fresh.kernel, fresh.bias)
    assert np.array_equal(learner.network.get_layer("logits").kernel, kernel)
    assert np.array_equal(learner.network.get_layer("logits").bias, bias)


@pytest.mark.parametrize(
    ("classes", "first", "views"),
    [(("MEL", "NV"), "block_13", 1), (("MEL", "NV"), "none", 8), (("NV", "MEL"), "block_13", 8)],
)
def test_that_eight_views_are_embedded_only_for_a_head_that_will_learn_from_them(
    classes: tuple[str, ...], first: str, views: int, undisturbed: RunFolder
) -> None:
    config = Config(
        network=NetworkConfig(str(undisturbed.classifier), SIDE),
        fine_tuning=FineTuningConfig(first=first),
    )
    assert embedded_views(config, classes) == views


class Stopping:
    """Steering that stops at a step, once."""

    fold = 0

    def __init__(self, at: int = 0) -> None:
        self._left = at
        self.messages: list[str] = []

    def tell(self, _progress: Progress, message: str) -> None:
        self.messages.append(message)
        self._left -= 1
        if self._left == 0:
            raise Cancelled

    def ends_after_epoch(self) -> bool:
        return False


def tiny_tuning(folder: Path, steering: Stopping, policy: str = "float32") -> FineTuning:
    """A network of two layers with dropout, on noise; all that a checkpoint holds is in it."""
    keras.utils.set_random_seed(3)
    with building(policy):
        image = keras.Input((None, None, 3))
        features = keras.layers.Conv2D(4, 3, activation="relu")(image)
        pooled = keras.layers.GlobalAveragePooling2D()(features)
        kept = keras.layers.Dropout(0.3, seed=4)(pooled)
        logits = keras.layers.Dense(2, name="logits", dtype="float32")(kept)
    network = keras.Model(image, logits)
    pixels = np.random.default_rng(0).integers(0, 255, (20, 24, 24, 3), np.uint8)
    targets = np.eye(2)[np.arange(20) % 2]
    targets[:5] = 0.75, 0.25  # of four readers three named the first
    config = FineTuningConfig(
        epochs=3, batch=4, early_sizes=(12,), early_epochs=(1,), checkpoint_seconds=1e9
    )
    balance = balance_effect(Balance("square-root oversampling"), targets.sum(0))
    return FineTuning(
        Learner(network, balanced_loss(balance), config),
        Draws(pixels, targets, balance.draws, Augmentation(cutout=0.3), 4, seed=1, mixup=0.5),
        Validation(pixels[:, :16, :16], targets, ("MEL", "NV")),
        Tools(
            Config(fine_tuning=config),
            RunFolder(folder),
            RunLog(folder / "log.jsonl"),
            cast("Steering", steering),
        ),
    )


def ends_with(tuning: FineTuning) -> list[np.ndarray]:
    tuning.run()
    return [np.asarray(each) for each in tuning.learner.variables]


@pytest.mark.parametrize(
    ("step", "policy"),
    # Five steps and the validation of each epoch can be stopped.
    [*((step, "float32") for step in (1, 4, 5, 6, 7, 13, 18)), (7, "mixed_float16")],
)
def test_that_a_training_that_was_stopped_anywhere_ends_with_the_same_weights(
    tmp_path: Path, step: int, policy: str
) -> None:
    (tmp_path / "a").mkdir()
    expected = ends_with(tiny_tuning(tmp_path / "a", Stopping(), policy))
    (tmp_path / "b").mkdir()
    with pytest.raises(Cancelled):
        tiny_tuning(tmp_path / "b", Stopping(at=step), policy).run()
    found = ends_with(tiny_tuning(tmp_path / "b", Stopping(), policy))
    assert all(np.array_equal(x, y) for x, y in zip(expected, found, strict=True))
    epochs = [
        [replace(each, time="", images_per_second=0) for each in read_log(log)]
        for log in (tmp_path / "a" / "log.jsonl", tmp_path / "b" / "log.jsonl")
    ]
    assert epochs[0] == epochs[1]


def test_that_the_validation_of_an_epoch_says_how_far_it_is(tmp_path: Path) -> None:
    steering = Stopping()
    tiny_tuning(tmp_path, steering).run()
    assert steering.messages[4].startswith("Fine-tuning · epoch 1 · loss")
    assert steering.messages[5] == "Fine-tuning · epoch 1 · validating, 0 of 20 images"
    assert len(steering.messages) == 3 * (5 + 1)


def test_that_a_run_is_stopped_in_its_last_minutes_and_ends_as_if_it_had_not_been(
    data: Path, config: Config, undisturbed: RunFolder, tmp_path: Path
) -> None:
    folder, told = RunFolder.create(tmp_path / "run"), []

    def report(_done: int, _total: int, message: str) -> None:
        told.append(message)
        if message == stopped_at:
            folder.control.ask("stop")

    for stopped_at in ("Classifying the test images", "Estimating the intervals of the figures"):
        with pytest.raises(Cancelled):
            train(data, folder, config, report)
        assert told[-1] == stopped_at
        assert not folder.classifier.exists()
        folder.control.withdraw_all()
    train(data, folder, config, silent)
    assert same(folder, undisturbed)
    assert Card.load(folder.classifier).metrics == Card.load(undisturbed.classifier).metrics


def test_that_a_training_whose_loss_is_no_number_says_what_to_lower(tmp_path: Path) -> None:
    tuning = tiny_tuning(tmp_path, Stopping())
    kernel = tuning.learner.network.trainable_variables[0]
    kernel.assign(np.full(kernel.shape, np.inf))
    with pytest.raises(UserError, match=r"epoch 1, step 1 .* lower `learning_rate`"):
        tuning.run()


def test_that_no_step_is_steeper_than_one() -> None:
    image = keras.Input((4, 4, 3))
    pooled = keras.layers.GlobalAveragePooling2D()(image)
    network = keras.Model(image, keras.layers.Dense(2, name="logits")(pooled))
    before = network.get_weights()
    learner = Learner(
        network, balanced_loss(balance_effect(Balance("none"), [5, 5])), FineTuningConfig()
    )
    # Adam forgets the length of a gradient, its second moment does not: sum = (1 - 0.999) length^2.
    learner.step(np.full((2, 4, 4, 3), 255, np.uint8), np.eye(2, dtype=np.float32), 0.1)
    moments = [each.numpy() for each in learner.variables if "velocity" in each.name]
    assert sum(each.sum() for each in moments) == pytest.approx(0.001, rel=1e-3)
    assert not np.allclose(before[0], network.get_weights()[0])


def test_that_batch_norms_never_learn_and_layers_before_the_block_neither() -> None:
    network = build_network(2, size=None)
    learn_from(network, "block_13")
    learning = {layer.name for layer in network.layers if layer.trainable_variables}
    assert "block_13_expand" in learning
    assert "block_12_project" not in learning
    assert "block_1_expand" not in learning
    assert not any(name.endswith("BN") for name in learning)
    learn_from(network, "all")
    assert network.get_layer("Conv1").trainable_variables
    with pytest.raises(UserError, match="no block 'block_99'"):
        learn_from(network, "block_99")


def test_that_a_network_for_any_size_says_what_one_for_a_fixed_size_says(
    images: np.ndarray, network: keras.Model
) -> None:
    free = build_network(3, size=None)
    free.set_weights(network.get_weights())
    batch = images[:2].astype(np.float32)
    assert np.allclose(free(batch), network(batch), atol=1e-5)


def test_that_the_learning_rate_rises_in_a_line_and_falls_along_a_cosine() -> None:
    rates = [learning_rate(step, 110, 10, 1.0) for step in range(110)]
    assert rates[4] == pytest.approx(0.5)
    assert rates[9] == 1
    assert rates[60] == pytest.approx(0.5)  # half of the cosine
    assert rates[35] == pytest.approx((1 + math.cos(math.pi / 4)) / 2)


def test_that_averaged_weights_are_those_of_polyak() -> None:
    image = keras.Input((4, 4, 3))
    pooled = keras.layers.GlobalAveragePooling2D()(image)
    network = keras.Model(image, keras.layers.Dense(2, name="logits")(pooled))
    balance = balance_effect(Balance("none"), [5, 5])
    learner = Learner(network, balanced_loss(balance), FineTuningConfig(averaging=0.5))
    average, pixels = network.get_weights()[0], np.full((2, 4, 4, 3), 9, np.uint8)
    for step in range(1, 5):
        learner.step(pixels, np.eye(2, dtype=np.float32), 0.1)
        decay = min(0.5, step / (9 + step))
        average = decay * average + (1 - decay) * network.get_weights()[0]
    assert np.allclose(learner.averages()[0], average, atol=1e-6)


def test_that_an_epoch_can_be_begun_at_any_batch() -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (10, 40, 40, 3), np.uint8)
    draws = Draws(pixels, np.eye(2)[np.arange(10) % 2], np.ones(2), Augmentation(), 3, seed=1)
    whole = list(draws.epoch(2, 32))
    assert len(whole) == draws.steps == 3
    assert whole[0].pixels.shape == (3, 32, 32, 3)
    (last,) = draws.epoch(2, 32, first=2)
    assert np.array_equal(last.pixels, whole[2].pixels)
    assert not np.array_equal(next(draws.epoch(3, 32)).pixels, whole[0].pixels)


def test_that_pixels_are_read_once_and_again_where_files_changed(tmp_path: Path) -> None:
    make_photograph(tmp_path / "a.jpg", 200, 1)
    record = ImageRecord("a.jpg", "a", 1, 1)
    preprocessing, file = Preprocessing(32), tmp_path / "run" / "training.npy"
    found = cached_pixels(tmp_path, [record], preprocessing, file, silent)
    assert np.array_equal(found[0], prepare((tmp_path / "a.jpg").read_bytes(), preprocessing))
    (tmp_path / "a.jpg").unlink()
    assert np.array_equal(cached_pixels(tmp_path, [record], preprocessing, file, silent), found)
    with pytest.raises(VanishedError, match="cannot now"):
        cached_pixels(tmp_path, [replace(record, modified=2)], preprocessing, file, silent)


def test_that_a_damaged_checkpoint_is_told(tmp_path: Path) -> None:
    assert read_state(tmp_path) is None
    write_state(tmp_path, State(Place(3, 5), [np.arange(3)], []))
    stored = read_state(tmp_path)
    assert stored is not None
    assert stored.place == Place(3, 5)
    (tmp_path / "state.npz").write_bytes(b"PK half")
    with pytest.raises(UserError, match="damaged"):
        read_state(tmp_path)


def test_that_half_precision_learns_with_weights_and_logits_in_full() -> None:
    with building(chosen_policy("mixed")):
        network = build_network(2, size=None, seed=1)
    assert keras.config.dtype_policy().name == "float32"
    assert network.get_layer("Conv1").compute_dtype == "float16"
    assert {variable.dtype for variable in network.trainable_variables} == {"float32"}
    learn_from(network, "block_16")
    balance = balance_effect(Balance("none"), [5, 5])
    learner = Learner(network, balanced_loss(balance), FineTuningConfig())
    before = network.get_layer("block_16_project").get_weights()[0]
    pixels = np.random.default_rng(0).integers(0, 255, (4, SIDE, SIDE, 3), np.uint8)
    targets = np.tile(np.eye(2, dtype=np.float32), (2, 1))
    losses = [learner.step(pixels, targets, 1e-3) for _ in range(3)]
    assert np.isfinite(losses).all()
    assert learner.logits(pixels).dtype == np.float32
    assert not np.array_equal(network.get_layer("block_16_project").get_weights()[0], before)


def test_that_a_gpu_is_told_to_repeat_itself_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[bool] = []
    monkeypatch.setattr(tf.config.experimental, "enable_op_determinism", lambda: told.append(True))
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda _kind: [])
    repeat_exactly()
    assert not told, "the processor does so anyway"
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda _kind: [object()])
    repeat_exactly()
    assert told


@pytest.mark.parametrize(("capability", "policy"), [((6, 1), "float32"), ((7, 5), "mixed_float16")])
def test_that_a_gpu_that_gains_by_half_precision_uses_it(
    monkeypatch: pytest.MonkeyPatch, capability: tuple[int, int], policy: str
) -> None:
    details = {"compute_capability": capability}
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda _kind: [object()])
    monkeypatch.setattr(tf.config.experimental, "get_device_details", lambda _gpu: details)
    assert chosen_policy("auto") == policy
    assert chosen_policy("float32") == "float32"
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda _kind: [])
    assert chosen_policy("auto") == "float32"


def test_that_a_batch_without_room_in_memory_is_told_with_what_to_do() -> None:
    check_memory(1, 96)
    with pytest.raises(NoMemoryError, match="1,000,000 images of 384 × 384 pixels needs"):
        check_memory(1_000_000, 384)
    with pytest.raises(NoMemoryError, match="smaller `batch`"), memory_told(64, 224):
        raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")


def unlike_at_its_start(network: keras.Model) -> None:
    """Statistics and factors as a network has them that has learned."""
    generator = np.random.default_rng(0)
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.set_weights([generator.uniform(0.5, 1.5, w.shape) for w in layer.get_weights()])


@pytest.mark.parametrize("side", [96, 80])
def test_that_folded_batch_norms_change_neither_logits_nor_gradients(side: int) -> None:
    network = build_network(3, size=None, seed=1)
    unlike_at_its_start(network)
    learn_from(network, "all")
    learned = network.trainable_variables
    pixels = np.random.default_rng(1).integers(0, 255, (2, side, side, 3))
    images = tf.constant(pixels, tf.float32)

    def found(answer: Any) -> tuple[Any, Any]:
        with tf.GradientTape() as tape:
            logits = answer(images, training=False)
            loss = tf.reduce_sum(logits**2)
        return logits, tape.gradient(loss, learned)

    logits, gradients = found(network)
    folded_logits, folded_gradients = found(FoldedNetwork(network))
    assert np.allclose(logits, folded_logits, atol=1e-5)
    for one, other in zip(gradients, folded_gradients, strict=True):
        assert tf.norm(one - other) <= 1e-4 * tf.norm(one)
