"""Labels after adjudication in the forms of the data sets and the challenges."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from model.catalogue.image_ids import image_id_of, join_key
from model.files import protected, write_table
from model.review.formats.adjudications import AdjudicationRow
from model.review.formats.source import FormatError, read_source
from model.taxonomy import class_order, code_from_label

_CHANGES = (
    *("image_id", "lesion_id", "dx_recorded", "dx", "decision", "reason_code", "adjudicator_id"),
    *("decided_at", "comment"),
)


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a corrected table holds.

    Attributes:
        changed: Images with another class than before.
        decided: Images of decided lesions.
        changes: The file beside it that keeps what was recorded.
    """

    changed: int
    decided: int
    changes: Path


def write_corrected_metadata(
    source: Path, target: Path, rows: Sequence[AdjudicationRow]
) -> Corrected:
    """Write a data set's table anew with the decided classes in `dx`.

    Columns, order and every other cell stay. A lesion that was found uncertain or not assessable
    keeps its `dx`. What was recorded before stays in `NAME.changes.csv`, with who decided and why.

    Args:
        source: HAM10000_metadata, or another table with columns for image and `dx`.
        target: The new table, comma-separated.
        rows: Standing decisions.

    Raises:
        CatalogueError: The source cannot be read.
        FormatError: It is no such table, or holds lines that are broken; nothing is written.
        UserError: A file cannot be written.
    """
    table = read_source(source)
    image, dx = table.find(("image_id", "image", "isic_id")), table.find(("dx", "diagnosis"))
    if image is None or dx is None:
        raise FormatError(f"{source} has no columns image_id and dx; give HAM10000_metadata.csv.")
    if table.problems:
        raise FormatError(f"{source} cannot be corrected: {table.problems[0]}; mend the table.")
    decided = {join_key(row.image_id): row for row in rows}
    lesion = table.find(("lesion_id",))
    cells, changes, changed = [], [], 0
    for row in table.rows:
        found = decided.get(join_key(image_id_of(row.cells[image])))
        written = list(row.cells)
        if found is not None:
            before = row.cells[dx]
            if found.final_dx and code_from_label(before) != found.final_dx:
                written[dx] = found.final_dx.lower()
                changed += 1
            lesion_id = row.cells[lesion] if lesion is not None else ""
            changes.append(_change(row.cells[image], lesion_id, before, written[dx], found))
        cells.append(written)
    beside = target.with_name(f"{target.stem}.changes.csv")
    write_table(beside, _CHANGES, changes)
    write_table(target, table.titles, cells)
    return Corrected(changed, len(changes), beside)


def write_challenge_truth(
    path: Path, labels: Mapping[str, str], classes: Sequence[str] = ()
) -> int:
    """Write labels as the ISIC challenges do: `image,MEL,NV,...` with a single 1.0 in each row.

    Args:
        path: The new table.
        labels: Code by image; images without one ("") are left out.
        classes: Codes of the columns; those that occur where none are given.

    Returns:
        How many images were left out.

    Raises:
        FormatError: A label is none of the classes.
        UserError: The file cannot be written.
    """
    known = {image: code for image, code in labels.items() if code}
    columns = list(classes) or sorted(set(known.values()), key=class_order)
    strange = sorted(set(known.values()) - set(columns))
    if strange:
        raise FormatError(
            f"{', '.join(strange)} cannot be written as {', '.join(columns)}; choose classes that"
            " hold every label."
        )
    rows = (
        (image, *("1.0" if code == column else "0.0" for column in columns))
        for image, code in known.items()
    )
    write_table(path, ("image", *columns), rows)
    return len(labels) - len(known)


def _change(
    image: str, lesion: str, before: str, after: str, row: AdjudicationRow
) -> tuple[str, ...]:
    return (
        *(image, lesion, before, after, row.decision, row.reason_code),
        *(protected(row.adjudicator_id), row.decided_at, protected(row.comment)),
    )
