"""The one queue over all relations: lesions on which somebody disagrees, the weightiest first."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np

from model.review.opinions import Floats, LesionOpinions
from model.review.patterns import PATTERNS, Integers, Mask, Pattern, in_words, match_patterns
from model.review.severity import Severity, default_severity
from model.taxonomy import is_right

TEACHING_CASE, SUSPECT_LABEL = "teaching case", "suspect label"
# How much a label of this basis deserves a second look: the weaker it stands, the more. The order
# is that of HAM10000's description (Tschandl 2018); the numbers are a start, and the user's.
BASIS_WEIGHTS: Mapping[str, float] = {
    "consensus": 1.0,
    "": 0.8,
    "follow-up": 0.6,
    "confocal": 0.4,
    "histology": 0.2,
}


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """How lesions are ranked: the weighted mean of three numbers between 0 and 1.

    Attributes:
        consequence: Of how bad the worst confusion of the named classes is (`severity`).
        evidence: Of how strongly the parties contradict each other.
        basis: Of how weak the ground of the label is (`bases`).
        severity: What errors cost.
        bases: Weight of each basis, 0..1.
    """

    consequence: float = 0.5
    evidence: float = 0.3
    basis: float = 0.2
    severity: Severity = field(default_factory=default_severity)
    bases: Mapping[str, float] = field(default_factory=lambda: dict(BASIS_WEIGHTS))

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        plain = {name: getattr(self, name) for name in ("consequence", "evidence", "basis")}
        return plain | {"severity": self.severity.to_json(), "bases": dict(self.bases)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """From what `to_json` gave.

        Raises:
            ValueError: Something is missing or of the wrong kind.
        """
        try:
            numbers = {name: float(values[name]) for name in ("consequence", "evidence", "basis")}
            bases = {str(name): float(value) for name, value in values["bases"].items()}
            return cls(severity=Severity.from_json(values["severity"]), bases=bases, **numbers)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("These are no weights of a queue.") from error


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One lesion of the queue, as it is shown.

    Attributes:
        lesion: Its id; "" where the image has none.
        rows: Its images, in the data set.
        patterns: Who disagrees, in words, the main one first.
        weight: 0..1, the rank.
        consequence, evidence, basis_weight: What the weight is made of, each 0..1.
        kind: `TEACHING_CASE`, `SUSPECT_LABEL`, or "" where the label stands: nobody contradicts
            it, or only the network while the readers confirm it.
        label: Code of the recorded class, "" where none is.
        basis: What it stands on.
        predicted: Code of the network's class, "" where it says nothing or does not count.
        votes: How many readers named each class, by code.
        readers: How many readers there are.
        seen: Whether the network was made with this lesion.
    """

    lesion: str
    rows: tuple[int, ...]
    patterns: tuple[str, ...]
    weight: float
    consequence: float
    evidence: float
    basis_weight: float
    kind: str
    label: str
    basis: str
    predicted: str
    votes: Mapping[str, float]
    readers: int
    seen: bool


@dataclass(frozen=True, slots=True, eq=False)
class Queue:
    """All lesions with a disagreement, in order. Items are made when they are asked for.

    Attributes:
        said: What everybody says.
        order: [Q], positions in `said`, the weightiest first.
        predicted: [L], index of the network's class, see `LesionOpinions.predicted`.
        matches: [L, patterns], see `match_patterns`.
        weight, consequence, evidence, basis: [L], 0..1.
    """

    said: LesionOpinions
    order: Integers
    predicted: Integers
    matches: Mask
    weight: Floats
    consequence: Floats
    evidence: Floats
    basis: Floats

    def __len__(self) -> int:
        return len(self.order)

    def __getitem__(self, at: int) -> QueueItem:
        lesion = int(self.order[at])
        said, name = self.said, str(self.said.lesions[lesion])
        rows = said.rows[said.start[lesion] : said.start[lesion + 1]]
        voted = np.flatnonzero(said.votes[lesion])
        readers, predicted = int(said.readers[lesion]), int(self.predicted[lesion])
        found = [PATTERNS[n] for n in np.flatnonzero(self.matches[lesion]).tolist()]
        return QueueItem(
            lesion="" if name.startswith("\0") else name,
            rows=tuple(rows.tolist()),
            patterns=tuple(in_words(each, readers) for each in found),
            weight=float(self.weight[lesion]),
            consequence=float(self.consequence[lesion]),
            evidence=float(self.evidence[lesion]),
            basis_weight=float(self.basis[lesion]),
            kind=_kind(found, str(said.basis[lesion])),
            label=said.code(int(said.label[lesion])),
            basis=str(said.basis[lesion]),
            predicted=said.code(predicted),
            votes={said.classes[n]: float(said.votes[lesion, n]) for n in voted.tolist()},
            readers=readers,
            seen=bool(said.seen[lesion]),
        )

    def counts(self) -> dict[Pattern, int]:
        """How many lesions of the queue show each pattern, in the order of `Pattern`."""
        found = self.matches[self.order].sum(0).tolist()
        return dict(zip(PATTERNS, found, strict=True))

    def only(self, patterns: Collection[Pattern]) -> "Queue":
        """The lesions that show one of these patterns, in the same order."""
        columns = [number for number, each in enumerate(PATTERNS) if each in patterns]
        keep = self.matches[self.order][:, columns].any(1)
        return self._with_order(self.order[keep])

    def of(self, lesions: Collection[str]) -> "Queue":
        """Exactly these lesions (`lesion_of`), whether or not anybody disagrees about them."""
        wanted = frozenset(lesions)
        keep = np.array([name in wanted for name in self.said.lesions.tolist()], bool)
        members = np.flatnonzero(keep)
        return self._with_order(members[np.argsort(-self.weight[members], kind="stable")])

    def without(self, lesions: Collection[str]) -> "Queue":
        """The queue without some lesions, for example those that are decided (`lesion_of`)."""
        gone = frozenset(lesions)
        names = self.said.lesions[self.order].tolist()
        keep = np.array([name not in gone for name in names], bool)
        return self._with_order(self.order[keep])

    def position(self, lesion: str) -> int | None:
        """Where a lesion (`lesion_of`) stands in the queue; None where it does not."""
        found = np.flatnonzero(self.said.lesions[self.order] == lesion)
        return int(found[0]) if found.size else None

    def _with_order(self, order: Integers) -> "Queue":
        return replace(self, order=order)


