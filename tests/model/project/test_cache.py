"""The cache: what was computed, kept whole."""

import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from model.project.cache import Cache, CacheError, StoredResult

CLASSES = ("MEL", "NV", "BCC")


def hash_of(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def result(number: int, scale: float = 1.0, classes: int = 3) -> StoredResult:
    """Numbers that float16 holds exactly."""
    return StoredResult(
        hash_of(number),
        np.full(classes, number + 0.1, np.float32) * np.float32(scale),
        np.full((7, 5, classes), number % 100 / 4, np.float16),
        np.arange(16, dtype=np.float16) + number % 100,
    )


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    cache = Cache.open(tmp_path / "mine.cache")
    yield cache
    cache.close()


@pytest.fixture
def run(cache: Cache) -> int:
    return cache.begin_run("network", CLASSES, "f32", {"images": "all"})


def test_that_results_are_read_as_they_were_stored(cache: Cache, run: int) -> None:
    cache.store(run, [result(1), result(2)])
    hashes, logits = cache.logits(run)
    assert hashes == [hash_of(1), hash_of(2)]
    assert logits.dtype == np.float32
    assert np.array_equal(logits, np.float32([[1.1] * 3, [2.1] * 3]))
    evidence = cache.evidence(run, hash_of(2))
    assert evidence is not None
    assert (evidence.dtype, evidence.shape, evidence.max()) == (np.float32, (7, 5, 3), 0.5)
    [(blocked, embeddings)] = cache.embeddings(run)
    assert blocked == hashes
    assert np.array_equal(embeddings[1], np.arange(16) + 2)
    assert cache.finished(run) == set(hashes)


def test_that_the_findings_of_one_image_are_those_of_the_classifier_and_precision(
    cache: Cache, run: int
) -> None:
    cache.store(run, [result(1), result(2)])
    other = cache.begin_run("other network", CLASSES, "f32", {})
    cache.store(other, [result(2, scale=2)])
    findings = cache.findings("network", "f32", hash_of(2))
    assert findings is not None
    assert np.array_equal(findings[0], np.float32([2.1] * 3))
    assert np.array_equal(findings[1], np.full((7, 5, 3), 0.5))
    assert cache.findings("network", "bf16", hash_of(2)) is None
    assert cache.findings("other network", "f32", hash_of(1)) is None


def test_that_an_empty_run_reads_as_nothing(cache: Cache, run: int) -> None:
    hashes, logits = cache.logits(run)
    assert (hashes, logits.shape) == ([], (0, 3))
    assert list(cache.embeddings(run)) == []
    assert cache.evidence(run, hash_of(1)) is None
    cache.store(run, [])
    assert cache.finished(run) == set()


def test_that_a_result_stored_again_is_replaced_and_not_doubled(cache: Cache, run: int) -> None:
    cache.store(run, [result(1), result(2)])
    cache.store(run, [result(2, scale=2), result(3), result(3, scale=3)])
    hashes, logits = cache.logits(run)
    assert hashes == [hash_of(1), hash_of(2), hash_of(3)]
    assert np.allclose(logits[:, 0], [1.1, 4.2, 9.3])
    assert sum(len(block) for block, _ in cache.embeddings(run)) == 3


def test_that_runs_do_not_mix(cache: Cache, run: int) -> None:
    other = cache.begin_run("network", CLASSES, "bf16", {})
    cache.store(run, [result(1)])
    cache.store(other, [result(1, scale=2), result(2)])
    assert cache.finished(run) == {hash_of(1)}
    assert cache.logits(run)[1][0, 0] == np.float32(1.1)
    assert [(each.number, each.precision, each.images) for each in cache.runs()] == [
        (run, "f32", 1),
        (other, "bf16", 2),
    ]


def test_that_the_same_classifier_at_the_same_precision_goes_on(cache: Cache, run: int) -> None:
    assert cache.begin_run("network", CLASSES, "f32", {"images": "again"}) == run
    assert cache.begin_run("other", CLASSES, "f32", {}) != run
    first = cache.runs()[0]
    assert (first.classes, first.about) == (CLASSES, {"images": "all"})


def test_that_a_run_is_refused_with_other_classes(cache: Cache, run: int) -> None:
    with pytest.raises(CacheError, match="other classes"):
        cache.begin_run("network", ("MEL",), "f32", {})


def test_that_a_result_for_other_classes_is_refused_whole(cache: Cache, run: int) -> None:
    with pytest.raises(ValueError, match="3 classes"):
        cache.store(run, [result(1), result(2, classes=4)])
    assert cache.finished(run) == set()


def test_that_a_run_that_is_not_there_is_refused(cache: Cache) -> None:
    with pytest.raises(ValueError, match="no run 7"):
        cache.store(7, [result(1)])


def test_that_embeddings_come_in_blocks(cache: Cache, run: int) -> None:
    cache.store(run, [result(number) for number in range(2300)])
    blocks = list(cache.embeddings(run))
    assert [len(hashes) for hashes, _ in blocks] == [1000, 1000, 300]
    assert [hash_of(number) for number in range(2300)] == [
        each for hashes, _ in blocks for each in hashes
    ]


def test_that_storing_goes_on_between_blocks(cache: Cache, run: int) -> None:
    cache.store(run, [result(number) for number in range(1500)])
    blocks = cache.embeddings(run)
    next(blocks)
    cache.store(run, [result(5000)])
    assert next(blocks)[0][-1] == hash_of(5000)


def test_that_failures_are_kept_until_cleared(cache: Cache, run: int) -> None:
    cache.store_failures(run, {"a.jpg": "truncated", "b.jpg": "empty"})
    cache.store_failures(run, {"b.jpg": "no image"})
    assert cache.failures(run) == {"a.jpg": "truncated", "b.jpg": "no image"}
    cache.clear_failures(run, ["a.jpg", "c.jpg"])
    assert cache.failures(run) == {"b.jpg": "no image"}


def test_that_thumbnails_are_found_by_hash(cache: Cache) -> None:
    cache.store_thumbnails({hash_of(number): b"jpeg %d" % number for number in range(1200)})
    cache.store_thumbnails({hash_of(3): b"better"})
    found = cache.thumbnails([hash_of(number) for number in range(1, 5000)])
    assert len(found) == 1199
    assert (found[hash_of(3)], found[hash_of(4)]) == (b"better", b"jpeg 4")


def test_that_threads_may_store_and_read_at_once(cache: Cache, run: int) -> None:
    errors: list[BaseException] = []

    def work(start: int) -> None:
        try:
            for at in range(start, start + 100, 10):
                cache.store(run, [result(number) for number in range(at, at + 10)])
                hashes, logits = cache.logits(run)
                assert len(hashes) == len(logits)
                cache.failures(run)
        except BaseException as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=work, args=(100 * number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert cache.finished(run) == {hash_of(number) for number in range(600)}
    assert sum(len(hashes) for hashes, _ in cache.embeddings(run)) == 600


def test_that_closing_leaves_one_file(cache: Cache, run: int) -> None:
    cache.store(run, [result(1)])
    cache.close()
    assert [path.name for path in cache.path.parent.iterdir()] == ["mine.cache"]
