"""Tables of figures for Qt's views: each cell knows which images stand behind it."""

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont
from typing_extensions import override

from app.item_models.confusion_matrix_model import BEHIND_ROLE
from model.evaluation.behind import Behind

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
FIGURE_ROLE = Qt.ItemDataRole.UserRole + 3  # a `Figure`
# Views ask for much else of each cell that they paint, which costs more than the answer.
ANSWERED = frozenset(
    (
        *(Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.FontRole),
        *(Qt.ItemDataRole.TextAlignmentRole, BEHIND_ROLE, FIGURE_ROLE),
    )
)
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Figure:
    """One cell.

    Attributes:
        text: What it says.
        tip: What it says when pointed at.
        behind: The images that it stands on; None where it stands on none.
        number: Whether it is aligned as one.
        code: The class that it names, whose chip is drawn; "" for none.
        bold: Whether it stands out.
        span: Value, low and high where the cell draws an interval instead of saying it.
    """

    text: str
    tip: str = ""
    behind: Behind | None = None
    number: bool = False
    code: str = ""
    bold: bool = False
    span: tuple[float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class FigureTable:
    """Rows of cells below a header."""

    header: tuple[str, ...] = ()
    rows: tuple[tuple[Figure, ...], ...] = ()


class FigureTableModel(QAbstractTableModel):
    """Shows one table; the same with other figures keeps the place of the user."""

    def __init__(self) -> None:
        super().__init__()
        self.table = FigureTable()

    def show(self, table: FigureTable) -> None:
        """Show another table."""
        shape = (len(table.rows), table.header)
        if shape == (len(self.table.rows), self.table.header) and table.rows:
            self.table = table
            last = self.index(len(table.rows) - 1, len(table.header) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self.table = table
        self.endResetModel()

    @override
    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.table.rows)

    @override
    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.table.header)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and section < len(self.table.header):
            if role == Qt.ItemDataRole.DisplayRole:
                return self.table.header[section]
            if role == Qt.ItemDataRole.TextAlignmentRole and self.table.rows:
                return alignment(self.table.rows[0][section])
        return None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in ANSWERED or not index.isValid() or index.row() >= len(self.table.rows):
            return None
        return figure_data(self.table.rows[index.row()][index.column()], role)


def figure_data(figure: Figure, role: int) -> Any:
    """What a cell answers for a role."""
    match role:
        case Qt.ItemDataRole.DisplayRole:
            return figure.text
        case Qt.ItemDataRole.ToolTipRole:
            return figure.tip or None
        case Qt.ItemDataRole.TextAlignmentRole:
            return alignment(figure)
        case Qt.ItemDataRole.FontRole if figure.bold:
            font = QFont()
            font.setBold(True)
            return font
    if role == BEHIND_ROLE:
        return figure.behind
    return figure if role == FIGURE_ROLE else None


def alignment(figure: Figure) -> Qt.AlignmentFlag:
    """Numbers stand at the right, so that their digits are below each other."""
    return _RIGHT if figure.number else _LEFT
