"""Which images a filter shows, what each further choice would show, and how it is said."""

import json

import numpy as np
import pytest

from model.catalogue.filters import Facet, Filter, facet_counts, matching
from model.catalogue.table import ImageTable
from model.records import ImageRecord

NOTHING = (np.nan, np.nan, np.nan)


def of(*words: str) -> frozenset[str]:
    return frozenset(words)


@pytest.fixture
def table() -> ImageTable:
    """Five images; columns: path, id, size, time, label, basis, lesion, age, sex, site, source."""
    table = ImageTable()
    table.extend(
        [
            ImageRecord("a.jpg", "a", 1, 1, "NV", "histology", "L1", 40, "male", "back", "x"),
            ImageRecord("b.jpg", "b", 1, 1, "MEL", "histology", "L2", 50, "female", "back", "y"),
            ImageRecord("c.jpg", "c", 1, 1, "NV", "consensus", "L1", None, "", "ear", "x"),
            ImageRecord("d/Ünit.jpg", "Ünit", 1, 1, "", "", "", 60, "male", "", ""),
            ImageRecord("e.jpg", "e", 1, 1, "MEL", "follow-up", "L3", 70, "male", "lower leg", ""),
        ]
    )
    rows = [(0.1, 0.7, 0.2), (0.2, 0.5, 0.3), NOTHING, (0.9, 0.05, 0.05), (0.8, 0.1, 0.1)]
    table.set_predictions(("MEL", "NV", "BCC"), np.array(rows, np.float32))
    return table


@pytest.mark.parametrize(
    ("chosen", "rows"),
    [
        (Filter(), [0, 1, 2, 3, 4]),
        (Filter(labels=of("NV")), [0, 2]),
        (Filter(labels=of("MEL", "")), [1, 3, 4]),
        (Filter(labels=of("VASC")), []),
        (Filter(predictions=of("NV")), [0, 1]),
        (Filter(predictions=of("")), [2]),
        (Filter(bases=of("histology"), labels=of("MEL")), [1]),
        (Filter(sexes=of("")), [2]),
        (Filter(sites=of("back", "ear")), [0, 1, 2]),
        (Filter(sources=of("x")), [0, 2]),
        (Filter(agreements=of("differs")), [1]),
        (Filter(agreements=of("agrees")), [0, 4]),
        (Filter(agreements=of("")), [2, 3]),
        (Filter(lesions=of("L1", "L3")), [0, 2, 4]),
        (Filter(confidence=(0.7, 0.8)), [0, 4]),
        (Filter(ages=(50, 60)), [1, 3]),
        (Filter(text="MELANOMA b"), [1]),
        (Filter(text="  l1 "), [0, 2]),
        (Filter(text="ünit"), [3]),
        (Filter(text="U\u0308nit"), [3]),
        (Filter(text="lower nevus"), []),
        (Filter(text="leg"), [4]),
        (Filter(paths=of("a.jpg", "e.jpg", "gone.jpg")), [0, 4]),
        (Filter(paths=of()), []),
    ],
)
def test_that_a_filter_shows_these_rows(table: ImageTable, chosen: Filter, rows: list[int]) -> None:
    assert np.flatnonzero(matching(table, chosen)).tolist() == rows


def test_that_an_empty_table_matches_nothing() -> None:
    everything = Filter(labels=of("NV"), text="a", confidence=(0, 1), agreements=of("agrees"))
    assert matching(ImageTable(), everything).shape == (0,)


def test_that_facets_count_under_the_filters_of_the_other_facets(table: ImageTable) -> None:
    counts = facet_counts(table, Filter(labels=of("NV"), sexes=of("male")))
    assert counts[Facet.LABEL] == {"MEL": 1, "NV": 1, "": 1}  # male: a, d, e
    assert counts[Facet.SEX] == {"female": 0, "male": 1, "": 1}  # NV: a, c
    assert counts[Facet.BASIS] == {"consensus": 0, "follow-up": 0, "histology": 1, "": 0}
    assert counts[Facet.PREDICTION] == {"MEL": 0, "NV": 1, "BCC": 0, "": 0}
    assert counts[Facet.AGREEMENT] == {"agrees": 1, "differs": 0, "": 0}
    assert counts[Facet.SITE]["back"] == 1
    assert counts[Facet.SOURCE] == {"x": 1, "y": 0, "": 0}


def test_that_counts_of_each_facet_sum_to_what_is_shown_without_it(table: ImageTable) -> None:
    counts = facet_counts(table, Filter(text="l"))
    shown = int(matching(table, Filter(text="l")).sum())
    assert {facet: sum(values.values()) for facet, values in counts.items()} == dict.fromkeys(
        Facet, shown
    )


def test_that_what_a_facet_promises_is_what_choosing_it_shows(table: ImageTable) -> None:
    for label, count in facet_counts(table, Filter(sexes=of("male")))[Facet.LABEL].items():
        chosen = Filter(sexes=of("male"), labels=of(label))
        assert matching(table, chosen).sum() == count


def test_that_counts_come_in_the_order_of_the_classes_with_nothing_last(table: ImageTable) -> None:
    assert list(facet_counts(table, Filter())[Facet.PREDICTION]) == ["MEL", "NV", "BCC", ""]


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        (Filter(), ""),
        (
            Filter(labels=of("NV", "MEL"), agreements=of("differs"), text="back"),
            "label MEL or NV, prediction differs, text 'back'",
        ),
        (Filter(labels=of("", "NV")), "label NV or none recorded"),
        (Filter(predictions=of("")), "predicted nothing"),
        (Filter(confidence=(0, 0.5), ages=(30, 50.5)), "confidence 0 % to 50 %, age 30 to 50.5"),
        (Filter(lesions=of("L1")), "lesion L1"),
        (Filter(lesions=of("L1", "L2")), "2 lesions"),
        (Filter(paths=of("a.jpg")), "1 chosen image"),
        (Filter(agreements=of("")), "prediction or label missing"),
    ],
)
def test_that_a_filter_is_said_in_words(chosen: Filter, sentence: str) -> None:
    assert chosen.describe() == sentence


def test_that_a_filter_survives_json() -> None:
    chosen = Filter(
        labels=of("NV", ""), confidence=(0.25, 1.0), ages=(0.0, 80.0), text="x", paths=of()
    )
    assert Filter.from_json(json.loads(json.dumps(chosen.to_json()))) == chosen
    assert Filter().to_json() == {}


@pytest.mark.parametrize(
    "state", [None, 7, [], {"labels": "NV", "ages": [1], "text": 3, "colours": ["red"]}]
)
def test_that_json_that_is_not_understood_filters_nothing(state: object) -> None:
    assert Filter.from_json(state) == Filter()


def test_that_an_explicit_set_goes_by_its_name_and_can_be_left_out(table: ImageTable) -> None:
    chosen = Filter(sexes=of("male"), paths=of("a.jpg", "b.jpg"), paths_name="recorded NV")
    assert np.flatnonzero(matching(table, chosen)).tolist() == [0]
    assert chosen.describe() == "sex male, recorded NV"
    assert Filter(paths=of("a.jpg")).describe() == "1 chosen image"
    assert chosen.without_paths == Filter(sexes=of("male"))
    assert Filter.from_json(json.loads(json.dumps(chosen.to_json()))) == chosen
