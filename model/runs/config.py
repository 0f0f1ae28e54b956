"""What a training run was asked to do: a TOML file, read strictly and written back in full.

[network]
weights = "mobilenet_v2.weights.h5"   # a file, a classifier's folder (both relative to this
                                      #   file), or "download"
size = 224                            # side of the input in pixels
mode = "stretch"                      # or "centre crop"
steps = []                            # "border crop", "hair removal", "shades of gray"
precision = "auto"                    # mixed where there is a GPU; or "float32", "mixed"
views = 1                             # exact views averaged when classifying: 1, 2, 4 or 8
averaged_with = []                    # classifiers' folders: starts from the mean of their weights
                                      #   and those of `weights`, a classifier of the same split

[data]
classes = ["MEL", "NV"]               # left out: all that the data set has
labels = "recorded"                   # or of the project's review: "adjudicated" (as decided, else
                                      #   as recorded), "adjudicated only", "without disputed",
                                      #   "spread" (of the readings, as soft labels, else as
                                      #   recorded), "spread only"
project = ""                          # whose review, relative to this file; "": the folder's own
split = "lesions"                     # by shares of whole lesions; or "folds", "column", "source",
                                      #   "inherit" (that of the starting classifier)
shares = [0.7, 0.15, 0.15]            # training, validation, test
folds = 5                             # for "folds", 3 or more: as many networks, each image
                                      #   tested by one of them
column = ""                           # for "column": where a table names each image's split
source = ""                           # for "source": the collection that becomes the test
seed = 0                              # of split, first weights, order, draws and bootstrap

[balance]
method = "logit adjustment"           # see `model.runs.balance.METHODS`
tau = 1.0                             # of logit adjustment
beta = 0.999                          # of effective number
gamma = 2.0                           # of focal loss

[augmentation]                        # see `model.augmentation`

[head]
learning_rates = [0.001]              # of several settings the one that does
weight_decays = [0.0001]              #   best on validation lesions is kept
dropouts = [0.2]
views = 8                             # of the eight exact views, those it learns from
epochs = 60
patience = 10                         # epochs without a better validation figure
batch = 128

[fine_tuning]
first = "all"                         # the first block that learns, as "block_13"; "none": only
                                      #   the head does
epochs = 30
batch = 32
learning_rate = 0.0003                # the highest, after the warm-up; then a cosine to 0
warm_up = 1.0                         # epochs
weight_decay = 0.0001                 # of kernels alone
label_smoothing = 0.05
mixup = 0.0                           # blends images of a batch in pairs, by shares from
                                      #   Beta(mixup, mixup); 0: none
averaging = 0.999                     # decay of the averaged weights; 0: the last ones are kept
patience = 10
early_sizes = []                      # smaller inputs for the first epochs, such as [128, 160]
early_epochs = []                     #   for so many epochs each
checkpoint_seconds = 60.0             # at most so much work is done again after a kill

[card]
name = "..."
licence = "..."
data = "..."                          # what the data set is
"""

from dataclasses import asdict, dataclass, field, replace
from typing import Literal

from model.augmentation import Augmentation
from model.catalogue.chosen_labels import LabelUse
from model.errors import UserError
from model.images import Mode, Preprocessing, Step
from model.runs.balance import Balance
from model.runs.toml import to_toml

DOWNLOAD = "download"
RECORD = "run"
"""The table that a run adds to the copy in its folder; reading skips it."""

HEAD_ONLY = "none"
WHOLE_NETWORK = "all"

Precision = Literal["auto", "float32", "mixed"]
SplitKind = Literal["lesions", "folds", "column", "source", "inherit"]


class ConfigError(UserError):
    """A configuration that cannot be followed."""


@dataclass(frozen=True, slots=True)
class NetworkConfig:
    """Where the network starts, what it sees, and how it will classify.

    Attributes:
        weights: File of MobileNetV2 weights without the top, a classifier's folder, or
            "download"; "" where not named.
        size: Side of the square input in pixels.
        mode: How a photograph becomes a square.
        steps: What is done to it besides; the classifier does it ever after.
        precision: "auto": mixed where there is a GPU that is faster with it, else float32.
            Logits and maps are float32 always.
        views: How many of the eight exact views the classifier averages: 1, 2, 4 or 8.
        averaged_with: Folders of classifiers of the same classes and split as the one in `weights`:
            the run starts from the mean of all their weights (a "model soup", Wortsman et al.,
            ICML 2022: networks that were fine-tuned from one another can be averaged).
    """

    weights: str = ""
    size: int = 224
    mode: Mode = "stretch"
    steps: tuple[Step, ...] = ()
    precision: Precision = "auto"
    views: int = 1
    averaged_with: tuple[str, ...] = ()

    @property
    def preprocessing(self) -> Preprocessing:
        """What of it is chosen here; `Config.preprocessing` is the whole."""
        return Preprocessing(self.size, self.mode, steps=self.steps)


