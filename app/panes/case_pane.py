"""The image that is looked at: recorded label and its basis, and what the network says."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.case import Findings
from app.panes.class_bars import ClassBars
from app.panes.widgets import LinkLabel
from app.session import SYNTHETIC, Session
from model.catalogue.sources import Sources
from model.classifier.exposure import Exposure
from model.records import ImageRecord
from model.taxonomy import is_right, lesion_class

_BASES = {
    "histology": "histology (tissue was examined)",
    "confocal": "confocal microscopy",
    "follow-up": "follow-up (no change over time)",
    "consensus": "consensus of experts",
}
_EXPOSURES = {
    Exposure.TRAINED: "This classifier was trained on this very image: its answer proves nothing.",
    Exposure.SEEN_LESION: "This classifier was trained on another image of this lesion.",
    Exposure.UNSEEN: "",
    Exposure.UNKNOWN: "Nobody knows whether this classifier was trained on this image.",
}


class CasePane(QScrollArea):
    """Shows one case.

    Signals:
        class_chosen: The user wants to see the evidence of a class. Argument: its code.
        lesion_requested: The user wants to see all images of the lesion. Argument: its id.
    """

    class_chosen = Signal(str)
    lesion_requested = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._shown: tuple[str, Findings | None, str] = ("", None, "")
        self._title = QLabel(textInteractionFlags=Qt.TextInteractionFlag.TextSelectableByMouse)
        self._label = QLabel(wordWrap=True)
        self._facts = LinkLabel()
        self._verdict = QLabel(wordWrap=True, textFormat=Qt.TextFormat.RichText)
        self._bars = ClassBars()
        self._note = QLabel(wordWrap=True)
        self._build_layout()
        session.current_changed.connect(self._show_record)
        session.table_changed.connect(self._show_facts)
        session.classifier_changed.connect(self._forget_findings)
        self._bars.class_chosen.connect(self.class_chosen)
        self._facts.linkActivated.connect(self.lesion_requested)
        self._show_record()

    def _build_layout(self) -> None:
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.setSpacing(6)
        # A long name is cut rather than pushing the numbers out of sight.
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        title = self._title.font()
        title.setBold(True)
        self._title.setFont(title)
        line = QFrame(frameShape=QFrame.Shape.HLine, frameShadow=QFrame.Shadow.Plain)
        line.setEnabled(False)
        for widget in (
            self._title,
            self._label,
            self._facts,
            line,
            self._verdict,
            self._bars,
            self._note,
        ):
            layout.addWidget(widget)
        layout.addStretch(1)
        self._note.setEnabled(False)
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(230)

    def _show_record(self) -> None:
        record = self._session.current
        mark = " (synthetic)" if record and record.source == SYNTHETIC else ""
        self._title.setText(record.image_id + mark if record else "No image")
        self._title.setToolTip(record.path if record else "")
        if record is None:
            self._label.setText("Choose an image to see what is recorded about it.")
        else:
            self._label.setText(_label_text(record, self._session.sources))
        self._show_facts()
        self._show_findings()

    def _show_facts(self) -> None:
        """Also as the listing goes on: more images of the lesion may have come."""
        record = self._session.current
        text = self._fact_text(record) if record else ""
        if text != self._facts.text():  # Qt would lay all of the pane out again
            self._facts.setText(text)
        self._facts.setVisible(bool(text))

    def _fact_text(self, record: ImageRecord) -> str:
        facts = []
        if record.lesion_id:
            images = len(self._session.table.images_of_lesion(record.lesion_id))
            others = f"{images} images" if images > 1 else "one image"
            facts.append(f"Lesion <a href='{record.lesion_id}'>{record.lesion_id}</a>, {others}")
        person = [f"{record.age:g} years" if record.age is not None else "", record.sex]
        facts += [", ".join(filter(None, (*person, record.site)))]
        if record.source not in ("", SYNTHETIC):
            facts.append(f"Source: {record.source}")
        return "<br>".join(filter(None, facts))

    def _forget_findings(self) -> None:
        """Another classifier says other things, perhaps of other classes."""
        self._shown = ("", None, "")
        self._show_record()

    def show_findings(self, path: str, findings: Findings | None, drawn: str) -> None:
        """Show what the network says of an image; `drawn` is the class whose evidence is drawn."""
        self._shown = (path, findings, drawn)
        self._show_findings()

    def _show_findings(self) -> None:
        path, findings, drawn = self._shown
        current = self._session.current
        if current is None or path != current.path:
            findings, drawn = None, ""
        classifier, record = self._session.classifier, self._session.current
        classes = classifier.card.classes if classifier else ()
        if classifier and findings:
            shares = classifier.probabilities(findings.logits)
            self._bars.show_classes(classes, shares.tolist(), findings.logits.tolist())
            self._verdict.setText(_verdict(classes, shares.tolist(), record))
        else:
            self._bars.show_classes(classes, (), ())
            self._verdict.setText("" if classifier else "No classifier is ready yet.")
        self._bars.mark(label=record.label if record else "", drawn=drawn)
        self._note.setText(self._exposure(record) if record and findings else "")

    def _exposure(self, record: ImageRecord) -> str:
        if self._session.exposure is None:
            return ""
        return _EXPOSURES[self._session.exposure.exposure(record.image_id, record.lesion_id)]


def _label_text(record: ImageRecord, sources: Sources) -> str:
    classes = sources.classes
    if not record.label:
        return f"No label in {classes.target}." if classes else "No label is recorded."
    basis = _BASES.get(record.basis, record.basis)
    stands = f"\nby {basis}" if basis else "\nbasis not recorded"
    name = lesion_class(record.label).name
    label = record.label if name.upper() == record.label else f"{record.label}, {name}"
    return f"Label: {label}{_recorded(record.label, sources)}{stands}"


def _recorded(label: str, sources: Sources) -> str:
    """What a label is or may be recorded as, where that is another one; that is not kept here."""
    if sources.classes is None:
        return ""
    # Classes that the mapping does not know can only have come with what was joined.
    joined = sources.folders or sources.tables
    origins = sources.classes.recorded_as(label) if joined else sources.classes.origins(label)
    if origins in ((), (label,)):
        return ""
    return f" (recorded as {'one of ' if len(origins) > 1 else ''}{', '.join(origins)})"


def _verdict(classes: tuple[str, ...], shares: list[float], record: ImageRecord | None) -> str:
    best = max(range(len(classes)), key=shares.__getitem__)
    text = f"Prediction: <b>{classes[best]}</b>, {lesion_class(classes[best]).name}"
    if record and record.label and not is_right(classes[best], record.label):
        text += f" <b>≠ label {record.label}</b>"
    return text
