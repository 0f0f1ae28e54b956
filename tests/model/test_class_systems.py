"""Mappings between systems of classes: what they do, what they lose, how they are kept."""

import json

import numpy as np
import pytest

from model.class_systems import (
    CLASS_SYSTEMS,
    EIGHT_CLASSES,
    MALIGNANT_OR_BENIGN,
    SEVEN_CLASSES,
    ClassMapping,
    ClassSystem,
    class_mapping,
    mapping_of,
    reason,
    system_of,
)
from model.taxonomy import HAM10000_CLASSES


def test_that_akiec_is_not_ak() -> None:
    mapping = class_mapping(SEVEN_CLASSES, EIGHT_CLASSES)
    assert mapping.code("AKIEC") == ""
    assert mapping.dropped == ("AKIEC",)
    assert any("130 AK and 197 SCC" in sentence for sentence in mapping.losses())
    assert mapping.codes(["MEL", "AKIEC", "VASC", ""]) == ["MEL", "", "VASC", ""]


def test_that_a_class_of_the_target_that_came_later_is_what_it_is() -> None:
    """As AK and SCC after ISIC 2019's table was joined to HAM10000."""
    mapping = class_mapping(SEVEN_CLASSES, EIGHT_CLASSES)
    assert mapping.codes(["AK", "SCC", "melanosis"]) == ["AK", "SCC", ""]
    assert class_mapping(SEVEN_CLASSES, MALIGNANT_OR_BENIGN).code("AK") == ""


def test_that_somebody_may_choose_what_akiec_becomes() -> None:
    mapping = class_mapping(SEVEN_CLASSES, EIGHT_CLASSES).chosen("AKIEC", "AK")
    assert mapping.code("AKIEC") == "AK"
    assert mapping.inverse().code("AK") == "AKIEC"


def test_that_merging_ak_and_scc_says_what_it_loses() -> None:
    mapping = class_mapping(EIGHT_CLASSES, SEVEN_CLASSES)
    assert mapping.merged == {"AKIEC": ("AK", "SCC")}
    assert mapping.dropped == ("UNK",)
    assert mapping.is_lossy
    assert mapping.losses()[0] == "AK and SCC become AKIEC and cannot be told apart."
    assert any("invasive" in sentence for sentence in mapping.losses())
    with pytest.raises(ValueError, match="cannot be told apart"):
        mapping.inverse()


@pytest.mark.parametrize("source", [SEVEN_CLASSES, EIGHT_CLASSES])
def test_that_malignant_are_those_of_the_reader_studies(source: ClassSystem) -> None:
    """Tschandl 2019 and 2020: MEL, BCC and AKIEC; ISIC 2019 adds SCC."""
    mapping = class_mapping(source, MALIGNANT_OR_BENIGN)
    malignant = {"MEL", "BCC", "AKIEC", "AK", "SCC"} & set(source.codes)
    assert set(mapping.origins("MALIGNANT")) == malignant
    assert set(mapping.origins("BENIGN")) == {"NV", "BKL", "DF", "VASC"}
    assert mapping.code("UNK") == ""


def test_that_actinic_keratosis_may_count_as_benign() -> None:
    mapping = class_mapping(EIGHT_CLASSES, MALIGNANT_OR_BENIGN, ak_is_malignant=False)
    assert (mapping.code("AK"), mapping.code("SCC")) == ("BENIGN", "MALIGNANT")


def test_that_no_class_comes_back_from_malignant_and_benign() -> None:
    mapping = class_mapping(MALIGNANT_OR_BENIGN, SEVEN_CLASSES)
    assert mapping.codes(["MALIGNANT", "BENIGN"]) == ["", ""]
    assert mapping.is_lossy


@pytest.mark.parametrize("system", CLASS_SYSTEMS)
def test_that_a_system_is_itself_without_loss(system: ClassSystem) -> None:
    mapping = class_mapping(system, system)
    assert mapping.codes(system.codes) == list(system.codes)
    assert mapping.losses() == ()
    assert mapping.inverse() == mapping


def test_that_probabilities_of_merged_classes_add_up() -> None:
    mapping = class_mapping(EIGHT_CLASSES, SEVEN_CLASSES)
    turn = mapping.matrix(["MEL", "AK", "SCC", "UNK"], ["MEL", "AKIEC"])
    mapped = np.array([[0.4, 0.25, 0.25, 0.1]]) @ turn
    assert mapped.tolist() == [[0.4, 0.5]]


def test_that_a_mapping_is_the_same_after_a_detour_through_a_file() -> None:
    mapping = class_mapping(SEVEN_CLASSES, EIGHT_CLASSES).chosen("AKIEC", "SCC")
    assert ClassMapping.from_json(json.loads(json.dumps(mapping.to_json()))) == mapping
    for damaged in ({}, {"source": "a", "target": "b", "pairs": [1]}, {"pairs": None}):
        with pytest.raises(ValueError, match="no mapping of classes"):
            ClassMapping.from_json(damaged)


def test_that_labels_tell_their_system() -> None:
    assert system_of(["MEL", "AKIEC", ""]) is SEVEN_CLASSES
    assert system_of(["MEL", "SCC"]) is EIGHT_CLASSES
    assert system_of(["BENIGN"]) is MALIGNANT_OR_BENIGN
    assert system_of(["AK", "AKIEC"]) is None
    assert system_of([""]) is None


def test_that_labels_of_two_systems_and_other_words_have_a_mapping_each() -> None:
    mapping = mapping_of(("AKIEC", "AK", "SCC", "MEL", "scar"), SEVEN_CLASSES)
    assert mapping.codes(["AKIEC", "AK", "SCC", "MEL", "scar"]) == [
        *("AKIEC", "AKIEC", "AKIEC", "MEL", "")
    ]
    eight = mapping_of(("AKIEC", "AK", "scar"), EIGHT_CLASSES)
    assert eight.codes(["AKIEC", "AK", "scar"]) == ["", "AK", ""]
    assert any("130 AK and 197 SCC" in sentence for sentence in eight.losses())
    two = mapping_of(("AK", "AKIEC", "NV"), MALIGNANT_OR_BENIGN, ak_is_malignant=False)
    assert two.codes(["AK", "AKIEC", "NV"]) == ["BENIGN", "MALIGNANT", "BENIGN"]


def test_that_every_pair_of_every_system_has_its_reason() -> None:
    for target in CLASS_SYSTEMS:
        for code in (*SEVEN_CLASSES.codes, *EIGHT_CLASSES.codes, *MALIGNANT_OR_BENIGN.codes):
            assert reason(code, target)
    assert "130 as AK and 197 as SCC" in reason("AKIEC", EIGHT_CLASSES)
    assert "word for no class" in reason("scar", SEVEN_CLASSES)


def test_that_a_class_that_came_later_may_be_recorded_as_itself() -> None:
    seven = mapping_of(HAM10000_CLASSES, EIGHT_CLASSES).chosen("AKIEC", "AK")
    assert seven.recorded_as("AK") == ("AKIEC", "AK")
    assert seven.recorded_as("MEL") == ("MEL",)
    assert seven.recorded_as("SCC") == ("SCC",)
    merging = class_mapping(EIGHT_CLASSES, SEVEN_CLASSES)
    assert merging.recorded_as("AKIEC") == ("AK", "SCC", "AKIEC")
    assert merging.merged == {"AKIEC": ("AK", "SCC")}
