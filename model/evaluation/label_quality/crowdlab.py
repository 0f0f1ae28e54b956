"""A consensus of readers and a classifier, each weighted by how far it agrees with the others.

CROWDLAB: Goh, Tkachenko and Mueller, arXiv 2210.06812, with the steps of their library. A number
beside the readings, never a decision.
"""

from dataclasses import dataclass

import numpy as np

from model.evaluation.agreement.panel import UNREAD
from model.evaluation.metrics import Floats, Integers

_LEAST = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Consensus:
    """What readers and classifier say together.

    Attributes:
        labels: [N], class indices.
        quality: [N], 0..1, how sure the consensus is.
        reader_quality: [R], 0..1.
        posterior: [N, C].
    """

    labels: Integers
    quality: Floats
    reader_quality: Floats
    posterior: Floats


def consensus(answers: Integers, probabilities: Floats) -> Consensus:
    """The consensus of N cases, each with one reading or more.

    Args:
        answers: [N, R], class indices, `UNREAD` where there is no reading.
        probabilities: [N, C], of a classifier that did not learn from these readings.
    """
    read = answers != UNREAD
    votes = np.stack([(answers == at).sum(1) for at in range(probabilities.shape[1])], axis=1)
    majority = _majority(votes, probabilities)
    posterior, reader_weights, network_weight = _posterior(answers, majority, probabilities, votes)
    labels = np.asarray(posterior.argmax(1), np.int64)
    cases = np.arange(len(labels))
    own = np.where(read, posterior[cases[:, np.newaxis], answers], 0.0).sum(0) / read.sum(0)
    several = read & (read.sum(1, keepdims=True) > 1)
    agreed = (several & (answers == labels[:, np.newaxis])).sum(0) / np.maximum(several.sum(0), 1)
    readers = reader_weights.sum() * read.sum(1).mean() / len(reader_weights)
    share = network_weight / (network_weight + readers)
    quality = share * own + (1 - share) * np.where(several.any(0), agreed, own)
    return Consensus(labels, posterior[cases, labels], quality, posterior)


def _majority(votes: Integers, probabilities: Floats) -> Integers:
    """The class with most votes [N]; the more probable one among equals."""
    most = votes == votes.max(1, keepdims=True)
    return np.asarray(np.where(most, probabilities, -1.0).argmax(1), np.int64)


def _posterior(
    answers: Integers, majority: Integers, probabilities: Floats, votes: Integers
) -> tuple[Floats, Floats, float]:
    """Probabilities [N, C], weights of the readers [R] and the weight of the classifier."""
    read, size = answers != UNREAD, probabilities.shape[1]
    counts = read.sum(1)
    several = counts > 1
    chosen = majority[several]
    agreed = votes[np.arange(len(votes)), majority] / counts
    likely = float(agreed[several].mean()) if several.any() else 1.0
    unlikely = (1 - likely) / (size - 1)
    common = np.bincount(chosen, minlength=size).max(initial=0)
    by_guessing = max(1 - common / max(len(chosen), 1), _LEAST)
    readers = np.maximum(1 - (1 - _among_readers(answers)) / by_guessing, _LEAST)
    error = float((probabilities[several].argmax(1) != chosen).mean()) if several.any() else 0.0
    network = max(1 - error / by_guessing, _LEAST) * float(np.sqrt(counts.mean()))
    weights = np.where(read, readers, 0.0)
    said = answers[:, :, np.newaxis] == np.arange(size)
    spoken = (weights[:, :, np.newaxis] * np.where(said, likely, unlikely)).sum(1)
    total = network + weights.sum(1, keepdims=True)
    return (network * probabilities + spoken) / total, readers, network


def _among_readers(answers: Integers) -> Floats:
    """How often other readers of the same case agree with each reader [R]."""
    found = []
    for at in range(answers.shape[1]):
        mine = answers[:, at]
        others = np.delete(answers, at, axis=1)
        met = (mine != UNREAD)[:, np.newaxis] & (others != UNREAD)
        same = met & (others == mine[:, np.newaxis])
        found.append(same.sum() / met.sum() if met.any() else np.nan)
    values = np.array(found)
    known = values[~np.isnan(values)]
    return np.where(np.isnan(values), known.mean() if known.size else 1.0, values)
