"""The ways to divide a data set for a training; none puts a lesion into two splits.

Each function takes a `Pool` and gives a `SplitPlan`. Where others decide on the split (a column, a
source, an earlier training), lesions that would be on two sides are resolved, and the plan's notes
say how many images that concerns.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from model.catalogue.split_plan import LEFT_OUT, Pool, SplitError, SplitPlan
from model.catalogue.splits import SPLITS, TEST, TRAINING, VALIDATION, lesion_safe_split

FEWEST_FOLDS = 3  # one to test, one to choose by, one to learn from
# What a figure stands on must not change: images that would leak leave the weaker side.
_KEPT_FIRST = (TEST, VALIDATION, TRAINING)
# What was learned from cannot be unlearned.
_SEEN_FIRST = (TRAINING, VALIDATION, TEST)


def by_lesions(pool: Pool, shares: Sequence[float], seed: int) -> SplitPlan:
    """Whole lesions, each class by the same shares.

    Args:
        pool: The images.
        shares: Of training, validation and test, 0..1, together 1.
        seed: Names one of many equally good splits.

    Raises:
        SplitError: A class has fewer lesions than there are splits.
    """
    named = dict(zip(SPLITS, shares, strict=True))
    _require_lesions(pool, sum(share > 0 for share in shares), "splits")
    place = lesion_safe_split(pool.records, named, seed, pool.lesions.keys)
    return _learnable(_plan(pool, [place[record.path] for record in pool.records]))


def into_folds(pool: Pool, folds: int, seed: int) -> tuple[SplitPlan, ...]:
    """Whole lesions in equal parts of each class: every part is the test of one plan.

    The part after it validates, the others train, so that each image is tested once by a network
    that has neither learned from its lesion nor was chosen by it.

    Raises:
        SplitError: Fewer than three folds, or a class with fewer lesions than folds.
    """
    if folds < FEWEST_FOLDS:
        raise SplitError(
            f"{folds} folds cannot train, validate and test; choose {FEWEST_FOLDS} or more."
        )
    _require_lesions(pool, folds, "folds")
    names = [f"{number}" for number in range(folds)]
    fold = lesion_safe_split(pool.records, dict.fromkeys(names, 1 / folds), seed, pool.lesions.keys)
    plans = []
    for test, validation in zip(names, names[1:] + names[:1], strict=True):
        role = defaultdict(lambda: TRAINING, {test: TEST, validation: VALIDATION})
        splits = [role[fold[record.path]] for record in pool.records]
        plans.append(_learnable(_plan(pool, splits)))
    return tuple(plans)


def as_given(pool: Pool, given: Mapping[str, str]) -> SplitPlan:
    """As somebody else has decided, image by image.

    Where a lesion is on two sides, the test keeps its images and those in validation and training
    are left out; likewise validation before training.

    Args:
        pool: The images.
        given: One of `SPLITS` by path; images without one are left out.

    Raises:
        SplitError: A split is empty, or training lacks a class.
    """
    return _resolved(pool, [given.get(record.path, LEFT_OUT) for record in pool.records])


def without_source(pool: Pool, source: str, shares: Sequence[float], seed: int) -> SplitPlan:
    """The images of one source are the test; the lesions of the others train and validate.

    Args:
        pool: The images.
        source: As in `ImageRecord.source`.
        shares: As in `by_lesions`; that of the test has no say.
        seed: As in `by_lesions`.

    Raises:
        SplitError: There is no such source, or the others lack a class or lesions.
    """
    sources = sorted({record.source for record in pool.records if record.source})
    if source not in sources:
        raise SplitError(f"No image is of the source {source!r}: {_choice('source', sources)}.")
    others = tuple(record for record in pool.records if record.source != source)
    _require_classes(pool, {record.label for record in others}, f"outside of {source}")
    rest = Pool(pool.classes, others, pool.lesions)
    _require_lesions(rest, 2, "splits")
    share = shares[0] / (shares[0] + shares[1])
    named = {TRAINING: share, VALIDATION: 1 - share}
    place = lesion_safe_split(others, named, seed, pool.lesions.keys)
    return _resolved(pool, [place.get(record.path, TEST) for record in pool.records])


def inherited(
    pool: Pool, known: Mapping[str, str], shares: Sequence[float], seed: int
) -> SplitPlan:
    """The split of an earlier training, and for lesions that it did not know one of their own.

    A lesion of which any image was learned from stays in training with all its images.

    Args:
        pool: The images.
        known: One of `SPLITS` for each path that took part in the earlier training.
        shares: As in `by_lesions`, for the lesions that did not.
        seed: As in `by_lesions`.

    Raises:
        SplitError: A split is empty, or training lacks a class.
    """
    keys = pool.lesions.keys
    place = _strongest(((keys[path], name) for path, name in known.items()), _SEEN_FIRST)
    new = [record for record in pool.records if keys[record.path] not in place]
    place |= {
        keys[path]: name
        for path, name in lesion_safe_split(
            new, dict(zip(SPLITS, shares, strict=True)), seed, keys
        ).items()
    }
    told = f"{len(pool.records) - len(new):,} images stay where the classifier had them or their"
    notes = (f"{told} lesions; {len(new):,} are new and were divided by lesion.",)
    return _resolved(pool, [place[keys[record.path]] for record in pool.records], notes)


def _resolved(pool: Pool, wanted: Sequence[str], notes: Sequence[str] = ()) -> SplitPlan:
    """The plan that comes nearest to what is wanted with every lesion on one side."""
    keys = [pool.lesions.keys[record.path] for record in pool.records]
    place = _strongest(zip(keys, wanted, strict=True), _KEPT_FIRST)
    splits = [
        name if name == place.get(key) else LEFT_OUT for key, name in zip(keys, wanted, strict=True)
    ]
    moved = [key for key, one, name in zip(keys, wanted, splits, strict=True) if one != name]
    told = list(notes)
    if moved:
        told.append(
            f"{len(set(moved)):,} of {len(set(keys)):,} lesions would be in two splits; "
            f"{len(moved):,} of {len(keys):,} images are left out, so that no lesion is (the test "
            "keeps its images, then validation)."
        )
    plan = _plan(pool, splits, told, wanted)
    empty = [name for name in SPLITS if name not in plan.splits]
    if empty:
        raise SplitError(
            f"No image is left for {' and '.join(empty)}; training, validation and test need some."
        )
    return _learnable(plan)


def _strongest(places: Iterable[tuple[str, str]], order: Sequence[str]) -> dict[str, str]:
    """The first of `order` that any image of a lesion is in; lesions that are nowhere are left."""
    strongest: dict[str, str] = {}
    for key, name in places:
        if name and (key not in strongest or order.index(name) < order.index(strongest[key])):
            strongest[key] = name
    return strongest


def _plan(
    pool: Pool,
    splits: Sequence[str],
    notes: Sequence[str] = (),
    wanted: Sequence[str] | None = None,
) -> SplitPlan:
    told = [pool.lesions.note, *notes, _undecided(pool, wanted), *_absent(pool, splits)]
    return SplitPlan(
        classes=pool.classes,
        records=pool.records,
        lesions=tuple(pool.lesions.keys[record.path] for record in pool.records),
        splits=tuple(splits),
        wanted=tuple(splits if wanted is None else wanted),
        copies=pool.lesions.copies,
        notes=tuple(filter(None, told)),
    )


def _undecided(pool: Pool, wanted: Sequence[str] | None) -> str:
    count = sum(name == LEFT_OUT for name in wanted or ())
    return f"{count:,} of {len(pool.records):,} images are in no split." if count else ""


def _absent(pool: Pool, splits: Sequence[str]) -> Iterator[str]:
    there = set(zip((record.label for record in pool.records), splits, strict=True))
    for name in (VALIDATION, TEST):
        absent = [code for code in pool.classes if (code, name) not in there]
        if absent and len(absent) < len(pool.classes):
            yield f"No {name} image is {' or '.join(absent)}: nothing can be said of these there."


def _require_lesions(pool: Pool, needed: int, what: str) -> None:
    lesions: defaultdict[str, set[str]] = defaultdict(set)
    for record in pool.records:
        lesions[record.label].add(pool.lesions.keys[record.path])
    few = [
        f"{code} has {len(lesions[code])}" for code in pool.classes if len(lesions[code]) < needed
    ]
    if few:
        raise SplitError(
            f"Each class needs a lesion in each of {needed} {what}, but {', '.join(few)}: add "
            f"images, choose fewer {what}, or leave the class out."
        )


def _learnable(plan: SplitPlan) -> SplitPlan:
    """The plan, if every class can be learned; lesions with two labels may leave one without."""
    pairs = zip(plan.records, plan.splits, strict=True)
    learned = {record.label for record, name in pairs if name == TRAINING}
    _require_classes(plan, learned, "for training")
    return plan


def _require_classes(of: Pool | SplitPlan, there: Set[str], where: str) -> None:
    missing = [code for code in of.classes if code not in there]
    if missing:
        raise SplitError(
            f"No image of {' or '.join(missing)} is left {where}, so it cannot be learned: divide "
            "otherwise, or leave the class out."
        )


def _choice(what: str, names: Sequence[str]) -> str:
    return f"choose among {', '.join(names)}" if names else f"no {what} is recorded for any image"
