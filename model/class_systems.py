"""Systems of classes, and mappings from one to another that say what they lose.

A mapping is a way of looking: recorded labels are never rewritten, so leaving it out again gives
back what was recorded. What a mapping does is written out class by class, and can be stored.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.taxonomy import BENIGN, HAM10000_CLASSES, MALIGNANT, lesion_class


@dataclass(frozen=True, slots=True)
class ClassSystem:
    """Classes that are used together, in order."""

    name: str
    codes: tuple[str, ...]


SEVEN_CLASSES = ClassSystem("7 classes", HAM10000_CLASSES)
EIGHT_CLASSES = ClassSystem(
    "8 classes and unknown", ("MEL", "NV", "BCC", "AK", "BKL", "DF", "VASC", "SCC", "UNK")
)
MALIGNANT_OR_BENIGN = ClassSystem("Malignant or benign", (MALIGNANT, BENIGN))
CLASS_SYSTEMS = (SEVEN_CLASSES, EIGHT_CLASSES, MALIGNANT_OR_BENIGN)

_KEPT = ("MEL", "NV", "BCC", "BKL", "DF", "VASC")
_TO_SEVEN = {**{code: code for code in _KEPT}, "AK": "AKIEC", "SCC": "AKIEC"}
_AKIEC_IS_NOT_AK = (
    "AKIEC is AK or SCC, image by image: HAM10000's 327 are 130 AK and 197 SCC in ISIC 2019. They"
    " get no class unless you choose one, or join ISIC 2019's ground truth."
)
_SCC_IS_NOT_AKIEC = (
    "AKIEC means actinic keratosis and carcinoma in situ, but SCC holds invasive carcinoma too, as"
    " in BCN20000: only part of what becomes AKIEC is what HAM10000 calls so."
)
_NOTHING_COMES_BACK = "Malignant and benign alone tell no lesion's class; none is given."


@dataclass(frozen=True, slots=True)
class ClassMapping:
    """What each class of one system is in another.

    Attributes:
        source: Name of the system that labels are recorded in.
        target: Name of the system that they are looked at in.
        pairs: Each class of the source with its class in the target, "" where it has none.
        remarks: Sentences on what the pairs do not tell.
    """

    source: str
    target: str
    pairs: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...] = ()

    def code(self, label: str) -> str:
        """What a recorded label is in the target, "" where it is nothing there.

        A class of the target that came after the pairs is what it is.
        """
        return self.codes([label])[0]

    def codes(self, labels: Iterable[str]) -> list[str]:
        """What recorded labels are in the target."""
        targets = (system.codes for system in CLASS_SYSTEMS if system.name == self.target)
        known = {code: code for codes in targets for code in codes} | dict(self.pairs)
        return [known.get(label, "") for label in labels]

    def origins(self, code: str) -> tuple[str, ...]:
        """The way back: which classes of the source become this class of the target."""
        return tuple(source for source, target in self.pairs if target == code)

    def recorded_as(self, code: str) -> tuple[str, ...]:
        """What an image of this class of the target may be recorded as.

        As `origins`, and the class itself where it may have come after the pairs.
        """
        itself = (code,) if code not in dict(self.pairs) and self.code(code) == code else ()
        return (*self.origins(code), *itself)

    @property
    def merged(self) -> dict[str, tuple[str, ...]]:
        """Classes of the target that several classes become, with these."""
        targets = dict.fromkeys(target for _, target in self.pairs if target)
        return {code: self.origins(code) for code in targets if len(self.origins(code)) > 1}

    @property
    def dropped(self) -> tuple[str, ...]:
        """Classes of the source that are nothing in the target."""
        return self.origins("")

    @property
    def is_lossy(self) -> bool:
        """Whether labels in the target do not tell those in the source."""
        return bool(self.merged or self.dropped)

    @property
    def told(self) -> str:
        """A sentence that the labels are not looked at as they are recorded."""
        changed = (f"{a} as {b or 'no class'}" for a, b in self.pairs if a != b)
        return f"Labels are looked at as {self.target} ({', '.join(changed) or 'nothing changes'})."

    def losses(self) -> tuple[str, ...]:
        """Sentences on what is lost, for the user; none where nothing is."""
        merged = (
            f"{_listed(origins)} become {code} and cannot be told apart."
            for code, origins in self.merged.items()
        )
        dropped = f"Images of {_listed(self.dropped)} get no class." if self.dropped else ""
        return tuple(filter(None, (*merged, dropped, *self.remarks)))

    def of(self, labels: Iterable[str]) -> "ClassMapping":
        """The same for these recorded labels alone."""
        used = set(labels)
        return replace(self, pairs=tuple(pair for pair in self.pairs if pair[0] in used))

    def chosen(self, source: str, target: str) -> "ClassMapping":
        """The same with another class for one class of the source, "" for none."""
        return replace(self, pairs=tuple((dict(self.pairs) | {source: target}).items()))

    def inverse(self) -> "ClassMapping":
        """The mapping back.

        Raises:
            ValueError: This one is lossy, so there is none.
        """
        if self.is_lossy:
            raise ValueError(" ".join(self.losses()))
        return ClassMapping(self.target, self.source, tuple((b, a) for a, b in self.pairs))

    def matrix(self, sources: Sequence[str], targets: Sequence[str]) -> NDArray[np.float64]:
        """Turns probabilities: p [n, sources] @ matrix is [n, targets], where merged ones add up.

        Rows of classes that are nothing in the target are 0: divide by the sum to condition on
        the others.

        Args:
            sources: Classes of the columns at hand.
            targets: Classes of the columns wanted.

        Returns:
            0 or 1, float64 [sources, targets].
        """
        wanted = np.array([self.codes(sources)]).T
        return np.asarray(wanted == np.array([list(targets)]), np.float64)

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "source": self.source,
            "target": self.target,
            "pairs": [list(pair) for pair in self.pairs],
            "remarks": list(self.remarks),
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "ClassMapping":
        """From what `to_json` gave.

        Raises:
            ValueError: Something is missing or of the wrong kind.
        """
        try:
            pairs = tuple((str(a), str(b)) for a, b in values["pairs"])
            remarks = tuple(map(str, values.get("remarks", ())))
            return cls(str(values["source"]), str(values["target"]), pairs, remarks)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"This is no mapping of classes: {values!r}.") from error


def class_mapping(
    source: ClassSystem, target: ClassSystem, *, ak_is_malignant: bool = True
) -> ClassMapping:
    """The mapping between two of `CLASS_SYSTEMS`.

    Args:
        source: What labels are recorded in.
        target: What they are to be looked at in.
        ak_is_malignant: Whether actinic keratosis counts as malignant, as AKIEC does in the reader
            studies; AKIEC itself always does, since it holds carcinoma in situ.
    """
    if target == MALIGNANT_OR_BENIGN != source:
        pairs = {code: _malignancy(code, ak_is_malignant) for code in source.codes}
        return ClassMapping(source.name, target.name, tuple(pairs.items()))
    known = _TO_SEVEN if target == SEVEN_CLASSES else {}
    named = ((code, known.get(code, code)) for code in source.codes)
    pairs = {code: to if to in target.codes else "" for code, to in named}
    return ClassMapping(source.name, target.name, tuple(pairs.items()), _remarks(source, target))


def mapping_of(
    labels: Sequence[str], target: ClassSystem, *, ak_is_malignant: bool = True
) -> ClassMapping:
    """The mapping of labels as they are recorded, of one system or of several and other words.

    Args:
        labels: Codes that occur. Those of no known class are nothing in the target.
        target: What they are to be looked at in.
        ak_is_malignant: As for `class_mapping`.
    """
    source = system_of(labels)
    if source is not None:
        return class_mapping(source, target, ak_is_malignant=ak_is_malignant)
    known = {
        code: mapped
        for system in reversed(CLASS_SYSTEMS)
        for code, mapped in class_mapping(system, target, ak_is_malignant=ak_is_malignant).pairs
        if mapped
    }
    pairs = tuple((code, known.get(code, "")) for code in labels)
    loses = target == EIGHT_CLASSES and "AKIEC" in labels
    return ClassMapping("recorded", target.name, pairs, (_AKIEC_IS_NOT_AK,) if loses else ())


def reason(code: str, target: ClassSystem) -> str:
    """Why a recorded class is proposed as what it is in another system; with where it says so."""
    if code in _WHY.get(target.name, {}):
        return _WHY[target.name][code]
    if code in target.codes:
        return "The same class."
    if code in (MALIGNANT, BENIGN):
        return "Tells no lesion's class."
    known = code in HAM10000_CLASSES or code in EIGHT_CLASSES.codes
    if target == MALIGNANT_OR_BENIGN and known:
        kind = "Malignant" if lesion_class(code).malignant else "Benign"
        return f"{kind} in the reader studies (Tschandl et al., Lancet Oncol 2019)."
    return "A word for no class that the program knows: choose one, or none."


_WHY = {
    SEVEN_CLASSES.name: {
        "AK": "AKIEC is actinic keratosis or carcinoma in situ (Tschandl et al., Sci Data 2018).",
        "SCC": (
            "Right for carcinoma in situ: HAM10000's 197 SCC of ISIC 2019 are AKIEC. BCN20000's SCC"
            " holds invasive carcinoma too (Combalia et al., 2019)."
        ),
        "UNK": "ISIC 2019's class for none of the others.",
    },
    EIGHT_CLASSES.name: {
        "AKIEC": (
            "AK or SCC, image by image: of HAM10000's 327, ISIC 2019 has 130 as AK and 197 as SCC."
            " Nothing is chosen for you; joining ISIC 2019's tables tells each."
        ),
    },
    MALIGNANT_OR_BENIGN.name: {
        "AKIEC": "Malignant in the reader studies; it holds carcinoma in situ.",
        "AK": "Counted with AKIEC in the reader studies; others call it precancerous: choose.",
        "UNK": "Nobody knows.",
    },
}


def system_of(labels: Iterable[str]) -> ClassSystem | None:
    """The smallest of `CLASS_SYSTEMS` that has all these labels; None where none has."""
    used = set(labels) - {""}
    fitting = (each for each in CLASS_SYSTEMS if used <= set(each.codes))
    return min(fitting, key=lambda each: len(each.codes), default=None) if used else None


def _malignancy(code: str, ak_is_malignant: bool) -> str:
    if code == "UNK" or (code not in HAM10000_CLASSES and code not in EIGHT_CLASSES.codes):
        return ""
    if code == "AK" and not ak_is_malignant:
        return BENIGN
    return MALIGNANT if lesion_class(code).malignant else BENIGN


def _remarks(source: ClassSystem, target: ClassSystem) -> tuple[str, ...]:
    if source == target:
        return ()
    if source == MALIGNANT_OR_BENIGN:
        return (_NOTHING_COMES_BACK,)
    if target == MALIGNANT_OR_BENIGN:
        return ()
    return (_AKIEC_IS_NOT_AK if source == SEVEN_CLASSES else _SCC_IS_NOT_AKIEC,)


def _listed(codes: Sequence[str]) -> str:
    return codes[0] if len(codes) == 1 else f"{', '.join(codes[:-1])} and {codes[-1]}"
