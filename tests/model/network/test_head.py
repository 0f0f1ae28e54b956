"""The head on embeddings: linear, balanced, stopped by validation; and the eight views."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from model.network.head import Examples, Head, HeadPlan, HeadSettings, Trained, train_head
from model.network.head_trials import best_head
from model.network.starting import embedded_views
from model.network.tools import Tools
from model.network.training_data import TrainingData
from model.progress import silent
from model.runs.balance import Balance, Method, balance_effect
from model.runs.config import Config, FineTuningConfig, HeadConfig, NetworkConfig
from model.runs.folder import RunFolder
from model.runs.log import EpochDone, read_log
from model.runs.steering import Steering

SETTINGS = HeadSettings(0.01, 0.0, 0.0)


def examples(counts: list[int], seed: int, spread: float = 0.5, views: int = 2) -> Examples:
    """Clouds around one corner for each class, in 8 dimensions."""
    labels = np.repeat(np.arange(len(counts)), counts)
    noise = np.random.default_rng(seed).normal(0, spread, (len(labels), views, 8))
    centres = np.eye(len(counts), 8)[labels][:, np.newaxis]
    return Examples((centres + noise).astype(np.float16), np.eye(len(counts))[labels])


def trained(
    training: Examples,
    validation: Examples,
    method: Method = "none",
    epochs: int = 10,
    views: int = 8,
) -> tuple[Trained, list[int]]:
    seen: list[int] = []
    config = HeadConfig(epochs=epochs, patience=3, batch=32, views=views)
    balance = balance_effect(Balance(method), training.targets.sum(0))
    head = train_head(
        training,
        validation,
        SETTINGS,
        HeadPlan(config, balance, 0),
        lambda epoch, _loss, _logits: seen.append(epoch),
    )
    return head, seen


def rare_recall(head: Head, found_in: Examples) -> float:
    """Of the second class."""
    rare = found_in.embeddings[found_in.targets[:, 1] == 1, 0]
    return float((head.logits(rare).argmax(1) == 1).mean())


def test_that_a_head_learns_what_can_be_told_apart() -> None:
    found, _ = trained(examples([50, 50, 50], 0, 0.1), examples([20, 20, 20], 1, 0.1))
    assert found.macro_f1 == 1


def test_that_a_head_learns_from_no_more_views_than_it_is_to() -> None:
    training, validation = examples([20, 20], 0), examples([20, 20], 1)
    alone = Examples(training.embeddings[:, :1], training.targets)
    found, _ = trained(training, validation, views=1)
    expected, _ = trained(alone, validation)
    assert np.array_equal(found.head.kernel, expected.head.kernel)
    other, _ = trained(training, validation)
    assert not np.array_equal(other.head.kernel, expected.head.kernel)


def test_that_a_head_alone_is_judged_by_as_many_views_as_its_classifier_averages() -> None:
    alone = FineTuningConfig(first="none")
    config = Config(NetworkConfig(views=8), head=HeadConfig(views=1), fine_tuning=alone)
    assert embedded_views(config, ("MEL", "NV")) == 8
    assert embedded_views(replace(config, network=NetworkConfig(views=1)), ("MEL", "NV")) == 1


def test_that_logits_are_linear_in_the_embedding() -> None:
    head = Head(np.float32([[1, 0], [2, -1]]), np.float32([0.5, 0]))
    assert head.logits(np.float16([[1, 2], [0, 0]])).tolist() == [[5.5, -2], [0.5, 0]]


@pytest.mark.parametrize(
    "method",
    [
        "logit adjustment",
        "class weights",
        "oversampling",
        "square-root oversampling and logit adjustment",
    ],
)
def test_that_balancing_finds_more_of_a_rare_class(method: Method) -> None:
    training, validation = examples([300, 10], 0, 1.0), examples([100, 100], 1, 1.0)
    plain, _ = trained(training, validation)
    balanced, _ = trained(training, validation, method)
    assert rare_recall(balanced.head, validation) > rare_recall(plain.head, validation) + 0.05


def test_that_training_stops_once_validation_does_not_get_better() -> None:
    found, seen = trained(examples([30, 30], 0, 0.01), examples([9, 9], 1, 0.01), epochs=50)
    assert seen[-1] == found.epoch + 3 < 50


@pytest.mark.parametrize(("first", "epochs"), [("none", [1]), ("all", [1, 2, 3] * 2)])
def test_that_a_run_of_the_head_alone_ends_after_the_epoch_in_which_it_was_asked_to(
    tmp_path: Path, first: str, epochs: list[int]
) -> None:
    """Of two settings. Before fine-tuning, where it takes seconds, the head is finished."""
    config = Config(
        head=HeadConfig(learning_rates=(0.01, 0.001), epochs=3, patience=3),
        fine_tuning=FineTuningConfig(first=first),
    )
    run, log = RunFolder(tmp_path), RunFolder(tmp_path).open_log()
    run.control.ask("stop_after_epoch")
    tools = Tools(config, run, log, Steering(run.control, log, silent))
    data = SimpleNamespace(
        classes=("MEL", "NV"),
        splits={
            "training": SimpleNamespace(examples=examples([30, 30], 0)),
            "validation": SimpleNamespace(examples=examples([9, 9], 1)),
        },
        mass=lambda _split: np.array([30.0, 30.0]),
    )
    assert best_head(cast(TrainingData, data), tools).epoch <= 3
    found = [each.epoch for each in read_log(run.log) if isinstance(each, EpochDone)]
    assert found == epochs


def test_that_equal_seeds_give_equal_heads() -> None:
    first, again = (trained(examples([30, 30], 0), examples([9, 9], 1))[0] for _ in range(2))
    assert np.array_equal(first.head.kernel, again.head.kernel)


def test_that_an_entry_that_never_varies_gets_no_huge_weight() -> None:
    training = examples([50, 50], 0)
    training.embeddings[..., 7] = 0
    training.embeddings[0, 0, 7] = 1e-4
    found, _ = trained(training, examples([20, 20], 1))
    assert np.abs(found.head.kernel[7]).max() < 10 * np.abs(found.head.kernel[:7]).max()


def test_that_embeddings_that_are_all_alike_give_finite_logits() -> None:
    same = Examples(np.ones((20, 2, 8), np.float16), np.repeat(np.eye(2), 10, axis=0))
    found, _ = trained(same, same)
    assert np.isfinite(found.head.logits(same.embeddings[:, 0])).all()
