"""A page of HTML that needs nothing else: pictures inside, no address anywhere."""

import base64
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from model.evaluation.estimates import Estimate, Method

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff;
       max-width: 68rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; } h3 { font-size: 1rem; }
table { border-collapse: collapse; margin: .6rem 0; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .6rem; border-bottom: 1px solid #ccc; text-align: left;
         vertical-align: top; }
td.number, th.number { text-align: right; } td.number { white-space: nowrap; }
th { vertical-align: bottom; }
small { color: #555; } img { max-width: 100%; height: auto; }
.figures { display: flex; flex-wrap: wrap; gap: 1rem 1.5rem; align-items: start; }
.note { border-left: 4px solid #1a1a1a; padding: .3rem .8rem; background: #f2f2f2; }
.examples { display: flex; flex-wrap: wrap; gap: 0 2rem; } .examples img { width: 8.5rem; }
.examples h3 { margin-bottom: .3rem; } .examples .figures { gap: .5rem; }
.wide { overflow-x: auto; } figure { margin: 0; } figcaption { font-size: .8rem; }
nav { font-size: .9rem; } nav a { margin-right: 1rem; white-space: nowrap; } a { color: inherit; }
summary { cursor: pointer; }
@page { size: A4; margin: 14mm; }
@media print {
  body { font-size: 9px; max-width: none; margin: 0; padding: 0; } nav { display: none; }
  .wide { overflow: visible; } th, td { padding: .15rem .35rem; }
  h2, h3 { break-after: avoid; } tr, figure { break-inside: avoid; }
  .examples img { width: 6rem; }
  .note { print-color-adjust: exact; }
}
"""
NOTHING = "&ndash;"
FIGURE_DOTS = 160
"""Dots an inch of the figures in a page."""
_SCREEN_DOTS = 96
# A number alone, or with its interval.
_NUMBER = re.compile(r"[-+]?\d[\d.,]*(e-?\d+)?( ?%)?( <small>.*)?$")


def page(title: str, parts: Iterable[str]) -> str:
    """The whole page; empty parts are left out."""
    research = "<p><small>Research only: no medical device, no diagnosis.</small></p>"
    body = _with_contents("\n".join(part for part in (*parts, research) if part))
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n"
        f"<body>\n{body}\n</body></html>\n"
    )


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells are HTML already; numbers, alone or with an interval, stand right."""
    listed = list(rows)
    columns = list(zip(*listed, strict=True)) or [()] * len(header)
    numbers = [_is_numeric(column) for column in columns]
    marks = [' class="number"' if number else "" for number in numbers]
    head = "".join(f"<th{mark}>{name}</th>" for mark, name in zip(marks, header, strict=True))
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in listed)
    return f'<div class="wide"><table><tr>{head}</tr>{body}</table></div>'


def facts(title: str, known: Mapping[str, str]) -> str:
    """A table of names and texts, which are not HTML yet."""
    rows = [(escape(name), escape(text)) for name, text in known.items() if text]
    return f"<h2>{escape(title)}</h2>{table(('', ''), rows)}" if rows else ""


def sentence(words: str) -> str:
    """With a capital first letter; not HTML yet."""
    return words[:1].upper() + words[1:]


def notes(sentences: Iterable[str]) -> list[str]:
    """What a reader must know before all else."""
    return [f'<p class="note">{escape(sentence(note))}</p>' for note in sentences]


def picture(data: bytes, text: str, kind: str) -> str:
    """An image in the page.

    Args:
        data: The file.
        text: What it shows, for those who cannot see it.
        kind: "png" or "jpeg".
    """
    inside = base64.b64encode(data).decode()
    width = f' width="{_width(data)}"' if kind == "png" else ""
    return f'<img alt="{escape(text)}"{width} src="data:image/{kind};base64,{inside}">'


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


def _with_contents(body: str) -> str:
    """The page with a list of its chapters after the title and what must be known first."""
    titles = re.findall(r"<h2>(.*?)</h2>", body)
    for at, title in enumerate(titles):
        body = body.replace(f"<h2>{title}</h2>", f'<h2 id="{at}">{title}</h2>', 1)
    links = " ".join(f'<a href="#{at}">{title}</a>' for at, title in enumerate(titles))
    before, mark, after = body.partition('<h2 id="0">')
    return f"{before}<nav>{links}</nav>\n{mark}{after}" if len(titles) > 1 else body


def _width(png: bytes) -> int:
    """Pixels on the screen: figures are drawn finer than that, for print."""
    return round(int.from_bytes(png[16:20], "big") * _SCREEN_DOTS / FIGURE_DOTS)


def _cell(text: str) -> str:
    return f'<td class="number">{text}</td>' if _is_number(text) else f"<td>{text}</td>"


def _is_numeric(column: Sequence[str]) -> bool:
    """Whether most of what stands in a column is numbers."""
    told = [_is_number(cell) for cell in column if cell]
    return sum(told) * 2 > len(told)


def _is_number(text: str) -> bool:
    return text == NOTHING or bool(_NUMBER.match(text))