@dataclass(frozen=True, slots=True)
class DataConfig:
    """Which images, and how they are divided.

    Attributes:
        classes: Codes in the classifier's order; empty for all that the data set has.
        split: "lesions": whole lesions by `shares`. "folds": `folds` networks, each image held
            out by one of them. "column": as `column` of the data set's table says. "source": the
            images of `source` are the test, the others are divided by lesion. "inherit": as the
            classifier had them that the training starts from.
        shares: Of training, validation and test; they add up to 1. Where the test is given
            otherwise, the first two in their proportion.
        folds: How many, at least 3: one to test, one to choose by, the others to learn from.
        column: A column's name.
        source: Of `ImageRecord.source`.
        seed: Of the split, of first weights, order and draws, and of the bootstrap.
        labels: Which labels are learned; all but "recorded" are of a project's review, as they
            stood when the run's folder was made (`model.review.training_labels`).
        project: Whose review; "" for the project that the window opens with the folder.
    """

    classes: tuple[str, ...] = ()
    split: SplitKind = "lesions"
    shares: tuple[float, ...] = (0.7, 0.15, 0.15)
    folds: int = 5
    column: str = ""
    source: str = ""
    seed: int = 0
    labels: LabelUse = "recorded"
    project: str = ""


@dataclass(frozen=True, slots=True)
class HeadConfig:
    """How the head is trained on stored embeddings; each combination of the lists is tried.

    Attributes:
        learning_rates: Of AdamW.
        weight_decays: Of AdamW.
        dropouts: Share of the embedding that is dropped.
        views: From how many of the eight exact views of each image it learns, 1 to 8: fewer are
            sooner ready.
        epochs: At most.
        patience: Epochs without a better macro F1 on validation before it stops.
        batch: Images for each step.
    """

    learning_rates: tuple[float, ...] = (0.001,)
    weight_decays: tuple[float, ...] = (0.0001,)
    dropouts: tuple[float, ...] = (0.2,)
    views: int = 8
    epochs: int = 60
    patience: int = 10
    batch: int = 128


@dataclass(frozen=True, slots=True)
class FineTuningConfig:
    """How the network is trained from a block on, after the head.

    Attributes:
        first: "all", "none", or the first block that learns, such as "block_13".
        epochs: At most.
        batch: Images for each step.
        learning_rate: Of AdamW, the highest: it rises over `warm_up` epochs, then falls to 0
            along a cosine.
        warm_up: Epochs.
        weight_decay: Of AdamW; biases and batch norms have none.
        label_smoothing: 0..1.
        mixup: Alpha of the Beta distribution of the shares in which images are blended; 0: none.
        averaging: Decay of the averaged weights, 0..1; 0 keeps the last weights.
        patience: Epochs without a better validation figure before it stops.
        early_sizes: Input sizes of the first epochs, multiples of 32; later ones see
            `NetworkConfig.size`.
        early_epochs: How many epochs each of `early_sizes` lasts.
        checkpoint_seconds: At most so much work is done again after a kill.
    """

    first: str = WHOLE_NETWORK
    epochs: int = 30
    batch: int = 32
    learning_rate: float = 0.0003
    warm_up: float = 1.0
    weight_decay: float = 0.0001
    label_smoothing: float = 0.05
    mixup: float = 0.0
    averaging: float = 0.999
    patience: int = 10
    early_sizes: tuple[int, ...] = ()
    early_epochs: tuple[int, ...] = ()
    checkpoint_seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class CardConfig:
    """What the card shall say that nobody can compute."""

    name: str = "MobileNetV2"
    licence: str = "Not stated; ask the owner of the training images. Starting weights: Apache-2.0."
    data: str = "Not stated."


@dataclass(frozen=True, slots=True)
class Config:
    """All choices of a training run."""

    network: NetworkConfig = field(default_factory=NetworkConfig)
    data: DataConfig = field(default_factory=DataConfig)
    balance: Balance = field(default_factory=Balance)
    augmentation: Augmentation = field(default_factory=Augmentation)
    head: HeadConfig = field(default_factory=HeadConfig)
    fine_tuning: FineTuningConfig = field(default_factory=FineTuningConfig)
    card: CardConfig = field(default_factory=CardConfig)

    @property
    def preprocessing(self) -> Preprocessing:
        """How the training and the classifier prepare each photograph."""
        enlarges = self.fine_tuning.first != HEAD_ONLY
        room = self.augmentation.room if enlarges else 1.0
        return replace(self.network.preprocessing, room=room)

    def to_toml(self) -> str:
        """The file that `read_config` reads back to an equal value."""
        return to_toml(asdict(self))
