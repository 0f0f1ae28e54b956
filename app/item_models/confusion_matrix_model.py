"""The confusion matrix for Qt's views, with its headers as cells so that keys reach them."""

from collections.abc import Callable
from enum import Enum
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from typing_extensions import override

from model.evaluation.behind import Cell, sides
from model.evaluation.question import Answer
from model.taxonomy import lesion_class
from model.words import counted

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
BEHIND_ROLE = Qt.ItemDataRole.UserRole
SHARE_ROLE = Qt.ItemDataRole.UserRole + 1  # 0..1, what the colour follows; None for headers
CODE_ROLE = Qt.ItemDataRole.UserRole + 2  # of a header; "" for others
SIDES_ROLE = Qt.ItemDataRole.UserRole + 4  # how rows and columns are spoken of
UNDECIDED = "undecided"
_ALIGNED = Qt.AlignmentFlag.AlignCenter


class Share(Enum):
    """What a cell says, and what its colour follows."""

    COUNT = "count"
    ROW = "row"
    COLUMN = "column"


class ConfusionMatrixModel(QAbstractTableModel):
    """Row 0 and column 0 are the headers; the last row and column are the totals."""

    def __init__(self) -> None:
        super().__init__()
        self._answer: Answer | None = None
        self._columns: tuple[str, ...] = ()
        self._counts = np.zeros((0, 0), np.int64)
        self._share = Share.ROW

    def show(self, answer: Answer | None, share: Share) -> None:
        """Show another matrix, or the same in another way."""
        columns, counts = _counted(answer)
        same = self._columns == columns and self._counts.shape == counts.shape
        if same and len(columns):
            self._answer, self._counts, self._share = answer, counts, share
            last = self.index(self.rowCount() - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self._answer, self._share = answer, share
        self._columns, self._counts = columns, counts
        self.endResetModel()

    @property
    def classes(self) -> tuple[str, ...]:
        """Codes of the rows."""
        return self._columns[: len(self._counts)]

    @override
    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() or self._answer is None else len(self._counts) + 2

    @override
    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() or self._answer is None else len(self._columns) + 2

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self._answer is None or not index.isValid():
            return None
        answers: dict[int, Callable[[Index], Any]] = {
            BEHIND_ROLE: lambda index: Cell(*self._place(index)),
            SHARE_ROLE: self._shown_share,
            CODE_ROLE: self._code,
            SIDES_ROLE: lambda _: self._sides(),
            Qt.ItemDataRole.DisplayRole: self._text,
            Qt.ItemDataRole.ToolTipRole: self.describe,
            Qt.ItemDataRole.AccessibleTextRole: self.describe,
            Qt.ItemDataRole.TextAlignmentRole: lambda _: _ALIGNED,
        }
        return answers[role](index) if role in answers else None

    def _sides(self) -> tuple[str, str]:
        return sides(self._answer) if self._answer else ("", "")

    # -- places ---------------------------------------------------------------------------

    def _place(self, index: Index) -> tuple[int | None, int | None]:
        """Row and column of the matrix; None for all of them, as in headers and totals."""
        row, column = index.row() - 1, index.column() - 1
        return (
            row if 0 <= row < len(self._counts) else None,
            column if 0 <= column < len(self._columns) else None,
        )

    def _is_cell(self, index: Index) -> bool:
        return None not in self._place(index)

    def _is_total(self, index: Index) -> bool:
        return index.row() > len(self._counts) or index.column() > len(self._columns)

    def _code(self, index: Index) -> str:
        row, column = self._place(index)
        if index.column() == 0 and row is not None:
            return self._columns[row]
        return self._columns[column] if index.row() == 0 and column is not None else ""

    # -- what is said ---------------------------------------------------------------------

    def _count(self, row: int | None, column: int | None) -> int:
        chosen = self._counts if row is None else self._counts[row : row + 1]
        return int((chosen if column is None else chosen[:, column]).sum())

    def share(self, row: int | None, column: int | None, of: Share) -> float:
        """Part of the row's, the column's or all images; NaN of none."""
        whole = self._count(
            row if of is Share.ROW else None, column if of is Share.COLUMN else None
        )
        return self._count(row, column) / whole if whole else float("nan")

    def _shown_share(self, index: Index) -> float | None:
        """What the colour follows; None for headers and totals."""
        if not self._is_cell(index):
            return None
        # With counts the colour follows the share of the row: all would be pale beside NV.
        of = Share.ROW if self._share is Share.COUNT else self._share
        return self.share(*self._place(index), of)

    def _text(self, index: Index) -> str:
        row, column = self._place(index)
        code = self._code(index)
        if code:
            return lesion_class(code).name
        if self._is_total(index):
            if index.row() == 0 or index.column() == 0:
                return "n"
            return f"{self._count(row, column):,}"
        if not self._is_cell(index):
            return ""
        if self._share is Share.COUNT:
            return f"{self._count(row, column):,}"
        share = self.share(row, column, self._share)
        return "–" if np.isnan(share) else f"{100 * share:.0f}"

    def describe(self, index: Index, *, in_full: bool = True) -> str:
        """A sentence for the images of a cell, with its shares and what they are of.

        Args:
            index: Of the cell.
            in_full: Names of classes instead of their letters.
        """
        answer = self._answer
        if answer is None or not index.isValid():
            return ""
        row, column = self._place(index)
        count = self._count(row, column)
        said = self._said(row, column)
        names = [f"{verb} {self._name(at) if in_full else self._columns[at]}" for verb, at in said]
        text = f"{', '.join(names) or 'all images'}: {counted(count, 'image')}"
        for of, word in ((Share.ROW, "row"), (Share.COLUMN, "column")):
            share = self.share(row, column, of)
            if self._is_cell(index) and not np.isnan(share):
                whole = self._count(row, None) if of is Share.ROW else self._count(None, column)
                text += f", {share:.1%} of the {whole:,} in its {word}"
        return text[:1].upper() + text[1:]

    def _said(self, row: int | None, column: int | None) -> list[tuple[str, int]]:
        both = zip(self._sides(), (row, column), strict=True)
        return [(verb, at) for verb, at in both if at is not None]

    def _name(self, at: int) -> str:
        code = self._columns[at]
        return lesion_class(code).name if code != UNDECIDED else code


def _counted(answer: Answer | None) -> tuple[tuple[str, ...], Any]:
    if answer is None:
        return (), np.zeros((0, 0), np.int64)
    found = answer.measurement.evaluation
    if not found.undecided.any():
        return found.classes, found.matrix
    both = np.concatenate([found.matrix, found.undecided[:, np.newaxis]], axis=1)
    return (*found.classes, UNDECIDED), both
