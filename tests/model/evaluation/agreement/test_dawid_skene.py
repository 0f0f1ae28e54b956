"""Dawid and Skene's anaesthetists, as published and as computed by others."""

import numpy as np
import pytest

from model.evaluation.agreement.dawid_skene import dawid_skene, reading_counts
from tests.model.evaluation.agreement.published import anaesthetist_counts, panel


def test_that_the_anaesthetists_get_the_published_estimates() -> None:
    found = dawid_skene(anaesthetist_counts())
    assert found.prior == pytest.approx([0.3996, 0.4220, 0.1118, 0.0667], abs=5e-5)
    assert found.log_likelihoods[:3] == pytest.approx((-205.0911, -194.5510, -193.1594), abs=6e-5)
    assert found.log_likelihoods[-1] == pytest.approx(-192.890881, abs=5e-7)
    expected = [
        *([0.8895, 0.1105, 0, 0], [0.0706, 0.8764, 0.0530, 0]),
        *([0, 0.3388, 0.6612, 0], [0, 0, 0.5556, 0.4444]),
    ]
    assert found.confusion[0] == pytest.approx(np.array(expected), abs=6e-5)
    assert found.posterior[34, 1] == pytest.approx(0.948, abs=5e-4)
    assert found.posterior[37, 2] == pytest.approx(0.9788, abs=5e-5)
    assert np.bincount(found.best).tolist() == [18, 19, 5, 3]


def test_that_the_likelihood_never_falls() -> None:
    steps = np.diff(dawid_skene(anaesthetist_counts()).log_likelihoods)
    assert (steps > -1e-9).all()


def test_that_a_careless_reader_is_found_and_outvoted() -> None:
    truth = "AB" * 30
    careless = "".join("A" if at % 3 else "B" for at in range(60))
    found = dawid_skene(reading_counts(panel((truth, truth, truth, careless))))
    assert found.accuracy[:3] == pytest.approx([1, 1, 1], abs=1e-6)
    assert found.accuracy[3] == pytest.approx(
        np.mean([a == b for a, b in zip(truth, careless, strict=True)])
    )
    assert "".join("AB"[at] for at in found.best) == truth
