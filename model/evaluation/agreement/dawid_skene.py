"""What was right, and how each reader errs, where nobody knows what was right."""

from dataclasses import dataclass

import numpy as np

from model.evaluation.agreement.panel import UNREAD, Panel
from model.evaluation.metrics import Floats, Integers
from model.progress import Report, silent

_TINY = 1e-300
_SETTLED = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class DawidSkene:
    """The fit of Dawid and Skene.

    Attributes:
        prior: [q], how common each answer is among the cases.
        confusion: [R, q, q], what each reader answers (column) where a row is right; a row of
            zeros where nothing is known of it.
        posterior: [N, q], probability that each answer is right.
        log_likelihoods: After each iteration.
    """

    prior: Floats
    confusion: Floats
    posterior: Floats
    log_likelihoods: tuple[float, ...]

    @property
    def best(self) -> Integers:
        """The most probable answer of each case [N]."""
        return np.asarray(self.posterior.argmax(1), np.int64)

    @property
    def accuracy(self) -> Floats:
        """How often each reader is right, cases as common as they are [R]."""
        return np.asarray(np.einsum("j,rjj->r", self.prior, self.confusion))


def dawid_skene(counts: Floats, *, iterations: int = 1000, report: Report = silent) -> DawidSkene:
    """Fit by expectation and maximisation (Dawid and Skene, Applied Statistics 28, 1979).

    It starts from the shares of the votes, and ends when the likelihood settles.

    Args:
        counts: [N, R, q], how often each reader gave each answer about each case; every case needs
            one at least.
        iterations: At the most.
        report: Told after each iteration.

    Raises:
        Cancelled: From `report`.
    """
    votes = counts.sum(1)
    posterior = votes / np.maximum(votes.sum(1, keepdims=True), 1)
    likelihoods: list[float] = []
    while len(likelihoods) < iterations:
        report(len(likelihoods), iterations, f"Dawid and Skene: iteration {len(likelihoods):,}")
        prior = posterior.mean(0)
        confusion = np.einsum("nj,nrl->rjl", posterior, counts)
        confusion /= np.maximum(confusion.sum(2, keepdims=True), _TINY)
        log_joint = np.log(np.maximum(prior, _TINY)) + np.einsum(
            "nrl,rjl->nj", counts, np.log(np.maximum(confusion, _TINY))
        )
        top = log_joint.max(1, keepdims=True)
        joint = np.exp(log_joint - top)
        posterior = joint / joint.sum(1, keepdims=True)
        likelihoods.append(float((top[:, 0] + np.log(joint.sum(1))).sum()))
        if len(likelihoods) > 1 and likelihoods[-1] - likelihoods[-2] < _SETTLED:
            break
    return DawidSkene(prior, confusion, posterior, tuple(likelihoods))


def reading_counts(panel: Panel) -> Floats:
    """The counts [N, R, q] of a panel, in which nobody read a case twice."""
    is_answer = panel.answers[:, :, np.newaxis] == np.arange(len(panel.categories))
    return np.asarray(is_answer & (panel.answers != UNREAD)[:, :, np.newaxis], np.float64)
