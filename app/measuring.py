"""What is measured and how it is shown, and the sentences that say so."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

from model.evaluation.chosen_point import PointChoice
from model.evaluation.labelling import Kind
from model.evaluation.question import Answer, Group, Question

RECORDED = "label"  # key of the recorded label
IN_USE = ""  # stands for the classifier in use, whichever that is
SHARES = ("count", "row", "column")


@dataclass(frozen=True, slots=True)
class MeasureOptions:
    """What the user chose to measure.

    Attributes:
        truth: Key of the source that is taken for right.
        other: Key of the source that is measured, `IN_USE` for the classifier in use.
        second: Key of the source that it is compared with, "" for none.
        group: Value of a `Group`.
        filtered: Whether only images that pass the filter count.
        share: One of `SHARES`: what the cells of the matrix say.
        level: Of the conformal sets, 0..1.
        reliability_of: Code of the class whose probabilities the diagram shows, "" for the
            diagnoses.
        point: The operating point.
    """

    truth: str = RECORDED
    other: str = IN_USE
    second: str = ""
    group: str = Group.UNSEEN.value
    filtered: bool = True
    share: str = "row"
    level: float = 0.9
    reliability_of: str = ""
    point: PointChoice = field(default_factory=PointChoice)

    def to_json(self) -> dict[str, Any]:
        """As plain values; the operating point is chosen anew each time."""
        values = asdict(self)
        del values["point"]
        return values

    @classmethod
    def from_json(cls, state: Any) -> Self:
        """From what `to_json` gave; what is not understood is left out."""
        default, read = cls(), {}
        for each in fields(cls):
            value = state.get(each.name) if isinstance(state, dict) else None
            if isinstance(value, type(getattr(default, each.name))) and each.name != "point":
                read[each.name] = value
        if read.get("group") not in [group.value for group in Group]:
            read.pop("group", None)
        if read.get("share") not in SHARES:
            read.pop("share", None)
        return cls(**read)


@dataclass(frozen=True, slots=True)
class Nothing:
    """Why there is nothing to show, and what would help.

    Attributes:
        why: A sentence for the user.
        step: What the button says; "" where nothing helps.
        changes: What the button changes of `MeasureOptions`; empty where it classifies.
    """

    why: str
    step: str = ""
    changes: Mapping[str, Any] = field(default_factory=dict)


def nothing_to_show(answer: Answer | None) -> Nothing | None:
    """What to say instead of figures; None where there are some."""
    if answer is None:
        return Nothing(
            "Here the classifier is measured against the recorded labels, or any labelling against"
            " another. Open a data set, and wait until its classifier is ready."
        )
    if len(answer.rows):
        return None
    if answer.counts[Group.ALL] and answer.question.group is not Group.ALL:
        return _another_group(answer)
    return _nothing_compared(answer.question)


def _nothing_compared(question: Question) -> Nothing:
    """There are no images of any group."""
    if question.other.kind is Kind.CLASSIFIER and not (question.other.values >= 0).any():
        return Nothing(
            f"{question.other.name} has not looked at these images yet.", "Classify all images"
        )
    if not (question.truth.values >= 0).any():
        return Nothing(f"The {question.truth.noun} says nothing of any image.")
    if question.filter_words:
        return Nothing(
            f"No image with {question.filter_words} can be compared.",
            "Measure without the filter",
            {"filtered": False},
        )
    return Nothing("No image has a class in both labellings.")


def _another_group(answer: Answer) -> Nothing:
    """There are images, but none of the group that was asked for."""
    wanted, counts = answer.question.group, answer.counts
    best = max((group for group in counts if group is not Group.ALL), key=counts.__getitem__)
    if counts[Group.UNKNOWN] and wanted is Group.UNSEEN:
        why = (
            "The card of the classifier names no image that trained it: nobody knows which of"
            " these it has seen, so that there is no headline."
        )
    elif wanted is Group.UNSEEN:
        why = (
            "The classifier has seen every one of these images or its lesion: there is no headline,"
            " and any figure would flatter it."
        )
    else:
        why = f"There are no {wanted}."
    return Nothing(why, f"Measure the {counts[best]:,} {best}", {"group": best.value})


def headline(answer: Answer) -> str:
    """How many of which images: "1,202 unseen images (899 lesions)"."""
    return answer.measurement.title


def circumstances(answer: Answer) -> list[str]:
    """What else a reader must know of the images, in short sentences."""
    question = answer.question
    said = [question.data_set, f"{_capital(question.truth.noun)} against {question.other.noun}"]
    if question.second is not None:
        said[1] += f", compared with {question.second.noun}"
    if answer.seen_matters and len(answer.rows):
        said += [_splits(answer), _flattery(answer)]
        if copies_unknown(answer):
            said.append("copies of seen images under other names were not looked for")
    if not answer.measurement.pair.by_lesion:
        said.append("no lesions are recorded: intervals are by image, which makes them narrower")
    said += [f"{len(rows):,} left out {reason}" for reason, rows in answer.left_out.items()]
    return [each for each in said if each]


def copies_unknown(answer: Answer) -> bool:
    """Whether some of the images may be copies of seen ones, and nobody looked."""
    return not answer.by_looks and bool(answer.splits.get("", len(answer.rows)))


def _splits(answer: Answer) -> str:
    names = {"": "in no split of the classifier"}
    parts = [
        f"{count:,} {names.get(split, f'of the {split} split')}"
        for split, count in sorted(answer.splits.items(), key=lambda item: -item[1])
    ]
    if len(parts) == 1 and answer.splits:
        split = next(iter(answer.splits))
        return f"all {names.get(split, f'of the {split} split')}"
    return ", ".join(parts)


def _flattery(answer: Answer) -> str:
    group = answer.question.group
    if group is Group.UNSEEN:
        return ""
    if group is Group.UNKNOWN:
        return "nobody knows whether the classifier has seen them, which may flatter it"
    if group is Group.SEEN_LESION:
        return "the classifier has seen their lesions: these figures flatter it"
    return "the classifier has seen images among these: these figures flatter it"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
