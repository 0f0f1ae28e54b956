"""Figures that a copy in grey still tells apart, and that come out the same twice."""

from dataclasses import replace

import numpy as np
import pytest

from model.evaluation.curve_figures import precision_recall_figure, roc_figure
from model.evaluation.estimates import Estimate, Method
from model.evaluation.figures import as_png, as_svg, confusion_figure, differences_figure
from model.evaluation.html import figure_text, page, table
from model.evaluation.measurement import Manner, Measurement, measure_images
from model.evaluation.pairs import pair_with_probabilities


@pytest.fixture(scope="module")
def found() -> Measurement:
    generator = np.random.default_rng(0)
    truth = generator.choice(4, 80, p=[0.4, 0.3, 0.3, 0])
    values = generator.random((80, 4)) + np.eye(4)[truth]
    pair = pair_with_probabilities(
        ("MEL", "NV", "BCC", "DF"), truth, values / values.sum(1, keepdims=True)
    )
    return measure_images(pair, [str(at) for at in range(80)], "images", {}, Manner(draws=40))


def test_that_each_class_has_a_panel_of_its_own_and_malignant_one(found: Measurement) -> None:
    for figure in (roc_figure(found), precision_recall_figure(found)):
        titles = [axes.get_title().split(" ")[0] for axes in figure.axes]
        # DF has no image and so no curve.
        assert titles == ["MEL", "NV", "BCC", "malignant"]


def test_that_operating_points_differ_in_shape(found: Measurement) -> None:
    malignant = roc_figure(found).axes[-1]
    marks = [line.get_marker() for line in malignant.lines if line.get_marker() != "None"]
    assert len(marks) == len(set(marks)) == 2


def test_that_names_with_signs_of_formulas_are_drawn_as_they_are(found: Measurement) -> None:
    named = replace(found.evaluation, classes=("A$B^$C", "$", "a_b", r"\frac"))
    assert as_png(confusion_figure(named, "a$b$ and $c^"))
    assert as_png(
        differences_figure({"recall/A$^$": Estimate(0.1, 0, 0.2, 9, Method.BOOTSTRAP)}, "")
    )


def test_that_a_figure_is_the_same_file_twice(found: Measurement) -> None:
    first, again = (as_svg(confusion_figure(found.evaluation, "title")) for _ in range(2))
    assert first == again
    assert b"<image" in first or b"<path" in first
    assert as_png(roc_figure(found)).startswith(b"\x89PNG")


def test_that_differences_without_a_value_are_not_drawn() -> None:
    known = Estimate(0.1, 0.0, 0.2, 50, Method.BOOTSTRAP)
    nothing = Estimate(np.nan, np.nan, np.nan, 0, Method.NONE)
    figure = differences_figure({"macro_auc": known, "macro_f1": nothing}, "title")
    assert [each.get_text() for each in figure.axes[0].get_yticklabels()] == ["Macro AUC"]


def test_that_numbers_stand_right_also_under_words() -> None:
    rows = [("7 of 12 images", "too few"), ("a", "0.5 <small>(0.1 to 0.9)</small>"), ("b", "-1")]
    found = table(("What", "Value"), rows)
    assert '<th class="number">Value</th>' in found
    assert "<th>What</th>" in found
    assert "<td>7 of 12 images</td>" in found
    assert figure_text(Estimate(0.5, 0.4, 0.6, 9, Method.WILSON)).endswith("0.600 W)</small>")


def test_that_a_long_page_lists_its_chapters_and_is_made_for_paper_too() -> None:
    found = page("Title", ["<h1>One</h1>", "<h2>First</h2>", "<h2>Second</h2>"])
    assert '<a href="#0">First</a> <a href="#1">Second</a>' in found
    assert found.index("<nav>") < found.index('<h2 id="0">')
    assert "@media print" in found
