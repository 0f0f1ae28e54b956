"""What a run divided when it began to learn, and whether that is still the same.

A network that goes on learning after its images were divided anew has learned from lesions that
its card lists as test. `division.json` in the run's folder has label, lesion, size and split (one,
or one for each fold) of every image by its path; no split for one that could not be read.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass

from model.catalogue.split_plan import SplitPlan
from model.errors import UserError
from model.files import written_whole
from model.records import ImageRecord
from model.runs.folder import RunError, RunFolder, data_hash
from model.words import counted

_NAMED = 3
_REMEDY = (
    "Going on would mix what it learns from with what it is tested on. Put back what changed and "
    "resume the run, or start a new one."
)


class DataChangedError(UserError):
    """A data set that is not the one that a run began to learn from."""


@dataclass(frozen=True, slots=True)
class _Known:
    label: str
    lesion: str
    size: int
    splits: tuple[str, ...] = ()


def check_unchanged(run: RunFolder, records: Sequence[ImageRecord]) -> None:
    """Miss and find images, labels and lesions; a run of an earlier version has but their hash.

    Args:
        run: It has begun to learn.
        records: The images it would go on with.

    Raises:
        DataChangedError: They are not those that it began with.
        RunError: What it began with is damaged.
    """
    if not run.division.exists():
        known = run.read_record().get("data_hash") or data_hash(records)
        differences = [] if known == data_hash(records) else ["it is not the one that was recorded"]
    else:
        now = {each.path: _Known(each.label, each.lesion_id, each.size) for each in records}
        differences = list(_differences(_read(run), now))
    if differences:
        raise DataChangedError(
            f"The data set has changed since this run began to learn: {'; '.join(differences)}. "
            f"{_REMEDY}"
        )


def settle_division(
    run: RunFolder, records: Sequence[ImageRecord], plans: Sequence[SplitPlan]
) -> None:
    """Store how a run divides its images; where it has begun to learn, hold them against that.

    Args:
        run: Where it is stored.
        records: All images that it wants to use, readable or not.
        plans: One, or one for each fold.

    Raises:
        DataChangedError: An image is in another split than before.
        RunError: What it began with is damaged.
        UserError: No room.
    """
    places = [plan.place for plan in plans]
    now = {
        each.path: _Known(
            each.label,
            each.lesion_id,
            each.size,
            tuple(place[each.path] for place in places if each.path in place),
        )
        for each in records
    }
    if run.has_learned and run.division.exists():
        _check_splits(_read(run), now)
    else:
        _write(run, now)


def readable_before(run: RunFolder) -> frozenset[str]:
    """Paths of the images that a run began to learn with; none where it did not.

    Raises:
        RunError: What it began with is damaged.
    """
    if not (run.has_learned and run.division.exists()):
        return frozenset()
    return frozenset(path for path, known in _read(run).items() if known.splits)


def named(paths: Collection[str]) -> str:
    """A few of them, for a sentence."""
    more = f" and {len(paths) - _NAMED:,} more" if len(paths) > _NAMED else ""
    return f"{', '.join(sorted(paths)[:_NAMED])}{more}"


def _differences(before: Mapping[str, _Known], now: Mapping[str, _Known]) -> Iterator[str]:
    both = before.keys() & now.keys()
    changed = (
        ("image", "removed", before.keys() - now.keys()),
        ("image", "added", now.keys() - before.keys()),
        ("label", "changed", {each for each in both if before[each].label != now[each].label}),
        ("lesion", "changed", {each for each in both if before[each].lesion != now[each].lesion}),
        ("file", "changed", {each for each in both if before[each].size != now[each].size}),
    )
    for noun, happened, paths in changed:
        if paths:
            yield f"{counted(len(paths), noun)} {happened} ({named(paths)})"


def _check_splits(before: Mapping[str, _Known], now: Mapping[str, _Known]) -> None:
    moved = [path for path, known in now.items() if known.splits != before[path].splits]
    if moved:
        raise DataChangedError(
            "The images are divided otherwise than when this run began to learn: "
            f"{counted(len(moved), 'image')} of {len(now):,} would be elsewhere ({named(moved)}). "
            "Their files, the tables that name sources and splits, or [data] in its config.toml "
            f"have changed. {_REMEDY}"
        )


def _read(run: RunFolder) -> dict[str, _Known]:
    try:
        stored = json.loads(run.division.read_text(encoding="utf-8"))
        return {
            path: _Known(label, lesion, size, tuple(splits))
            for path, (label, lesion, size, splits) in stored.items()
        }
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise RunError(f"{run.division} is damaged: start a new run.") from error


def _write(run: RunFolder, known: Mapping[str, _Known]) -> None:
    with written_whole(run.division) as temporary:
        stored = {path: astuple(each) for path, each in known.items()}
        temporary.write_text(json.dumps(stored), encoding="utf-8")
