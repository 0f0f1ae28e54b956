"""An answer as a report: the same that `evaluate` writes, for what the window shows."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from model.evaluation.bootstrap import DRAWS
from model.evaluation.dossier import Dossier, Rival
from model.evaluation.examples import make_examples, make_thumbnails
from model.evaluation.question import Answer, Group, Question, answer
from model.progress import Report, silent
from model.versions import versions


def dossier_of(
    shown: Answer,
    photographs: Mapping[str, Path],
    about: Mapping[str, str],
    notes: Sequence[str] = (),
    report: Report = silent,
) -> Dossier:
    """Everything that is shown, with the groups of images that it keeps apart.

    Args:
        shown: What the figures at the top are of; its intervals are computed where they are not.
        photographs: Files by image id; may be empty.
        about: The program, the data set: names and texts.
        notes: What a reader must know of the images.
        report: Told all the time.

    Raises:
        Cancelled: From `report`.
    """
    question = shown.question
    if not shown.draws:
        shown = answer(question, draws=DRAWS, report=report)
    others = [
        answer(replace(question, group=group, second=None), draws=DRAWS, report=report)
        for group in Group
        if group is not question.group and shown.counts[group]
    ]
    whole = next((each for each in others if each.question.group is Group.ALL), shown)
    rival = _rival(shown)
    return Dossier(
        headline=shown.measurement,
        others=tuple(each.measurement for each in others),
        official=whole.official,
        notes=tuple(notes),
        about={**about, **_asked(question)},
        card=question.other.facts,
        examples=make_examples(shown.measurement, photographs, report) if photographs else (),
        rival=rival,
        thumbnails=make_thumbnails(rival, photographs) if rival else {},
        versions=versions(),
        spread=shown.spread,
    )


def _asked(question: Question) -> dict[str, str]:
    return {
        "reference": question.truth.noun,
        "measured": question.other.noun,
        "compared with": question.second.noun if question.second else "",
        "images": str(question.group),
        "filter": question.filter_words or "none",
    }


def _rival(shown: Answer) -> Rival | None:
    question, rivals = shown.question, shown.rivals
    if rivals is None or question.second is None:
        return None
    title, both = shown.measurement.title, len(rivals.rows)
    if both < len(shown.rows):
        title = f"{both:,} of {title} that both say something of"
    return Rival(
        (question.other.name, question.second.name),
        f"{title}. {rivals.words}".removesuffix(".") if rivals.words else title,
        tuple(question.images[row] for row in rivals.rows),
        rivals.first,
        rivals.second,
        rivals.comparison,
        question.second.facts,
    )
