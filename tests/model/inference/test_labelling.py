"""What a classifier said, as a labelling: aligned by path, with what trained it kept apart."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model.classifier.card import Card, ClassifierError, TrainedImage
from model.classifier.classifier import Classifier
from model.evaluation.labelling import NOTHING, SPLITS, Seen
from model.inference.labelling import classifier_key, classifier_labelling, classifier_sources
from model.inference.results import load_predictions
from model.inference.run import classify_images
from tests.conftest import write_jpeg
from tests.model.inference.places import Place, make_place


@pytest.fixture
def few(tmp_path: Path) -> Iterator[Place]:
    for number in range(5):
        write_jpeg(tmp_path / "images" / f"{number}.jpg", seed=number)
    place = make_place(tmp_path, tmp_path / "images")
    yield place
    place.close()


@pytest.fixture
def trained(tiny_folder: Path, tmp_path: Path) -> Classifier:
    """A classifier that was trained on image 1, chosen on 2, and tested on 3."""
    folder = shutil.copytree(tiny_folder, tmp_path / "trained")
    splits = {"training": "1", "validation": "2", "test": "3"}
    images = {split: (TrainedImage(name, "", ""),) for split, name in splits.items()}
    replace(Card.load(folder), images=images).save(folder)
    return Classifier.load(folder)


def test_that_rows_are_those_of_the_images_asked_for(few: Place, trained: Classifier) -> None:
    classify_images(few.project, few.cache, trained)
    images = few.project.images()[::-1]
    unknown = replace(images[0], path="elsewhere.jpg", image_id="elsewhere")
    found = classifier_labelling(few.project, few.cache, trained, [*images, unknown])
    stored = load_predictions(few.project, few.cache, trained)
    assert found.probabilities is not None
    assert found.seen is not None
    assert found.split is not None
    assert found.probabilities[:5].tolist() == stored.probabilities[::-1].tolist()
    assert found.values[:5].tolist() == stored.probabilities[::-1].argmax(1).tolist()
    assert found.values[5] == NOTHING
    assert np.isnan(found.probabilities[5]).all()
    unseen, seen = Seen.UNSEEN, Seen.SEEN
    assert found.seen.tolist() == [unseen, unseen, seen, seen, unseen, unseen]
    assert [SPLITS[at] for at in found.split] == ["", "test", "validation", "training", "", ""]


def test_that_every_classifier_with_results_is_a_source(few: Place, trained: Classifier) -> None:
    assert classifier_sources(few.project, few.cache) == []
    classify_images(few.project, few.cache, trained)
    (source,) = classifier_sources(few.project, few.cache)
    assert (source.key, source.name) == (classifier_key(trained), trained.card.name)
    assert (source.load(few.project.images()).values >= 0).all()


def test_that_a_classifier_whose_folder_is_gone_is_refused_with_its_path(
    few: Place, trained: Classifier
) -> None:
    classify_images(few.project, few.cache, trained)
    (source,) = classifier_sources(few.project, few.cache)
    shutil.rmtree(trained.folder)
    with pytest.raises(ClassifierError, match="trained"):
        source.load(few.project.images())
