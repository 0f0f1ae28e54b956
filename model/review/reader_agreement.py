"""How far readers agree: from their answers to all that is measured and told."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from model.evaluation.agreement.influence import measure_influence
from model.evaluation.agreement.panel import Panel, number_of, panel_of
from model.evaluation.agreement.references import HISTOLOGY, LABEL, NETWORK
from model.evaluation.agreement.rounds import (
    AgreementDossier,
    InfluenceTable,
    LevelInputs,
    Round,
    measure_round,
)
from model.evaluation.bootstrap import DRAWS
from model.evaluation.pairs import BENIGN, MALIGNANT
from model.progress import Report, silent
from model.review.answer_table import SCORE, AnswerTable, Key, Place
from model.review.formats.rows import DIAGNOSIS
from model.review.formats.source import FormatError
from model.review.scales import MALIGNANT_QUESTION, halves_of, malignancy_of, order_of
from model.taxonomy import CLASSES

_HISTOLOGY = ("histo", "histology", "histopathology")
_MOST_WORDS = 300
_LARGEST = 40_000_000  # numbers to hold at once, 320 MB
_CLASS_ORDER = tuple(each.code for each in CLASSES)


def measure_readers(
    table: AnswerTable,
    about: Mapping[str, str],
    *,
    draws: int = DRAWS,
    report: Report = silent,
) -> AgreementDossier:
    """Measure every question at every stage, and what happened between the stages.

    Args:
        table: The answers.
        about: What was measured, for the report.
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
        levels = _levels(table, key, notes)
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


def _levels(table: AnswerTable, key: Key, notes: list[str]) -> list[LevelInputs]:
    question, _ = key
    order = order_of(table.first[key].values())
    panel = _panel(table, table.first[key], order)
    references = _references(table, question)
    repeats = {
        reader: _panel(table, answers, order)
        for reader, answers in table.again.get(key, {}).items()
    }
    name = "class" if question == DIAGNOSIS else "answer"
    whole = LevelInputs(name, panel, repeats, references)
    coarser = _malignancy(question, panel, references)
    if not coarser:
        return [whole]
    unknown = sorted(set(panel.categories) - set(coarser))
    if unknown:
        notes.append(
            f"neither malignant nor benign, and not read on that level: {', '.join(unknown)}"
        )
    return [whole, _coarse(whole, coarser)]


def _malignancy(
    question: str, panel: Panel, references: Mapping[str, Mapping[str, str]]
) -> Mapping[str, str]:
    if question == MALIGNANT_QUESTION:
        return halves_of(panel.categories)
    if question != DIAGNOSIS:
        return {}
    told = {answer for given in references.values() for answer in given.values()}
    found = malignancy_of({*panel.categories, *told})
    # Whoever answers nothing finer gains nothing from this level.
    return found if len(set(panel.categories) & set(found)) > 1 else {}


def _coarse(whole: LevelInputs, kind_of: Mapping[str, str]) -> LevelInputs:
    names = (MALIGNANT, BENIGN)

    def coarse(panel: Panel) -> Panel:
        return panel.merged(lambda answer: kind_of.get(answer, ""), names)

    repeats = {reader: coarse(panel) for reader, panel in whole.repeats.items()}
    references = {
        name: {case: kind_of[answer] for case, answer in given.items() if answer in kind_of}
        for name, given in whole.references.items()
    }
    return LevelInputs("malignant or benign", coarse(whole.panel), repeats, references)


def _references(table: AnswerTable, question: str) -> dict[str, Mapping[str, str]]:
    """What is taken for right, by name; histology apart from the label where that says more."""
    certain = {
        case: label
        for case, label in table.labels.items()
        if table.bases.get(case, "").casefold() in _HISTOLOGY
    }
    found = {LABEL: table.labels, HISTOLOGY: certain, NETWORK: table.network}
    if len(certain) == len(table.labels):
        found.pop(LABEL)
    return {name: given for name, given in found.items() if given and _suits(question, given)}


def _suits(question: str, given: Mapping[str, str]) -> bool:
    """Whether labels answer a question: diagnoses do, numbers where scores were asked for."""
    numeric = question == SCORE and all(number_of(label) is not None for label in given.values())
    return question == DIAGNOSIS or numeric


def _panel(table: AnswerTable, answers: Mapping[Place, str], order: Sequence[str]) -> Panel:
    return panel_of(
        answers, table.lesions, order or _CLASS_ORDER, ordinal=bool(order), named=table.named
    )


def _influences(table: AnswerTable, draws: int) -> list[InfluenceTable]:
    """From each stage to the next one, and from the first to the last."""
    asked = next((key[0] for key in table.keys if _suits(key[0], table.labels)), "")
    stages = [stage for question, stage in table.keys if question == asked]
    if not table.labels or not table.named or len(stages) < 2:
        return []
    steps = list(pairwise(stages))
    steps += [(stages[0], stages[-1])] if len(stages) > 2 else []
    panels = {stage: _panel(table, table.first[asked, stage], ()) for stage in stages}
    found = []
    for before, after in steps:
        both = panels[before], panels[after]
        rows = measure_influence(*both, table.labels, table.network, draws=draws)
        if rows:
            found.append(InfluenceTable(asked, before, after, LABEL, rows))
    return found
