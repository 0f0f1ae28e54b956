import os
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from model.classifier.card import Card, ClassifierError
from model.classifier.classifier import Classifier
from model.classifier.serving import Outputs
from model.views import as_seen, view
from tests.model.classifier.tiny import (
    CELLS,
    CLASSES,
    DEEP,
    SIDE,
    expected,
    make_card,
    make_weights,
    write_tiny_classifier,
)

Images = NDArray[np.uint8]


class TestClassify:
    @pytest.mark.parametrize("count", [1, 3, 4, 5, 10])
    def test_that_outputs_are_those_of_the_network(
        self, tiny: Classifier, images: Images, count: int
    ) -> None:
        outputs = tiny.classify(images[:count])
        reference = expected(make_weights(), images[:count])
        for name in ("logits", "evidence", "embedding"):
            found = getattr(outputs, name)
            assert found.dtype == np.float32
            np.testing.assert_allclose(found, reference[name], atol=1e-5)

    def test_that_evidence_and_bias_add_up_to_the_logits(
        self, tiny: Classifier, images: Images
    ) -> None:
        outputs = tiny.classify(images)
        sums = outputs.evidence.sum(axis=(1, 2)) + make_weights().bias
        np.testing.assert_allclose(sums, outputs.logits, atol=1e-5)

    def test_that_no_image_gives_empty_outputs(self, tiny: Classifier, images: Images) -> None:
        outputs = tiny.classify(images[:0])
        assert outputs.logits.shape == (0, len(CLASSES))
        assert outputs.evidence.shape == (0, CELLS, CELLS, len(CLASSES))
        assert outputs.embedding.shape == (0, DEEP)

    def test_that_bf16_is_near(self, tiny: Classifier, images: Images) -> None:
        found: list[Outputs] = []
        queue = tiny.batch_queue(lambda _tag, outputs: found.append(outputs), "bf16")
        queue.start(images[:4], None)
        queue.wait()
        np.testing.assert_allclose(found[0].logits, tiny.classify(images[:4]).logits, atol=0.05)

    @pytest.mark.parametrize(
        "wrong",
        [
            np.zeros((2, SIDE, SIDE, 3), np.float32),
            np.zeros((2, SIDE, SIDE + 1, 3), np.uint8),
            np.zeros((SIDE, SIDE, 3), np.uint8),
        ],
    )
    def test_that_unprepared_images_are_refused(self, tiny: Classifier, wrong: Images) -> None:
        with pytest.raises(ValueError, match="not prepared"):
            tiny.classify(wrong)

    def test_that_threads_do_not_mix_their_images(self, tiny: Classifier, images: Images) -> None:
        reference = expected(make_weights(), images)["logits"]

        def ask(number: int) -> None:
            first = number % 7
            found = tiny.classify(images[first : first + 3]).logits
            np.testing.assert_allclose(found, reference[first : first + 3], atol=1e-5)
            logits = tiny.explain(images[first], number % 3).logits
            np.testing.assert_allclose(logits, reference[first], atol=1e-5)

        with ThreadPoolExecutor(8) as threads:
            list(threads.map(ask, range(64)))

    def test_that_queues_leave_nothing_behind(self, tiny: Classifier, images: Images) -> None:
        tiny.classify(images)
        before = threading.active_count()
        for _ in range(50):
            tiny.classify(images[:1])
        assert threading.active_count() <= before


class TestExplain:
    @pytest.mark.parametrize("class_index", range(len(CLASSES)))
    def test_that_maps_are_grad_cam(
        self, tiny: Classifier, images: Images, class_index: int
    ) -> None:
        explanation = tiny.explain(images[2], class_index)
        reference = expected(make_weights(), images[2:3])
        assert list(explanation.maps) == ["shallow", "deep"]
        np.testing.assert_allclose(
            explanation.maps["shallow"], reference["map/shallow"][0, ..., class_index], atol=1e-5
        )
        np.testing.assert_allclose(explanation.logits, reference["logits"][0], atol=1e-5)
        np.testing.assert_allclose(explanation.embedding, reference["embedding"][0], atol=1e-5)

    def test_that_the_deepest_map_is_the_evidence_exactly(
        self, tiny: Classifier, images: Images
    ) -> None:
        explanation = tiny.explain(images[0], 1)
        assert np.array_equal(explanation.maps["deep"], explanation.evidence[..., 1])

    @pytest.mark.parametrize("views", [1, 4])
    def test_that_all_but_the_inner_maps_can_be_had_alone(
        self, tiny: Classifier, images: Images, views: int
    ) -> None:
        classifier = Classifier.load(tiny.folder, views)
        alone, whole = (
            classifier.explain(images[3], 2, inner=False),
            classifier.explain(images[3], 2),
        )
        assert list(alone.maps) == ["deep"]
        np.testing.assert_allclose(alone.maps["deep"], whole.maps["deep"], atol=1e-5)
        np.testing.assert_allclose(alone.logits, whole.logits, atol=1e-5)
        np.testing.assert_allclose(alone.evidence, whole.evidence, atol=1e-5)
        np.testing.assert_allclose(alone.embedding, whole.embedding, atol=1e-5)

    def test_that_maps_are_signed(self, tiny: Classifier, images: Images) -> None:
        maps = [tiny.explain(image, 0).maps["shallow"] for image in images]
        assert min(each.min() for each in maps) < 0 < max(each.max() for each in maps)

    def test_that_an_explanation_outlives_the_next(self, tiny: Classifier, images: Images) -> None:
        first = tiny.explain(images[0], 0)
        kept = {name: values.copy() for name, values in first.maps.items()}
        tiny.explain(images[1], 2)
        assert all(np.array_equal(first.maps[name], kept[name]) for name in kept)

    def test_that_an_unknown_class_is_refused(self, tiny: Classifier, images: Images) -> None:
        with pytest.raises(IndexError):
            tiny.explain(images[0], len(CLASSES))


