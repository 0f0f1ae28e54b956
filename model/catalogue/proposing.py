"""What the columns of a table nobody knows probably say, shown before it is believed."""

from collections.abc import Collection

from model.catalogue.diagnoses import LESION_CODES
from model.catalogue.facts import parse_number
from model.catalogue.formats import FORMATS
from model.catalogue.image_ids import image_id_of, join_key
from model.catalogue.mapping import ColumnMapping
from model.catalogue.remembered import remembered_mapping
from model.catalogue.tables import Table
from model.catalogue.walking import is_image_name
from model.taxonomy import code_from_label

_IMAGE = ("image_id", "image", "isic_id", "image_name", "img_id", "filename", "file_name", "file")
_IMAGE_PERHAPS = ("path", "img", "datei", "dateiname", "bild", "name", "id")
_LABEL = (
    *("dx", "diagnosis", "label", "diagnostic", "class", "diagnosis_3", "benign_malignant"),
    *("diagnose", "diagnostico", "diagnóstico"),
)
_BASIS = ("dx_type", "diagnosis_confirm_type", "diagnosis confirm type", "basis")
_LESION = ("lesion_id", "lesion")
_AGE = ("age", "age_approx", "alter", "edad")
_SEX = ("sex", "gender", "geschlecht", "sexo")
_SITE = (
    *("localization", "localisation", "site", "anatom_site_general", "location"),
    *("lokalisation", "localización"),
)
_SOURCE = ("dataset", "source", "split")


def propose_mapping(head: Table, stems: Collection[str] = ()) -> ColumnMapping | None:
    """What a table's columns probably say; None where no column seems to name images.

    A known format wins, then what the user said of a table with these columns; else columns are
    told by their names, the one with the images also by its cells.

    Args:
        head: From `read_head`.
        stems: Names of image files without endings, to find the column that names them.
    """
    known = next((each for each in FORMATS if not each.lacks(head.columns)), None)
    if known:
        return known.mapping.fitted(head.columns)
    if remembered := remembered_mapping(head.columns):
        return remembered
    image = _named(head, _IMAGE) or _column_of_images(head, stems) or _named(head, _IMAGE_PERHAPS)
    if not image:
        return None
    label = _named(head, _LABEL)
    classes = tuple((name, code_from_label(name)) for name in head.columns if _is_class(head, name))
    return ColumnMapping(
        image,
        (label,) if label else (),
        classes if len(classes) > 1 else (),
        basis=_named(head, _BASIS),
        lesion=_named(head, _LESION),
        age=_named(head, _AGE),
        sex=_named(head, _SEX),
        site=_named(head, _SITE),
        source=_named(head, _SOURCE),
    )


def names_images(head: Table, keys: Collection[str]) -> bool:
    """Whether a column names some of these images (`join_key`s), whatever it is called."""
    return any(join_key(image_id_of(cell)) in keys for row in head.rows for cell in row)


def holds_zeros_and_ones(head: Table, columns: Collection[str]) -> bool:
    """Whether cells are 0 or 1 (or empty), as in a ground truth, and no probabilities."""
    positions = [at for at in (head.find(name.casefold()) for name in columns) if at is not None]
    cells = {row[at] for row in head.rows for at in positions}
    return all(not cell or parse_number(cell) in (0, 1) for cell in cells)


def _is_class(head: Table, name: str) -> bool:
    return code_from_label(name) in LESION_CODES and holds_zeros_and_ones(head, (name,))


def _named(head: Table, names: Collection[str]) -> str:
    at = head.find(*names)
    return "" if at is None else head.columns[at]


def _column_of_images(head: Table, stems: Collection[str]) -> str:
    keys = set(map(join_key, stems))
    shares = [
        sum(is_image_name(row[at]) or join_key(image_id_of(row[at])) in keys for row in head.rows)
        for at in range(len(head.columns))
    ]
    best = max(shares, default=0)
    return head.columns[shares.index(best)] if best * 2 > len(head.rows) else ""
