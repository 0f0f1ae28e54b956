"""Files that appear whole or not at all."""

from pathlib import Path

import numpy as np
import pytest

from model.errors import UserError
from model.files import check_file_place, check_folder_place, write_png, write_table, written_whole
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