def build_queue(said: LesionOpinions, weights: Weights | None = None) -> Queue:
    """Rank the lesions that show any pattern; equal ones stay in the data set's order."""
    chosen = weights or Weights()
    predicted = said.predicted
    right = _right(said.classes)
    matches = match_patterns(
        said.read, predicted, said.label, right, said.suspect, said.images_differ
    )
    consequence = worst_confusion(said, chosen.severity)
    evidence = contradiction(said)
    bases, at = np.unique(said.basis.astype(str), return_inverse=True)
    fallback = chosen.bases.get("", 0.0)
    basis = np.array([chosen.bases.get(each, fallback) for each in bases.tolist()])[at]
    total = chosen.consequence + chosen.evidence + chosen.basis
    sums = chosen.consequence * consequence + chosen.evidence * evidence + chosen.basis * basis
    weight = sums / total if total > 0 else sums
    members = np.flatnonzero(matches.any(1))
    order = members[np.argsort(-weight[members], kind="stable")]
    return Queue(said, order, predicted, matches, weight, consequence, evidence, basis)


def worst_confusion(said: LesionOpinions, severity: Severity) -> Floats:
    """[L], what the worst confusion of two classes costs that somebody holds to be the truth."""
    claimed = said.votes > 0
    for named in (said.label, said.predicted):
        known = np.flatnonzero(named >= 0)
        claimed[known, named[known]] = True
    right = _right(said.classes)
    costs = np.where(right | right.T, 0.0, severity.for_classes(said.classes))
    worst = np.zeros(len(said))
    for truth in range(len(said.classes)):
        # Nobody knows yet which of the two is the truth, so every order counts.
        other = (claimed * costs[truth]).max(1, initial=0.0)
        worst = np.maximum(worst, np.where(claimed[:, truth], other, 0.0))
    return worst


def contradiction(said: LesionOpinions) -> Floats:
    """[L], how strongly parties contradict each other, 0 (not at all) to 1 (wholly).

    The largest of: the share of pairs of readers that differ; half the summed difference (total
    variation) between the readers' shares, the network's probabilities and the label, pair by
    pair; and the doubt of the out-of-fold network about the label.
    """
    shares = _shares(said)
    found = [_pairs_that_differ(said), said.doubt]
    found.append(np.nan_to_num(np.abs(shares - said.network).sum(1) / 2))
    # The variation between shares and the certainty of a label is what is left for wrong classes.
    known = np.flatnonzero(said.label >= 0)
    wrong = ~_right(said.classes).T[said.label[known]]
    for one in (shares, said.network):
        against = np.zeros(len(said))
        against[known] = np.nan_to_num((one[known] * wrong).sum(1))
        found.append(against)
    strongest: Floats = np.max(found, axis=0)
    return strongest


def _right(classes: Sequence[str]) -> Mask:
    """Whether a class (row) is what a label (column) asks for, [K, K]."""
    found = [[is_right(code, label) for label in classes] for code in classes]
    return np.array(found, bool).reshape(len(classes), len(classes))


def _shares(said: LesionOpinions) -> Floats:
    readers = said.readers[:, None].astype(np.float64)
    shares = np.full(said.votes.shape, np.nan)
    np.divide(said.votes, readers, out=shares, where=readers > 0)
    return shares


def _pairs_that_differ(said: LesionOpinions) -> Floats:
    """Share of pairs of readers with different answers [L]; 0 with less than two readers."""
    pairs = said.readers * (said.readers - 1) / 2
    same = (said.votes * (said.votes - 1) / 2).clip(0).sum(1)
    differing = np.zeros(len(said))
    np.divide(pairs - same, pairs, out=differing, where=pairs > 0)
    return differing


def _kind(found: Collection[Pattern], basis: str) -> str:
    against_label = {
        Pattern.ALL_AGAINST_LABEL,
        Pattern.READERS_ALONE,
        Pattern.THREE_OPINIONS,
        Pattern.READERS_AGAINST_LABEL,
        Pattern.NETWORK_AGAINST_LABEL,
        Pattern.SUSPECT_LABEL,
    }
    if not against_label.intersection(found):
        return ""
    return TEACHING_CASE if basis == "histology" else SUSPECT_LABEL
