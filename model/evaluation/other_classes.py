"""An opinion in another system of classes, so that it can be held against labels in it."""

from dataclasses import replace

import numpy as np

from model.class_systems import CLASS_SYSTEMS, ClassMapping, class_mapping, system_of
from model.evaluation.labelling import NOTHING, Kind, Labelling
from model.evaluation.pairs import decided


def in_classes_of(labelling: Labelling, labels: ClassMapping) -> Labelling:
    """What somebody says, in the system that recorded labels are looked at in.

    A class becomes what the user chose for labels of its name. Probabilities of classes that become
    one add up, and the larger sum decides. What would lose a class stays as it is, and so do
    recorded labels, which are mapped already.
    """
    source = system_of(labelling.classes)
    target = next((each for each in CLASS_SYSTEMS if each.name == labels.target), None)
    if labelling.kind is Kind.LABEL or source is None or target is None or source == target:
        return labelling
    mapping = class_mapping(source, target)
    for code, chosen in labels.pairs:
        if chosen and code in labelling.classes:
            mapping = mapping.chosen(code, chosen)
    return in_system(labelling, mapping) or labelling


def in_system(labelling: Labelling, mapping: ClassMapping) -> Labelling | None:
    """What somebody says in the target of a mapping; None where that would lose a class."""
    target = next(each for each in CLASS_SYSTEMS if each.name == mapping.target)
    if set(mapping.dropped) & set(labelling.classes):
        return None
    named = set(mapping.codes(labelling.classes))
    classes = tuple(code for code in target.codes if code in named)
    place = [classes.index(code) for code in mapping.codes(labelling.classes)]
    values = np.array([*place, len(classes), NOTHING], np.int64)[labelling.values]
    probabilities = labelling.probabilities
    if probabilities is not None:
        probabilities = probabilities @ mapping.matrix(labelling.classes, classes)
        known = ~np.isnan(probabilities).any(1)
        values[known] = decided(probabilities[known])
    shares = labelling.shares
    if shares is not None:
        shares = shares @ mapping.matrix(labelling.classes, classes)
        known = ~np.isnan(shares).any(1)
        values[known] = decided(shares[known])
    name = f"{labelling.name} as {target.name.lower()}"
    return replace(
        labelling,
        name=name,
        classes=classes,
        values=values,
        probabilities=probabilities,
        shares=shares,
    )
