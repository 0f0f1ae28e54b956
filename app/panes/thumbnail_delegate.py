"""How an image looks in the grid: its picture, recorded label and prediction."""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from app.item_models.image_list_model import ROW_ROLE
from app.item_models.thumbnails import Thumbnails
from app.panes.class_chip import chip_width, paint_chip
from app.panes.viewer_pane import BACKDROP
from app.session import Session

Index = QModelIndex | QPersistentModelIndex
_MARGIN = 4


class ThumbnailDelegate(QStyledItemDelegate):
    """Paints one tile; asks the thumbnails for what it paints."""

    def __init__(self, session: Session, thumbnails: Thumbnails, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._thumbnails = thumbnails
        self.picture_width = 120

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        line = QFontMetricsF(option.font).height()
        height = self.picture_width * 3 / 4 + line + 3 * _MARGIN
        return QSize(self.picture_width + 2 * _MARGIN, round(height))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(ROW_ROLE)
        if row is None:
            return
        painter.save()
        self._paint_tile(painter, option, row)
        painter.restore()

    def _paint_tile(self, painter: QPainter, option: QStyleOptionViewItem, row: int) -> None:
        tile, palette = QRectF(option.rect), option.palette
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(tile, palette.color(QPalette.ColorRole.Midlight))
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), 2))
            painter.drawRect(tile.adjusted(1, 1, -1, -1))
        frame = QRectF(tile.topLeft(), QSizeF(self.picture_width, self.picture_width * 3 / 4))
        frame.translate((tile.width() - frame.width()) / 2, _MARGIN)
        record = self._session.table.records[row]
        self._paint_picture(painter, frame, self._thumbnails.picture(record.path))
        line = QRectF(frame.left(), frame.bottom() + _MARGIN / 2, frame.width(), 0)
        line.setHeight(QFontMetricsF(painter.font()).height())
        self._paint_classes(painter, line, row, palette.color(QPalette.ColorRole.Text))

    def _paint_picture(self, painter: QPainter, frame: QRectF, picture: QPixmap | None) -> None:
        painter.fillRect(frame, BACKDROP)
        if picture is None:
            return
        if picture.isNull():
            painter.setPen(QColor("white"))
            painter.drawText(frame, int(Qt.AlignmentFlag.AlignCenter), "unreadable")
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        shrink = min(frame.width() / picture.width(), frame.height() / picture.height())
        shown = QRectF(0, 0, picture.width() * shrink, picture.height() * shrink)
        shown.moveCenter(frame.center())
        painter.drawPixmap(shown, picture, QRectF(picture.rect()))

    def _paint_classes(self, painter: QPainter, line: QRectF, row: int, ink: QColor) -> None:
        table = self._session.table
        label, predicted = table.records[row].label, table.predicted_of(row)
        if label:
            paint_chip(painter, line, label, ink)
        if not predicted:
            return
        metrics = QFontMetricsF(painter.font())
        width = chip_width(metrics, predicted)
        if table.agreement_of(row) == "differs":
            # Between the two codes, which may be long.
            mark = line.adjusted(chip_width(metrics, label), 0, -width, 0)
            painter.setPen(ink)
            painter.drawText(mark, int(Qt.AlignmentFlag.AlignCenter), "≠")
        paint_chip(painter, line.adjusted(line.width() - width, 0, 0, 0), predicted, ink)
