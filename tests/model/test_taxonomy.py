"""Codes, names and order of the classes."""

import pytest

from model.taxonomy import (
    CLASSES,
    HAM10000_CLASSES,
    class_order,
    code_from_label,
    lesion_class,
)


def test_that_the_seven_classes_of_ham10000_come_in_the_order_of_the_isic_2018_columns() -> None:
    # ISIC2018_Task3_*_GroundTruth.csv: image,MEL,NV,BCC,AKIEC,BKL,DF,VASC
    assert HAM10000_CLASSES == ("MEL", "NV", "BCC", "AKIEC", "BKL", "DF", "VASC")


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("nv", "NV"),
        (" Mel ", "MEL"),
        ("AKIEC", "AKIEC"),
        ("basal cell carcinoma", "BCC"),
        ("basal_cell-carcinoma", "BCC"),
        ("Vascular Lesion", "VASC"),
        ("scc", "SCC"),
    ],
)
def test_that_spellings_of_a_class_give_its_code(label: str, code: str) -> None:
    assert code_from_label(label) == code


def test_that_an_unknown_label_stays_as_it_is() -> None:
    assert code_from_label(" Wart, plantar ") == "Wart, plantar"


def test_that_an_unknown_class_is_grey_and_named_by_its_code() -> None:
    unknown = lesion_class("Wart")
    assert (unknown.code, unknown.name, unknown.malignant) == ("Wart", "Wart", False)
    assert unknown.colour == lesion_class("UNK").colour


def test_that_known_classes_come_before_others_and_others_by_alphabet() -> None:
    codes = ["wart", "VASC", "acne", "MEL", "DF"]
    assert sorted(codes, key=class_order) == ["MEL", "DF", "VASC", "acne", "wart"]


def test_that_the_malignant_classes_are_those_of_the_reader_studies() -> None:
    malignant = {each.code for each in CLASSES if each.malignant}
    assert malignant - {"AK"} == {"MEL", "BCC", "AKIEC", "SCC"}


def test_that_classes_shown_together_have_colours_of_their_own() -> None:
    colours = {lesion_class(code).colour for code in HAM10000_CLASSES}
    assert len(colours) == len(HAM10000_CLASSES)
