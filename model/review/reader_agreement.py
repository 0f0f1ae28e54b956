"""How far readers agree: from their answers to all that is measured and told."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from model.evaluation.agreement.influence import measure_influence
from model.evaluation.agreement.panel import number_of
from model.evaluation.agreement.references import LABEL
from model.evaluation.agreement.rounds import (
    AgreementDossier,
    InfluenceTable,
    Round,
    measure_round,
)
from model.evaluation.bootstrap import DRAWS
from model.progress import Report, silent
from model.review.agreement_levels import levels_of, panel_at, suits
from model.review.answer_table import AnswerTable, Place
from model.review.formats.source import FormatError
from model.review.managements import Managements, default_managements

_MOST_WORDS = 300
_LARGEST = 40_000_000  # numbers to hold at once, 320 MB


def measure_readers(
    table: AnswerTable,
    about: Mapping[str, str],
    managements: Managements | None = None,
    *,
    draws: int = DRAWS,
    report: Report = silent,
) -> AgreementDossier:
    """Measure every question at every stage, and what happened between the stages.

    Args:
        table: The answers.
        about: What was measured, for the report.
        managements: What is done about each class, where the readers were not asked; None for
            the published table.
        draws: Bootstrap draws over lesions.
        report: Told while intervals are computed.

    Raises:
        FormatError: There is nothing to measure.
        Cancelled: From `report`.
    """
    notes = list(table.notes)
    rounds = []
    for key in table.keys:
        if too_many := _too_many(table.first[key]):
            notes.append(f"{key[0]} {too_many}: not measured")
            continue
        levels = levels_of(table, key, managements or default_managements(), notes)
        rounds.append(measure_round(*key, levels, draws=draws, report=report))
    if not rounds:
        raise FormatError(
            "; ".join(["No question has answers that can be compared", *notes])
            + "; give the columns image_id, reader_id and answer."
        )
    if not table.lesions:
        notes.append("no lesion ids are known: intervals are by case, and narrower than by lesion")
    headline = _headline(rounds)
    others = tuple(each for each in rounds if each is not headline)
    influences = tuple(_influences(table, draws))
    return AgreementDossier(headline, others, influences, tuple(notes), about)


def _too_many(answers: Mapping[Place, str]) -> str:
    """Why these answers are not measured, "" where they are."""
    distinct = set(answers.values())
    cases, readers = len({case for case, _ in answers}), len({reader for _, reader in answers})
    if len(distinct) > _MOST_WORDS and any(number_of(answer) is None for answer in distinct):
        return f"has {len(distinct):,} different answers and looks like free text"
    if len(distinct) * cases * (readers + 4) > _LARGEST:
        return f"has {len(distinct):,} different numbers; round them first"
    return ""


def _headline(rounds: Sequence[Round]) -> Round:
    """The first round in which readers met, or else the first."""
    met = (each for each in rounds if each.levels[0].agreement.shared)
    return next(met, rounds[0])


def _influences(table: AnswerTable, draws: int) -> list[InfluenceTable]:
    """From each stage to the next one, and from the first to the last."""
    asked = next((key[0] for key in table.keys if suits(key[0], table.labels)), "")
    stages = [stage for question, stage in table.keys if question == asked]
    if not table.labels or not table.named or len(stages) < 2:
        return []
    steps = list(pairwise(stages))
    steps += [(stages[0], stages[-1])] if len(stages) > 2 else []
    panels = {stage: panel_at(table, table.first[asked, stage], ()) for stage in stages}
    found = []
    for before, after in steps:
        both = panels[before], panels[after]
        rows = measure_influence(*both, table.labels, table.network, draws=draws)
        if rows:
            found.append(InfluenceTable(asked, before, after, LABEL, rows))
    return found
