"""Which images show one lesion: by their lesion ids, and by what they look like."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from model.catalogue.likeness import Likeness, alike_within
from model.catalogue.splits import own_lesion
from model.records import ImageRecord


@dataclass(frozen=True, slots=True)
class Copies:
    """Two files that show the same photograph.

    Attributes:
        first: Path of the one that comes first.
        second: Path of the other.
        bits: How many of the 64 bits of their perceptual hashes differ.
        equal: Whether the files are the same to the byte.
    """

    first: str
    second: str
    bits: int
    equal: bool = False


@dataclass(frozen=True, slots=True)
class Lesions:
    """What every image is of.

    Attributes:
        keys: A name of its lesion for each path, never empty; images of one lesion share it.
        without_id: How many images name no lesion.
        joined: How many of these were put with an image that looks the same.
        compared: Whether it is known what the images look like.
        copies: Pairs that look the same.
    """

    keys: Mapping[str, str]
    without_id: int
    joined: int
    compared: bool
    copies: tuple[Copies, ...]

    @property
    def note(self) -> str:
        """A sentence on the images that name no lesion, "" where all do."""
        if not self.without_id:
            return ""
        told = f"{self.without_id:,} of {len(self.keys):,} images name no lesion"
        if not self.compared:
            return f"{told}; not compared yet, each counts as a lesion of its own."
        alone = self.without_id - self.joined
        return (
            f"{told}. Of these {self.joined:,} look the same as another image and are of its "
            f"lesion; {alone:,} count as lesions of their own, since two different photographs of "
            "one lesion cannot be told from two lesions."
        )


def find_lesions(
    records: Sequence[ImageRecord], likenesses: Mapping[str, Likeness] | None = None
) -> Lesions:
    """Put images of one lesion together.

    Files that show the same photograph (equal content, or nearly equal perceptual hashes that
    fine detail confirms, see `model.catalogue.likeness`) are of one lesion whatever their ids say.

    Args:
        records: The images.
        likenesses: What they look like, by path; None where nobody has looked.
    """
    ordered = sorted(records, key=lambda each: each.path)
    keys = {record.path: own_lesion(record) for record in ordered}
    copies = tuple(find_copies(keys, likenesses)) if likenesses else ()
    name = _joined({key: key for key in keys.values()}, keys, copies)
    same = {path for pair in copies for path in (pair.first, pair.second)}
    nameless = [record.path for record in ordered if not record.lesion_id]
    return Lesions(
        keys={path: name[key] for path, key in keys.items()},
        without_id=len(nameless),
        joined=sum(path in same for path in nameless),
        compared=likenesses is not None,
        copies=copies,
    )


def find_copies(paths: Iterable[str], likenesses: Mapping[str, Likeness]) -> Iterator[Copies]:
    """Files that show the same photograph: equal ones first, each with the first of its kind.

    Args:
        paths: In the order that says which comes first.
        likenesses: By path; paths without one are passed over.
    """
    firsts: dict[str, str] = {}
    for path in filter(likenesses.__contains__, paths):
        first = firsts.setdefault(likenesses[path].content_hash, path)
        if first != path:
            yield Copies(first, path, 0, equal=True)
    different = list(firsts.values())
    for pair in alike_within([likenesses[path] for path in different]):
        yield Copies(different[pair.first], different[pair.second], pair.bits)


def _joined(
    names: dict[str, str], keys: Mapping[str, str], copies: Sequence[Copies]
) -> Mapping[str, str]:
    """One name for all keys that copies connect: that of a lesion id where there is one."""
    members: defaultdict[str, list[str]] = defaultdict(list)
    for key in names:
        members[key].append(key)
    for pair in copies:
        one, other = sorted((names[keys[pair.first]], names[keys[pair.second]]), key=_preferred)
        if one != other:
            moved = members.pop(other)
            members[one] += moved
            names |= dict.fromkeys(moved, one)
    return names


def _preferred(key: str) -> tuple[bool, str]:
    return key.startswith("\0"), key
