"""A line of free text."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QLineEdit
from typing_extensions import override

from app.panes.field import Asked, Field

_LONGEST = 2000


class CommentField(Field):
    """What is typed here is text: single keys do nothing else while it has the focus."""

    def __init__(self, asked: Asked) -> None:
        super().__init__(asked)
        self._line = QLineEdit()
        self._line.setMaxLength(_LONGEST)
        self._line.setAccessibleName(asked.title)
        self._line.textChanged.connect(super().set_answer)
        self.setFocusProxy(self._line)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, round(self.row_height) + 2, 8, 2)
        layout.addWidget(self._line)

    @override
    def set_answer(self, answer: str) -> None:
        self._line.setText(answer)

    @property
    @override
    def has_focus(self) -> bool:
        return self._line.hasFocus()

    @override
    def sizeHint(self) -> QSize:
        return QSize(250, round(self.row_height) + self._line.sizeHint().height() + 6)
