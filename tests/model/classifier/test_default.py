from pathlib import Path

import numpy as np
import pytest

from model.classifier.classifier import Classifier
from model.classifier.default import default_classifier_folder
from model.images import prepare, read_bytes


@pytest.fixture(scope="module")
def default() -> Classifier:
    folder = default_classifier_folder()
    if not folder.is_dir():
        pytest.skip("resources/classifier is not there")
    return Classifier.load(folder)


def test_that_real_images_are_classified_and_explained_alike(
    default: Classifier, real_ham10000: Path
) -> None:
    paths = sorted(real_ham10000.rglob("*.jpg"))[::1600]
    images = np.stack([prepare(read_bytes(path), default.card.preprocessing) for path in paths])
    outputs = default.classify(images)
    for index, image in enumerate(images):
        explanation = default.explain(image, 0)
        np.testing.assert_allclose(explanation.logits, outputs.logits[index], atol=1e-4)
        for layer in default.card.layers:
            assert explanation.maps[layer.name].shape == (layer.height, layer.width)


def test_that_evidence_adds_up_to_the_logits(default: Classifier, real_ham10000: Path) -> None:
    paths = sorted(real_ham10000.rglob("*.jpg"))[::1000]
    images = np.stack([prepare(read_bytes(path), default.card.preprocessing) for path in paths])
    outputs = default.classify(images)
    # The bias is what is left, and the same for every image.
    left = outputs.logits - outputs.evidence.sum(axis=(1, 2))
    assert np.abs(left - left.mean(axis=0)).max() <= 1e-5
    stored = outputs.evidence.astype(np.float16).astype(np.float32).sum(axis=(1, 2))
    assert np.abs(outputs.logits - stored - left.mean(axis=0)).max() <= 2e-3
