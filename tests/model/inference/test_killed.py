"""Whatever ends the process, the next one goes on: nothing lost, nothing doubled."""

import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from model.classifier.classifier import Classifier
from model.classifier.default import default_classifier_folder
from model.images import content_hash, prepare
from tests.conftest import write_jpeg
from tests.model.inference.places import Place, make_place, stored_rows

REPOSITORY = Path(__file__).resolve().parents[3]


def start_child(folder: Path, classifier: Classifier) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.model.inference.killed_child"]
    return subprocess.Popen(
        [*command, str(folder), str(classifier.folder)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    )


def run_and_kill(folder: Path, classifier: Classifier, batches: int, delay: float) -> int:
    """Kill -9 a child some time after it stored for the n-th time; how many it told of."""
    with start_child(folder, classifier) as child:
        assert child.stdout is not None
        told = 0
        for number, line in enumerate(child.stdout, start=1):
            if line == "done\n":
                break
            told += int(line.split()[1])
            if number == batches:
                time.sleep(delay)
                child.kill()
        return told


def assert_all_there_once(place: Place, classifier: Classifier, sampled: int) -> None:
    hashes, logits = stored_rows(place, classifier)
    paths = {content: path for path, content in place.project.hashes().items()}
    assert len(hashes) == len(set(hashes)) == len(place.project.images())
    assert set(paths) == set(hashes)
    for index in range(0, len(hashes), max(1, len(hashes) // sampled)):
        data = (place.project.root / paths[hashes[index]]).read_bytes()
        assert content_hash(data) == hashes[index]
        pixels = prepare(data, classifier.card.preprocessing)[None]
        np.testing.assert_allclose(classifier.classify(pixels).logits[0], logits[index], atol=1e-4)
        assert place.cache.evidence(1, hashes[index]) is not None
    embeddings = [h for block, _ in place.cache.embeddings(1) for h in block]
    assert sorted(embeddings) == sorted(hashes)


def test_that_a_killed_run_goes_on_without_loss(tmp_path: Path, tiny: Classifier) -> None:
    for number in range(600):
        write_jpeg(tmp_path / "images" / f"{number:03}.jpg", seed=number)
    make_place(tmp_path, tmp_path / "images").close()
    chance = random.Random(0)
    before = 0
    for _ in range(4):
        told = run_and_kill(tmp_path, tiny, batches=2, delay=chance.uniform(0, 0.03))
        place = Place.reopen(tmp_path)
        stored = len(stored_rows(place, tiny)[0])
        place.close()
        assert max(told, before) <= stored
        assert before or stored < 600, "the first child was killed in the middle"
        before = stored
    with start_child(tmp_path, tiny) as child:
        assert child.wait() == 0
    place = Place.reopen(tmp_path)
    assert_all_there_once(place, tiny, sampled=20)
    place.close()


@pytest.mark.long
def test_that_a_real_data_set_survives_ten_kills(tmp_path: Path, real_ham10000: Path) -> None:
    folder = default_classifier_folder()
    if not folder.is_dir():
        pytest.skip("resources/classifier is not there")
    classifier = Classifier.load(folder)
    make_place(tmp_path, real_ham10000).close()
    chance = random.Random(0)
    for _ in range(10):
        run_and_kill(tmp_path, classifier, chance.randint(1, 6), chance.uniform(0, 0.5))
    with start_child(tmp_path, classifier) as child:
        assert child.wait() == 0
    place = Place.reopen(tmp_path)
    assert_all_there_once(place, classifier, sampled=100)
    place.close()
