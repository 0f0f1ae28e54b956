"""The data set of a run: listed, read, seen by the starting network, and divided."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.catalogue.chosen_labels import ChosenLabels
from model.catalogue.listing import list_images
from model.catalogue.reading import read_likenesses
from model.catalogue.split_plan import SplitPlan
from model.catalogue.splits import images_without_lesion
from model.classifier.card import Card
from model.network.features import Features
from model.network.memory import check_memory
from model.network.save import file_hash, package_versions
from model.network.starting import check_weights, starting_classifier, starting_features
from model.network.tools import Tools
from model.network.training_data import TrainingData, training_data
from model.network.vanishing import check_found, check_share
from model.records import ImageRecord
from model.runs.config import HEAD_ONLY, Config
from model.runs.division import check_unchanged, readable_before, settle_division
from model.runs.folder import RunFolder, data_hash
from model.runs.log import Embedded, Listed
from model.runs.splitting import plan_splits


@dataclass(frozen=True, slots=True)
class Planned:
    """A data set that was read and divided.

    Attributes:
        root: Its folder.
        features: What the starting network makes of its images.
        plans: One, or one for each fold.
        content: Hash of each file's content, by path.
        start: Card of the classifier that the training starts from; None for other weights.
        chosen: The labels, where others than the recorded ones were chosen.
    """

    root: Path
    features: Features
    plans: tuple[SplitPlan, ...]
    content: dict[str, str]
    start: Card | None
    chosen: ChosenLabels | None = None

    def data(self, plan: SplitPlan) -> TrainingData:
        """What the network of one plan is trained on."""
        return training_data(self.root, plan, self.features, self.start, self.chosen)


def plan_training(root: Path, tools: Tools) -> Planned:
    """Read, list and divide the data set, and let the starting network see every image.

    Raises:
        UserError: Nothing to learn from, a batch without room in memory, other images or labels
            than those the run has learned from, images that vanished, or as `starting_features`.
        Cancelled: From `tools.steering`.
    """
    config, run, report = tools.config, tools.place, tools.steering
    sources = run.read_sources()
    listed = (record for batch in list_images(root, report, sources) for record in batch.images)
    chosen = run.chosen_labels()
    records = chosen.relabelled(listed) if chosen else list(listed)
    start = starting_classifier(config)
    # What cannot be divided is told at once, and not after every file was read.
    (first, *_) = plan_splits(root, records, config.data, card=start, sources=sources)
    check_weights(config)
    if config.fine_tuning.first != HEAD_ONLY:
        check_memory(config.fine_tuning.batch, config.network.size)
    labelled = first.records
    # Before the configuration is written, which has the evidence of what the run began with.
    if run.has_learned:
        check_unchanged(run, labelled)
    run.write_config(config, _record(root, labelled, config) | _labels(run, chosen))
    tools.log.write(Listed(len(records), len(labelled), images_without_lesion(labelled)))
    paths = [record.path for record in labelled]
    likenesses, problems = read_likenesses(root, paths, report)
    check_found(root, problems, readable_before(run))
    check_share(root, {each.path: each.reason for each in problems}, len(labelled))
    features = starting_features(root, labelled, first.classes, tools)
    tools.log.write(Embedded(len(features.records), features.failures))
    embedded = {record.path for record in features.records}
    plans = plan_splits(
        root,
        labelled,
        config.data,
        likenesses={path: each for path, each in likenesses.items() if path in embedded},
        card=start,
        sources=sources,
    )
    settle_division(run, labelled, plans)
    content = {path: likeness.content_hash for path, likeness in likenesses.items()}
    return Planned(root, features, plans, content, start, chosen)


def _record(root: Path, records: Sequence[ImageRecord], config: Config) -> dict[str, Any]:
    """What the choices were applied to, for the run's own copy of the configuration."""
    weights = Path(config.network.weights)
    return {
        "data_set": str(root.absolute()),
        "images": len(records),
        "data_hash": data_hash(records),
        "weights_hash": file_hash(weights) if weights.is_file() else "",
        **{f"{name}_version": number for name, number in package_versions().items()},
    }


def _labels(run: RunFolder, chosen: ChosenLabels | None) -> dict[str, str]:
    """Which labels were learned, where others than the recorded ones were chosen."""
    return {} if chosen is None else {"labels": chosen.told, "labels_hash": file_hash(run.labels)}
