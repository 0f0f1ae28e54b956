"""What is missing, unreadable, doubled, contradicting or leaking in a data set."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from model.catalogue.batches import CatalogueError
from model.catalogue.conflicts import labels_agree
from model.catalogue.entries import Entry, read_data_set
from model.catalogue.leaks import Side, leaks_between
from model.catalogue.lesions import find_copies
from model.catalogue.likeness import Likeness
from model.catalogue.reading import read_likenesses
from model.catalogue.sources import Sources
from model.catalogue.split_leaks import Leak, expected_leaks
from model.progress import Report, silent
from model.records import Problem, ProblemKind
from model.taxonomy import class_order

TRAINING_SHARE = 0.8
"""Of the split that `Findings.leaks` imagines: the usual one."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What the check of a data set brings up.

    Attributes:
        problems: What is wrong.
        leaks: What would go wrong: how many test images would show a lesion that training knows,
            if images were divided one by one; by class, then all. Empty where every lesion has
            one image.
    """

    problems: list[Problem]
    leaks: tuple[Leak, ...]

    @property
    def advice(self) -> str:
        """A sentence on `leaks`, "" without."""
        if not self.leaks:
            return ""
        return (
            f"Divide it by lesion: if images were drawn one by one, {TRAINING_SHARE:.0%} for"
            f" training, {self.leaks[-1].expected:.1%} of the test images would show a lesion that"
            " training knows."
        )


def check_data_set(
    root: Path,
    against: Path | None = None,
    report: Report = silent,
    sources: Sources | None = None,
) -> Findings:
    """Look for everything that is wrong with a data set. Every image is read, none is changed.

    A leak is an image, a copy of one, or another image of its lesion in two splits of the data
    set (folders or columns that name training, validation or test), or here and in `against`.

    Args:
        root: The data set's folder.
        against: A second data set that must not share images or lesions with it, its folder or
            one table; tables are enough where there are no images.
        report: Told while files are listed and read.
        sources: What belongs to `root` besides.

    Raises:
        CatalogueError: A folder cannot be listed, or holds neither images nor tables of them; or
            `against` is a part of the data set itself.
        Cancelled: From `report`.
    """
    if against:
        _refuse_itself(root, against, sources or Sources())
    other = read_data_set(against, report) if against else None
    data_set = read_data_set(root, report, sources)
    likenesses, unreadable = read_likenesses(root, data_set.paths, report)
    problems = [*data_set.problems, *unreadable, *_contradicting_lesions(data_set.entries)]
    problems += _copies(data_set.entries, likenesses)
    problems += _lesions_in_two_splits(data_set.entries)
    if other:
        others, _ = read_likenesses(other.root, other.paths, report)
        problems += leaks_between(Side(data_set, likenesses), Side(other, others))
    return Findings(problems, _leaks_by_image(data_set.entries))


def _refuse_itself(root: Path, against: Path, sources: Sources) -> None:
    """All that a data set has is also in its parts: none of it would be a leak."""
    other = against.resolve()
    for part in (root, *sources.folders, *(table.path for table in sources.tables)):
        if other.is_relative_to(part.resolve()) or part.resolve().is_relative_to(other):
            raise CatalogueError(
                f"{against} is a part of this data set, or holds it, so that everything would leak."
                " Name another data set, or take it out of the sources first."
            )


def _leaks_by_image(entries: Sequence[Entry]) -> tuple[Leak, ...]:
    labelled = [entry for entry in entries if entry.label]
    lesions = [entry.lesion_id or f"\0{entry.name}" for entry in labelled]
    if len(set(lesions)) == len(lesions):
        return ()
    labels = [entry.label for entry in labelled]
    classes = sorted(set(labels), key=class_order)
    return expected_leaks(labels, lesions, round(TRAINING_SHARE * len(labels)), classes)


def _contradicting_lesions(entries: Sequence[Entry]) -> Iterator[Problem]:
    first: dict[str, Entry] = {}
    for entry in entries:
        if entry.lesion_id and entry.label:
            known = first.setdefault(entry.lesion_id, entry)
            if not labels_agree(known.label, entry.label):
                reason = (
                    f"Lesion {entry.lesion_id} is {entry.label} here and {known.label} in"
                    f" {known.name}."
                )
                yield Problem(entry.name, ProblemKind.CONTRADICTING, reason, known.name)


def _copies(entries: Sequence[Entry], likenesses: Mapping[str, Likeness]) -> Iterator[Problem]:
    """Each file that is like an earlier one, once."""
    known = {entry.name: entry for entry in entries}
    told: set[str] = set()
    for pair in find_copies(known, likenesses):
        if pair.second not in told:
            told.add(pair.second)
            saved_anew = f"Looks the same ({pair.bits} of 64 bits differ) as"
            how = "Same content as" if pair.equal else saved_anew
            yield _copy(known[pair.second], known[pair.first], how)


def _copy(entry: Entry, first: Entry, how: str) -> Problem:
    if entry.split and first.split and entry.split != first.split:
        reason = f"{how} {first.name}, which is for {first.split}; this is for {entry.split}."
        return Problem(entry.name, ProblemKind.LEAKING, reason, first.name)
    if not labels_agree(entry.label, first.label):
        reason = f"{how} {first.name}, which is labelled {first.label}; this is {entry.label}."
        return Problem(entry.name, ProblemKind.CONTRADICTING, reason, first.name)
    same_lesion = entry.lesion_id and entry.lesion_id == first.lesion_id
    of_lesion = ", an image of the same lesion" if same_lesion else ""
    reason = f"{how} {first.name}{of_lesion}."
    return Problem(entry.name, ProblemKind.DOUBLED, reason, first.name)


def _lesions_in_two_splits(entries: Sequence[Entry]) -> Iterator[Problem]:
    first: dict[str, Entry] = {}
    for entry in entries:
        if entry.lesion_id and entry.split:
            known = first.setdefault(entry.lesion_id, entry)
            if known.split != entry.split:
                reason = (
                    f"Lesion {entry.lesion_id} is for {entry.split} here and for {known.split} in"
                    f" {known.name}."
                )
                yield Problem(entry.name, ProblemKind.LEAKING, reason, known.name)
