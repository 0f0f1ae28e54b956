"""Final decisions on lesions: each is kept, the last one stands, and all can be reopened."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, select

from model.errors import UserError
from model.project.project import Project
from model.project.review_tables import adjudications
from model.records import ImageRecord
from model.review.reading import now

_IMAGE = "\0"  # `model.review.selection.lesion_of` puts it before the path of a lone image

_OTHERS = {"network": "model", "label": "gt"}  # claims that are no reader's, as tables name them


class Ruling(StrEnum):
    """What kind of decision it is."""

    CLASS = "class"
    UNCERTAIN = "uncertain"
    NOT_ASSESSABLE = "not assessable"
    REOPENED = "reopened"


class Reason(StrEnum):
    """Why it was decided so; the code that a paper counts."""

    MORPHOLOGY = "morphology"
    HISTOLOGY = "histology"
    MAJORITY = "majority of the readers"
    LABEL_ERROR = "error of the recorded label"
    NETWORK_ARTEFACT = "network was moved by an artefact"
    POOR_IMAGE = "photographs do not suffice"
    OTHER = "other"


class DecisionError(UserError):
    """A decision that cannot be stored."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision on one lesion.

    Attributes:
        lesion: As `lesion_of` names it.
        ruling: A class, or why there is none.
        final_class: Code of the class; "" unless `ruling` is `CLASS`.
        adjudicator: Who decided.
        reason: One of `Reason`, or "".
        comment: Free text.
        saw_names: Whether the readers' names were on the screen.
        claims: Who said what when it was decided, by "A", "B", ..., "network" and "label": codes.
        readers: The name behind each letter; kept for who defends the decision later, and not
            shown to who decides unless names are asked for.
        id: Unique; filled in by `decide`.
        decided: ISO 8601, UTC; filled in by `decide`.
    """

    lesion: str
    ruling: Ruling
    final_class: str = ""
    adjudicator: str = ""
    reason: str = ""
    comment: str = ""
    saw_names: bool = False
    claims: Mapping[str, str] = field(default_factory=dict)
    readers: Mapping[str, str] = field(default_factory=dict)
    id: str = ""
    decided: str = ""

    @property
    def agrees_with(self) -> tuple[str, ...]:
        """Who had claimed the final class."""
        return tuple(who for who, code in self.claims.items() if code == self.final_class != "")

    @property
    def code(self) -> str:
        """For tables: "agree_a" for reader A, "agree_model", "agree_gt", "other", or the ruling.

        Readers come first, in the order of their letters, since several may be right.
        """
        if self.ruling is not Ruling.CLASS:
            return self.ruling.value.replace(" ", "_")
        readers = sorted(set(self.agrees_with) - set(_OTHERS))
        right = [*readers, *(who for who in _OTHERS if who in self.agrees_with)]
        return f"agree_{_OTHERS.get(right[0], right[0].lower())}" if right else "other"


def decide(project: Project, decision: Decision) -> Decision:
    """Store a decision after those that the lesion has; nothing is overwritten.

    Returns:
        The decision with its id and time.

    Raises:
        DecisionError: A class without a code, a code without a class, or nobody who decided.
        ProjectError: The project cannot be written; nothing is stored then.
    """
    if (decision.ruling is Ruling.CLASS) != bool(decision.final_class):
        raise DecisionError("Choose a class, “uncertain” or “not assessable” before storing.")
    if not decision.adjudicator.strip():
        raise DecisionError("Say who decides before a decision is stored.")
    stored = replace(
        decision, id=str(uuid.uuid4()), adjudicator=decision.adjudicator.strip(), decided=now()
    )
    with project.database.writing() as connection:
        query = adjudications.insert().returning(adjudications)
        return _decision(connection.execute(query, [_row(stored)]).one())


def take_decisions(project: Project, decisions: Sequence[Decision]) -> int:
    """Add decisions that were made elsewhere, with their ids and times; known ones are left alone.

    They come after those that the project has: the last decision on a lesion stands. A decision
    is known by its id, or by lesion, adjudicator and time: a table of the project's own decisions
    has no ids.

    Returns:
        How many were new.

    Raises:
        ProjectError: The project cannot be written; nothing is added then.
    """
    with project.database.writing() as connection:
        stored = [_decision(row) for row in connection.execute(select(adjudications))]
        ids, known = {each.id for each in stored}, {_made(each) for each in stored}
        new = {
            each.id: _row(each)
            for each in decisions
            if each.id not in ids and _made(each) not in known
        }
        if new:
            connection.execute(adjudications.insert(), list(new.values()))
    return len(new)


def reopen(project: Project, lesion: str, by: str, comment: str = "") -> Decision:
    """Let a decided lesion wait again; what was decided stays on record."""
    return decide(project, Decision(lesion, Ruling.REOPENED, adjudicator=by, comment=comment))


def load_decisions(project: Project) -> list[Decision]:
    """Every decision that was ever stored, oldest first."""
    with project.database.reading() as connection:
        rows = connection.execute(select(adjudications).order_by(adjudications.c.number))
        return [_decision(row) for row in rows]


def history(project: Project, lesion: str) -> list[Decision]:
    """Everything that was decided on one lesion, oldest first."""
    return [each for each in load_decisions(project) if each.lesion == lesion]


def standing(project: Project) -> dict[str, Decision]:
    """The last decision on each lesion; lesions that were reopened since are left out."""
    last = {each.lesion: each for each in load_decisions(project)}
    return {lesion: each for lesion, each in last.items() if each.ruling is not Ruling.REOPENED}


def adjudicated_code(decisions: Mapping[str, Decision], image: ImageRecord, lesion: str) -> str:
    """The label of an image after adjudication: the decided class, else what is recorded.

    Args:
        decisions: Of `standing`.
        image: Whose label.
        lesion: Its lesion as `lesion_of` names it.

    Returns:
        A code; "" where the lesion was found uncertain or not assessable.
    """
    decision = decisions.get(lesion)
    return image.label if decision is None else decision.final_class


def _made(decision: Decision) -> tuple[str, str, str]:
    return decision.lesion, decision.adjudicator, decision.decided


def _row(decision: Decision) -> dict[str, Any]:
    is_image = decision.lesion.startswith(_IMAGE)
    return {
        "id": decision.id,
        "lesion_id": "" if is_image else decision.lesion,
        "path": decision.lesion.removeprefix(_IMAGE) if is_image else "",
        "decision": decision.ruling.value,
        "final_class": decision.final_class,
        "reason": decision.reason,
        "comment": decision.comment,
        "adjudicator": decision.adjudicator,
        "decided": decision.decided,
        "saw_names": decision.saw_names,
        "claims": dict(decision.claims),
        "readers": dict(decision.readers),
    }


def _decision(row: Row[Any]) -> Decision:
    return Decision(
        lesion=row.lesion_id or f"{_IMAGE}{row.path}",
        ruling=Ruling(row.decision),
        final_class=row.final_class,
        adjudicator=row.adjudicator,
        reason=row.reason,
        comment=row.comment,
        saw_names=bool(row.saw_names),
        claims=row.claims,
        readers=row.readers,
        id=row.id,
        decided=row.decided,
    )
