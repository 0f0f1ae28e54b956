"""Choosing images of a table: what a filter is, which rows match, what each choice would give."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.catalogue.predictions import AGREEMENTS
from model.catalogue.table import ImageTable, folded
from model.taxonomy import class_order
from model.words import counted

Mask = NDArray[np.bool_]
Words = frozenset[str]
Range = tuple[float, float]
_NO_WORDS: Words = frozenset()


@dataclass(frozen=True, slots=True)
class Filter:
    """Which images to show. Conditions are joined by "and", the members of one by "or".

    Attributes:
        labels, predictions, bases, sexes, sites, sources: Allowed values; empty: all allowed;
            "" as a member: none recorded.
        agreements: "agrees", "differs", or "" where label or prediction is missing.
        lesions: Lesion ids.
        confidence: Lowest and highest, 0..1, both included; images without one do not match.
        ages: Lowest and highest in years, both included; images without one do not match.
        text: Words that must all occur in image id, lesion id, path, label, class name or site.
        paths: An explicit set of images, for example those of a cell of a matrix.
        paths_name: What these have in common, for people.
    """

    labels: Words = _NO_WORDS
    predictions: Words = _NO_WORDS
    bases: Words = _NO_WORDS
    sexes: Words = _NO_WORDS
    sites: Words = _NO_WORDS
    sources: Words = _NO_WORDS
    agreements: Words = _NO_WORDS
    lesions: Words = _NO_WORDS
    confidence: Range | None = None
    ages: Range | None = None
    text: str = ""
    paths: Words | None = None
    paths_name: str = ""

    @property
    def without_paths(self) -> "Filter":
        """The conditions on what is known of an image; no explicit set."""
        return replace(self, paths=None, paths_name="")

    def to_json(self) -> dict[str, Any]:
        """The conditions that are set, as JSON can hold them."""
        default = Filter()
        filled = {each.name: getattr(self, each.name) for each in fields(Filter)}
        return {
            name: value if isinstance(value, str) else sorted(value)
            for name, value in filled.items()
            if value != getattr(default, name)
        }

    @staticmethod
    def from_json(state: Any) -> "Filter":
        """A filter from `to_json`; what is not understood (a newer program's) is left out."""
        if not isinstance(state, dict):
            return Filter()
        read = {each.name: _read(each.name, state.get(each.name)) for each in fields(Filter)}
        return Filter(**{name: value for name, value in read.items() if value is not None})

    def describe(self) -> str:
        """A phrase such as "label MEL or NV, prediction differs, text 'back'"; "" for no filter."""
        parts = [
            f"{noun} {_either(getattr(self, name), none)}"
            for name, (noun, none) in _NOUNS.items()
            if getattr(self, name)
        ]
        if self.agreements:
            said = [_AGREEMENT_WORDS.get(each, each) for each in sorted(self.agreements)]
            parts.append(f"prediction {' or '.join(said)}")
        if self.lesions:
            some = len(self.lesions) > 1
            parts.append(f"{len(self.lesions)} lesions" if some else f"lesion {min(self.lesions)}")
        if self.confidence:
            low, high = (f"{100 * limit:.3g} %" for limit in self.confidence)
            parts.append(f"confidence {low} to {high}")
        if self.ages:
            parts.append(f"age {self.ages[0]:g} to {self.ages[1]:g}")
        if self.text.strip():
            parts.append(f"text '{self.text.strip()}'")
        if self.paths is not None:
            parts.append(self.paths_name or counted(len(self.paths), "chosen image"))
        return ", ".join(parts)


class Facet(StrEnum):
    """Columns whose values a user chooses from."""

    LABEL = "label"
    PREDICTION = "prediction"
    BASIS = "basis"
    SEX = "sex"
    SITE = "site"
    AGREEMENT = "agreement"
    SOURCE = "source"


def matching(table: ImageTable, chosen: Filter) -> Mask:
    """Which rows match, bool [rows]."""
    mask = np.ones(len(table), bool)
    for condition in _conditions(table, chosen).values():
        mask &= condition
    return mask


def facet_counts(table: ImageTable, chosen: Filter) -> dict[Facet, dict[str, int]]:
    """How many images each value of each facet would show, under the other conditions.

    Values in the order of the classes or the alphabet, "" (none recorded) last; those that only
    hidden images have are there with 0.
    """
    conditions = _conditions(table, chosen)
    failed = np.zeros(len(table), np.int16)
    for condition in conditions.values():
        failed += ~condition
    counts = {}
    for facet, (name, count) in _FACETS.items():
        others = failed - ~conditions[name] if name in conditions else failed
        counts[facet] = _in_order(count(table, others == 0))
    return counts


def _conditions(table: ImageTable, chosen: Filter) -> dict[str, Mask]:
    """The mask of each condition that is set, by the name of its field."""
    masks = _recorded(table, chosen) | _predicted(table, chosen)
    if chosen.ages:
        masks["ages"] = _inside(table.age, chosen.ages)
    if words := folded(chosen.text).split():
        masks["text"] = np.logical_and.reduce([table.containing(word) for word in words])
    if chosen.paths is not None:
        masks["paths"] = np.zeros(len(table), bool)
        rows = (table.row_of_path(path) for path in chosen.paths)
        masks["paths"][[row for row in rows if row is not None]] = True
    return masks


def _recorded(table: ImageTable, chosen: Filter) -> dict[str, Mask]:
    names = ("labels", "bases", "sexes", "sites", "sources", "lesions")
    return {
        name: getattr(table, name).among(getattr(chosen, name))
        for name in names
        if getattr(chosen, name)
    }


def _predicted(table: ImageTable, chosen: Filter) -> dict[str, Mask]:
    masks: dict[str, Mask] = {}
    predictions = table.predictions
    if chosen.predictions:
        wanted = [code in chosen.predictions for code in (*predictions.classes, "")]
        masks["predictions"] = np.array(wanted)[predictions.best]
    if chosen.agreements:
        wanted = [each in chosen.agreements for each in AGREEMENTS]
        masks["agreements"] = np.array(wanted)[predictions.agreement]
    if chosen.confidence:
        masks["confidence"] = _inside(predictions.confidence, chosen.confidence)
    return masks


def _inside(values: NDArray[np.floating[Any]], limits: Range) -> Mask:
    # float32: a limit that was read off a confidence must include that confidence.
    low, high = (values.dtype.type(limit) for limit in limits)
    return np.asarray((values >= low) & (values <= high))


def _count_predictions(table: ImageTable, mask: Mask) -> dict[str, int]:
    values = (*table.predictions.classes, "")
    best = table.predictions.best[mask] % len(values)
    return dict(zip(values, np.bincount(best, minlength=len(values)).tolist(), strict=True))


def _count_agreements(table: ImageTable, mask: Mask) -> dict[str, int]:
    counted = np.bincount(table.predictions.agreement[mask], minlength=len(AGREEMENTS))
    return dict(zip(AGREEMENTS, counted.tolist(), strict=True))


_FACETS: dict[Facet, tuple[str, Callable[[ImageTable, Mask], dict[str, int]]]] = {
    Facet.LABEL: ("labels", lambda table, mask: table.labels.counts(mask)),
    Facet.PREDICTION: ("predictions", _count_predictions),
    Facet.BASIS: ("bases", lambda table, mask: table.bases.counts(mask)),
    Facet.SEX: ("sexes", lambda table, mask: table.sexes.counts(mask)),
    Facet.SITE: ("sites", lambda table, mask: table.sites.counts(mask)),
    Facet.AGREEMENT: ("agreements", _count_agreements),
    Facet.SOURCE: ("sources", lambda table, mask: table.sources.counts(mask)),
}


def _in_order(counts: dict[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (not item[0], class_order(item[0]))))


# For each condition the word before its values, and what stands for the value "".
_NOUNS = {
    "labels": ("label", "none recorded"),
    "predictions": ("predicted", "nothing"),
    "bases": ("basis", "none recorded"),
    "sexes": ("sex", "none recorded"),
    "sites": ("site", "none recorded"),
    "sources": ("source", "none recorded"),
}
_AGREEMENT_WORDS = {"": "or label missing"}


def _either(words: Words, none: str) -> str:
    ordered = sorted(words, key=lambda word: (not word, class_order(word)))
    return " or ".join(word or none for word in ordered)


def _read_words(state: Any) -> Words | None:
    if not isinstance(state, list):
        return None
    return frozenset(word for word in state if isinstance(word, str))


def _read_range(state: Any) -> Range | None:
    try:
        low, high = state
        return float(low), float(high)
    except (TypeError, ValueError):
        return None


def _read_text(state: Any) -> str | None:
    return state if isinstance(state, str) else None


def _read(name: str, state: Any) -> Any:
    if name in {"confidence", "ages"}:
        return _read_range(state)
    return _read_text(state) if name in {"text", "paths_name"} else _read_words(state)
