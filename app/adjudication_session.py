"""What the activity Adjudicate has on its table: queue, lesion, and a decision in the making."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from app.case import Case
from model.records import ImageRecord
from model.review.answers import Answers
from model.review.patterns import Pattern
from model.review.protocol import Stage
from model.review.queue import Queue, QueueItem, Weights
from model.taxonomy import class_order


@dataclass(frozen=True, slots=True)
class Said:
    """What one reader said of a lesion.

    Attributes:
        letter: "A", "B", ... in an order that is random for each lesion.
        reader: The name, shown only where the user asks for it.
        stage: What the reader had seen.
        answers: What was answered.
        path: The image, where a single one was read; "" for the lesion.
        study: Title of the study.
    """

    letter: str
    reader: str
    stage: Stage
    answers: Answers
    path: str
    study: str


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another lesion that looks alike to the network.

    Attributes:
        path: Of its most alike image.
        image_id: Of the same.
        label: Code of its class, by histology.
        likeness: Cosine of the embeddings, -1 to 1.
    """

    path: str
    image_id: str
    label: str
    likeness: float


@dataclass(frozen=True, slots=True)
class Draft:
    """A decision that is not stored yet.

    Attributes:
        decision: A class, "uncertain", "not assessable", or "" for none yet.
        reason: Code of a reason, "" for none.
        comment: Free text.
    """

    decision: str = ""
    reason: str = ""
    comment: str = ""


class AdjudicationSession(QObject):
    """The one home of what is adjudicated. GUI thread only.

    Signals:
        queue_changed: Other lesions wait, or in another order.
        weights_changed: Lesions are to be ranked in another way.
        lesion_changed: Another lesion is looked at, or none.
        said_changed: What readers said of the lesion, or whether their names are shown.
        photographs_changed: Photographs of the lesion were decoded, or another is chosen.
        draft_changed: The decision in the making.
    """

    queue_changed = Signal()
    weights_changed = Signal()
    lesion_changed = Signal()
    said_changed = Signal()
    photographs_changed = Signal()
    draft_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.queue: Queue | None = None
        self.weights = Weights()
        self.patterns: frozenset[Pattern] = frozenset()
        self.include_seen, self.decided_shown = False, False
        self.among: frozenset[str] | None = None
        self.among_words = ""
        self.counts: dict[Pattern, int] = {}
        self.item: QueueItem | None = None
        self.name = ""
        self.records: tuple[ImageRecord, ...] = ()
        self.said: tuple[Said, ...] = ()
        self.names_shown = False
        self.saw_names = False
        self.cases: dict[str, Case] = {}
        self.photograph = 0
        self.draft = self._brought = Draft()

    # -- the queue ------------------------------------------------------------------------

    def set_queue(self, queue: Queue | None, counts: dict[Pattern, int]) -> None:
        """Show which lesions wait; `counts` are those of all patterns, chosen or not."""
        self.queue, self.counts = queue, counts
        self.queue_changed.emit()

    def set_weights(self, weights: Weights) -> None:
        """Rank in another way."""
        self.weights = weights
        self.weights_changed.emit()

    def choose_patterns(self, patterns: Collection[Pattern]) -> None:
        """Let only lesions with one of these patterns wait; none for all."""
        if frozenset(patterns) != self.patterns:
            self.patterns = frozenset(patterns)
            self.weights_changed.emit()

    def limit_to(self, lesions: frozenset[str] | None, words: str) -> None:
        """Let exactly some lesions wait, with what they have in common; None for all."""
        if (lesions, words) != (self.among, self.among_words):
            self.among, self.among_words = lesions, words
            self.weights_changed.emit()

    def choose_members(self, *, include_seen: bool, decided_shown: bool) -> None:
        """Whether lesions that the network has seen count, and whether decided ones are listed."""
        if (include_seen, decided_shown) != (self.include_seen, self.decided_shown):
            self.include_seen, self.decided_shown = include_seen, decided_shown
            self.weights_changed.emit()

    @property
    def position(self) -> int | None:
        """Where the lesion stands in the queue; None where it does not."""
        return self.queue.position(self.name) if self.queue and self.name else None

    # -- the lesion -----------------------------------------------------------------------

    def show_lesion(
        self, name: str, item: QueueItem | None, records: tuple[ImageRecord, ...]
    ) -> None:
        """Look at another lesion, named as `lesion_of` names it; "" for none."""
        self.name, self.item, self.records = name, item, records
        self.said, self.cases, self.photograph = (), {}, 0
        self.saw_names = self.names_shown
        self.bring_draft(Draft())
        self.lesion_changed.emit()
        self.said_changed.emit()
        self.photographs_changed.emit()
        self.draft_changed.emit()

    def set_said(self, said: tuple[Said, ...]) -> None:
        """Show what readers said of the lesion."""
        self.said = said
        self.said_changed.emit()

    def show_names(self, shown: bool) -> None:
        """Show readers' names instead of letters, or hide them; having seen them is remembered."""
        self.names_shown = shown
        self.saw_names = self.saw_names or shown
        self.said_changed.emit()

    def add_case(self, case: Case) -> None:
        """A photograph of the lesion was decoded."""
        self.cases[case.path] = case
        self.photographs_changed.emit()

    def choose_photograph(self, number: int) -> None:
        """Draw the heat maps over another photograph of the lesion, counted from 0."""
        if self.records:
            self.photograph = number % len(self.records)
            self.photographs_changed.emit()

    def bring_draft(self, draft: Draft) -> None:
        """Begin with what was decided of the lesion before, while it comes."""
        self.draft = self._brought = draft

    @property
    def begun(self) -> bool:
        """Whether the user has put something into the draft that is not stored."""
        return bool(self.name) and self.draft not in (Draft(), self._brought)

    def change_draft(self, **changes: str) -> None:
        """Another decision, reason or comment; names are those of `Draft`."""
        changed = replace(self.draft, **changes)
        if changed != self.draft:
            self.draft = changed
            self.draft_changed.emit()

    @property
    def claims(self) -> dict[str, tuple[str, ...]]:
        """Who claims which class, the most claimed first: letters, "network", "label"."""
        found: dict[str, list[str]] = {}
        for each in self.said:
            if each.answers.diagnosis:
                found.setdefault(each.answers.diagnosis, []).append(each.letter)
        item = self.item
        for code, who in ((item.predicted, "network"), (item.label, "label")) if item else ():
            if code:
                found.setdefault(code, []).append(who)
        ranked = sorted(found.items(), key=lambda pair: (-len(pair[1]), class_order(pair[0])))
        return {code: tuple(dict.fromkeys(who)) for code, who in ranked}
