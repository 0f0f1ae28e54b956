"""Tables and trees of figures, with chips of classes and drawn intervals."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QTreeView,
)
from typing_extensions import override

from app.item_models.figure_table_model import FIGURE_ROLE, Figure, FigureTable, FigureTableModel
from app.item_models.figure_tree_model import FigureTree, FigureTreeModel
from app.panes.class_chip import CHIP_WIDTH, paint_bar
from app.panes.measure.doors import Doors

Index = QModelIndex | QPersistentModelIndex
_SCALE_WIDTH = 96
_PADDING = 4
_NARROWEST_NAME = 110  # pixels; in less room the figures scroll
_WIDEST_NAME = 190  # pixels; what is longer is cut, and said in full when pointed at


class FigureDelegate(QStyledItemDelegate):
    """Draws the chip of a class before its name, and an interval on a scale from 0 to 1."""

    @override
    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        figure = index.data(FIGURE_ROLE)
        if isinstance(figure, Figure) and figure.code:
            # Room for the chip, which is drawn over it.
            option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
            option.decorationSize = QSize(CHIP_WIDTH, option.fontMetrics.height())

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        figure = index.data(FIGURE_ROLE)
        if isinstance(figure, Figure) and figure.span:
            self._paint_span(painter, option, figure)
            return
        super().paint(painter, option, index)
        if isinstance(figure, Figure) and figure.code:
            paint_bar(painter, QRectF(option.rect).adjusted(_PADDING, 2, 0, -2), figure.code)

    def _paint_span(self, painter: QPainter, option: QStyleOptionViewItem, figure: Figure) -> None:
        assert figure.span is not None
        place, palette = QRectF(option.rect).adjusted(_PADDING, 0, -_PADDING, 0), option.palette
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text
        ink = palette.color(role)
        text_width = QFontMetricsF(option.font).horizontalAdvance("0.000 ")
        painter.save()
        if chosen:
            painter.fillRect(option.rect, palette.color(QPalette.ColorRole.Highlight))
        elif option.features & QStyleOptionViewItem.ViewItemFeature.Alternate:
            painter.fillRect(option.rect, palette.color(QPalette.ColorRole.AlternateBase))
        painter.setPen(ink)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(place, int(flags), figure.text)
        scale = place.adjusted(text_width, 0, 0, 0)
        _paint_interval(painter, scale, figure.span, ink)
        painter.restore()

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        size, figure = super().sizeHint(option, index), index.data(FIGURE_ROLE)
        if isinstance(figure, Figure) and figure.span:
            size.setWidth(size.width() + _SCALE_WIDTH)
        return size


def _paint_interval(
    painter: QPainter, scale: QRectF, span: tuple[float, float, float], ink: QColor
) -> None:
    """A line from 0 to 1 with the interval and the value on it."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    faint = QColor(ink)
    faint.setAlpha(60)
    middle = scale.center().y()
    value, low, high = (scale.left() + each * scale.width() for each in span)
    painter.setPen(QPen(faint, 1))
    painter.drawLine(QPointF(scale.left(), middle), QPointF(scale.right(), middle))
    painter.setPen(QPen(ink, 2))
    painter.drawLine(QPointF(low, middle), QPointF(high, middle))
    painter.setBrush(ink)
    painter.drawEllipse(QPointF(value, middle), 2.5, 2.5)


def _width(header: str, figures: Sequence[Figure], metrics: QFontMetricsF) -> int:
    """What a column needs. Asking Qt for each cell would take longer than all the rest."""
    longest = max((len(figure.text) for figure in figures), default=0)
    texts = {figure.text for figure in figures if len(figure.text) >= longest - 1}
    widest = max(map(metrics.horizontalAdvance, texts), default=0.0)
    # Bold letters are wider.
    widest *= 1.07 if any(figure.bold for figure in figures) else 1.0
    widest += _SCALE_WIDTH if any(figure.span for figure in figures) else 0
    widest += CHIP_WIDTH + 8 if any(figure.code for figure in figures) else 0
    return round(max(widest, metrics.horizontalAdvance(header)) + 10)


class FigureTableView(QTableView):
    """Shows a table of figures; names wider than `widest` pixels are cut.

    Signals:
        opened: The user wants to see the images behind a figure. Argument: a `Behind`.
    """

    opened = Signal(object)

    def __init__(self, name: str, widest: int = _WIDEST_NAME) -> None:
        super().__init__()
        self._widest = widest
        self._model = FigureTableModel()
        self.setModel(self._model)
        self.setItemDelegate(FigureDelegate(self))
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        Doors(self).opened.connect(self.opened)

    def show_table(self, table: FigureTable) -> None:
        """Show another table; columns get the width that their texts need."""
        self._model.show(table)
        for column, name in enumerate(table.header):
            figures = [row[column] for row in table.rows]
            width = _width(name, figures, QFontMetricsF(self.font()))
            self.setColumnWidth(column, min(width, self._widest) if column == 0 else width)


class FigureTreeView(QTreeView):
    """Shows a tree of figures; names have at least `narrowest` pixels.

    Signals:
        opened: The user wants to see the images behind a figure. Argument: a `Behind`.
    """

    opened = Signal(object)

    def __init__(self, name: str, narrowest: int = _NARROWEST_NAME) -> None:
        super().__init__()
        self._narrowest = narrowest
        self._model = FigureTreeModel()
        self.setModel(self._model)
        self.setItemDelegate(FigureDelegate(self))
        self.setAccessibleName(name)
        self.setAlternatingRowColors(True)
        self.setUniformRowHeights(True)
        self.setIndentation(10)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.header().setStretchLastSection(False)
        Doors(self).opened.connect(self.opened)

    def show_tree(self, tree: FigureTree) -> None:
        """Show another tree; the first group is open at first."""
        fresh = [group.row[0].text for group in tree.groups] != [
            group.row[0].text for group in self._model.tree.groups
        ]
        self._model.show(tree)
        if tree.groups and fresh:
            self.expand(self._model.index(0, 0))
        rows = [row for group in tree.groups for row in (group.row, *group.below)]
        for column, name in enumerate(tree.header[1:], 1):
            width = _width(name, [row[column] for row in rows], QFontMetricsF(self.font()))
            self.setColumnWidth(column, width)
        self._give_rest_to_names()

    def _give_rest_to_names(self) -> None:
        others = sum(self.columnWidth(at) for at in range(1, self.header().count()))
        self.setColumnWidth(0, max(self._narrowest, self.viewport().width() - others))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_rest_to_names()
