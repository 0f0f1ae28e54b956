"""Recognising a file of readings by its content."""

from pathlib import Path

from model.catalogue.tables import text_of
from model.review.formats.label_studio import (
    is_label_studio,
    read_label_studio_csv,
    read_label_studio_json,
)
from model.review.formats.long_csv import is_long, read_long
from model.review.formats.public_studies import (
    is_barata,
    is_tschandl,
    read_barata,
    read_tschandl,
)
from model.review.formats.rows import ImportedReadings
from model.review.formats.source import source_of
from model.review.formats.wide_csv import read_wide

# The first that fits reads; what fits none is taken for a wide table.
_FORMS = (
    (is_tschandl, read_tschandl),
    (is_barata, read_barata),
    (is_label_studio, read_label_studio_csv),
    (is_long, read_long),
)


def read_readings(path: Path) -> ImportedReadings:
    """Read a file of readings in any form that we know.

    Args:
        path: Long or wide CSV, ISIC Studies, Label Studio's CSV, JSON-MIN and JSON, or a public
            reader study.

    Raises:
        CatalogueError: The file cannot be read, or is no text.
        FormatError: It holds no readings that we understand.
    """
    text = text_of(path)
    if text.lstrip()[:1] in {"[", "{"}:
        return read_label_studio_json(path, text)
    source = source_of(path, text)
    for fits, read in _FORMS:
        if fits(source):
            return read(source)
    return read_wide(source)
