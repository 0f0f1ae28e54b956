"""How often intervals of agreement hold the truth: run it as a module for a table.

Lesions have one to three images that resemble each other, and are easy or hard; readers are right
more often or less, do not read every case, and where they are wrong prefer some answers.
"""

import argparse
import sys
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from model.evaluation.agreement.coefficients import coefficients, specific_agreement
from model.evaluation.agreement.influence import measure_influence
from model.evaluation.agreement.measuring import draw_coefficients, figures, specific_figure
from model.evaluation.agreement.panel import UNREAD, Panel, Scale
from model.evaluation.agreement.tallies import Tallies
from tests.model.evaluation.coverage import Tally

_ENDLESS = 100_000


@dataclass(frozen=True)
class Readers:
    """How some readers read.

    Attributes:
        shares: Of the answers among the lesions.
        skills: For each reader, the chance to see what is there in an easy lesion.
        hard: Share of the lesions in which that chance is halved.
        unread: Share of the readings that are missing.
        scale: Of the answers.
    """

    shares: tuple[float, ...]
    skills: tuple[float, ...]
    hard: float = 0.3
    unread: float = 0.0
    scale: Scale = Scale.NOMINAL


READERS = {
    "two readers, two answers": Readers((0.4, 0.6), (0.9, 0.85)),
    "two readers, one answer rare": Readers((0.1, 0.9), (0.9, 0.9), hard=0.2),
    "three readers, seven answers": Readers(
        (0.67, 0.11, 0.11, 0.05, 0.033, 0.014, 0.013), (0.85, 0.8, 0.75)
    ),
    "five readers, gaps": Readers((0.5, 0.3, 0.2), (0.9, 0.8, 0.7, 0.8, 0.6), unread=0.25),
    "three readers, five grades": Readers(
        (0.2, 0.25, 0.25, 0.2, 0.1), (0.8, 0.75, 0.7), scale=Scale.ORDINAL
    ),
    "two who almost always agree": Readers((0.5, 0.5), (0.985, 0.985), hard=0.02),
}


def draw_panel(readers: Readers, lesions: int, generator: np.random.Generator) -> Panel:
    """Readings of so many lesions; the truth is the panel's last reader no more."""
    size = len(readers.shares)
    lesion = np.repeat(
        np.arange(lesions), generator.choice([1, 2, 3], lesions, p=[0.74, 0.19, 0.07])
    )
    truth = generator.choice(size, lesions, p=readers.shares)[lesion]
    # Images of a lesion are hard together; what is taken for it then is the lesion's as well.
    hard = (generator.random(lesions) < readers.hard)[lesion]
    mistaken = generator.choice(size, lesions, p=readers.shares)[lesion]
    columns = []
    for skill in readers.skills:
        sees = generator.random(len(lesion)) < np.where(hard, skill / 2, skill)
        other = np.where(generator.random(len(lesion)) < 0.5, mistaken, truth)
        guess = generator.choice(size, len(lesion), p=readers.shares)
        guess = np.where(generator.random(len(lesion)) < 0.5, other, guess)
        answer = np.where(sees, truth, guess)
        unread = generator.random(len(lesion)) < readers.unread
        columns.append(np.where(unread, UNREAD, answer))
    return Panel(
        tuple(map(str, range(len(lesion)))),
        tuple(f"reader {at}" for at in range(len(columns))),
        tuple("ABCDEFG"[:size]),
        np.stack(columns, axis=1),
        np.arange(size, dtype=np.float64),
        readers.scale,
        lesion,
        by_lesion=True,
    )


@cache
def truth_of(name: str) -> tuple[dict[str, float], list[float]]:
    """The coefficients of endlessly many lesions, and the specific agreement of each answer."""
    panel = draw_panel(READERS[name], _ENDLESS, np.random.default_rng(1))
    tallies = Tallies(panel)
    tally = tallies.draw(np.ones((1, tallies.lesions)))
    found = coefficients(panel, tally)
    return (
        {key: float(each.value[0]) for key, each in found.items()},
        specific_agreement(tally)[0].tolist(),
    )


def simulate(name: str, lesions: int, runs: int, draws: int = 400) -> dict[str, Tally]:
    """Measure simulated panels, and count what their intervals hold."""
    generator = np.random.default_rng(lesions + 5)
    truth, specific = truth_of(name)
    tallies: dict[str, Tally] = {}
    for run in range(runs):
        panel = draw_panel(READERS[name], lesions, generator)
        drawn = draw_coefficients(panel, draws=draws, seed=run)
        for key, each in figures(drawn).items():
            # A coefficient by the number of answers is another where not all were given.
            if not key.startswith(("gwet", "brennan")) or len(panel.used) == len(specific):
                tallies.setdefault(key, Tally()).count(each.estimate, truth[key])
        for at in panel.used.tolist():
            found = specific_figure(drawn, at).estimate
            key = f"specific agreement, share {READERS[name].shares[at]}"
            tallies.setdefault(key, Tally()).count(found, specific[at])
    return tallies


def simulate_influence(
    gain: float, lesions: int, runs: int, draws: int = 400
) -> tuple[Tally, float]:
    """The same for what an aid gives three readers, whose skill grows by so much."""
    generator, tally = np.random.default_rng(lesions + 6), Tally()
    true = _gain(_before_and_after(gain, _ENDLESS, generator))
    for run in range(runs):
        before, after, truth = _before_and_after(gain, lesions, generator)
        found = measure_influence(before, after, truth, draws=draws, seed=run)
        tally.count(found[-1].gain, true)
    return tally, true


def _before_and_after(
    gain: float, lesions: int, generator: np.random.Generator
) -> tuple[Panel, Panel, dict[str, str]]:
    readers = Readers((0.5, 0.3, 0.2), (0.99, 0.8, 0.75, 0.7))
    panel = draw_panel(readers, lesions, generator)
    truth = panel.answers[:, 0]  # the first sees nearly everything
    before = panel.of_readers((1, 2, 3))
    helped = generator.random(before.answers.shape) < gain
    answers = np.where(helped, truth[:, np.newaxis], before.answers)
    after = replace(before, answers=answers)
    known = {case: panel.categories[at] for case, at in zip(panel.cases, truth, strict=True)}
    return before, after, known


def _gain(made: tuple[Panel, Panel, dict[str, str]]) -> float:
    before, after, known = made
    truth = np.array([before.categories.index(known[case]) for case in before.cases])
    right = [(each.answers == truth[:, np.newaxis]).mean() for each in (before, after)]
    return float(right[1] - right[0])


def main() -> None:
    """Print the tables that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lesions", type=int, nargs="+", default=[50, 100, 200])
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--readers", nargs="+", choices=READERS, default=list(READERS))
    given = parser.parse_args()
    for lesions in given.lesions:
        for name in given.readers:
            sys.stdout.write(f"\n{name}, {lesions} lesions\n")
            for key, each in simulate(name, lesions, given.runs).items():
                _print(key, each)
        for gain in (0.02, 0.1, 0.3):
            tally, true = simulate_influence(gain, lesions, given.runs)
            _print(f"gain of {true:.3f}, {lesions} lesions", tally)


def _print(key: str, each: Tally) -> None:
    count = max(each.intervals, 1)
    sys.stdout.write(
        f"{key:44} {each.covered:6.1%} of {each.intervals:4d}, {each.width / count:.3f} wide,"
        f" {each.too_high / count:5.1%} too high, {each.too_low / count:5.1%} too low;"
        f" none in {each.without}\n"
    )


if __name__ == "__main__":
    main()
