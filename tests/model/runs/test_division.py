"""A run that has begun to learn goes on with the images that it began with, or not at all."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from model.catalogue.split_plan import SplitPlan
from model.records import ImageRecord
from model.runs.config import Config, DataConfig
from model.runs.division import (
    DataChangedError,
    check_unchanged,
    readable_before,
    settle_division,
)
from model.runs.folder import RunError, RunFolder, data_hash
from model.runs.splitting import plan_splits

Records = Sequence[ImageRecord]


def image(number: int) -> ImageRecord:
    code = "MEL" if number % 2 else "NV"
    return ImageRecord(f"{number:02}.jpg", f"{number:02}", 9, 1, code, lesion_id=f"L{number}")


RECORDS = tuple(image(number) for number in range(20))


def plans_of(records: Records, seed: int = 1) -> tuple[SplitPlan, ...]:
    return plan_splits(Path(), records, DataConfig(seed=seed))


@pytest.fixture
def begun(tmp_path: Path) -> RunFolder:
    """A run with a checkpoint."""
    run = RunFolder(tmp_path)
    settle_division(run, RECORDS, plans_of(RECORDS))
    learn(run)
    return run


def learn(run: RunFolder) -> None:
    run.checkpoint.mkdir()
    (run.checkpoint / "state.npz").touch()


def test_that_a_run_goes_on_where_nothing_changed(begun: RunFolder) -> None:
    check_unchanged(begun, RECORDS[::-1])
    settle_division(begun, RECORDS, plans_of(RECORDS))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda r: r[1:], r"1 image removed \(00\.jpg\)"),
        (lambda r: r[5:], r"5 images removed \(00\.jpg, 01\.jpg, 02\.jpg and 2 more\)"),
        (lambda r: (*r, image(20)), r"1 image added \(20\.jpg\)"),
        (lambda r: (replace(r[0], label="BCC"), *r[1:]), r"1 label changed \(00\.jpg\)"),
        (lambda r: (replace(r[0], lesion_id="L1"), *r[1:]), r"1 lesion changed \(00\.jpg\)"),
        (lambda r: (replace(r[0], size=8), *r[1:]), r"1 file changed \(00\.jpg\)"),
        (
            lambda r: (replace(r[1], label="NV"), *r[2:]),
            r"1 image removed \(00\.jpg\); 1 label changed \(01\.jpg\)\. .* start a new one",
        ),
    ],
)
def test_that_what_changed_since_a_run_began_to_learn_is_named(
    begun: RunFolder, change: Callable[[Records], Records], told: str
) -> None:
    with pytest.raises(DataChangedError, match=told):
        check_unchanged(begun, change(RECORDS))


def test_that_images_in_other_splits_are_refused_whatever_moved_them(begun: RunFolder) -> None:
    before = begun.division.read_bytes()
    with pytest.raises(DataChangedError, match=r"of 20 would be elsewhere .* start a new one"):
        settle_division(begun, RECORDS, plans_of(RECORDS, seed=2))
    assert begun.division.read_bytes() == before


def test_that_a_run_that_has_learned_nothing_yet_may_divide_anew(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    settle_division(run, RECORDS, plans_of(RECORDS))
    settle_division(run, RECORDS[2:], plans_of(RECORDS[2:], seed=2))
    learn(run)
    check_unchanged(run, RECORDS[2:])
    with pytest.raises(DataChangedError, match="2 images added"):
        check_unchanged(run, RECORDS)


def test_that_a_finished_fold_is_something_learned(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    (run.folds / "1").mkdir(parents=True)
    assert not run.has_learned
    RunFolder(run.folds / "1").classifier.mkdir()
    assert run.has_learned


def test_that_a_run_of_an_earlier_version_is_held_against_the_hash_of_its_data(
    tmp_path: Path,
) -> None:
    run = RunFolder(tmp_path)
    learn(run)
    record = {"data_set": "/data", "data_hash": data_hash(RECORDS)}
    run.write_config(Config(), record)
    check_unchanged(run, RECORDS)
    with pytest.raises(DataChangedError, match="not the one that was recorded"):
        check_unchanged(run, (replace(RECORDS[0], label="BCC"), *RECORDS[1:]))
    run.write_config(Config(), {"data_set": "/data"})
    check_unchanged(run, RECORDS[1:])


def test_that_a_run_knows_which_images_it_could_read(begun: RunFolder) -> None:
    assert readable_before(begun) == {each.path for each in RECORDS}
    begun.division.unlink()
    settle_division(begun, RECORDS, plans_of(RECORDS[:-2]))
    check_unchanged(begun, RECORDS)
    assert readable_before(begun) == {each.path for each in RECORDS[:-2]}


def test_that_a_damaged_division_is_told(begun: RunFolder) -> None:
    begun.division.write_text('{"a": ')
    with pytest.raises(RunError, match=r"division\.json is damaged"):
        check_unchanged(begun, RECORDS)
