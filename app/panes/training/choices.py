"""What can be chosen for a training: every setting with its words and its bounds."""

from app.panes.training.fields import Number, Numbers, Options, Text, Tick, Ticks
from app.panes.training.form import Choice
from model.runs.balance import METHODS, explanation

_SIZES = (96, 128, 160, 192, 224, 256, 288, 320, 352, 384)
_BLOCKS = {
    "all": "Whole network",
    **{f"block_{number}": f"From block {number} on" for number in range(16, 0, -1)},
    "none": "Head only",
}

SPLIT = (
    Choice(
        "data",
        "split",
        "Split",
        Options(
            {
                "lesions": "Shares of lesions",
                "folds": "Folds",
                "column": "A column of the table",
                "source": "Leave one source out",
                "inherit": "As the starting classifier",
            },
            {
                "lesions": "Whole lesions, each class by the same shares.",
                "folds": "As many networks as folds; each image is tested once, by a network "
                "that never saw its lesion.",
                "column": "As a column says, image by image; no lesion stays on two sides.",
                "source": "The images of one source are the test; lesions of the others train.",
                "inherit": "What it learned from stays in training, so that nothing leaks.",
            },
        ),
    ),
    Choice(
        "data",
        "shares",
        "Shares in %",
        Numbers(0, 1, factor=100),
        "Of training, validation and test images; together 100",
    ),
    Choice("data", "folds", "Folds", Number(3, 20), "How many networks are trained"),
    Choice("data", "column", "Column", Options({}), "Where the table names each image's split"),
    Choice("data", "source", "Source", Options({}), "The collection that becomes the test"),
    Choice(
        "data",
        "seed",
        "Seed",
        Number(0, 999_999),
        "Of split, first weights, order and draws: the same seed gives the same training",
    ),
)

BALANCE = (
    Choice(
        "balance",
        "method",
        "Balance",
        Options(
            {name: name.capitalize() for name in METHODS},
            {name: explanation(name) for name in METHODS},
        ),
        "How rare classes get their weight; one way at a time",
    ),
    Choice(
        "balance",
        "tau",
        "Strength",
        Number(0, 4, 0.1, 2),
        "tau: 0 none, 1 consistent with the balanced error",
    ),
    Choice(
        "balance",
        "beta",
        "Beta",
        Number(0, 0.99999, 0.001, 5),
        "The nearer to 1, the more do classes count alike",
    ),
    Choice(
        "balance",
        "gamma",
        "Gamma",
        Number(0, 8, 0.5, 1),
        "The larger, the less do easy images count",
    ),
)

NETWORK = (
    Choice(
        "network",
        "size",
        "Input",
        Options({size: f"{size} × {size}" for size in _SIZES}),
        "Side of what the network sees, in pixels; twice the side takes four times as long",
    ),
    Choice(
        "network",
        "views",
        "Views",
        Options({1: "One", 2: "Mean of 2", 4: "Mean of 4", 8: "Mean of 8"}),
        "When classifying: the mean over so many exact views (mirrored and turned); "
        "as many times slower",
    ),
    Choice(
        "network",
        "precision",
        "Precision",
        Options({"auto": "As the device likes", "float32": "float32", "mixed": "Mixed"}),
        "Mixed is quicker on most GPUs; logits and maps are float32 in any case",
    ),
)

PREPROCESSING = (
    Choice(
        "network",
        "mode",
        "Square by",
        Options({"stretch": "Stretching", "centre crop": "Cutting the middle out"}),
        "How a photograph becomes the square that the network sees",
    ),
    Choice(
        "network",
        "steps",
        "Steps",
        Ticks(
            {
                "border crop": "Cut off black borders",
                "hair removal": "Remove hair",
                "shades of gray": "Even out the light (shades of gray)",
            },
            {
                "border crop": "The dark ring that some dermatoscopes leave",
                "hair removal": "Look at the mask below first: it may take fine structures too",
                "shades of gray": "Estimates the colour of the light and takes it out",
            },
        ),
    ),
)

