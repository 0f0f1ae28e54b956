"""How often intervals hold the truth: `python -m tests.model.evaluation.coverage` prints a table.

Images are drawn as data sets have them: lesions with one to three images that resemble each other,
classes of unequal size, probabilities that mean what they say or not. What is true is measured on
so many lesions that chance has no say.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from model.evaluation.comparison import compare
from model.evaluation.estimates import Estimate
from model.evaluation.evaluation import Evaluation, evaluate
from model.evaluation.lesion_sums import lesion_sums, measure
from model.evaluation.metrics import Floats
from model.evaluation.pairs import Pair, pair_with_probabilities
from model.evaluation.supports import PARTS

_ENDLESS = 150_000
_HAM10000 = (0.67, 0.11, 0.11, 0.05, 0.033, 0.014, 0.013)


@dataclass(frozen=True)
class Scenario:
    """A classifier on a kind of data.

    Attributes:
        shares: Of the classes.
        strength: How far the score of the right class stands out, in standard deviations.
        sharpness: Factor of the logits; 1 gives calibrated probabilities.
        gain: How much more `strength` a second classifier has.
    """

    shares: tuple[float, ...]
    strength: float
    sharpness: float = 1.0
    gain: float = 0.4


SCENARIOS = {
    "three classes": Scenario((0.5, 0.3, 0.2), 2.2),
    "three, overconfident": Scenario((0.5, 0.3, 0.2), 2.2, 2.0),
    "three, underconfident": Scenario((0.5, 0.3, 0.2), 2.2, 0.6),
    "three, almost all right": Scenario((0.5, 0.3, 0.2), 4.0, 1.3),
    "two classes, one rare": Scenario((0.2, 0.8), 2.6),
    "seven alike": Scenario((1 / 7,) * 7, 2.8),
    "seven as in HAM10000": Scenario(_HAM10000, 2.8, 1.5),
}


@dataclass
class Tally:
    """Of many simulated data sets: how often an interval held the truth."""

    intervals: int = 0
    too_high: int = 0
    too_low: int = 0
    without: int = 0
    width: float = 0.0

    @property
    def covered(self) -> float:
        """Share of the intervals that held it; NaN where none was given."""
        missed = self.too_high + self.too_low
        return 1 - missed / self.intervals if self.intervals else float("nan")

    def count(self, estimate: Estimate, truth: float) -> None:
        """Add one interval."""
        if np.isnan(estimate.low):
            self.without += 1
            return
        self.intervals += 1
        self.too_high += truth < estimate.low - 1e-12
        self.too_low += truth > estimate.high + 1e-12
        self.width += estimate.high - estimate.low


def draw_images(
    scenario: Scenario, lesions: int, generator: np.random.Generator, known: bool = True
) -> tuple[Pair, Pair]:
    """Two classifiers' predictions of images of so many lesions."""
    shares = np.array(scenario.shares)
    size = len(shares)
    lesion = np.repeat(
        np.arange(lesions), generator.choice([1, 2, 3], lesions, p=[0.74, 0.19, 0.07])
    )
    truth = generator.choice(size, lesions, p=shares)[lesion]
    shared = np.sqrt(0.8) * generator.normal(size=(lesions, size))[lesion]
    shared += np.sqrt(0.6) * generator.normal(size=(len(lesion), size))
    names = [str(each) for each in lesion] if known else []
    made = []
    for strength in (scenario.strength, scenario.strength + scenario.gain):
        scores = shared + np.sqrt(0.6) * generator.normal(size=shared.shape)
        scores[np.arange(len(lesion)), truth] += strength
        # The likelihood ratio of two unit-by-strength normals of variance 2, and the shares.
        logits = (scores * strength / 2 + np.log(shares)) * scenario.sharpness
        values = np.exp(logits - logits.max(1, keepdims=True))
        codes = "ABCDEFG"[:size]
        values /= values.sum(1, keepdims=True)
        made.append(pair_with_probabilities(codes, truth, values, names))
    return made[0], made[1]


