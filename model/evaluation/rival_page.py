"""The chapter of a report that holds a second labelling beside the first."""

from collections.abc import Mapping, Sequence
from html import escape

from model.evaluation.comparison import McNemar
from model.evaluation.dossier import Rival, Swap
from model.evaluation.html import figure_text, picture, table
from model.evaluation.names import statistic_name

FIGURE = "differences"
_LISTED = 60
_CAPTION = "Differences with their 95 % intervals; right of the line the second is larger"
_WORDS = {
    "gained": "Only the second is right",
    "lost": "Only the first is right",
    "changed": "Both are wrong, differently",
}


def rival_part(rival: Rival, thumbnails: Mapping[str, bytes], figures: Mapping[str, bytes]) -> str:
    """The chapter.

    Args:
        rival: What it tells.
        thumbnails: JPEG files by image id, of any of the images that the two part on.
        figures: PNG files by name.
    """
    first, second = map(escape, rival.names)
    drawn = figures.get(FIGURE)
    what = f"First: <strong>{first}</strong>; second: <strong>{second}</strong>"
    title = f"{escape(rival.title)}. A difference is the second less the first."
    parts = [f"<h2>Beside a second classifier</h2><p>{what}; {title}</p>", _statistics(rival)]
    if drawn is not None:
        parts.append(f'<div class="figures">{picture(drawn, _CAPTION, "png")}</div>')
    parts += [_classes(rival), _mcnemar(rival.comparison.mcnemar)]
    return "".join([*parts, _swaps(list(rival.swapped()), thumbnails)])


def _statistics(rival: Rival) -> str:
    found = rival.comparison
    rows = [
        (
            statistic_name(name),
            figure_text(found.first.overall[name]),
            figure_text(found.second.overall[name]),
            _signed(figure_text(each)),
        )
        for name, each in found.differences.items()
    ]
    return table(("Statistic", "First", "Second", "Difference"), rows)


def _classes(rival: Rival) -> str:
    found = rival.comparison.by_class
    shown = [name for name in ("recall", "precision", "f1", "auc") if name in found]
    rows = [
        (escape(code), *(_signed(figure_text(found[name][at])) for name in shown))
        for at, code in enumerate(rival.first.classes)
    ]
    return table(("Difference by class", *map(statistic_name, shown)), rows)


def _mcnemar(found: McNemar) -> str:
    header = ("", "Second right", "Second wrong")
    rows = [
        ("First right", f"{found.both_right:,}", f"{found.only_first:,}"),
        ("First wrong", f"{found.only_second:,}", f"{found.both_wrong:,}"),
    ]
    return (
        f"<h3>McNemar's test</h3>{table(header, rows)}<p><small>Exact p = {found.exact_p:.3g}; with"
        f" Edwards' correction p = {found.p:.3g}. It counts images as independent, which those of"
        " one lesion are not: the intervals above are the safer answer.</small></p>"
    )


def _swaps(swaps: Sequence[Swap], thumbnails: Mapping[str, bytes]) -> str:
    parts = []
    for change, words in _WORDS.items():
        inside = [swap for swap in swaps if swap.change == change]
        rows = [_row(swap, thumbnails) for swap in inside[:_LISTED]]
        more = len(inside) - len(rows)
        rest = f"<p><small>{more:,} more in swapped_images.csv.</small></p>" if more else ""
        header = ("Image", "Recorded", "First says", "Second says", "")
        inner = f"{table(header, rows)}{rest}" if rows else ""
        parts.append(
            f"<details><summary>{words}: {len(inside):,} images</summary>{inner}</details>"
        )
    return "<h3>Images that they swap</h3>" + "".join(parts)


def _row(swap: Swap, thumbnails: Mapping[str, bytes]) -> tuple[str, ...]:
    data = thumbnails.get(swap.image)
    small = picture(data, swap.image, "jpeg") if data else ""
    words = (swap.image, swap.recorded, swap.first, swap.second)
    return (*map(escape, words), small)


def _signed(text: str) -> str:
    """A plus before what is not negative."""
    return f"+{text}" if text[:1].isdigit() else text
