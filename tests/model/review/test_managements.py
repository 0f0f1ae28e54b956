"""What is done about a lesion of each class: a table that says where it comes from."""

import pytest

from model.project.project import Project
from model.review.managements import Managements, default_managements
from model.review.preferences import load_managements, store_managements
from model.review.scales import order_of


def test_that_diagnoses_in_words_and_classes_like_others_have_a_management() -> None:
    found = default_managements().of(["Melanoma in situ", "SCC", "AK", "nevus", "scar", "UNK"])
    assert found == {
        "Melanoma in situ": "excision",
        "SCC": "local therapy",
        "AK": "local therapy",
        "nevus": "dismiss",
    }


def test_that_a_question_in_other_words_is_met_at_its_ends_alone() -> None:
    asked = order_of(["excision", "Clinical follow-up", "no further examination"])
    assert default_managements().in_words_of(asked) == {
        "dismiss": "no further examination",
        "excision": "excision",
    }
    own = order_of(["Excision", "local therapy", "dismiss"])
    assert default_managements().in_words_of(own) == {
        "dismiss": "dismiss",
        "local therapy": "local therapy",
        "excision": "Excision",
    }
    assert default_managements().in_words_of(()) == {}


def test_that_a_changed_table_says_so_once_and_stays_with_the_project(project: Project) -> None:
    published = default_managements()
    assert load_managements(project) == published
    assert published.changed(dict(published.by_class)) == published
    changed = published.changed({"MEL": "excision", "NV": "monitor"})
    again = changed.changed({"MEL": "excision", "NV": "dismiss"})
    assert again.source == changed.source == f"{published.source}, changed by hand"
    store_managements(project, changed)
    assert load_managements(project) == changed
    with pytest.raises(ValueError, match="no table of managements"):
        Managements.from_json({"by_class": ["MEL"]})
