"""`--columns`: what the columns of a table mean that no known data set has."""

import argparse
from collections.abc import Iterable
from pathlib import Path

from model.catalogue.listing import recognise
from model.catalogue.remembered import load_mapping, remember_mapping
from model.catalogue.sources import sources_of
from model.catalogue.tables import read_head
from model.errors import UserError


def add_columns_argument(parser: argparse.ArgumentParser) -> None:
    """Add --columns."""
    parser.add_argument(
        "--columns",
        type=Path,
        metavar="FILE.json",
        help="what the columns of a table mean, as the window saves it; remembered for every"
        " table with these columns",
    )


def take_columns(file: Path | None, root: Path) -> None:
    """Remember a mapping of columns for the tables of a data set that it fits.

    Raises:
        UserError: The file is no mapping, or fits no table there.
    """
    if file is not None and root.is_dir():
        layout = recognise(root, sources_of(root))
        tables = (*layout.unknown, *(each.path for each in layout.tables))
        take_columns_of(file, tables)


def take_columns_of(file: Path | None, tables: Iterable[Path]) -> None:
    """Remember a mapping of columns for those of some tables that it fits.

    Raises:
        UserError: The file is no mapping, or fits none of the tables.
    """
    if file is None:
        return
    mapping = load_mapping(file)
    heads = [read_head(path).columns for path in tables]
    fitting = [columns for columns in heads if set(mapping.columns) <= set(columns)]
    for columns in fitting:
        remember_mapping(columns, mapping)
    if not fitting:
        raise UserError(
            f"{file} speaks of the columns {', '.join(mapping.columns)}, and no table has all of"
            " them: check their names."
        )
