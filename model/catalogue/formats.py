"""The data sets that are recognised by the columns of their tables."""

from collections.abc import Sequence
from dataclasses import dataclass

from model.catalogue.mapping import ColumnMapping, Pairs
from model.taxonomy import BENIGN, MALIGNANT

_EIGHT = ("MEL", "NV", "BCC", "AK", "BKL", "DF", "VASC", "SCC")
_SEVEN = ("MEL", "NV", "BCC", "AKIEC", "BKL", "DF", "VASC")


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of table.

    Attributes:
        name: Of the data set.
        content: What the table is called in it.
        required: Columns without which a table is not of this kind, in lower case.
        mapping: What the columns say; those beyond the required ones may be absent.
    """

    name: str
    content: str
    required: tuple[str, ...]
    mapping: ColumnMapping

    def lacks(self, columns: Sequence[str]) -> tuple[str, ...]:
        """Which of the required columns are not among these."""
        there = {column.casefold() for column in columns}
        return tuple(name for name in self.required if name not in there)

    def resemblance(self, columns: Sequence[str]) -> float:
        """The share of the columns that this kind knows, 0..1."""
        there = {column.casefold() for column in columns}
        known = {name.casefold() for name in (*self.required, *self.mapping.columns)}
        return len(there & known) / max(1, len(there))


def _one_hot(codes: tuple[str, ...]) -> Pairs:
    return tuple((code, code) for code in codes)


# The first that fits is taken; where tables are joined, facts of earlier kinds go first.
FORMATS = (
    Format(
        "HAM10000",
        "metadata",
        ("image_id", "dx"),
        ColumnMapping(
            "image_id",
            ("dx",),
            basis="dx_type",
            lesion="lesion_id",
            age="age",
            sex="sex",
            site="localization",
            source="dataset",
        ),
    ),
    Format(
        "ISIC 2019",
        "ground truth",
        ("image", *(code.lower() for code in _EIGHT)),
        ColumnMapping("image", classes=_one_hot((*_EIGHT, "UNK"))),
    ),
    Format(
        "ISIC 2018",
        "ground truth",
        ("image", *(code.lower() for code in _SEVEN)),
        ColumnMapping("image", classes=_one_hot(_SEVEN)),
    ),
    Format(
        "Derm7pt",
        "metadata",
        ("case_num", "diagnosis", "derm"),
        ColumnMapping(
            "derm",
            ("diagnosis",),
            lesion="case_num",
            sex="sex",
            site="location",
            companions=("clinic",),
        ),
    ),
    Format(
        "PH2",
        "table",
        ("name", "histological diagnosis", "clinical diagnosis"),
        ColumnMapping(
            "name",
            ("clinical diagnosis",),
            basis="histological diagnosis",
            labels=(("0", "NV"), ("1", "NV"), ("2", "MEL")),  # common nevus, atypical nevus
            bases=(("*", "histology"),),
        ),
    ),
    Format(
        "PAD-UFES-20",
        "metadata",
        ("img_id", "diagnostic", "patient_id"),
        ColumnMapping(
            "img_id",
            ("diagnostic",),
            basis="biopsed",
            lesion="lesion_id",
            age="age",
            sex="gender",
            site="region",
            bases=(("true", "histology"), ("false", "")),
        ),
    ),
    Format(
        "BCN20000",
        "metadata",
        ("bcn_filename", "diagnosis"),
        ColumnMapping(
            "bcn_filename",
            ("diagnosis",),
            lesion="lesion_id",
            age="age_approx",
            sex="sex",
            site="anatom_site_general",
            source="split",
        ),
    ),
    Format(
        "ISIC 2020",
        "table",
        ("image_name", "anatom_site_general_challenge"),
        ColumnMapping(
            "image_name",
            ("diagnosis", "benign_malignant", "target"),
            lesion="lesion_id",
            age="age_approx",
            sex="sex",
            site="anatom_site_general_challenge",
            labels=(("0", BENIGN), ("1", MALIGNANT)),
        ),
    ),
    Format(
        "ISIC archive",
        "metadata",
        ("isic_id",),
        ColumnMapping(
            "isic_id",
            # From the finest to the coarsest; older exports have `diagnosis` alone.
            (
                *(f"diagnosis_{level}" for level in (5, 4, 3, 2)),
                "diagnosis",
                "diagnosis_1",
                "benign_malignant",
                "target",
            ),
            basis="diagnosis_confirm_type",
            lesion="lesion_id",
            age="age_approx",
            sex="sex",
            site="anatom_site_general",
            source="attribution",
            labels=(("0", BENIGN), ("1", MALIGNANT)),
        ),
    ),
    Format(
        "ISIC 2018",
        "lesion groupings",
        ("image", "lesion_id", "diagnosis confirm type"),
        ColumnMapping("image", basis="diagnosis confirm type", lesion="lesion_id"),
    ),
    Format(
        "ISIC 2019",
        "metadata",
        ("image", "age_approx", "anatom_site_general"),
        ColumnMapping(
            "image",
            lesion="lesion_id",
            age="age_approx",
            sex="sex",
            site="anatom_site_general",
            source="lesion_id",  # BCN_..., HAM_... and MSK4_... are three collections
        ),
    ),
)
