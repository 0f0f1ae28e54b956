"""Where a network starts."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.panes.widgets import button, note
from model.classifier.default import default_classifier_folder
from model.runs.config import DOWNLOAD

_WAYS = (
    ("bundled", "Bundled", "Start from the classifier that came along"),
    ("classifier", "Classifier…", "Start from another classifier's folder"),
    ("file", "File…", "Start from ImageNet weights of MobileNetV2 in a file"),
    ("download", "Download…", "Let Keras fetch the ImageNet weights, once you agree"),
)


class WeightsSection(QWidget):
    """The starting weights, and the ways to choose others.

    Signals:
        requested: Argument: "bundled", "classifier", "file" or "download".
    """

    requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._name = QLabel(wordWrap=True)
        self._note = note()
        buttons = QHBoxLayout()
        buttons.setSpacing(3)
        for way, text, tip in _WAYS:
            made = button(text, tip)
            made.clicked.connect(lambda _checked=False, way=way: self.requested.emit(way))
            buttons.addWidget(made)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self._name)
        layout.addLayout(buttons)
        layout.addWidget(self._note)

    def show_weights(self, weights: str) -> None:
        """Show what the configuration names."""
        self._name.setText(f"Starts from {summary(weights)}")
        self._name.setToolTip(weights)
        self._note.setText(_explanation(weights))


def summary(weights: str) -> str:
    """In few words."""
    if not weights:
        return "nothing yet"
    if weights == DOWNLOAD:
        return "Keras' download"
    if Path(weights) == default_classifier_folder():
        return "the bundled classifier"
    return Path(weights).name


def _explanation(weights: str) -> str:
    if weights == DOWNLOAD:
        return "Keras fetches the ImageNet weights when the run starts, once; nothing is sent."
    if weights and Path(weights).is_dir():
        return (
            "Its split can be taken over, so that no test image was learned from before. For the "
            "same classes fine-tuning goes on with its head."
        )
    if weights:
        return "ImageNet weights: nothing of any data set of skin lesions has been learned yet."
    return ""
