from pathlib import Path

from model.catalogue.tables import read_table
from model.catalogue.trying import ones_of


def test_that_ones_are_counted_however_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "truth.csv"
    path.write_text("image;MEL;NV;score\na;1;0,0;0,5\nb;1,0;;0\nc;1.00;0;1\nd;0;1.0;0\n")
    assert ones_of(read_table(path)) == {"MEL": 3, "NV": 1}
