"""Files that appear whole or not at all."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.errors import UserError
from model.files import (
    check_file_place,
    check_folder_place,
    write_png,
    write_table,
    written_whole,
)
from model.images import read_image
from model.inference.export import failures_path


def test_that_an_interrupted_file_leaves_the_earlier_one_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("earlier")

    def write_half() -> None:
        with written_whole(path) as temporary:
            temporary.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert [each.name for each in tmp_path.iterdir()] == ["table.csv"]
    assert path.read_text() == "earlier"


def test_that_a_place_that_cannot_be_made_is_refused_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="file"):
        check_folder_place(tmp_path / "file" / "folder")
    with pytest.raises(UserError, match="is a folder"):
        check_file_place(tmp_path)


def test_that_a_picture_is_written_without_loss_also_under_names_in_other_scripts(
    tmp_path: Path,
) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    write_png(tmp_path / "Läsion 病変.png", pixels)
    assert (read_image(tmp_path / "Läsion 病変.png") == pixels).all()


def test_that_a_name_may_be_as_long_as_the_system_lets_it(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 251 + ".png")
    write_png(path, np.zeros((2, 2, 3), np.uint8))
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(UserError, match="Cannot write"):
        write_png(tmp_path / ("n" * 300 + ".png"), np.zeros((2, 2, 3), np.uint8))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device that is always full")
def test_that_a_full_disk_is_told_with_what_to_do_and_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Path.open

    def full(path: Path, *arguments: Any, **named: Any) -> Any:
        path.touch()
        return opened(Path("/dev/full"), *arguments, **named)

    monkeypatch.setattr(Path, "open", full)
    place = re.escape(str(tmp_path / "maps.png"))
    with pytest.raises(UserError, match=f"Cannot write {place}: the disk is full; free some space"):
        write_png(tmp_path / "maps.png", np.zeros((90, 90, 3), np.uint8))
    with pytest.raises(UserError, match="the disk is full"):
        write_table(tmp_path / "table.csv", ("image",), [("a" * 90_000,)])
    assert list(tmp_path.iterdir()) == []


def test_that_a_table_quotes_what_needs_it(tmp_path: Path) -> None:
    write_table(tmp_path / "t.csv", ("image", "reason"), [("a,b", 'not "an" image'), ("c", "")])
    assert (tmp_path / "t.csv").read_bytes() == b'image,reason\n"a,b","not ""an"" image"\nc,\n'


@pytest.mark.parametrize(
    ("predictions", "failures"),
    [
        ("out.csv", "out.failed.csv"),
        ("out.CSV", "out.failed.csv"),
        ("v1.2", "v1.2.failed.csv"),
        ("a.b.csv", "a.b.failed.csv"),
    ],
)
def test_that_failures_lie_beside_the_predictions(predictions: str, failures: str) -> None:
    assert failures_path(Path("some") / predictions) == Path("some") / failures
