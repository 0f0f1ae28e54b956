"""The codes for the diagnoses that data sets write in words of their own."""

from functools import cache

from model.taxonomy import BENIGN, CLASSES, MALIGNANT, code_from_label

LESION_CODES = frozenset(each.code for each in CLASSES)

# PAD-UFES-20 (ACK, NEV, SEK), ISIC 2020, the archive's diagnosis_1 to diagnosis_5, Derm7pt.
_CODES = {
    "ack": "AK",
    "nev": "NV",
    "sek": "BKL",
    "actinic keratosis": "AK",
    "solar or actinic keratosis": "AK",
    "squamous cell carcinoma in situ": "SCC",
    "bowen's disease": "SCC",
    "keratoacanthoma": "SCC",
    "seborrheic keratosis": "BKL",
    "pigmented benign keratosis": "BKL",
    "solar lentigo": "BKL",
    "lichenoid keratosis": "BKL",
    "lichen planus like keratosis": "BKL",
    "lplk": "BKL",
    "vascular": "VASC",
    "benign soft tissue proliferations vascular": "VASC",
    "hemangioma": "VASC",
    "angioma": "VASC",
    "angiokeratoma": "VASC",
    "pyogenic granuloma": "VASC",
    "benign": BENIGN,
    "malignant": MALIGNANT,
}
# "Melanoma, NOS", "melanoma (in situ)", "Basal cell carcinoma, nodular" and so on.
_BEGINNINGS = (
    ("melanoma", "MEL"),
    ("basal cell carcinoma", "BCC"),
    ("squamous cell carcinoma", "SCC"),
    ("seborrheic keratosis", "BKL"),
    ("hemangioma", "VASC"),
    ("angiokeratoma", "VASC"),
    ("nevus", "NV"),
    ("dermatofibroma", "DF"),
)


@cache
def diagnosis_code(text: str) -> str:
    """The code for a diagnosis in words; words that no class is known for are kept.

    "Squamous cell carcinoma in situ" is SCC, as in ISIC 2019; systems of seven classes count it
    with AKIEC (see `model.class_systems`). A lentigo that is not called solar, melanosis and
    proliferations of unclear kind belong to no class and keep their words.
    """
    code = code_from_label(text)
    if code in LESION_CODES:
        return code
    words = " ".join(text.lower().translate(_BLANKS).split())
    if words in _CODES:
        return _CODES[words]
    for beginning, beginning_code in _BEGINNINGS:
        if words.startswith(beginning):
            return beginning_code
    return "NV" if words.endswith((" nevus", " naevus")) or words == "naevus" else code


_BLANKS = str.maketrans("_-,", "   ")
