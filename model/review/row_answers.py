"""What the answers of other programs mean among ours."""

import datetime as dt
import math

from model.evaluation.agreement.panel import number_of
from model.review.answers import Management, Quality
from model.review.formats.rows import ReadingRow
from model.review.protocol import Question
from model.taxonomy import code_from_label

_MANAGEMENT = {
    **{each.value: each.value for each in Management},
    **dict.fromkeys(("none", "dismiss", "reassure", "no action"), Management.NOTHING.value),
    **dict.fromkeys(("monitor", "follow-up", "follow up"), Management.FOLLOW_UP.value),
    **dict.fromkeys(("biopsy", "excise"), Management.EXCISION.value),
}


def understood(row: ReadingRow) -> dict[str, str | float] | None:
    """The fields of `Answers` that a row fills; None where it means nothing to us."""
    first, _, second = row.answer.partition("|")
    match row.question:
        case Question.DIAGNOSIS | Question.SECOND_CHOICE:
            named: dict[str, str | float] = {row.question: code_from_label(first)}
            return named | ({"second_choice": code_from_label(second)} if second else {})
        case Question.MALIGNANT | Question.CONFIDENCE:
            value = percentage(row.answer)
            return None if value is None else {row.question: value}
        case Question.MANAGEMENT:
            known = _MANAGEMENT.get(row.answer.casefold().replace("_", " "))
            return None if known is None else {"management": known}
        case Question.QUALITY:
            quality = row.answer.casefold().replace("_", " ")
            return {"quality": quality} if quality in set(Quality) else None
        case Question.COMMENT:
            return {"comment": row.answer}
        case _:
            return None


def number(text: str) -> float | None:
    """A finite number; None for anything else."""
    value = number_of(text) if text else None
    return value if value is not None and math.isfinite(value) else None


def percentage(text: str) -> float | None:
    """A number from 0 to 100; None for anything else."""
    value = number(text)
    return value if value is not None and 0 <= value <= 100 else None


def utc_time(text: str) -> str:
    """ISO 8601, UTC; "" for what is no time. A time without a zone is taken for UTC."""
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return ""
    found = found if found.tzinfo else found.replace(tzinfo=dt.UTC)
    return found.astimezone(dt.UTC).isoformat(timespec="milliseconds")


def later(started: str, seconds: float) -> str:
    """The time some seconds after another; "" where that is not known."""
    if not started:
        return ""
    ended = dt.datetime.fromisoformat(started) + dt.timedelta(seconds=seconds)
    return ended.isoformat(timespec="milliseconds")
