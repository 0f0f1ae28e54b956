"""Rows of readings sorted out: one answer for each question, stage, case, reader and occasion."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from model.evaluation.agreement.panel import number_of
from model.review.formats.rows import DIAGNOSIS, STAGES, ImportedReadings, ReadingRow
from model.review.scales import one_spelling

SCORE = "score"
_NAMED = 5
Key = tuple[str, str]  # question and stage
Place = tuple[str, str]  # case and reader


@dataclass(frozen=True, slots=True, eq=False)
class AnswerTable:
    """The answers of several readers.

    Attributes:
        first: By question and stage, by case and reader: the first reading.
        again: By question and stage, by reader: by case and occasion ("1", "2", ...) the readings
            of cases that the reader read more than once.
        lesions: Lesion of each case, where it is known.
        labels: Recorded label of each case, spelt as the answers are.
        bases: What it stands on.
        network: The network's class of each case.
        named: Whether readers are persons.
        notes: What a reader of the figures has to know.
    """

    first: Mapping[Key, Mapping[Place, str]]
    again: Mapping[Key, Mapping[str, Mapping[Place, str]]]
    lesions: Mapping[str, str]
    labels: Mapping[str, str]
    bases: Mapping[str, str]
    network: Mapping[str, str]
    named: bool
    notes: tuple[str, ...] = field(default=())

    @property
    def keys(self) -> tuple[Key, ...]:
        """Questions and stages, diagnosis and the earliest stage first."""
        questions = list(dict.fromkeys(question for question, _ in self.first))
        stages = list(dict.fromkeys(stage for _, stage in self.first))
        stages.sort(key=lambda stage: STAGES.index(stage) if stage in STAGES else len(STAGES))
        questions.sort(key=lambda question: question not in {DIAGNOSIS, SCORE})
        pairs = ((question, stage) for question in questions for stage in stages)
        return tuple(key for key in pairs if key in self.first)


def answer_table(imported: ImportedReadings) -> AnswerTable:
    """Sort out what a file holds.

    The same answer twice counts once. Different answers of one reader to the same question about
    the same case at the same stage are the first and second reading where the file does not number
    readings; where it does they contradict, and none of them counts.
    """
    imported = _scores_named(_readers_named(imported))
    sorting = _Sorting(imported)
    spelling = _spellings(imported)
    first: dict[Key, dict[Place, str]] = {}
    again: dict[Key, dict[str, dict[Place, str]]] = {}
    for (question, stage, case, reader), occasions in sorting.answers.items():
        spelt = spelling[question]
        answers = [spelt[occasions[number]] for number in sorted(occasions)]
        first.setdefault((question, stage), {})[case, reader] = answers[0]
        if len(answers) > 1:
            mine = again.setdefault((question, stage), {}).setdefault(reader, {})
            mine |= {(case, str(at)): each for at, each in enumerate(answers, start=1)}
    return AnswerTable(
        first,
        again,
        sorting.lesions,
        {image: spelling[DIAGNOSIS][label] for image, label in imported.labels.items()},
        dict(imported.bases),
        {image: spelling[DIAGNOSIS][label] for image, label in imported.network.items()},
        imported.named,
        (*imported.notes, *_problem_notes(imported), *sorting.notes),
    )


def _readers_named(imported: ImportedReadings) -> ImportedReadings:
    """One spelling for each reader; names that differ in case are two where both read a case."""
    read: dict[str, dict[str, set[tuple[object, ...]]]] = {}
    for row in imported.rows:
        place = (row.image_id.casefold(), row.question, row.stage, row.iteration)
        names = read.setdefault(row.reader_id.casefold(), {})
        names.setdefault(row.reader_id, set()).add(place)
    spelt: dict[str, str] = {}
    notes = []
    for names in read.values():
        first, *others = names
        apart = len(set().union(*names.values())) == sum(map(len, names.values()))
        if others and not apart:
            notes.append(f"{' and '.join(names)} read the same cases and count as {len(names)}")
        spelt |= {name: first if apart else name for name in names}
    rows = tuple(replace(row, reader_id=spelt[row.reader_id]) for row in imported.rows)
    return replace(imported, rows=rows, notes=(*imported.notes, *notes))


def _scores_named(imported: ImportedReadings) -> ImportedReadings:
    """Answers to no question in particular are scores where all of them are numbers."""
    answers = {row.answer for row in imported.rows if row.question == DIAGNOSIS}
    if not answers or any(number_of(answer) is None for answer in answers):
        return imported
    rows = tuple(
        replace(row, question=SCORE) if row.question == DIAGNOSIS else row for row in imported.rows
    )
    return replace(imported, rows=rows)


class _Sorting:
    """Answers by question, stage, case and reader: those of each occasion."""

    def __init__(self, imported: ImportedReadings) -> None:
        self.answers: dict[tuple[str, str, str, str], dict[int, str]] = {}
        self.lesions: dict[str, str] = {}
        self.notes: list[str] = []
        self._case_names: dict[str, str] = {}
        self._doubled = 0
        self._repeated = 0
        self._lines: dict[tuple[str, str, str, str, int], int] = {}
        self._against: list[str] = []
        lost: set[tuple[str, str, str, str, int]] = set()
        for row in imported.rows:
            self._take(row, lost, repeats=imported.repeats)
        for question, stage, case, reader, iteration in lost:
            place = (question, stage, case, reader)
            del self.answers[place][iteration]
            if not self.answers[place]:
                del self.answers[place]
        self._note()

    def _take(
        self, row: ReadingRow, lost: set[tuple[str, str, str, str, int]], *, repeats: bool
    ) -> None:
        case = self._case_names.setdefault(row.image_id.casefold(), row.image_id)
        if row.lesion_id:
            self.lesions.setdefault(case, row.lesion_id)
        place = (row.question, row.stage, case, row.reader_id)
        occasions = self.answers.setdefault(place, {})
        iteration = row.iteration
        known = occasions.get(iteration)
        if known is None:
            occasions[iteration] = row.answer
            self._lines[*place, iteration] = row.line
        elif repeats:
            occasions[max(occasions) + 1] = row.answer
            self._repeated += 1
        elif known.casefold() == row.answer.casefold():
            self._doubled += 1
        else:
            lost.add((*place, iteration))
            line = self._lines[*place, iteration]
            self._against.append(f"{row.reader_id} on {case} (lines {line:,} and {row.line:,})")

    def _note(self) -> None:
        if self._doubled:
            self.notes.append(
                f"readings that stand in the file twice and count once: {self._doubled:,}"
            )
        if self._repeated:
            self.notes.append(
                "readings of a case that the reader had read already, taken for second ones:"
                f" {self._repeated:,}; the first ones are compared between readers"
            )
        if self._against:
            self.notes.append(f"readers who contradict themselves: {_some(self._against)}")


def _spellings(imported: ImportedReadings) -> dict[str, dict[str, str]]:
    """By question; labels and the network's classes are spelt as diagnoses are."""
    given: dict[str, list[str]] = {DIAGNOSIS: []}
    for row in imported.rows:
        given.setdefault(row.question, []).append(row.answer)
    given[DIAGNOSIS] += [*imported.labels.values(), *imported.network.values()]
    return {question: one_spelling(question, answers) for question, answers in given.items()}


def _problem_notes(imported: ImportedReadings) -> list[str]:
    if not imported.problems:
        return []
    count = len(imported.problems)
    lines = "line was" if count == 1 else "lines were"
    return [f"{count:,} {lines} left out: {_some([str(each) for each in imported.problems])}"]


def _some(items: Sequence[str] | Iterable[str]) -> str:
    every = list(items)
    more = f" and {len(every) - _NAMED:,} more" if len(every) > _NAMED else ""
    return "; ".join(every[:_NAMED]) + more
