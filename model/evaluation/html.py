"""A page of HTML that needs nothing else: pictures inside, no address anywhere."""

import base64
import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from model.evaluation.estimates import Estimate, Method

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff;
       max-width: 68rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
table { border-collapse: collapse; margin: .6rem 0; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .6rem; border-bottom: 1px solid #ccc; text-align: left;
         vertical-align: top; }
th { vertical-align: bottom; }
td.number, th.number { text-align: right; } td.number { white-space: nowrap; }
small { color: #555; } img { max-width: 100%; height: auto; }
.figures { display: flex; flex-wrap: wrap; gap: 1rem; } .figures img { max-width: 31rem; }
.note { border-left: 4px solid #1a1a1a; padding: .3rem .8rem; background: #f2f2f2; }
.wide { overflow-x: auto; } figure { margin: 0; } figcaption { font-size: .8rem; }
"""
NOTHING = "&ndash;"
_NAMES = {
    "cohens_kappa": "Cohen's kappa",
    "macro_f1": "Macro F1",
    "weighted_f1": "Weighted F1",
    "f1": "F1",
    "auc": "AUC",
    "macro_auc": "Macro AUC",
}


def page(title: str, parts: Iterable[str]) -> str:
    """The whole page; empty parts are left out."""
    research = "<p><small>Research only: no medical device, no diagnosis.</small></p>"
    body = "\n".join(part for part in (*parts, research) if part)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n"
        f"<body>\n{body}\n</body></html>\n"
    )


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells are HTML already; a cell that begins with a digit or sign is a number."""
    listed = list(rows)
    first = listed[0] if listed else header
    numbers = [_is_number(cell) for cell in first]
    marks = [' class="number"' if number else "" for number in numbers]
    head = "".join(f"<th{mark}>{name}</th>" for mark, name in zip(marks, header, strict=True))
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in listed)
    return f'<div class="wide"><table><tr>{head}</tr>{body}</table></div>'


def facts(title: str, known: Mapping[str, str]) -> str:
    """A table of names and texts, which are not HTML yet."""
    rows = [(escape(name), escape(text)) for name, text in known.items() if text]
    return f"<h2>{escape(title)}</h2>{table(('', ''), rows)}" if rows else ""


def notes(sentences: Iterable[str]) -> list[str]:
    """What a reader must know before all else."""
    return [f'<p class="note">{escape(note)}</p>' for note in sentences]


def picture(data: bytes, text: str, kind: str) -> str:
    """An image in the page.

    Args:
        data: The file.
        text: What it shows, for those who cannot see it.
        kind: "png" or "jpeg".
    """
    inside = base64.b64encode(data).decode()
    return f'<img alt="{escape(text)}" src="data:image/{kind};base64,{inside}">'


def pictures(drawn: Mapping[str, bytes], captions: Mapping[str, str]) -> str:
    """A chapter of figures.

    Args:
        drawn: PNG files by name.
        captions: By the same names.
    """
    shown = [
        f"<figure>{picture(data, captions[name], 'png')}"
        f"<figcaption>{escape(captions[name])}</figcaption></figure>"
        for name, data in drawn.items()
    ]
    return f'<h2>Figures</h2><div class="figures">{"".join(shown)}</div>' if shown else ""


def figure_text(estimate: Estimate | None) -> str:
    """Such as "0.734 (0.701 to 0.766)", with a mark where the interval is Wilson's."""
    if estimate is None or math.isnan(estimate.value):
        return NOTHING
    text = f"{estimate.value:.3f}"
    if math.isnan(estimate.low):
        return text
    mark = " W" if estimate.method is Method.WILSON else ""
    return f"{text} <small>({estimate.low:.3f} to {estimate.high:.3f}{mark})</small>"


def statistic_name(name: str) -> str:
    """How people call a statistic."""
    return escape(_NAMES.get(name, name.replace("_", " ").capitalize()))


def _cell(text: str) -> str:
    return f'<td class="number">{text}</td>' if _is_number(text) else f"<td>{text}</td>"


def _is_number(text: str) -> bool:
    return text[:1].isdigit() or text[:1] == "-" or text == NOTHING
