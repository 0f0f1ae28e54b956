"""Several data sets as one: joined by image id, each image once, contradictions told."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import NamedTuple

from model.catalogue.class_folders import split_named
from model.catalogue.conflicts import conflicting_fields
from model.catalogue.facts import Facts
from model.catalogue.image_ids import is_counted, join_key
from model.catalogue.mapped_rows import MappedRows
from model.catalogue.mapping import MappedTable
from model.catalogue.rows import difference, merged, repetitions
from model.catalogue.tables import read_table
from model.records import ImageRecord, Problem, ProblemKind
from model.words import counted

_FIRST_FACT = len(ImageRecord.__dataclass_fields__) - len(Facts._fields)

Findings = Iterator[ImageRecord | Problem]


@dataclass(frozen=True, slots=True)
class Part:
    """One folder of a joined data set.

    Attributes:
        root: The folder.
        findings: Its images and their problems, with what its own tables say.
        tables: These tables.
    """

    root: Path
    findings: Findings
    tables: tuple[MappedTable, ...]


class _Foreign(NamedTuple):
    """A table that a part does not know of, and whether it speaks of the part's own names."""

    rows: MappedRows
    loose: bool


def join_parts(parts: Sequence[Part], loose: Sequence[MappedTable]) -> Findings:
    """The images of all parts, each once, with what all tables say of them.

    What its own part says of an image goes first, then the parts in their order, then the loose
    tables. An id that was given once (no plain number) is one image wherever it occurs: the first
    file is listed. Where there is more than one part, `source` begins with the name of its folder.

    Args:
        parts: The folders, the data set's own first: paths of the others become absolute.
        loose: Tables in none of the folders.
    """
    first, *others = parts
    unknown = [table for table in loose if table not in first.tables]
    if not others and not unknown:
        return first.findings
    return _Join(parts, unknown).findings()


class _Join:
    def __init__(self, parts: Sequence[Part], loose: Sequence[MappedTable]) -> None:
        self._parts = parts
        self._several = len(parts) > 1
        tables = [table for part in parts for table in part.tables]
        self._rows = {
            each.path: MappedRows(read_table(each.path), each.mapping) for each in (*tables, *loose)
        }
        self._loose = [table.path for table in loose]
        self._paths: dict[str, str] = {}  # the first file of each id
        self._held: list[Problem] = []

    def findings(self) -> Findings:
        for number, part in enumerate(self._parts):
            yield from self._part(number, part)
        yield from self._missing()

    def _part(self, number: int, part: Part) -> Findings:
        own = {table.path for table in part.tables}
        foreign = [
            _Foreign(rows, path in self._loose)
            for path, rows in self._rows.items()
            if path not in own
        ]
        labelled: set[str] = set()
        again = 0
        for found in part.findings:
            if isinstance(found, Problem):
                if not self._is_settled(number, found, labelled):
                    yield replace(found, path=_place(number, part, found.path))
            elif self._is_new(number, part, found):
                told = _with_own_lesion(part, found) if number else found
                image, problems = _joined(told, join_key(found.image_id), foreign)
                if image.label and not found.label:
                    labelled.add(found.path)
                path = _place(number, part, found.path)
                source = _source(part, image) if self._several else image.source
                yield replace(image, path=path, source=source)
                yield from (replace(each, path=path) for each in problems)
            else:
                again += 1
        if again:
            yield _listed_once(part, again)

    def _is_settled(self, number: int, problem: Problem, labelled: Collection[str]) -> bool:
        """Whether other parts may provide, or have provided, what is missing here."""
        if problem.kind is not ProblemKind.MISSING:
            return problem.kind is ProblemKind.UNLABELLED and problem.path in labelled
        if not number:
            self._held.append(problem)
        return True

    def _is_new(self, number: int, part: Part, image: ImageRecord) -> bool:
        """Whether no part before has this image; remembers that there is one now."""
        key = join_key(image.image_id)
        if number and is_counted(key):
            return True
        path = _place(number, part, image.path)
        return self._paths.setdefault(key, path) == path or not number

    def _missing(self) -> Iterator[Problem]:
        """Rows without a file: one by one for the data set's own tables, else in one sentence."""
        yield from (each for each in self._held if join_key(each.path) not in self._paths)
        own = {table.path for table in self._parts[0].tables}
        for path, rows in self._rows.items():
            if path in own:
                continue
            there = sum(key in self._paths for key in rows.all_keys)
            missing = len(rows.all_keys) - there
            if missing:
                reason = (
                    f"{missing:,} of the {len(rows.all_keys):,} images in {rows.name} have no file"
                    " in this project; what it says of the others is joined."
                )
                yield Problem(str(path), ProblemKind.MISSING, reason)
            if path in self._loose:
                yield from repetitions(rows, self._paths)
                yield from rows.problems()


def _joined(
    image: ImageRecord, key: str, foreign: Iterable[_Foreign]
) -> tuple[ImageRecord, list[Problem]]:
    """An image with what other tables say of it, and where they contradict it."""
    own = Facts(*astuple(image)[_FIRST_FACT:])
    said, problems = [own], []
    for rows, loose in foreign:
        facts = rows.facts(key) if loose or not is_counted(key) else None
        if facts is None:
            continue
        if differing := conflicting_fields(own, facts):
            shown = ", ".join(difference(name, own, facts) for name in differing)
            reason = f"{rows.name} contradicts an earlier source ({shown}); the first is used."
            problems.append(Problem(image.path, ProblemKind.CONTRADICTING, reason))
        said.append(facts)
    if len(said) == 1:
        return image, problems
    facts = merged(said)._replace(source=image.source)
    return replace(image, **facts._asdict()), problems


def _with_own_lesion(part: Part, image: ImageRecord) -> ImageRecord:
    """A lesion that is a bare number is one of many data sets' lesions of that number."""
    if not image.lesion_id.isdecimal():
        return image
    return replace(image, lesion_id=f"{part.root.name} {image.lesion_id}")


def _source(part: Part, image: ImageRecord) -> str:
    if split_named(image.source):
        return image.source
    return " · ".join(filter(None, (part.root.name, image.source)))


def _place(number: int, part: Part, path: str) -> str:
    return (part.root / path).as_posix() if number else path


def _listed_once(part: Part, count: int) -> Problem:
    reason = (
        f"{counted(count, 'image')} of {part.root.name} with an id that is listed already: every id"
        " is listed once, from the source that was there before."
    )
    return Problem(part.root.as_posix(), ProblemKind.DOUBLED, reason)
