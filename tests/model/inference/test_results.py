import numpy as np
import pytest

from model.classifier.classifier import Classifier
from model.inference.pace import Pace, duration, in_figures
from model.inference.results import find_run, load_predictions
from model.inference.run import classify_images
from tests.model.inference.places import Place, stored_rows


class TestPredictions:
    def test_that_rows_follow_the_paths(self, opened: Place, tiny: Classifier) -> None:
        classify_images(opened.project, opened.cache, tiny)
        found = load_predictions(opened.project, opened.cache, tiny)
        assert found.paths == tuple(f"{n:03}.jpg" for n in range(150))
        assert found.classes == ("MEL", "NV", "BKL")
        hashes, logits = stored_rows(opened, tiny)
        known = opened.project.hashes()
        for path in ("000.jpg", "077.jpg", "149.jpg"):
            row = found.rows[path]
            assert found.hashes[row] == known[path]
            expected = logits[hashes.index(known[path])]
            assert np.array_equal(found.logits[row], expected)
            # The classifier's temperature is 2.
            powers = np.exp(expected.astype(float) / 2)
            np.testing.assert_allclose(found.probabilities[row], powers / powers.sum())

    def test_that_nothing_is_found_before_the_first_run(
        self, opened: Place, tiny: Classifier
    ) -> None:
        found = load_predictions(opened.project, opened.cache, tiny)
        assert find_run(opened.cache, tiny) is found.run is None
        assert found.logits.shape == found.probabilities.shape == (0, 3)
        assert len(found.missing) == 150

    def test_that_failures_and_missing_images_are_told_apart(
        self, opened: Place, tiny: Classifier
    ) -> None:
        root = opened.project.root
        (root / "000.jpg").write_text("no image")
        classify_images(opened.project, opened.cache, tiny)
        opened.project.store_hashes({"001.jpg": "0" * 64})
        found = load_predictions(opened.project, opened.cache, tiny)
        assert list(found.failures) == ["000.jpg"]
        assert found.missing == ("001.jpg",)
        assert len(found.paths) == 148

    def test_that_precisions_are_runs_of_their_own(self, opened: Place, tiny: Classifier) -> None:
        classify_images(opened.project, opened.cache, tiny, precision="bf16")
        assert load_predictions(opened.project, opened.cache, tiny).paths == ()
        assert len(load_predictions(opened.project, opened.cache, tiny, "bf16").paths) == 150
        half = Classifier.load(tiny.folder, precision="bf16")
        if half.precision == "bf16":
            assert half.identity != tiny.identity
            assert not load_predictions(opened.project, opened.cache, half).paths
            assert len(load_predictions(opened.project, opened.cache, tiny).paths) == 0


class TestPace:
    @pytest.mark.parametrize(
        ("seconds", "expected"),
        [
            (0, "0 s"),
            (24.4, "24 s"),
            (59.6, "1 min 0 s"),
            (200, "3 min 20 s"),
            (3600, "1 h 0 min"),
            (3900, "1 h 5 min"),
            (100 * 3600, "100 h 0 min"),
        ],
    )
    def test_that_durations_are_rounded_to_what_matters(
        self, seconds: float, expected: str
    ) -> None:
        assert duration(seconds) == expected

    def test_that_slow_rates_keep_a_decimal(self) -> None:
        assert [in_figures(rate) for rate in (0.24, 2.93, 287.4, 1234)] == [
            "0.2",
            "2.9",
            "287",
            "1,234",
        ]

    def test_that_the_rate_counts_only_what_was_done_since(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now = 100.0
        monkeypatch.setattr("time.monotonic", lambda: now)
        pace = Pace(1000, 8014)
        assert pace.message(1000) == "1,000 of 8,014"
        now = 102.0
        # 574 in two seconds; 6,440 are left.
        assert pace.message(1574) == "1,574 of 8,014 · 287 images a second · 22 s left"
