"""Readings that were published with their coefficients, and how to make panels of small tables."""

import numpy as np
from numpy.typing import NDArray

from model.evaluation.agreement.coefficients import coefficients
from model.evaluation.agreement.panel import Panel, panel_of
from model.evaluation.agreement.tallies import Tallies

# Fleiss 1971: 30 patients, 6 psychiatrists each.
FLEISS = (
    "444444 222555 233335 555555 222444 113333 333355 113334 114444 555555 "
    "144444 124444 222333 144444 224445 333335 111455 111112 224444 133555 "
    "555555 244444 224555 114444 144445 222224 111155 224444 133333 555555"
)
# Krippendorff: 3 coders of 15 units, and 4 of 12; the second as in Gwet's book.
THREE_CODERS = ("*****34121133*3", "1*213343*******", "**21344*21133*4")
FOUR_CODERS = ("123321412***", "1233224125**", "*33323422513", "12332441251*")
# The package "irr" for R: anxiety of 20 people, raters 2 and 3.
ANXIETY = ("36462424332333221334", "21443216111233113322")

# Dawid and Skene 1979: 45 patients; the first anaesthetist three times, then four others once.
ANAESTHETISTS = (
    "1111111 3334334 1122122 2223121 2223222 2223322 1222111 3333433 2222223 2322223 4444444"
    " 2223343 1111111 2223212 1211111 1112111 1111111 1111111 2222221 2221322 2222222 2222221"
    " 2223222 2212222 1111111 1111111 2322222 1111111 1111111 1121121 1111111 3333233 1111111"
    " 2222222 2223232 4334343 2212232 2323233 3333432 1111111 1111111 1212111 2322222 1211111"
    " 2222222"
)


def panel(readers: tuple[str, ...], lesions: dict[str, str] | None = None) -> Panel:
    """One letter or digit for each case in the string of each reader; "*" where it was not read."""
    answers = {
        (f"case {case}", f"reader {reader}"): answer
        for case, column in enumerate(zip(*readers, strict=True))
        for reader, answer in enumerate(column)
        if answer != "*"
    }
    return panel_of(answers, lesions)


def fleiss_panel() -> Panel:
    return panel(tuple("".join(each) for each in zip(*FLEISS.split(), strict=True)))


def value(of: Panel, name: str) -> float:
    tallies = Tallies(of)
    return float(coefficients(of, tallies.draw(np.ones((1, tallies.lesions))))[name].value[0])


def anaesthetist_counts() -> NDArray[np.float64]:
    """How often each of 5 anaesthetists gave each of 4 grades to 45 patients [45, 5, 4]."""
    counts = np.zeros((45, 5, 4))
    for patient, grades in enumerate(ANAESTHETISTS.split()):
        for place, grade in enumerate(grades):
            counts[patient, max(0, place - 2), int(grade) - 1] += 1
    return counts
