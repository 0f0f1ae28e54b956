"""The dialog before a data set is looked through: against which other one, if any."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.panes.widgets import breakable, note


class CheckDialog(QDialog):
    """Asks what a check is to compare with.

    Signals:
        check_requested: Argument: the other data set, a folder or a table, or None.
        folder_requested, table_requested: The user wants to choose it; answer with `set_other`.
    """

    check_requested = Signal(object)
    folder_requested = Signal()
    table_requested = Signal()

    def __init__(self, parent: QWidget, images: int) -> None:
        super().__init__(parent)
        self.setWindowTitle("Check the data set")
        self.other = QLineEdit()
        self.other.setPlaceholderText("none: only within this data set")
        folder, table = QPushButton("Folder…"), QPushButton("Table…")
        for button in (folder, table):
            button.setAutoDefault(False)
        folder.clicked.connect(self.folder_requested)
        table.clicked.connect(self.table_requested)
        line = QHBoxLayout()
        for widget in (self.other, folder, table):
            line.addWidget(widget)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.complaint = QLabel(wordWrap=True)
        self.other.textChanged.connect(self.complaint.clear)
        self.start = buttons.addButton("Check", QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        what = (
            f"Every one of the {images:,} images is read once. Found are files that cannot be read,"
            " copies (of equal content, or saved anew and looking the same), labels that contradict"
            " each other, and lesions that lie in two splits."
        )
        layout.addWidget(QLabel(what, wordWrap=True))
        layout.addSpacing(8)
        layout.addWidget(QLabel("Must share no image and no lesion with"))
        layout.addLayout(line)
        layout.addWidget(self.complaint)
        layout.addWidget(
            note(
                "Such as the test set of a training: what is in both leaks. Its tables are enough,"
                " also without images. Nothing is changed; the check can be stopped below."
            )
        )
        layout.addStretch(1)
        layout.addWidget(buttons)
        self.resize(620, 240)

    def set_other(self, path: Path) -> None:
        """Compare with this."""
        self.other.setText(str(path))

    def complain(self, text: str) -> None:
        """Say why a check of what is named could not be made."""
        self.complaint.setText(breakable(text))
        self.other.setFocus()

    def _accept(self) -> None:
        text = self.other.text().strip().strip('"')  # as copied from a file manager
        self.check_requested.emit(Path(text) if text else None)
        self.accept()
