"""What a classifier says, held against labels in another system of classes."""

import numpy as np

from model.class_systems import (
    EIGHT_CLASSES,
    MALIGNANT_OR_BENIGN,
    SEVEN_CLASSES,
    class_mapping,
)
from model.evaluation.labelling import NOTHING, Kind, Labelling, recorded_label
from model.evaluation.other_classes import in_classes_of
from model.records import ImageRecord

NAN = np.nan
# Of the second image no single class is as likely as NV, but the malignant ones are together.
SAID = [[0.7, 0.1, 0.2], [0.3, 0.4, 0.3], [NAN, NAN, NAN]]


def classifier() -> Labelling:
    values = np.array([0, 1, NOTHING])
    return Labelling("net", Kind.CLASSIFIER, ("MEL", "NV", "BCC"), values, np.array(SAID))


def test_that_probabilities_add_up_and_the_larger_sum_decides() -> None:
    seen = in_classes_of(classifier(), class_mapping(EIGHT_CLASSES, MALIGNANT_OR_BENIGN))
    assert seen.classes == ("MALIGNANT", "BENIGN")
    assert seen.values.tolist() == [0, 0, NOTHING]
    assert seen.probabilities is not None
    np.testing.assert_allclose(seen.probabilities[:2], [[0.9, 0.1], [0.6, 0.4]])
    assert np.isnan(seen.probabilities[2]).all()
    assert seen.name == "net as malignant or benign"


def test_that_nothing_is_changed_that_would_lose_a_class() -> None:
    akiec = Labelling("net", Kind.READER, ("NV", "AKIEC"), np.array([0, 1]))
    assert in_classes_of(akiec, class_mapping(EIGHT_CLASSES, EIGHT_CLASSES)) is akiec
    seven = class_mapping(EIGHT_CLASSES, SEVEN_CLASSES)
    assert in_classes_of(akiec, seven) is akiec  # seven classes already


def test_that_a_class_becomes_what_was_chosen_for_labels_of_its_name() -> None:
    akiec = Labelling("net", Kind.READER, ("NV", "AKIEC"), np.array([0, 1]))
    chosen = class_mapping(SEVEN_CLASSES, EIGHT_CLASSES).chosen("AKIEC", "SCC")
    seen = in_classes_of(akiec, chosen)
    assert [seen.classes[value] for value in seen.values] == ["NV", "SCC"]
    ak = Labelling("net", Kind.READER, ("NV", "AK"), np.array([0, 1]))
    benign = class_mapping(EIGHT_CLASSES, MALIGNANT_OR_BENIGN, ak_is_malignant=False)
    seen = in_classes_of(ak, benign)
    assert [seen.classes[value] for value in seen.values] == ["BENIGN", "BENIGN"]


def test_that_recorded_labels_are_mapped_already() -> None:
    label = recorded_label([ImageRecord("a", "a", 1, 1, label="NV")])
    assert in_classes_of(label, class_mapping(EIGHT_CLASSES, MALIGNANT_OR_BENIGN)) is label