@cache
def truth_of(name: str) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """The statistics of both classifiers on endlessly many lesions."""
    both = draw_images(SCENARIOS[name], _ENDLESS, np.random.default_rng(1), known=False)
    found = [measure(lesion_sums(each), np.ones((1, len(each)), np.float32)) for each in both]
    first, second = ({key: values[0] for key, values in each.items()} for each in found)
    return first, second


def simulate(name: str, lesions: int, runs: int, draws: int = 500) -> dict[str, Tally]:
    """Evaluate simulated data sets, and count what their intervals hold.

    Statistics of a class are counted together, by how many lesions the class, or all others, had.
    A mean over classes is held against the true mean over the classes that the data set had.
    """
    generator = np.random.default_rng(lesions + 7)
    tallies: dict[str, Tally] = {}
    for run in range(runs):
        pair, _ = draw_images(SCENARIOS[name], lesions, generator)
        found = evaluate(pair, draws=draws, seed=run)
        for key, estimate, truth in _compared(found, pair, truth_of(name)[0]):
            tallies.setdefault(key, Tally()).count(estimate, truth)
    return tallies


def simulate_comparisons(name: str, lesions: int, runs: int, draws: int = 500) -> dict[str, Tally]:
    """The same for differences of two classifiers."""
    generator = np.random.default_rng(lesions + 8)
    first, second = truth_of(name)
    tallies: dict[str, Tally] = {}
    for run in range(runs):
        found = compare(*draw_images(SCENARIOS[name], lesions, generator), draws=draws, seed=run)
        for key, estimate in found.differences.items():
            tallies.setdefault(key, Tally()).count(estimate, float(second[key] - first[key]))
    return tallies


def _compared(
    found: Evaluation, pair: Pair, truth: dict[str, Floats]
) -> Iterator[tuple[str, Estimate, float]]:
    recorded = np.bincount(pair.truth, minlength=len(pair.classes))
    for key, estimate in found.overall.items():
        expected = float(truth[key])
        if key.startswith(("macro_", "balanced_")):
            values = [each.value for each in found.by_class[PARTS[key]]]
            counted = ~np.isnan(values)
            if key in ("macro_precision", "macro_specificity"):
                counted = recorded > 0
            expected = float(truth[f"class_{PARTS[key]}"][counted].mean())
        yield key, estimate, expected
    for key, estimates in found.by_class.items():
        for at, estimate in enumerate(estimates):
            if not np.isnan(estimate.value):
                ofs = [len(np.unique(pair.lesions[kind])) for kind in _kinds(pair.truth == at)]
                yield f"{key}, {_bucket(min(ofs))}", estimate, float(truth[f"class_{key}"][at])


def _kinds(positive: Floats) -> tuple[Floats, Floats]:
    return positive, ~positive


def _bucket(lesions: int) -> str:
    least = max((bound for bound in (50, 20, 10, 5, 1) if lesions >= bound), default=0)
    return f"class of {least:2d} lesions or more"


def _print(title: str, tallies: dict[str, Tally]) -> None:
    sys.stdout.write(f"\n{title}\n\n")
    for key in sorted(tallies):
        each = tallies[key]
        total = each.intervals + each.without
        width = each.width / max(each.intervals, 1)
        sys.stdout.write(
            f"{key:58} {each.covered:6.1%} of {each.intervals:5d} intervals, {width:.3f} wide,"
            f" {each.too_high / max(each.intervals, 1):5.1%} too high,"
            f" {each.too_low / max(each.intervals, 1):5.1%} too low;"
            f" none given in {each.without / total:.0%}\n"
        )


def main() -> None:
    """Print the tables that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lesions", type=int, nargs="+", default=[50, 100, 200])
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--scenario", nargs="+", choices=SCENARIOS, default=list(SCENARIOS))
    parser.add_argument("--differences", action="store_true")
    given = parser.parse_args()
    simulation: Callable[..., dict[str, Tally]] = (
        simulate_comparisons if given.differences else simulate
    )
    for name in given.scenario:
        for lesions in given.lesions:
            _print(f"{name}, {lesions} lesions", simulation(name, lesions, given.runs))


if __name__ == "__main__":
    main()
