import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import model.inference.decoding as decoding
from model.classifier.classifier import Classifier
from model.images import content_hash, prepare
from model.inference.run import Finished, Summary, classify_images
from model.progress import Cancelled
from tests.conftest import write_jpeg
from tests.model.classifier.tiny import make_weights
from tests.model.inference.places import Place, stored_rows, update_images


def classify_one_by_one(opened: Place, classifier: Classifier) -> dict[str, np.ndarray]:
    """Logits by content hash, without any of the code under test."""
    logits = {}
    for image in opened.project.images():
        data = (opened.project.root / image.path).read_bytes()
        pixels = prepare(data, classifier.card.preprocessing)[None]
        logits[content_hash(data)] = classifier.classify(pixels).logits[0]
    return logits


class CancelAfter:
    """A report that stops when this many images are done."""

    def __init__(self, images: int) -> None:
        self.images = images

    def __call__(self, done: int, _total: int, _message: str) -> None:
        if done >= self.images:
            raise Cancelled


class TestResults:
    def test_that_every_image_is_stored_once_as_classify_says(
        self, opened: Place, tiny: Classifier
    ) -> None:
        summary = classify_images(opened.project, opened.cache, tiny)
        assert (summary.done, summary.failed, summary.skipped) == (150, 0, 0)
        hashes, logits = stored_rows(opened, tiny)
        expected = classify_one_by_one(opened, tiny)
        assert len(hashes) == len(set(hashes)) == 150
        assert set(hashes) == set(expected)
        for content, found in zip(hashes, logits, strict=True):
            np.testing.assert_allclose(found, expected[content], atol=1e-5)

    def test_that_stored_evidence_adds_up_to_the_logits(
        self, opened: Place, tiny: Classifier
    ) -> None:
        classify_images(opened.project, opened.cache, tiny)
        hashes, logits = stored_rows(opened, tiny)
        for content, found in zip(hashes, logits, strict=True):
            evidence = opened.cache.evidence(1, content)
            assert evidence is not None
            sums = evidence.sum(axis=(0, 1)) + make_weights().bias
            np.testing.assert_allclose(sums, found, atol=2e-3)

    def test_that_content_hashes_reach_the_project(self, opened: Place, tiny: Classifier) -> None:
        classify_images(opened.project, opened.cache, tiny)
        for path, content in opened.project.hashes().items():
            assert content == content_hash((opened.project.root / path).read_bytes())
        assert len(opened.project.hashes()) == 150

    def test_that_results_are_announced_once_and_after_they_are_stored(
        self, opened: Place, tiny: Classifier
    ) -> None:
        announced: list[Finished] = []

        def check(finished: object) -> None:
            assert isinstance(finished, list)
            assert {each.content_hash for each in finished} <= set(stored_rows(opened, tiny)[0])
            announced.extend(finished)

        classify_images(opened.project, opened.cache, tiny, on_results=check)
        assert sorted(each.path for each in announced) == [f"{n:03}.jpg" for n in range(150)]
        assert all(each.logits is not None and each.reason is None for each in announced)

    def test_that_an_empty_project_needs_nothing(
        self, tmp_path: Path, tiny: Classifier, opened: Place
    ) -> None:
        opened.project.remove_missing([image.path for image in opened.project.images()])
        assert classify_images(opened.project, opened.cache, tiny) == Summary(0, 0, 0, 0)

    @pytest.mark.parametrize("count", [1, 3, 4, 5])
    def test_that_any_number_of_images_is_finished(
        self, opened: Place, tiny: Classifier, count: int
    ) -> None:
        opened.project.remove_missing([image.path for image in opened.project.images()[count:]])
        assert classify_images(opened.project, opened.cache, tiny).done == count


