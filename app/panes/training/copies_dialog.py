"""Pairs of files that show the same photograph, though no lesion id says so."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, QStringListModel, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app.item_models.thumbnails import Thumbnails
from app.panes.viewer_pane import BACKDROP
from app.training_session import PlannedSplit
from model.catalogue.lesions import Copies

Index = QModelIndex | QPersistentModelIndex
_EXPLANATION = (
    "Each line shows two files that look the same. By their lesion ids, or for want of any, they "
    "could have been on two sides of the split; the plan keeps them on one."
)
_PICTURE = QSize(160, 120)
_GAP = 8


class CopiesDialog(QDialog):
    """A list of pairs, each as two photographs with their paths and where they were to be."""

    def __init__(self, parent: QWidget, split: PlannedSplit, thumbnails: Thumbnails) -> None:
        super().__init__(parent)
        self.setWindowTitle("Files that look the same")
        self.resize(720, 560)
        self.view = QListView()
        self.view.setModel(QStringListModel([f"{c.first}\n{c.second}" for c in split.copies]))
        self.view.setItemDelegate(_PairDelegate(split, thumbnails, self.view))
        self.view.setUniformItemSizes(True)
        self.view.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(QLabel(_EXPLANATION, wordWrap=True))
        layout.addWidget(self.view, 1)
        layout.addWidget(buttons)
        thumbnails.ready.connect(self.view.viewport().update)


class _PairDelegate(QStyledItemDelegate):
    """Paints one pair."""

    def __init__(self, split: PlannedSplit, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self._copies: Sequence[Copies] = split.copies
        self._thumbnails = thumbnails
        plan = split.plan
        self._about = {
            record.path: f"{record.label}, lesion {record.lesion_id or 'not named'}, {place}"
            for record, place in zip(plan.records, plan.wanted, strict=True)
        }

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(2 * _PICTURE.width() + 320, _PICTURE.height() + _GAP)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        pair, place = self._copies[index.row()], QRectF(option.rect)
        for number, path in enumerate((pair.first, pair.second)):
            left = place.left() + number * (_PICTURE.width() + _GAP)
            frame = QRectF(left, place.top() + 2, _PICTURE.width(), _PICTURE.height())
            self._paint_picture(painter, frame, path)
        words = place.adjusted(2 * (_PICTURE.width() + _GAP), 4, -4, 0)
        painter.setPen(option.palette.color(QPalette.ColorRole.Text))
        painter.drawText(words, int(Qt.AlignmentFlag.AlignTop), self._words(painter, words, pair))

    def _words(self, painter: QPainter, place: QRectF, pair: Copies) -> str:
        metrics = QFontMetricsF(painter.font())
        lines = [pair.first, self._about[pair.first], "", pair.second, self._about[pair.second], ""]
        lines.append(likeness_text(pair))
        middle = Qt.TextElideMode.ElideMiddle
        return "\n".join(metrics.elidedText(line, middle, place.width()) for line in lines)

    def _paint_picture(self, painter: QPainter, frame: QRectF, path: str) -> None:
        painter.fillRect(frame, BACKDROP)
        picture = self._thumbnails.picture(path)
        if picture is None or picture.isNull():
            return
        size = picture.size().scaled(frame.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
        shown = QRectF(0, 0, size.width(), size.height())
        shown.moveCenter(frame.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(shown, picture, QRectF(picture.rect()))


def likeness_text(pair: Copies) -> str:
    """How much alike two files are; one that was saved anew may look the same and not be equal."""
    return "equal files" if pair.equal else f"{pair.bits} of 64 bits of look differ"
