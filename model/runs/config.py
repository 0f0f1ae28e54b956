"""What a training run was asked to do: a TOML file, read strictly and written back in full.

[network]
weights = "mobilenet_v2.weights.h5"   # a file, relative to this one, or "download"
size = 224                            # side of the input in pixels
mode = "stretch"                      # or "centre crop"

[data]
classes = ["MEL", "NV"]               # left out: all that the data set has
shares = [0.7, 0.15, 0.15]            # training, validation, test; whole lesions
seed = 0                              # of split, head and draws

[head]
learning_rates = [0.001]              # of several settings the one that does
weight_decays = [0.0001]              #   best on validation lesions is kept
dropouts = [0.2]
balances = ["logit adjustment"]       # or "class weights", "none"
epochs = 60
patience = 10                         # epochs without a better validation figure
batch = 128

[card]
name = "..."
licence = "..."
data = "..."                          # what the data set is
"""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal, TypeVar, cast, get_args

from model.errors import UserError
from model.images import Mode
from model.runs.toml import to_toml

_Fields = TypeVar("_Fields")
DOWNLOAD = "download"
RECORD = "run"
"""The table that a run adds to the copy in its folder; reading skips it."""

Balance = Literal["logit adjustment", "class weights", "none"]


class ConfigError(UserError):
    """A configuration that cannot be followed."""


@dataclass(frozen=True, slots=True)
class NetworkConfig:
    """Where the network starts and what it sees.

    Attributes:
        weights: File of MobileNetV2 weights without the top, or "download"; "" where not named.
        size: Side of the square input in pixels.
        mode: How a photograph becomes a square.
    """

    weights: str = ""
    size: int = 224
    mode: Mode = "stretch"


@dataclass(frozen=True, slots=True)
class DataConfig:
    """Which images, and how they are divided.

    Attributes:
        classes: Codes in the classifier's order; empty for all that the data set has.
        shares: Of training, validation and test; they add up to 1.
        seed: Of the split, of the head's first weights and of the bootstrap.
    """

    classes: tuple[str, ...] = ()
    shares: tuple[float, ...] = (0.7, 0.15, 0.15)
    seed: int = 0


@dataclass(frozen=True, slots=True)
class HeadConfig:
    """How the head is trained; each combination of the lists is tried.

    Attributes:
        learning_rates: Of AdamW.
        weight_decays: Of AdamW.
        dropouts: Share of the embedding that is dropped.
        balances: How rare classes get their weight.
        epochs: At most.
        patience: Epochs without a better macro F1 on validation before it stops.
        batch: Images for each step.
    """

    learning_rates: tuple[float, ...] = (0.001,)
    weight_decays: tuple[float, ...] = (0.0001,)
    dropouts: tuple[float, ...] = (0.2,)
    balances: tuple[Balance, ...] = ("logit adjustment",)
    epochs: int = 60
    patience: int = 10
    batch: int = 128


@dataclass(frozen=True, slots=True)
class CardConfig:
    """What the card shall say that nobody can compute."""

    name: str = "MobileNetV2, linear head"
    licence: str = "Not stated; ask the owner of the training images. Starting weights: Apache-2.0."
    data: str = "Not stated."


@dataclass(frozen=True, slots=True)
class Config:
    """All choices of a training run."""

    network: NetworkConfig = field(default_factory=NetworkConfig)
    data: DataConfig = field(default_factory=DataConfig)
    head: HeadConfig = field(default_factory=HeadConfig)
    card: CardConfig = field(default_factory=CardConfig)

    def to_toml(self) -> str:
        """The file that `read_config` reads back to an equal value."""
        return to_toml(asdict(self))


def read_config(path: Path | None) -> Config:
    """Read a configuration; what it leaves out keeps its default.

    Args:
        path: A TOML file; None for the defaults.

    Returns:
        The configuration. A relative path of weights is taken from the file's folder.

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
    if path is None or config.network.weights == DOWNLOAD:
        return config
    weights = str(path.parent.resolve() / config.network.weights)
    return replace(config, network=replace(config.network, weights=weights))


def _parsed(path: Path) -> Config:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        tables.pop(RECORD, None)
    except OSError as error:
        raise ConfigError(f"The configuration {path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise ConfigError(f"The configuration {path} is not valid TOML: {error}.") from error
    try:
        return _checked(_filled(Config(), tables, ""))
    except ValueError as error:
        raise ConfigError(f"The configuration {path} cannot be followed: {error}.") from error


def _filled(default: _Fields, values: Mapping[str, Any], place: str) -> _Fields:
    """The dataclass with these values, each of the default's kind; ValueError tells where not."""
    known = {each.name: getattr(default, each.name) for each in fields(cast("Any", default))}
    for name in values:
        if name not in known:
            raise ValueError(f"it has an unknown name {place}{name}; known: {', '.join(known)}")
    changed = {name: _like(known[name], value, f"{place}{name}") for name, value in values.items()}
    return cast("_Fields", replace(cast("Any", default), **changed))


def _like(default: Any, value: Any, place: str) -> Any:
    if isinstance(default, tuple) and isinstance(value, list):
        kind = type(default[0]) if default else str
        return tuple(_scalar(kind, each, place) for each in value)
    if isinstance(default, NetworkConfig | DataConfig | HeadConfig | CardConfig):
        if isinstance(value, dict):
            return _filled(default, value, f"{place}.")
        raise ValueError(f"{place} is not a table")
    return _scalar(type(default), value, place)


def _scalar(kind: type, value: Any, place: str) -> Any:
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not kind:
        raise ValueError(f"{place} = {value!r} is not of the right kind")
    return value


def _checked(config: Config) -> Config:
    network, data, head = config.network, config.data, config.head
    wrong = {
        "network.mode is unknown": network.mode not in get_args(Mode),
        "data.shares are not three positive numbers with sum 1": len(data.shares) != len("tvt")
        or min(data.shares) <= 0
        or abs(sum(data.shares) - 1) > 1e-6,
        "data.classes are fewer than two or doubled": bool(data.classes)
        and (len(data.classes) < 2 or len(set(data.classes)) < len(data.classes)),
        "head.balances has an unknown name": not set(head.balances) <= set(get_args(Balance)),
        "a list of head is empty": not all(
            (head.learning_rates, head.weight_decays, head.dropouts, head.balances)
        ),
        "a learning rate is not positive": not all(rate > 0 for rate in head.learning_rates),
        "a weight decay is negative": not all(decay >= 0 for decay in head.weight_decays),
        "a dropout is not in 0..1": not all(0 <= share < 1 for share in head.dropouts),
        "epochs, patience and batch are not all positive": min(
            head.epochs, head.patience, head.batch
        )
        < 1,
    }
    for complaint, is_wrong in wrong.items():
        if is_wrong:
            raise ValueError(complaint)
    return config
