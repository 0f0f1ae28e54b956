"""On which levels a question is measured: class, malignant or benign, and management."""

from collections.abc import Mapping, Sequence

from model.evaluation.agreement.panel import Panel, number_of, panel_of
from model.evaluation.agreement.references import HISTOLOGY, LABEL, NETWORK
from model.evaluation.agreement.rounds import LevelInputs
from model.evaluation.pairs import BENIGN, MALIGNANT
from model.review.answer_table import SCORE, AnswerTable, Key, Place
from model.review.formats.rows import DIAGNOSIS
from model.review.managements import QUESTION as MANAGEMENT
from model.review.managements import Managements
from model.review.scales import MALIGNANT_QUESTION, halves_of, malignancy_of, order_of
from model.taxonomy import CLASSES

_HISTOLOGY = ("histo", "histology", "histopathology")
_MANY_WORDS = 30  # more are free text
_CLASS_ORDER = tuple(each.code for each in CLASSES)


def levels_of(
    table: AnswerTable, key: Key, managements: Managements, notes: list[str]
) -> list[LevelInputs]:
    """The levels of one question at one stage, the finest first; what is left out is noted."""
    question, _ = key
    order = order_of(table.first[key].values())
    panel = panel_at(table, table.first[key], order)
    references = _references(table, question)
    repeats = {
        reader: panel_at(table, answers, order)
        for reader, answers in table.again.get(key, {}).items()
    }
    name = "class" if question == DIAGNOSIS else "answer"
    whole = LevelInputs(name, panel, repeats, references)
    found = [whole]
    if coarser := _malignancy(question, panel, references):
        found.append(_merged(whole, "malignant or benign", coarser, (MALIGNANT, BENIGN)))
        _note_unknown(panel, coarser, "neither malignant nor benign", notes)
    if question == DIAGNOSIS:
        found += _management(table, key, whole, managements, notes)
    return found


def _note_unknown(panel: Panel, known: Mapping[str, str], words: str, notes: list[str]) -> None:
    if unknown := sorted(set(panel.categories) - set(known)):
        notes.append(f"{words}, and not read on that level: {', '.join(unknown)}")


def _management(
    table: AnswerTable,
    key: Key,
    whole: LevelInputs,
    managements: Managements,
    notes: list[str],
) -> list[LevelInputs]:
    """Management as the readers answered it, or else as it follows from their diagnoses."""
    told = {answer for given in whole.references.values() for answer in given.values()}
    of_class = managements.of({*whole.panel.categories, *told})
    asked = MANAGEMENT, key[1]
    words_given = set(table.first.get(asked, {}).values())
    if 0 < len(words_given) <= _MANY_WORDS:
        return [_management_asked(table, asked, whole, managements, of_class)]
    if len(set(whole.panel.categories) & set(of_class)) < 2:
        return []  # as for malignancy
    _note_unknown(whole.panel, of_class, "without a management", notes)
    why = "answered in too many words to compare" if words_given else "not asked"
    words = f"{why}: it follows from the diagnosis by {managements.source}"
    return [_merged(whole, MANAGEMENT, of_class, managements.names, words)]


def _management_asked(
    table: AnswerTable,
    asked: Key,
    whole: LevelInputs,
    managements: Managements,
    of_class: Mapping[str, str],
) -> LevelInputs:
    order = order_of(table.first[asked].values())
    panel = panel_at(table, table.first[asked], order)
    repeats = {
        reader: panel_at(table, answers, order)
        for reader, answers in table.again.get(asked, {}).items()
    }
    own_words = managements.in_words_of(order)
    references = {
        name: {
            case: own_words[of_class[answer]]
            for case, answer in given.items()
            if of_class.get(answer) in own_words
        }
        for name, given in whole.references.items()
    }
    words = "as the readers answered the question"
    if any(references.values()):
        lost = [name for name in managements.names if name not in own_words]
        words += f"; what label and network call for: {managements.source}"
        words += f"; {', '.join(lost)} has no word in the question and is left out" if lost else ""
    known = {name: given for name, given in references.items() if given}
    return LevelInputs(MANAGEMENT, panel, repeats, known, words)


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


def _merged(
    whole: LevelInputs,
    level: str,
    kind_of: Mapping[str, str],
    names: Sequence[str],
    words: str = "",
) -> LevelInputs:
    """A level whose answers follow from those of the finest one."""

    def coarse(panel: Panel) -> Panel:
        return panel.merged(lambda answer: kind_of.get(answer, ""), names)

    repeats = {reader: coarse(panel) for reader, panel in whole.repeats.items()}
    references = {
        name: {case: kind_of[answer] for case, answer in given.items() if answer in kind_of}
        for name, given in whole.references.items()
    }
    return LevelInputs(level, coarse(whole.panel), repeats, references, words)


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
    return {name: given for name, given in found.items() if given and suits(question, given)}


def suits(question: str, given: Mapping[str, str]) -> bool:
    """Whether labels answer a question: diagnoses do, numbers where scores were asked for."""
    numeric = question == SCORE and all(number_of(label) is not None for label in given.values())
    return question == DIAGNOSIS or numeric


def panel_at(table: AnswerTable, answers: Mapping[Place, str], order: Sequence[str]) -> Panel:
    """The panel of some of a table's answers; `order` as of `order_of`."""
    return panel_of(
        answers, table.lesions, order or _CLASS_ORDER, ordinal=bool(order), named=table.named
    )
