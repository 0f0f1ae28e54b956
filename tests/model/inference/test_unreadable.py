"""Files that are no images, and files that are there twice."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from model.classifier.classifier import Classifier
from model.inference.run import Finished, classify_images
from tests.conftest import write_jpeg
from tests.model.inference.places import Place, stored_rows, update_images


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-300])


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "003.jpg": (truncate, "ends early"),
    "010.jpg": (lambda path: path.write_bytes(b""), "empty"),
    "011.jpg": (lambda path: path.write_text("image_id,label\n"), "not an image"),
    "149.jpg": (Path.unlink, "not there"),
    "050.jpg": (lambda path: (path.unlink(), path.mkdir()), "cannot be read"),
}


class TestUnreadableFiles:
    @pytest.fixture
    def damaged(self, opened: Place) -> Place:
        for name, (damage, _) in DAMAGE.items():
            damage(opened.project.root / name)
        return opened

    def test_that_each_becomes_a_failure_with_its_reason(
        self, damaged: Place, tiny: Classifier
    ) -> None:
        announced: list[Finished] = []
        summary = classify_images(damaged.project, damaged.cache, tiny, on_results=announced.extend)
        assert (summary.done, summary.failed) == (145, 5)
        failures = damaged.cache.failures(1)
        assert set(failures) == set(DAMAGE)
        for name, (_, reason) in DAMAGE.items():
            assert reason in failures[name]
            assert str(damaged.project.root) not in failures[name]
        refused = {each.path: each.reason for each in announced if each.logits is None}
        assert refused == failures

    def test_that_a_forbidden_file_is_a_failure(
        self, opened: Place, tiny: Classifier, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        readable = Path.read_bytes

        def refuse(path: Path) -> bytes:
            if path.name == "020.jpg":
                raise PermissionError(13, "Permission denied", str(path))
            return readable(path)

        monkeypatch.setattr(Path, "read_bytes", refuse)
        assert classify_images(opened.project, opened.cache, tiny).failed == 1
        assert "permission" in opened.cache.failures(1)["020.jpg"]

    def test_that_a_mended_file_is_no_failure_any_more(
        self, damaged: Place, tiny: Classifier
    ) -> None:
        classify_images(damaged.project, damaged.cache, tiny)
        write_jpeg(damaged.project.root / "003.jpg", seed=3)
        summary = classify_images(damaged.project, damaged.cache, tiny)
        assert (summary.done, summary.failed, summary.skipped) == (1, 4, 145)
        assert "003.jpg" not in damaged.cache.failures(1)

    def test_that_only_unreadable_files_end_too(self, opened: Place, tiny: Classifier) -> None:
        for path in opened.project.root.iterdir():
            path.write_bytes(b"\xff\xd8\xff")
        summary = classify_images(opened.project, opened.cache, tiny)
        assert (summary.done, summary.failed) == (0, 150)


class TestCopies:
    def test_that_copies_share_one_row_and_all_are_finished(
        self, opened: Place, tiny: Classifier
    ) -> None:
        root = opened.project.root
        for number in range(20):
            shutil.copy(root / f"{number:03}.jpg", root / f"{number:03}-copy.jpg")
        shutil.copy(root / "000.jpg", root / "zzz.jpg")
        update_images(opened.project)
        announced: list[Finished] = []
        summary = classify_images(opened.project, opened.cache, tiny, on_results=announced.extend)
        assert summary.done == len(announced) == 171
        assert len(stored_rows(opened, tiny)[0]) == 150
        logits = {each.path: each.logits for each in announced}
        assert np.array_equal(logits["000.jpg"], logits["zzz.jpg"])

    def test_that_copies_of_a_damaged_file_all_fail(self, opened: Place, tiny: Classifier) -> None:
        for name in ("000.jpg", "001.jpg", "002.jpg", "100.jpg"):
            (opened.project.root / name).write_bytes(b"\xff\xd8\xff the same damage")
        assert classify_images(opened.project, opened.cache, tiny).failed == 4
        assert len(opened.cache.failures(1)) == 4
