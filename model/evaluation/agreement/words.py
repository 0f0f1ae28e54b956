"""What coefficients are called for people."""

from html import escape

from model.evaluation.agreement.measuring import Figure
from model.evaluation.html import NOTHING
from model.evaluation.page import figure_text

_NAMES = {
    "observed_agreement": "Observed agreement",
    "cohens_kappa": "Cohen's kappa, mean of pairs",
    "fleiss_kappa": "Fleiss' kappa",
    "congers_kappa": "Conger's kappa",
    "gwet_ac1": "Gwet's AC1",
    "gwet_ac2": "Gwet's AC2",
    "brennan_prediger": "Brennan and Prediger's kappa",
    "krippendorff_alpha_nominal": "Krippendorff's alpha",
    "krippendorff_alpha": "Krippendorff's alpha",
    "specific_agreement": "Specific agreement",
}
_ENDS = {
    "linear": "linear weights",
    "quadratic": "quadratic weights",
    "ordinal": "ordinal",
    "interval": "interval",
    "ratio": "ratio",
}


def coefficient_name(name: str) -> str:
    """Such as "Gwet's AC2, linear weights"."""
    if name in _NAMES:
        return _NAMES[name]
    stem, _, end = name.rpartition("_")
    return f"{_NAMES.get(stem, stem)}, {_ENDS.get(end, end)}"


def percent(value: float) -> str:
    """A share for people: "87.5 %"."""
    return f"{value * 100:.1f} %"


def figure_cell(figure: Figure) -> str:
    """Value and interval as HTML, the words where there is no value."""
    text = figure_text(figure.estimate)
    if text == NOTHING:
        return f"<small>{escape(figure.words)}</small>"
    return text


def percent_cell(figure: Figure) -> str:
    """The same for a share: "87.5 % (80.1 to 93.0)"."""
    found = figure.estimate
    if figure_text(found) == NOTHING:
        return figure_cell(figure)
    if found.low != found.low:
        return percent(found.value)
    mark = " W" if found.method.value == "Wilson" else ""
    bounds = f"{found.low * 100:.1f} to {found.high * 100:.1f}{mark}"
    return f"{percent(found.value)} <small>({bounds})</small>"
