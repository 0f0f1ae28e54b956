"""Stores decisions, reopens them, and says what stands."""

from functools import partial

from PySide6.QtCore import QObject, Signal

from app import adjudication_tasks
from app.adjudication_session import AdjudicationSession, Draft
from app.adjudication_tasks import Compared
from app.jobs import JobRunner
from app.session import Session
from app.settings import Settings
from model.class_systems import SEVEN_CLASSES
from model.review.adjudication import Decision, Reason, Ruling
from model.taxonomy import class_order

_NAME = 30  # characters of a name in a sentence; the history has all of it
_NAMELESS = "Type your name or code under “Decided by” first."
_PLAIN = (Ruling.UNCERTAIN.value, Ruling.NOT_ASSESSABLE.value)


class DecisionController(QObject):
    """Nothing is overwritten: a new decision follows the ones before it.

    Signals:
        state_changed: Argument: what stands or what is missing; can_store, can_reopen.
        history_changed: Arguments: the lesion's decisions, oldest first; whether with the names.
        stored: A decision is on the disk. Argument: the decision.
        went_on: A decision was stored, and the next lesion may come.
        name_wanted: Nothing but the user's name is missing.
        notice: Argument: a line.
        failed: Argument: the error to show.
    """

    state_changed = Signal(str, bool, bool)
    history_changed = Signal(object, bool)
    stored = Signal(object)
    went_on = Signal()
    name_wanted = Signal()
    notice = Signal(str)
    failed = Signal(Exception)

    def __init__(
        self,
        session: Session,
        adjudication: AdjudicationSession,
        runner: JobRunner,
        settings: Settings,
    ) -> None:
        super().__init__(adjudication)
        self._session, self._adjudication = session, adjudication
        self._runner, self._settings = runner, settings
        self._decisions: tuple[Decision, ...] = ()
        self._named: set[str] = set()
        self._storing = False
        adjudication.lesion_changed.connect(self._follow)
        for signal in (adjudication.draft_changed, adjudication.said_changed):
            signal.connect(self._tell)

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reasons that there are."""
        return tuple(Reason)

    @property
    def adjudicator(self) -> str:
        """Under which name the user decides, "" for none yet."""
        return self._settings.adjudicator

    def name_adjudicator(self, name: str) -> None:
        """Decide under another name."""
        self._settings.adjudicator = name.strip()
        self._tell()

    def classes(self) -> tuple[str, ...]:
        """What can be decided for: all classes that data set, classifier and readers know."""
        classifier = self._session.classifier
        known = {record.label for record in self._session.table.records} | self._named
        known |= set(classifier.card.classes if classifier else SEVEN_CLASSES.codes)
        return tuple(sorted(known - {""}, key=class_order))

    def take_compared(self, compared: Compared) -> None:
        """What was decided before, and which classes readers named."""
        self._decisions = compared.decisions
        said = (each for readings in compared.readings.values() for each in readings)
        self._named = {each.reading.answers.diagnosis for each in said}
        self._tell()

    # -- wishes ---------------------------------------------------------------------------

    def store(self) -> None:
        """Store the draft, and go on."""
        draft = self._adjudication.draft
        if why_not := self._why_not():
            self.notice.emit(why_not)
            if why_not == _NAMELESS:
                self.name_wanted.emit()
            return
        plain = draft.decision in _PLAIN
        self._decide(
            Ruling(draft.decision) if plain else Ruling.CLASS,
            final_class="" if plain else draft.decision,
            reason=draft.reason,
            comment=draft.comment.strip(),
        )

    def reopen(self) -> None:
        """Let the lesion wait again; what was decided stays on record."""
        if self._standing() is not None:
            self._decide(Ruling.REOPENED, comment=self._adjudication.draft.comment.strip())

    def _decide(self, ruling: Ruling, **said: str) -> None:
        project, adjudication = self._session.project, self._adjudication
        if project is None or self._storing:
            return
        decision = Decision(
            adjudication.name,
            ruling,
            adjudicator=self.adjudicator,
            saw_names=adjudication.saw_names,
            claims=self._claims(),
            readers={each.letter: each.reader for each in adjudication.said},
            **said,
        )
        self._storing = True
        job = self._runner.start(partial(adjudication_tasks.decide, project, decision))
        job.succeeded.connect(self._on_stored)
        job.failed.connect(self.failed)  # the draft stays where it is
        job.ended.connect(self._on_ended)

    def _on_stored(self, decided: Decision) -> None:
        self._decisions += (decided,)
        if decided.lesion == self._adjudication.name:
            self._adjudication.change_draft(decision="", reason="", comment="")
        self._tell()
        if decided.ruling is not Ruling.REOPENED:
            self.went_on.emit()
        self.stored.emit(decided)

    def _on_ended(self) -> None:
        self._storing = False

    def _claims(self) -> dict[str, str]:
        """Who says what, as it is kept with the decision."""
        adjudication = self._adjudication
        found = {each.letter: each.answers.diagnosis for each in adjudication.said}
        if item := adjudication.item:
            found |= {"network": item.predicted, "label": item.label}
        return {who: code for who, code in found.items() if code}

    # -- what is said ---------------------------------------------------------------------

    def _follow(self) -> None:
        decided = self._standing()
        if decided is not None:
            decision = decided.final_class or decided.ruling.value
            draft = Draft(decision, decided.reason, decided.comment)
            self._adjudication.bring_draft(draft)
        self._tell()

    def _standing(self) -> Decision | None:
        found = self._of_lesion()
        return found[-1] if found and found[-1].ruling is not Ruling.REOPENED else None

    def _of_lesion(self) -> list[Decision]:
        name = self._adjudication.name
        return [each for each in self._decisions if name and each.lesion == name]

    def _why_not(self) -> str:
        if not self._adjudication.name:
            return "Choose a lesion first."
        if not self._adjudication.draft.decision:
            return "Decide first: a digit for the class, U for uncertain, 0 for not assessable."
        return "" if self.adjudicator else _NAMELESS

    def _tell(self) -> None:
        decided = self._standing()
        said = _in_words(decided) if decided else ""
        if not said and self._adjudication.draft.decision:
            said = self._why_not()
        self.state_changed.emit(said, not self._why_not(), decided is not None)
        self.history_changed.emit(self._of_lesion(), self._adjudication.names_shown)


def _in_words(decided: Decision) -> str:
    what, who = decided.final_class or decided.ruling.value, decided.adjudicator
    name = who if len(who) <= _NAME else f"{who[: _NAME - 1]}…"
    return f"Decided: {what}, by {name}, {decided.decided[:10]}."
