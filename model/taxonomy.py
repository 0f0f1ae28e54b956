"""The classes of skin lesions: codes, names, order, colours, and what data sets call them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LesionClass:
    """One class of a class system.

    Attributes:
        code: As in the ISIC challenges, for example "MEL".
        name: In full.
        malignant: As in the reader studies of Tschandl 2019 and 2020 (MEL, BCC, AKIEC, SCC).
        colour: "#rrggbb" of the Okabe-Ito palette, safe for colour-blind readers.
    """

    code: str
    name: str
    malignant: bool
    colour: str


# The order is that of the challenges, so that digits and columns mean the same everywhere.
CLASSES = (
    LesionClass("MEL", "Melanoma", True, "#d55e00"),
    LesionClass("NV", "Melanocytic nevus", False, "#0072b2"),
    LesionClass("BCC", "Basal cell carcinoma", True, "#cc79a7"),
    LesionClass("AKIEC", "Actinic keratosis / intraepithelial carcinoma", True, "#e69f00"),
    LesionClass("AK", "Actinic keratosis", True, "#e69f00"),
    LesionClass("BKL", "Benign keratosis", False, "#f0e442"),
    LesionClass("DF", "Dermatofibroma", False, "#56b4e9"),
    LesionClass("VASC", "Vascular lesion", False, "#009e73"),
    LesionClass("SCC", "Squamous cell carcinoma", True, "#882255"),
    LesionClass("UNK", "Unknown", False, "#999999"),
)
HAM10000_CLASSES = ("MEL", "NV", "BCC", "AKIEC", "BKL", "DF", "VASC")

# Codes of labels that say no more than this; apart, since no lesion class is called so.
MALIGNANT = "MALIGNANT"
BENIGN = "BENIGN"
BINARY_CLASSES = (
    LesionClass(MALIGNANT, "Malignant", True, "#d55e00"),
    LesionClass(BENIGN, "Benign", False, "#0072b2"),
)

_BY_CODE = {each.code: each for each in (*CLASSES, *BINARY_CLASSES)}
_UNKNOWN_COLOUR = "#999999"


def lesion_class(code: str) -> LesionClass:
    """The class with this code; a class of its own, grey and benign, for codes we do not know."""
    return _BY_CODE.get(code) or LesionClass(code, code, False, _UNKNOWN_COLOUR)


def is_right(predicted: str, label: str) -> bool:
    """Whether a prediction is what is recorded.

    A label that says no more than malignant or benign asks for no more.
    """
    if label in (MALIGNANT, BENIGN) and predicted not in (MALIGNANT, BENIGN):
        return lesion_class(predicted).malignant == (label == MALIGNANT)
    return predicted == label


def class_order(code: str) -> tuple[int, str]:
    """Sort key that puts known classes into the challenges' order and others after them."""
    known = next((i for i, each in enumerate(CLASSES) if each.code == code), len(CLASSES))
    return known, code


def code_from_label(label: str) -> str:
    """The code for what a data set writes, such as "nv", "Mel" or "basal cell carcinoma".

    Labels that no class is known for are kept as they are.
    """
    text = label.strip()
    return _SPELLINGS.get(text.lower().replace("_", " ").replace("-", " "), text)


_SPELLINGS = {each.code.lower(): each.code for each in CLASSES} | {
    each.name.lower(): each.code for each in CLASSES
}
