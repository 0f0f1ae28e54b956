"""What answers mean: classes and their spellings, malignant or benign, and words in an order."""

from collections.abc import Iterable, Mapping

from model.catalogue.diagnoses import LESION_CODES, diagnosis_code
from model.evaluation.agreement.panel import number_of
from model.evaluation.pairs import BENIGN, MALIGNANT
from model.review.formats.rows import DIAGNOSIS
from model.taxonomy import BENIGN as BENIGN_CODE
from model.taxonomy import MALIGNANT as MALIGNANT_CODE
from model.taxonomy import code_from_label, lesion_class

MALIGNANT_QUESTION = "malignant"
_HALF = 50.0  # of 0, surely benign, to 100, surely malignant
_IN_ORDER = (
    ("no further examination", "clinical follow-up", "excision"),
    ("dismiss", "monitor", "biopsy"),
    ("dismiss", "local therapy", "excision"),
    ("reassure", "monitor", "biopsy"),
    ("none", "follow-up", "excision"),
    ("none", "follow-up", "biopsy"),
    ("no action", "follow-up", "biopsy"),
    ("low", "medium", "high"),
    ("low", "moderate", "high"),
    ("poor", "fair", "good", "excellent"),
    ("not assessable", "poor", "good"),
)


def one_spelling(question: str, answers: Iterable[str]) -> dict[str, str]:
    """One spelling for each answer: a class's code, or the first way in which it was written.

    Nothing is merged that is more than a spelling: "melanoma in situ" stays beside "MEL".
    """
    found: dict[str, str] = {}
    known: dict[str, str] = {}
    for answer in answers:
        if answer in found:
            continue
        text = " ".join(answer.split())
        number = number_of(text)
        code = code_from_label(text) if question == DIAGNOSIS else text
        code = code if number is None else f"{number:.15g}"
        found[answer] = known.setdefault(code.casefold(), code)
    return found


def order_of(answers: Iterable[str]) -> tuple[str, ...]:
    """The known order that all these answers have, in their spelling; () where there is none."""
    spelt = {answer.casefold().replace("_", " "): answer for answer in answers}
    for order in _IN_ORDER:
        if spelt and set(spelt) <= set(order):
            return tuple(spelt.get(name, name) for name in order)
    return ()


def malignancy_of(answers: Iterable[str]) -> Mapping[str, str]:
    """Malignant or benign for each diagnosis that tells it; the others are not in it."""
    found = {}
    for answer in answers:
        code = diagnosis_code(answer)
        if code in {MALIGNANT_CODE, BENIGN_CODE}:
            found[answer] = MALIGNANT if code == MALIGNANT_CODE else BENIGN
        elif code in LESION_CODES and code != "UNK":
            found[answer] = MALIGNANT if lesion_class(code).malignant else BENIGN
    return found


def halves_of(answers: Iterable[str]) -> Mapping[str, str]:
    """Malignant for numbers of 50 and more on the scale from 0 to 100."""
    numbers = {answer: number_of(answer) for answer in answers}
    if any(number is None for number in numbers.values()):
        return {}
    if max((number or 0.0 for number in numbers.values()), default=0.0) <= 1:
        return {}  # not that scale
    return {
        answer: MALIGNANT if (number or 0.0) >= _HALF else BENIGN
        for answer, number in numbers.items()
    }