class TestGoingOn:
    def test_that_finished_images_are_not_even_read(
        self, opened: Place, tiny: Classifier, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        classify_images(opened.project, opened.cache, tiny)
        monkeypatch.setattr(decoding, "read_bytes", lambda _path: pytest.fail("was read"))
        assert classify_images(opened.project, opened.cache, tiny) == Summary(0, 0, 150, 0)

    def test_that_cancelling_keeps_what_was_finished(self, opened: Place, tiny: Classifier) -> None:
        with pytest.raises(Cancelled):
            classify_images(opened.project, opened.cache, tiny, report=CancelAfter(1))
        kept = len(stored_rows(opened, tiny)[0])
        assert kept > 0
        summary = classify_images(opened.project, opened.cache, tiny)
        assert (summary.done, summary.skipped) == (150 - kept, kept)
        assert len(stored_rows(opened, tiny)[0]) == 150

    def test_that_a_new_image_is_added_to_the_old_results(
        self, opened: Place, tiny: Classifier
    ) -> None:
        classify_images(opened.project, opened.cache, tiny)
        write_jpeg(opened.project.root / "new.jpg", seed=1000)
        update_images(opened.project)
        summary = classify_images(opened.project, opened.cache, tiny)
        assert (summary.done, summary.skipped) == (1, 150)

    def test_that_a_changed_image_gets_a_result_of_its_own(
        self, opened: Place, tiny: Classifier
    ) -> None:
        classify_images(opened.project, opened.cache, tiny)
        path = opened.project.root / "007.jpg"
        write_jpeg(path, seed=1000, width=64)
        update_images(opened.project)
        assert classify_images(opened.project, opened.cache, tiny).done == 1
        assert opened.project.hashes()["007.jpg"] == content_hash(path.read_bytes())

    def test_that_results_without_known_hashes_are_recognised_by_content(
        self, opened: Place, tiny: Classifier, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # As after a crash between storing results and storing hashes.
        with monkeypatch.context() as patched:
            patched.setattr(type(opened.project), "store_hashes", lambda *_: None)
            classify_images(opened.project, opened.cache, tiny)
        monkeypatch.setattr(decoding, "prepare", lambda *_: pytest.fail("was decoded"))
        assert classify_images(opened.project, opened.cache, tiny).done == 150
        assert len(stored_rows(opened, tiny)[0]) == 150
        assert len(opened.project.hashes()) == 150

    def test_that_two_classifiers_keep_their_results_apart(
        self, opened: Place, tiny: Classifier, tmp_path: Path
    ) -> None:
        folder = shutil.copytree(tiny.folder, tmp_path / "other")
        card = (folder / "card.json").read_text().replace(tiny.card.network_hash, "1" * 64)
        (folder / "card.json").write_text(card)
        classify_images(opened.project, opened.cache, tiny)
        assert classify_images(opened.project, opened.cache, Classifier.load(folder)).done == 150
        assert [run.images for run in opened.cache.runs()] == [150, 150]


class TestReporting:
    def test_that_progress_is_told_in_numbers_and_words(
        self, opened: Place, tiny: Classifier
    ) -> None:
        told: list[tuple[int, int, str]] = []
        classify_images(
            opened.project, opened.cache, tiny, report=lambda *values: told.append(values)
        )
        assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)
        assert {total for _, total, _ in told} == {150}
        assert told[-1][0] == 150
        assert told[-1][2].startswith("150 of 150 · ")
        assert told[-1][2].endswith(" images a second · 0 s left")

    def test_that_reports_come_at_least_five_times_a_second(
        self, opened: Place, tiny: Classifier, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def slowly(*arguments: object) -> np.ndarray:
            time.sleep(0.02)
            return prepare(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(decoding, "prepare", slowly)
        times: list[float] = []
        classify_images(
            opened.project, opened.cache, tiny, report=lambda *_: times.append(time.monotonic())
        )
        # The first gap holds the compiling of the classifier.
        gaps = np.diff(times)[1:]
        assert len(gaps) > 5
        assert np.median(gaps) < 0.2

    def test_that_no_thread_is_left_behind(self, opened: Place, tiny: Classifier) -> None:
        before = set(threading.enumerate())
        with pytest.raises(Cancelled):
            classify_images(opened.project, opened.cache, tiny, report=CancelAfter(1))
        assert set(threading.enumerate()) <= before


class TestTwoAtOnce:
    def test_that_two_that_classify_the_same_project_store_every_image_once(
        self, opened: Place, tiny: Classifier, tmp_path: Path
    ) -> None:
        other = Place.reopen(tmp_path)
        with ThreadPoolExecutor(2) as threads:
            both = [
                threads.submit(classify_images, each.project, each.cache, tiny)
                for each in (opened, other)
            ]
            assert [each.result().failed for each in both] == [0, 0]
        other.close()
        hashes, _ = stored_rows(opened, tiny)
        assert len(hashes) == len(set(hashes)) == 150


class TestErrors:
    def test_that_an_unexpected_error_ends_the_run_and_keeps_results(
        self, opened: Place, tiny: Classifier, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        calls = iter(range(1000))

        def fail_late(*arguments: object) -> np.ndarray:
            if next(calls) == 100:
                raise MemoryError
            return prepare(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(decoding, "prepare", fail_late)
        with pytest.raises(MemoryError):
            classify_images(opened.project, opened.cache, tiny)
        assert 80 < len(stored_rows(opened, tiny)[0]) < 150
        monkeypatch.undo()
        classify_images(opened.project, opened.cache, tiny)
        assert len(stored_rows(opened, tiny)[0]) == 150

    def test_that_an_error_while_storing_reaches_the_caller(
        self, opened: Place, tiny: Classifier, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_arguments: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(type(opened.cache), "store", full)
        with pytest.raises(OSError, match="No space left"):
            classify_images(opened.project, opened.cache, tiny)
        assert not any(t.name.startswith("decoder") for t in threading.enumerate())
