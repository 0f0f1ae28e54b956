"""A report of an answer keeps apart what the window keeps apart."""

from dataclasses import replace

import numpy as np

from model.evaluation.answer_dossier import dossier_of
from model.evaluation.labelling import Seen
from model.evaluation.question import Group, answer
from tests.model.evaluation.opinions import classifier, random_question


def test_that_the_groups_are_those_of_the_window() -> None:
    generator = np.random.default_rng(1)
    second = classifier(generator.dirichlet((1, 1, 1), 300), [Seen.UNSEEN] * 300, name="Other")
    asked = replace(random_question(second=second), filter_words="sex male")
    found = dossier_of(answer(asked, draws=20), {}, {"program": "here"}, ["a note"])
    assert found.headline is not None
    assert found.headline.title == "150 unseen images with sex male (75 lesions)"
    assert [len(each.pair) for each in found.others] == [150, 300]
    assert found.official is not None
    assert found.rival is not None
    assert found.rival.names == ("Net", "Other")
    assert len(found.rival.images) == 150
    assert found.about["filter"] == "sex male"
    assert found.about["images"] == Group.UNSEEN
    assert found.notes == ("a note",)
