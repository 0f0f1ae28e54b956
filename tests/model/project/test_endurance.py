"""What is left after a kill or on a full disk, and how much room and time results take."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from model.project.cache import Cache, StoredResult

REPOSITORY = Path(__file__).parents[3]
CLASSES = ("MEL", "NV", "BCC", "AKIEC", "BKL", "DF", "VASC")
BATCH = 64

STORE_FOR_EVER = """
import sys
from pathlib import Path
from tests.model.project.test_endurance import BATCH, CLASSES, results
from model.project.cache import Cache
cache = Cache.open(Path(sys.argv[1]))
run = cache.begin_run("network", CLASSES, "f32", {})
start = len(cache.finished(run))
while True:
    cache.store(run, results(start, BATCH))
    start += BATCH
    print(start, flush=True)
"""
STORE_ON_A_FULL_DISK = """
import resource, sys
from pathlib import Path
from tests.model.project.test_endurance import BATCH, CLASSES, results
from model.project.cache import Cache, CacheError
cache = Cache.open(Path(sys.argv[1]))
run = cache.begin_run("network", CLASSES, "f32", {})
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
stored = 0
try:
    while True:
        cache.store(run, results(stored, BATCH))
        stored += BATCH
except CacheError as error:
    print(stored, error)
"""


def results(start: int, count: int) -> list[StoredResult]:
    """As a MobileNetV2 at 224 x 224 gives them: 7 x 7 evidence, embeddings of 1,280."""
    return [
        StoredResult(
            f"{number:064x}",
            np.full(7, number, np.float32),
            np.zeros((7, 7, 7), np.float16),
            np.full(1280, number % 1000, np.float16),
        )
        for number in range(start, start + count)
    ]


def child(code: str, path: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", code, str(path)], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    )


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal")
def test_that_a_kill_leaves_whole_transactions_and_loses_none(tmp_path: Path) -> None:
    path = tmp_path / "mine.cache"
    told = 0
    for batches in (1, 3, 7):
        with child(STORE_FOR_EVER, path) as process:
            assert process.stdout
            for _ in range(batches):
                told = int(process.stdout.readline())
            os.kill(process.pid, signal.SIGKILL)
        cache = Cache.open(path)
        hashes, logits = cache.logits(1)
        embeddings = [each for block, _ in cache.embeddings(1) for each in block]
        cache.close()
        assert len(hashes) >= told
        assert len(hashes) % BATCH == 0
        assert hashes == embeddings == [f"{number:064x}" for number in range(len(hashes))]
        assert np.array_equal(logits[:, 0], np.arange(len(hashes)))


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of file size")
def test_that_a_full_disk_is_told_of_and_keeps_what_was_whole(tmp_path: Path) -> None:
    path = tmp_path / "mine.cache"
    with child(STORE_ON_A_FULL_DISK, path) as process:
        output = process.communicate()[0]
    assert "could not be written: the disk" in output
    assert str(path) in output
    cache = Cache.open(path)
    stored = int(output.split()[0])
    assert len(cache.finished(1)) == stored > 0
    cache.store(1, results(stored, BATCH))
    assert len(cache.finished(1)) == stored + BATCH
    cache.close()


def test_that_an_image_takes_no_more_than_4_1_kilobytes_and_a_third_of_a_millisecond(
    tmp_path: Path,
) -> None:
    count = 2560
    batches = [results(start, BATCH) for start in range(0, count, BATCH)]
    cache = Cache.open(tmp_path / "mine.cache")
    run = cache.begin_run("network", CLASSES, "f32", {})
    start = time.process_time()
    for batch in batches:
        cache.store(run, batch)
    seconds = time.process_time() - start
    cache.close()
    assert cache.path.stat().st_size / count < 4100
    assert count / seconds > 3000
