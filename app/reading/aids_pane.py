"""Where the reader is, and what the stages that have begun add to the photograph."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QProgressBar, QVBoxLayout, QWidget

from app.panes.class_bars import ClassBars
from app.panes.widgets import note
from app.study_words import STAGES
from model.review.aids import Aid, HeatMaps, Metadata, Probabilities, RecordedLabel
from model.review.protocol import Stage
from model.taxonomy import lesion_class

_WIDTH = 220
_KEYS = (
    ("digits", "answer"),
    ("Backspace", "no answer"),
    ("Tab, ↑ ↓", "other question"),
    ("Enter", "store, go on"),
    ("Ctrl+Z", "take back"),
)
_MAP_KEYS = (("H", "heat map on, off"), ("[ ]", "fainter, stronger"), ("E", "other class"))
_ZOOM_KEYS = (("+ -  F", "zoom, whole"), ("Z, Space", "actual size, plain"))


class AidsPane(QWidget):
    """Progress, the stages of a case, and the aids of the stages that have begun."""

    def __init__(self) -> None:
        super().__init__()
        self._place = QLabel()
        self._progress = QProgressBar(textVisible=False)
        self._progress.setFixedHeight(5)
        self._stages = _text()
        self._which = _text()
        self._facts = _text()
        self._bars_title = _text()
        self._bars = ClassBars()
        self._map = _text()
        self._label = _text()
        self._keys = note()
        self._keys.setTextFormat(Qt.TextFormat.RichText)
        self._build_layout()
        self.clear_aids()

    def _build_layout(self) -> None:
        font = self._place.font()
        font.setBold(True)
        self._place.setFont(font)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(8)
        for widget in (
            self._place,
            self._progress,
            self._stages,
            self._which,
            self._facts,
            self._bars_title,
            self._bars,
            self._map,
            self._label,
        ):
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addWidget(self._keys)
        self.setFixedWidth(_WIDTH)

    def show_place(self, case: int, cases: int, *, done: float) -> None:
        """Say which case this is, from 1; a case that is shown again counts like any other.

        Args:
            case: In this reader's order.
            cases: How many there are.
            done: Share of the answers that are given, 0 to 1.
        """
        self._place.setText(f"Case {case:,} of {cases:,}")
        self._progress.setRange(0, 1000)
        self._progress.setValue(round(1000 * done))
        self._progress.setAccessibleName(f"{done:.0%} answered")

    def show_stages(self, stages: Sequence[Stage], current: Stage) -> None:
        """List the stages of a case with the one that is on."""
        names = [_sentence(STAGES[each]) for each in stages]
        at = list(stages).index(current)
        lines = [
            f"<b>▸ {name}</b>" if number == at else f"<span>&nbsp;&nbsp; {name}</span>"
            for number, name in enumerate(names)
        ]
        self._stages.setText("<br>".join(lines))
        self._stages.setVisible(len(stages) > 1)

    def show_photograph(self, number: int, count: int) -> None:
        """Say which of the case's photographs is shown, from 1."""
        self._which.setText(f"Photograph {number} of {count}")
        self._which.setVisible(count > 1)

    def show_keys(
        self, more: Sequence[tuple[str, str]], *, map_keys: bool, zoom_keys: bool
    ) -> None:
        """List the keys that do something."""
        rows = (
            *_KEYS,
            *more,
            *(_MAP_KEYS if map_keys else ()),
            *(_ZOOM_KEYS if zoom_keys else ()),
        )
        cells = "".join(f"<tr><td>{key}&nbsp;&nbsp;</td><td>{does}</td></tr>" for key, does in rows)
        self._keys.setText(f"<table>{cells}</table>")

    # -- aids -----------------------------------------------------------------------------

    def clear_aids(self) -> None:
        """Show none."""
        for widget in (self._facts, self._bars_title, self._bars, self._map, self._label):
            widget.hide()
        for label in (self._facts, self._bars_title, self._map, self._label):
            label.clear()
        self._bars.show_classes((), (), ())

    def show_aids(self, aids: Sequence[Aid], photograph: int) -> None:
        """Show what the stages up to this one add to a photograph of the case, counted from 0."""
        self.clear_aids()
        for aid in aids:
            match aid:
                case Metadata():
                    self._show(self._facts, _facts_text(aid))
                case Probabilities():
                    self._show_bars(aid, photograph)
                case RecordedLabel():
                    self._show(self._label, _label_text(aid))
                case HeatMaps():
                    pass  # drawn over the photograph; `show_map` says what is drawn

    def show_map(self, text: str) -> None:
        """Say which heat map is drawn, "" for none."""
        self._show(self._map, text) if text else self._map.hide()

    def _show_bars(self, aid: Probabilities, photograph: int) -> None:
        values = aid.values[photograph]
        known = bool((values == values).all())  # NaN where there is no prediction
        what = "" if known else "<br>No prediction of this photograph."
        self._show(self._bars_title, f"<b>{aid.classifier}</b>{what}")
        if known:
            self._bars.show_classes(aid.classes, values.tolist(), ())
            self._bars.show()

    @staticmethod
    def _show(label: QLabel, text: str) -> None:
        label.setText(text)
        label.show()


def _text() -> QLabel:
    return QLabel(textFormat=Qt.TextFormat.RichText, wordWrap=True)


def _facts_text(aid: Metadata) -> str:
    age = "age unknown" if aid.age is None else f"{aid.age:g} years"
    return ", ".join((age, aid.sex or "sex unknown", aid.site or "site unknown"))


def _label_text(aid: RecordedLabel) -> str:
    if not aid.label:
        return "<b>No label is recorded.</b>"
    stands = f"by {aid.basis}" if aid.basis else "basis not recorded"
    return f"Recorded: <b>{aid.label}</b>, {lesion_class(aid.label).name}<br>{stands}"


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]
