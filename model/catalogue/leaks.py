"""Images of one data set that are in another as well, and images of lesions that are."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from model.catalogue.conflicts import labels_agree
from model.catalogue.entries import DataSet, Entry
from model.catalogue.image_ids import is_counted
from model.catalogue.likeness import Likeness, alike
from model.records import Problem, ProblemKind

_SAME_ID = "The same image id is in {where} ({name})."
_SAME_CONTENT = "{name} in {where} has the same content."
_SAME_LOOK = "{name} in {where} looks the same."
_SAME_LESION = "Another image of lesion {lesion} is in {where} ({name})."
# The ids of these archives are given once.
_ARCHIVE_ID = re.compile(r"isic_\d+|pat_\d+_\d+_\d+|bcn_\d+|imd\d+")

_Matches = dict[str, tuple[str, Entry]]


@dataclass(frozen=True, slots=True)
class Side:
    """A data set with what its files look like, by path."""

    data_set: DataSet
    likenesses: Mapping[str, Likeness]


def leaks_between(here: Side, there: Side) -> Iterator[Problem]:
    """One problem for each image of `here` that leaks; a second where labels contradict as well.

    The strongest evidence is told: the image's id, its content, its look, its lesion's id.
    """
    matches = {
        **_by_lesion(here, there),
        **_by_look(here, there),
        **_by_content(here, there),
        **_by_id(here, there),
    }
    where = there.data_set.root.resolve().name
    for entry in here.data_set.entries:
        if entry.name in matches:
            how, other = matches[entry.name]
            reason = how.format(name=other.name, where=where, lesion=entry.lesion_id)
            yield Problem(entry.name, ProblemKind.LEAKING, reason)
            if not labels_agree(entry.label, other.label):
                reason = f"It is {entry.label} here and {other.label} in {where} ({other.name})."
                yield Problem(entry.name, ProblemKind.CONTRADICTING, reason)


def _by_lesion(here: Side, there: Side) -> _Matches:
    # A lesion that is a bare number is one of many data sets' lesions of that number.
    known = {
        entry.lesion_id: entry
        for entry in reversed(there.data_set.entries)
        if not entry.lesion_id.isdecimal()
    }
    return {
        entry.name: (_SAME_LESION, known[entry.lesion_id])
        for entry in here.data_set.entries
        if entry.lesion_id and entry.lesion_id in known
    }


def _by_look(here: Side, there: Side) -> _Matches:
    names_here, names_there = list(here.likenesses), list(there.likenesses)
    known = _with_files(there)
    pairs = alike(list(there.likenesses.values()), list(here.likenesses.values()))
    return {names_here[pair.second]: (_SAME_LOOK, known[names_there[pair.first]]) for pair in pairs}


def _by_content(here: Side, there: Side) -> _Matches:
    files = _with_files(there)
    known = {each.content_hash: files[name] for name, each in there.likenesses.items()}
    return {
        name: (_SAME_CONTENT, known[likeness.content_hash])
        for name, likeness in here.likenesses.items()
        if likeness.content_hash in known
    }


def _by_id(here: Side, there: Side) -> _Matches:
    known = {entry.key: entry for entry in reversed(there.data_set.entries)}
    return {
        entry.name: (_SAME_ID, known[entry.key])
        for entry in here.data_set.entries
        if entry.key in known and _is_same_image(entry, known[entry.key])
    }


def _is_same_image(one: Entry, two: Entry) -> bool:
    """Whether an id that both have is one that was given once."""
    if _ARCHIVE_ID.fullmatch(one.key):
        return True
    return one.described and two.described and not is_counted(one.key)


def _with_files(side: Side) -> dict[str, Entry]:
    return {entry.name: entry for entry in side.data_set.entries if entry.has_file}
