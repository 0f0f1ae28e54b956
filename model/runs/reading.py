"""Reading a configuration strictly: what is not understood is refused with the reason."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeVar, cast, get_args, get_origin, get_type_hints

from model.catalogue.dividing import FEWEST_FOLDS
from model.runs.balance import Balance
from model.runs.config import (
    DOWNLOAD,
    HEAD_ONLY,
    RECORD,
    WHOLE_NETWORK,
    Config,
    ConfigError,
    DataConfig,
    FineTuningConfig,
    HeadConfig,
    NetworkConfig,
)
from model.runs.sizes import SIZE_RULE, SIZE_STEP, suits_learning, suits_network
from model.views import VIEW_COUNTS

_Fields = TypeVar("_Fields")
_SPLITS = 3


def read_config(path: Path | None) -> Config:
    """Read a configuration; what it leaves out keeps its default.

    Args:
        path: A TOML file; None for the defaults.

    Returns:
        The configuration. A relative path of weights, classifiers or a project is taken from the
        file's folder.

    Raises:
        ConfigError: The file is absent, not TOML, has an unknown name or a value that makes no
            sense, or names no starting weights.
    """
    config = Config() if path is None else _parsed(path)
    if not config.network.weights:
        raise ConfigError(
            f"{path or 'The default configuration'} names no starting weights: write a file with "
            '[network] and weights = "FILE" (or "download") and pass it with --config.'
        )
    if path is None:
        return config
    folder, network, data = path.parent.resolve(), config.network, config.data
    if network.weights != DOWNLOAD:
        others = tuple(str(folder / each) for each in network.averaged_with)
        network = replace(network, weights=str(folder / network.weights), averaged_with=others)
    if data.project:
        data = replace(data, project=str(folder / data.project))
    return replace(config, network=network, data=data)


def check_config(config: Config) -> Config:
    """The configuration, if it can be followed.

    Raises:
        ConfigError: It has values that make no sense; the message says which.
    """
    return _followed(config, "The configuration")


def config_from_text(text: str, where: str = "The configuration") -> Config:
    """What a text in TOML says; what it leaves out keeps its default.

    Args:
        text: As `Config.to_toml` writes it.
        where: What the message of an error calls it.

    Raises:
        ConfigError: It is not TOML, has an unknown name or a value that makes no sense.
    """
    try:
        tables = tomllib.loads(text)
    except ValueError as error:
        raise ConfigError(f"{where} is not valid TOML: {error}.") from error
    tables.pop(RECORD, None)
    try:
        config = _filled(Config(), tables, "")
    except ValueError as error:
        raise ConfigError(f"{where} cannot be followed: {error}.") from error
    return _followed(config, where)


def _followed(config: Config, where: str) -> Config:
    """The configuration; all that is wrong with it is told at once."""
    if complaints := "; ".join(_complaints(config)):
        raise ConfigError(f"{where} cannot be followed: {complaints}.")
    return config


def _parsed(path: Path) -> Config:
    where = f"The configuration {path}"
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{where} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{where} is not valid TOML: {error}.") from error
    return config_from_text(text, where)


def _filled(default: _Fields, values: Mapping[str, Any], place: str) -> _Fields:
    """The dataclass with these values, each of its field's kind; ValueError tells where not."""
    kinds = get_type_hints(type(default))
    known = {each.name: getattr(default, each.name) for each in fields(cast("Any", default))}
    for name in values:
        if name not in known:
            raise ValueError(f"it has an unknown name {place}{name}; known: {', '.join(known)}")
    changed = {
        name: _like(known[name], kinds[name], value, f"{place}{name}")
        for name, value in values.items()
    }
    return cast("_Fields", replace(cast("Any", default), **changed))


def _like(default: Any, kind: Any, value: Any, place: str) -> Any:
    if is_dataclass(default):
        if isinstance(value, dict):
            return _filled(default, value, f"{place}.")
        raise ValueError(f"{place} is not a table")
    if get_origin(kind) is tuple and isinstance(value, list):
        return tuple(_scalar(get_args(kind)[0], each, place) for each in value)
    return _scalar(kind, value, place)


