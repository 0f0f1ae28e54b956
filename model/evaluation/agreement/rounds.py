"""One question at one stage, measured on every level: class, malignant or benign, and so on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from model.evaluation.agreement.agreement import Agreement, measure_agreement
from model.evaluation.agreement.dawid_skene import DawidSkene, dawid_skene, reading_counts
from model.evaluation.agreement.influence import Influence
from model.evaluation.agreement.panel import Panel
from model.evaluation.agreement.references import Against, measure_against
from model.evaluation.bootstrap import DRAWS
from model.progress import Report, silent

_MANY_ANSWERS = 30


@dataclass(frozen=True, slots=True, eq=False)
class LevelInputs:
    """What there is to measure on one level.

    Attributes:
        name: "class", "malignant or benign", "management".
        panel: First readings of all readers.
        repeats: For each reader who read cases again a panel of the occasions.
        references: By name what is taken for right, by case, in the level's answers.
        words: How the answers came about, "" where there is nothing to say.
    """

    name: str
    panel: Panel
    repeats: Mapping[str, Panel]
    references: Mapping[str, Mapping[str, str]]
    words: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """What was found on one level.

    Attributes:
        name: "class", "malignant or benign", "management".
        agreement: Between readers.
        within: For each reader who read cases again, agreement with themselves.
        against: Readers held against references.
        dawid_skene: What was probably right, and how each reader errs; None where it cannot tell.
        dawid_skene_words: Why it is None; "" where it is not.
        words: How the answers came about, "" where there is nothing to say.
    """

    name: str
    agreement: Agreement
    within: Mapping[str, Agreement]
    against: tuple[Against, ...]
    dawid_skene: DawidSkene | None
    dawid_skene_words: str
    words: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Round:
    """One question at one stage.

    Attributes:
        question: Such as "diagnosis".
        stage: What had been shown: "blind".
        levels: The finest first; the first one's figures are those at the top.
    """

    question: str
    stage: str
    levels: tuple[Level, ...]

    @property
    def title(self) -> str:
        """What was measured, for people."""
        panel = self.levels[0].agreement.panel
        lesions = f" ({len(set(panel.lesions.tolist())):,} lesions)" if panel.by_lesion else ""
        several = "" if len(panel.readers) == 1 else "s"
        readers = f"{len(panel.readers):,} reader{several}" if panel.named else "a crowd"
        return (
            f"{self.question}, {self.stage}: {len(panel):,} cases{lesions}, {readers},"
            f" {panel.readings:,} readings"
        )


@dataclass(frozen=True, slots=True, eq=False)
class InfluenceTable:
    """What readers did after they had seen more.

    Attributes:
        question: Such as "diagnosis".
        before: The earlier stage.
        after: The later one.
        reference: What counts as right: "the recorded label".
        rows: By reader, and all together.
    """

    question: str
    before: str
    after: str
    reference: str
    rows: tuple[Influence, ...]


@dataclass(frozen=True, slots=True, eq=False)
class AgreementDossier:
    """All that is known of how far readers agree, with what one needs to judge it.

    Attributes:
        headline: The round whose figures are at the top.
        others: Other questions and stages.
        influences: Between the stages.
        notes: Sentences that a reader must know.
        about: What was measured, files, versions: names and texts.
    """

    headline: Round
    others: tuple[Round, ...]
    influences: tuple[InfluenceTable, ...]
    notes: tuple[str, ...]
    about: Mapping[str, str]


def measure_level(
    inputs: LevelInputs, *, draws: int = DRAWS, seed: int = 0, report: Report = silent
) -> Level:
    """Measure one level.

    Raises:
        Cancelled: From `report`.
    """
    panel = inputs.panel
    agreement = measure_agreement(panel, draws=draws, seed=seed, report=report)
    within = {
        reader: measure_agreement(again, draws=draws, seed=seed, by_class=False, report=report)
        for reader, again in inputs.repeats.items()
    }
    against: list[Against] = []
    for name, given in inputs.references.items() if panel.named else ():
        against += measure_against(panel, name, given, draws=draws, seed=seed, report=report)
    why = _why_no_fit(panel, agreement.shared)
    fit = None if why else dawid_skene(reading_counts(panel), report=report)
    return Level(inputs.name, agreement, within, tuple(against), fit, why, inputs.words)


def measure_round(
    question: str,
    stage: str,
    levels: Sequence[LevelInputs],
    *,
    draws: int = DRAWS,
    report: Report = silent,
) -> Round:
    """Measure one question at one stage on all its levels.

    Raises:
        Cancelled: From `report`.
    """
    found = (measure_level(each, draws=draws, report=report) for each in levels)
    return Round(question, stage, tuple(found))


def _why_no_fit(panel: Panel, shared: int) -> str:
    if not panel.named:
        return "votes without names do not tell how a reader errs"
    if len(panel.readers) < 3:
        return "who errs cannot be told with fewer than three readers"
    if not shared:
        return "no case was read by two readers"
    if len(panel.categories) > _MANY_ANSWERS:
        return f"more than {_MANY_ANSWERS} different answers: too many to tell who errs"
    return ""
