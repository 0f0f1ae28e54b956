"""The confusion matrix as a table whose every cell, header and total can be reached and opened."""

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)
from typing_extensions import override

from app.item_models.confusion_matrix_model import (
    CODE_ROLE,
    SHARE_ROLE,
    SIDES_ROLE,
    ConfusionMatrixModel,
    Share,
)
from app.panes.class_chip import paint_bar
from app.panes.measure.doors import Doors
from model.evaluation.question import Answer

Index = QModelIndex | QPersistentModelIndex
_NAME_WIDTH, _NAME_HEIGHT = 132, 84
_SMALLEST = QSize(28, 17)
_LIGHT, _DARK = QColor("#ffffff"), QColor("#101114")
_SHADE = QColor("#1f6fb4")  # one hue, so that a copy in grey says the same
_PADDING = 5
_SMALLER = 0.82  # of the size of letters, for long names
_ASIDE = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_WRAPPED = _ASIDE | int(Qt.TextFlag.TextWordWrap)


class MatrixDelegate(QStyledItemDelegate):
    """Shades a cell by its share, and turns the names above the columns."""

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        share = index.data(SHARE_ROLE)
        place, palette = QRectF(option.rect), option.palette
        ink = palette.color(QPalette.ColorRole.Text)
        if index.row() == index.column() == 0:
            _paint_corner(painter, place, index, ink)
        elif share is not None:
            base = palette.color(QPalette.ColorRole.Base)
            shade = _mixed(base, _SHADE, 0.0 if share != share else share)
            painter.fillRect(place.adjusted(0.5, 0.5, -0.5, -0.5), shade)
            ink = _LIGHT if shade.lightnessF() < 0.55 else _DARK
        elif option.state & QStyle.StateFlag.State_Selected:
            ink = palette.color(QPalette.ColorRole.HighlightedText)  # on what the view drew
        if index.row() or index.column():
            self._paint_text(painter, place, index, ink)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(palette.color(QPalette.ColorRole.WindowText), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(place.adjusted(1, 1, -1, -1))
        painter.restore()

    def _paint_text(self, painter: QPainter, place: QRectF, index: Index, ink: QColor) -> None:
        text, code = str(index.data() or ""), str(index.data(CODE_ROLE) or "")
        above = index.row() == 0
        painter.setPen(ink)
        if above and index.column() > 0:
            painter.translate(place.left(), place.bottom())
            painter.rotate(-90)
            place = QRectF(0, 0, place.height(), place.width())
        elif index.column() > 0:
            _paint_number(painter, place, text)
            return
        if code:
            paint_bar(painter, place.adjusted(1, 3, 0, -3), code)
        room = place.adjusted(_PADDING + 4, 0, -2, 0)
        _paint_name(painter, room, text, code)

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return _SMALLEST


def _paint_corner(painter: QPainter, place: QRectF, index: Index, ink: QColor) -> None:
    """Which labelling the rows are, and which the columns."""
    rows, columns = index.data(SIDES_ROLE)
    faint = QColor(ink)
    faint.setAlpha(170)
    painter.setPen(faint)
    metrics, room = QFontMetricsF(painter.font()), place.adjusted(_PADDING, 2, -_PADDING, -2)
    for text, side in (
        (f"{columns} →", Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop),
        (f"{rows} ↓", Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom),
    ):
        elided = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, int(side), elided)


def _paint_name(painter: QPainter, room: QRectF, text: str, code: str) -> None:
    """The letters of a class and its name in full, in two lines and smaller where need be."""
    whole = f"{code} {text}" if code and code != text else text
    font = QFont(painter.font())
    for size in (1.0, _SMALLER):
        font.setPointSizeF(painter.font().pointSizeF() * size)
        needed = QFontMetricsF(font).boundingRect(room, _WRAPPED, whole)
        if needed.height() <= room.height() + 1 and needed.width() <= room.width() + 1:
            painter.setFont(font)
            painter.drawText(room, _WRAPPED, whole)
            return
    metrics = QFontMetricsF(painter.font())
    elided = metrics.elidedText(whole, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, _ASIDE, elided)


def _paint_number(painter: QPainter, place: QRectF, text: str) -> None:
    """A number in the middle of its cell, smaller where it would not fit."""
    width = QFontMetricsF(painter.font()).horizontalAdvance(text)
    if width > place.width() - 2:
        font = QFont(painter.font())
        font.setPointSizeF(font.pointSizeF() * max(0.6, (place.width() - 2) / width))
        painter.setFont(font)
    painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), text)


def _mixed(base: QColor, shade: QColor, share: float) -> QColor:
    return QColor.fromRgbF(
        base.redF() + (shade.redF() - base.redF()) * share,
        base.greenF() + (shade.greenF() - base.greenF()) * share,
        base.blueF() + (shade.blueF() - base.blueF()) * share,
    )


class MatrixView(QTableView):
    """Shows one matrix.

    Signals:
        opened: The user wants to see the images of a cell, a row or a column. Argument: a `Behind`.
        described: Another cell is current. Argument: a sentence about it.
    """

    opened = Signal(object)
    described = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__()
        self._model = ConfusionMatrixModel()
        self.setModel(self._model)
        self.setItemDelegate(MatrixDelegate(self))
        self.setAccessibleName("Confusion matrix")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.hide()
            header.setMinimumSectionSize(14)
        self.setMouseTracking(True)
        self.setFrameShape(QTableView.Shape.NoFrame)
        Doors(self).opened.connect(self.opened)
        self.selectionModel().currentChanged.connect(self._describe)
        self.entered.connect(self._describe)

    def show_answer(self, answer: Answer | None, share: Share) -> None:
        """Show another matrix, or the same in another way."""
        before = self._model.columnCount()
        self._model.show(answer, share)
        if self._model.columnCount() != before:
            self._share_room()
        self._describe(self.currentIndex())

    def _share_room(self) -> None:
        for header, first in (
            (self.horizontalHeader(), min(max(_NAME_WIDTH, self.width() // 3), 260)),
            (self.verticalHeader(), min(max(_NAME_HEIGHT, self.height() // 3), 170)),
        ):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
            if header.count():
                header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
                header.resizeSection(0, first)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def _describe(self, index: QModelIndex) -> None:
        self.described.emit(self._model.describe(index, in_full=False))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(_NAME_WIDTH + 8 * _SMALLEST.width(), _NAME_HEIGHT + 8 * _SMALLEST.height())