def _scalar(kind: Any, value: Any, place: str) -> Any:
    if get_origin(kind) is Literal:
        if value in get_args(kind):
            return value
        known = ", ".join(map(repr, get_args(kind)))
        raise ValueError(f"{place} = {value!r} is unknown; known: {known}")
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not kind:
        raise ValueError(f"{place} = {value!r} is not of the right kind")
    return value


def _complaints(config: Config) -> Iterator[str]:
    checks: tuple[tuple[Callable[[Any], dict[str, bool]], Any], ...] = (
        (_wrong_network, config.network),
        (_wrong_data, config.data),
        (_wrong_head, config.head),
        (_wrong_fine_tuning, config.fine_tuning),
        (_wrong_balance, config.balance),
    )
    for check, table in checks:
        yield from (complaint for complaint, is_wrong in check(table).items() if is_wrong)
    yield from config.augmentation.complaints()


def _wrong_network(network: NetworkConfig) -> dict[str, bool]:
    return {
        f"network.size is not {SIZE_RULE}": not suits_network(network.size),
        "network.views is not 1, 2, 4 or 8": network.views not in VIEW_COUNTS,
        "network.averaged_with needs a classifier in network.weights": bool(network.averaged_with)
        and network.weights == DOWNLOAD,
    }


def _wrong_data(data: DataConfig) -> dict[str, bool]:
    return {
        "data.shares are not three positive numbers with sum 1 (100 %)": len(data.shares) != _SPLITS
        or min(data.shares) <= 0
        or abs(sum(data.shares) - 1) > 1e-6,
        "data.classes are fewer than two or doubled": bool(data.classes)
        and (len(data.classes) < 2 or len(set(data.classes)) < len(data.classes)),
        "data.folds is less than 3": data.folds < FEWEST_FOLDS,
        "data.column is not named": data.split == "column" and not data.column,
        "data.source is not named": data.split == "source" and not data.source,
        "data.seed is negative": data.seed < 0,
    }


def _wrong_head(head: HeadConfig) -> dict[str, bool]:
    lists = (head.learning_rates, head.weight_decays, head.dropouts)
    return {
        "a list of head is empty": not all(lists),
        "a learning rate of head is not positive": not all(r > 0 for r in head.learning_rates),
        "a weight decay of head is negative": not all(each >= 0 for each in head.weight_decays),
        "a dropout of head is not in 0..1": not all(0 <= each < 1 for each in head.dropouts),
        "epochs, patience and batch of head are not all positive": min(
            head.epochs, head.patience, head.batch
        )
        < 1,
        "head.views is not in 1..8": not 1 <= head.views <= max(VIEW_COUNTS),
    }


def _wrong_fine_tuning(tuning: FineTuningConfig) -> dict[str, bool]:
    name = "fine_tuning"
    whole = tuning.first in {WHOLE_NETWORK, HEAD_ONLY}
    return {
        f'{name}.first is not "all", "none" or "block_1" to "block_16"': not whole
        and tuning.first not in {f"block_{number}" for number in range(1, 17)},
        f"epochs, patience and batch of {name} are not all positive": min(
            tuning.epochs, tuning.patience, tuning.batch
        )
        < 1,
        f"{name}.learning_rate is not positive": not tuning.learning_rate > 0,
        f"warm_up, weight_decay or mixup of {name} is negative": min(
            tuning.warm_up, tuning.weight_decay, tuning.mixup
        )
        < 0,
        f"label_smoothing or averaging of {name} is not in 0..1": not (
            0 <= tuning.label_smoothing < 1 and 0 <= tuning.averaging < 1
        ),
        f"early_sizes of {name} are not all multiples of {SIZE_STEP}": not all(
            map(suits_learning, tuning.early_sizes)
        ),
        f"early_sizes and early_epochs of {name} are not equally many": len(tuning.early_sizes)
        != len(tuning.early_epochs),
        f"early_epochs of {name} are not positive, or leave none for the full size": min(
            tuning.early_epochs, default=1
        )
        < 1
        or sum(tuning.early_epochs) >= tuning.epochs,
        f"{name}.checkpoint_seconds is negative": tuning.checkpoint_seconds < 0,
    }


def _wrong_balance(balance: Balance) -> dict[str, bool]:
    return {
        "balance.tau or balance.gamma is negative": min(balance.tau, balance.gamma) < 0,
        "balance.beta is not in 0..1": not 0 <= balance.beta <= 1,
    }