AUGMENTATION = (
    Choice(
        "augmentation",
        "flips",
        "Mirror, and turn by quarters",
        Tick(),
        "Eight exact views, in fine-tuning; the head learns from them in any case",
    ),
    Choice("augmentation", "rotation", "Rotation", Number(0, 180, 15, 0, " °"), "To either side"),
    Choice(
        "augmentation",
        "zoom",
        "Zoom",
        Number(0, 1, 5, 0, " %", 100),
        "Up to so much larger: a part of the image then fills the input",
    ),
    Choice("augmentation", "brightness", "Brightness", Number(0, 1, 5, 0, " %", 100)),
    Choice("augmentation", "contrast", "Contrast", Number(0, 1, 5, 0, " %", 100)),
    Choice("augmentation", "saturation", "Saturation", Number(0, 1, 5, 0, " %", 100)),
    Choice("augmentation", "hue", "Hue", Number(0, 0.5, 1, 0, " %", 100), "Of the colour circle"),
    Choice(
        "augmentation",
        "sharpness",
        "Sharpness",
        Number(0, 1, 5, 0, " %", 100),
        "From blurred to sharpened: cameras and compression differ so",
    ),
    Choice(
        "augmentation",
        "cutout",
        "Cutout",
        Number(0, 1, 5, 0, " %", 100),
        "Largest side of a grey square, as a share of the image's",
    ),
)

HEAD = (
    Choice("head", "epochs", "Epochs", Number(1, 1000), "At most"),
    Choice("head", "batch", "Batch", Number(1, 4096), "Images for each step"),
    Choice(
        "head",
        "learning_rates",
        "Learning rate",
        Numbers(1e-7, 1),
        "Several with commas: each is tried, and the best on validation is kept",
    ),
)

HEAD_ADVANCED = (
    Choice(
        "head",
        "weight_decays",
        "Weight decay",
        Numbers(0, 1),
        "Several with commas: each is tried, and the best on validation is kept",
    ),
    Choice(
        "head",
        "dropouts",
        "Dropout",
        Numbers(0, 0.95),
        "Share of the embedding that is left out; several are each tried",
    ),
    Choice(
        "head",
        "patience",
        "Patience",
        Number(1, 1000),
        "Epochs without a better macro F1 on validation before it stops",
    ),
)

FINE_TUNING = (
    Choice("fine_tuning", "first", "What learns", Options(_BLOCKS), "Batch norms never do"),
    Choice("fine_tuning", "epochs", "Epochs", Number(1, 1000), "At most"),
    Choice("fine_tuning", "batch", "Batch", Number(1, 1024), "Fewer where memory is short"),
    Choice(
        "fine_tuning",
        "learning_rate",
        "Learning rate",
        Numbers(1e-8, 1),
        "The highest; it rises to it and then falls to 0 along a cosine",
    ),
)

FINE_TUNING_ADVANCED = (
    Choice("fine_tuning", "warm_up", "Warm-up", Number(0, 50, 0.5, 1, " epochs")),
    Choice("fine_tuning", "weight_decay", "Weight decay", Numbers(0, 1), "Of kernels alone"),
    Choice(
        "fine_tuning",
        "label_smoothing",
        "Label smoothing",
        Number(0, 0.5, 0.01, 2),
        "Keeps the network from being too sure; disturbs the search for wrong labels",
    ),
    Choice(
        "fine_tuning",
        "mixup",
        "Mixup",
        Number(0, 2, 0.1, 2),
        "Blends images in pairs, the more the larger; 0: never. Learns less by heart",
    ),
    Choice(
        "fine_tuning",
        "averaging",
        "Averaging",
        Number(0, 0.99999, 0.001, 5),
        "Decay of the averaged weights; 0 keeps the last ones",
    ),
    Choice(
        "fine_tuning",
        "patience",
        "Patience",
        Number(1, 1000),
        "Epochs without a better macro F1 on validation before it stops",
    ),
    Choice(
        "fine_tuning",
        "early_sizes",
        "Early sizes",
        Numbers(32, 384, whole=True, optional=True),
        "Smaller inputs for the first epochs, for example 128, 160",
    ),
    Choice(
        "fine_tuning",
        "early_epochs",
        "Their epochs",
        Numbers(1, 1000, whole=True, optional=True),
        "How many epochs each of the early sizes lasts, for example 4, 4",
    ),
    Choice(
        "fine_tuning",
        "checkpoint_seconds",
        "Checkpoint",
        Number(0, 3600, 10, 0, " s"),
        "At most so much work is done again after the power fails",
    ),
)

CARD = (
    Choice("card", "data", "Data", Text(), "What the images are, for the classifier's card"),
    Choice("card", "licence", "Licence", Text(), "Under which the classifier may be used"),
)