class TestProbabilities:
    def test_that_logits_are_divided_by_the_temperature(self, tiny: Classifier) -> None:
        # Temperature 2: softmax of 0, 1, 2 is 1 : e : e^2.
        e = np.e
        found = tiny.probabilities(np.array([0, 2, 4], np.float32))
        assert found.tolist() == pytest.approx([p / (1 + e + e * e) for p in (1, e, e * e)])

    def test_that_large_logits_do_not_overflow(self, tiny: Classifier) -> None:
        found = tiny.probabilities(np.array([[1e4, 0, -1e4], [-1e30, 0, 0]], np.float32))
        assert found.tolist() == [[1, 0, 0], [0, 0.5, 0.5]]


class TestFolder:
    def test_that_loading_reads_the_card(self, tiny: Classifier, tiny_folder: Path) -> None:
        assert tiny.card == Card.load(tiny_folder) == make_card()
        assert tiny.folder == tiny_folder

    def test_that_identity_changes_with_network_and_preprocessing(self, tmp_path: Path) -> None:
        same = Classifier(tmp_path, make_card()).identity
        assert Classifier(tmp_path / "elsewhere", make_card()).identity == same
        assert Classifier(tmp_path, make_card(seed=1)).identity != same
        assert len(same) == 64

    @pytest.mark.parametrize("name", ["graph.xml", "graph.bin", "network.keras", "card.json"])
    def test_that_an_incomplete_folder_is_refused(self, tmp_path: Path, name: str) -> None:
        folder = write_tiny_classifier(tmp_path / "one")
        (folder / name).unlink()
        with pytest.raises(ClassifierError, match=name):
            Classifier.load(folder)

    @pytest.mark.parametrize("name", ["graph.xml", "graph.bin"])
    def test_that_a_damaged_graph_is_an_error_for_the_user(
        self, tmp_path: Path, name: str, images: Images
    ) -> None:
        folder = write_tiny_classifier(tmp_path / "one")
        (folder / name).write_bytes((folder / name).read_bytes()[:100])
        classifier = Classifier.load(folder)
        for use in (lambda: classifier.classify(images), lambda: classifier.explain(images[0], 0)):
            with pytest.raises(ClassifierError, match="copy the classifier again"):
                use()

    def test_that_the_card_of_another_classifier_is_noticed(
        self, tmp_path: Path, images: Images
    ) -> None:
        folder = write_tiny_classifier(tmp_path / "one")
        text = (folder / "card.json").read_text().replace('"BKL"', '"BKL", "DF"')
        (folder / "card.json").write_text(text)
        with pytest.raises(ClassifierError, match="do not belong together"):
            Classifier.load(folder).classify(images)

    def test_that_a_folder_with_letters_of_any_script_works(
        self, tiny_folder: Path, tmp_path: Path, images: Images
    ) -> None:
        folder = shutil.copytree(tiny_folder, tmp_path / "Läsionen 皮膚")
        assert Classifier.load(folder).classify(images[:1]).logits.shape == (1, 3)


def test_that_openvino_is_kept_from_reporting() -> None:
    code = (
        "import sys, model.classifier.openvino_core as core;"
        "assert sys.modules['openvino_telemetry'] is None;"
        "assert not {'tensorflow', 'keras'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env=os.environ | {"CI": ""})


@pytest.mark.parametrize("views", [2, 4, 8])
def test_that_averaged_views_are_the_mean_of_each_laid_back_over_the_image(
    tiny: Classifier, images: Images, views: int
) -> None:
    averaging = Classifier.load(tiny.folder, views)
    found = averaging.classify(images[:5])
    alone = [tiny.classify(view(images[:5], number)) for number in range(views)]
    evidence = [as_seen(each.evidence, number) for number, each in enumerate(alone)]
    assert np.allclose(found.logits, np.mean([each.logits for each in alone], axis=0), atol=1e-5)
    assert np.allclose(found.evidence, np.mean(evidence, axis=0), atol=1e-5)
    bias = tiny.classify(images[:1]).logits - tiny.classify(images[:1]).evidence.sum((1, 2))
    assert np.allclose(found.evidence.sum((1, 2)) + bias, found.logits, atol=1e-4)
    explained = averaging.explain(images[0], 1)
    assert np.allclose(explained.logits, found.logits[0], atol=1e-4)
    assert np.allclose(explained.evidence, found.evidence[0], atol=1e-4)
    maps = [tiny.explain(np.ascontiguousarray(view(images[0], n)), 1).maps for n in range(views)]
    for name, values in explained.maps.items():
        laid = [as_seen(each[name][..., None], number)[..., 0] for number, each in enumerate(maps)]
        assert np.allclose(values, np.mean(laid, axis=0), atol=1e-4)


def test_that_results_of_averaged_views_are_kept_apart(tiny: Classifier) -> None:
    assert Classifier.load(tiny.folder, 4).identity != tiny.identity
    assert Classifier.load(tiny.folder, 1).identity == tiny.identity
