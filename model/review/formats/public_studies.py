"""The two public reader studies of dermoscopy.

Tschandl 2020 (doi:10.7910/DVN/DBW86T): votes of a crowd before and after an aid, by image and kind
of aid; decimal commas. Barata 2023 (doi:10.7910/DVN/PWQMQ7): one row for each reader and trial,
unaided and aided.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from model.evaluation.agreement.panel import number_of
from model.review.formats import columns
from model.review.formats.long_csv import image_of, name_of
from model.review.formats.references import SaidOfImages
from model.review.formats.rows import (
    BLIND,
    DIAGNOSIS,
    PROBABILITIES,
    ImportedReadings,
    ReadingRow,
    RowProblem,
    exact,
)
from model.review.formats.source import Row, Source

_BEFORE, _AFTER = "user_dx_without_interaction_", "user_dx_with_interaction_"
_NETWORK = "prob_m_dx_"
_MODALITY = "interaction_modality"


def is_tschandl(source: Source) -> bool:
    """Whether a table has the votes of Tschandl 2020."""
    return _MODALITY in source.names and any(name.startswith(_BEFORE) for name in source.names)


def is_barata(source: Source) -> bool:
    """Whether a table has the trials of Barata 2023, or of a study on the same platform."""
    names = set(source.names)
    return {"tequ_user_id", "answer"} <= names and bool({"image_isic_id", "image_id"} & names)


def read_tschandl(source: Source) -> ImportedReadings:
    """Read votes. They have no readers, so that no two answers are known to be one person's."""
    columns_of = {start: _columns(source, start) for start in (_BEFORE, _AFTER, _NETWORK)}
    image, modality = source.find(columns.IMAGE) or 0, source.names.index(_MODALITY)
    rows: list[ReadingRow] = []
    problems, network = list(source.problems), dict[str, str]()
    for row in source.rows:
        name = image_of(row.cells[image])
        votes = {start: _numbers(row, columns_of[start]) for start in columns_of}
        wrong = _wrong_votes(name, votes)
        if wrong:
            problems.append(RowProblem(row.line, wrong))
            continue
        stated = votes[_NETWORK]
        if any(stated.values()):
            network[name] = max(stated, key=lambda code: stated[code] or 0.0)
        for start, stage in ((_BEFORE, BLIND), (_AFTER, PROBABILITIES)):
            aid = row.cells[modality]
            rows += _votes(name, aid, stage, votes[start], row.line)
    note = "votes of a crowd: nobody knows who gave which, so that kappas of pairs have no meaning"
    return ImportedReadings(
        "Tschandl 2020, votes",
        tuple(rows),
        network=network,
        problems=tuple(sorted(problems, key=lambda each: each.line)),
        notes=(note,),
        named=False,
    )


def read_barata(source: Source) -> ImportedReadings:
    """Read trials; the first of a session's two trials of an image is unaided, the second aided."""
    layout = _Trials(
        reader=source.names.index("tequ_user_id"),
        image=source.find(("image_isic_id", "image_id")) or 0,
        answer=source.names.index("answer"),
        session=source.find(("test_id", "session_id")),
        trial=source.find(("tequ_no",)),
        aid=source.find(("prob_type", "probtype", "tequ_mode_id")),
        seconds=source.find(("tequ_time",)),
        management=source.find(("manage",)),
    )
    labels = SaidOfImages("recorded label", source.find(("image_diag_id",)))
    problems, trials = list(source.problems), []
    for row in source.rows:
        trial = layout.trial_of(row)
        if isinstance(trial, RowProblem):
            problems.append(trial)
        else:
            trials.append(trial)
            labels.note(trial.image, row.cells)
    rows = tuple(_in_stages(trials))
    notes = [note] if (note := labels.contradiction()) else []
    ordered = tuple(sorted(problems, key=lambda each: each.line))
    return ImportedReadings(
        "Barata 2023, trials", rows, labels.known(), problems=ordered, notes=tuple(notes)
    )


def _columns(source: Source, start: str) -> dict[str, int]:
    return {
        name.removeprefix(start).upper(): at
        for at, name in enumerate(source.names)
        if name.startswith(start)
    }


def _numbers(row: Row, at: Mapping[str, int]) -> dict[str, float | None]:
    """Numbers by class; 0 for an empty cell, None for what is no number."""
    return {
        code: 0.0 if columns.is_unread(row.cells[place]) else number_of(row.cells[place])
        for code, place in at.items()
    }


def _wrong_votes(name: str, votes: Mapping[str, Mapping[str, float | None]]) -> str:
    if not name:
        return "no image"
    for code, count in (*votes[_BEFORE].items(), *votes[_AFTER].items()):
        if count is None or count < 0 or count != int(count):
            return f"the votes for {code} are no count"
    bad = [code for code, value in votes[_NETWORK].items() if value is None]
    return f"the probability of {bad[0]} is no number" if bad else ""


def _votes(
    image: str, aid: str, stage: str, votes: Mapping[str, float | None], line: int
) -> list[ReadingRow]:
    answers = [code for code, count in votes.items() for _ in range(int(count or 0))]
    return [
        ReadingRow(
            image,
            f"{aid} {number}",
            code,
            DIAGNOSIS,
            stage,
            session_id=aid,
            shown_model_id="" if stage == BLIND else aid,
            line=line,
        )
        for number, code in enumerate(answers, start=1)
    ]


@dataclass(frozen=True, slots=True)
class _Trial:
    reader: str
    session: str
    image: str
    number: float
    aid: str
    answers: tuple[tuple[str, str], ...]
    seconds: str
    line: int


@dataclass(frozen=True, slots=True)
class _Trials:
    """Positions of the columns, None where there is none."""

    reader: int
    image: int
    answer: int
    session: int | None
    trial: int | None
    aid: int | None
    seconds: int | None
    management: int | None

    def trial_of(self, row: Row) -> _Trial | RowProblem:
        def cell(at: int | None) -> str:
            return "" if at is None else row.cells[at]

        reader, image = name_of(cell(self.reader)), image_of(cell(self.image))
        number = number_of(cell(self.trial) or "0")
        if not reader or not image or number is None:
            wrong = "no reader" if image else "no image"
            return RowProblem(row.line, wrong if number is not None else "no number of the trial")
        given = ((DIAGNOSIS, cell(self.answer)), ("management", cell(self.management)))
        answers = tuple(
            (question, answer.removeprefix("manage_"))
            for question, answer in given
            if not columns.is_unread(answer) and answer.casefold() != "timeout"
        )
        aid = cell(self.aid)
        return _Trial(
            reader, cell(self.session), image, number, aid, answers, cell(self.seconds), row.line
        )


def _in_stages(trials: list[_Trial]) -> list[ReadingRow]:
    """The answers, with what had been shown and how often the reader had seen the image."""
    order = sorted(range(len(trials)), key=lambda at: (trials[at].number, at))
    place: dict[int, tuple[str, int]] = {}
    in_session: dict[tuple[str, str, str], int] = {}
    at_stage: dict[tuple[str, str, str], dict[str, int]] = {}
    # Sessions in the order of the file; within one, trials by number.
    for at in sorted(order, key=lambda at: _first_line(trials, trials[at].session)):
        trial = trials[at]
        key = (trial.reader, trial.session, trial.image)
        in_session[key] = in_session.get(key, 0) + 1
        stage = _stage(trial.aid, in_session[key])
        sessions = at_stage.setdefault((trial.reader, trial.image, stage), {})
        place[at] = stage, sessions.setdefault(trial.session, len(sessions) + 1)
    rows = []
    for at, trial in enumerate(trials):
        stage, iteration = place[at]
        for question, answer in trial.answers:
            rows.append(
                ReadingRow(
                    trial.image,
                    trial.reader,
                    answer,
                    question,
                    stage,
                    iteration,
                    session_id=trial.session,
                    duration_s=trial.seconds.replace(",", "."),
                    order_index=exact(trial.number),
                    shown_model_id="" if stage == BLIND else trial.aid,
                    line=trial.line,
                )
            )
    return rows


def _stage(aid: str, number: int) -> str:
    text = aid.casefold()
    if text in {"no help", "none", "unaided"}:
        return BLIND
    if text:
        return PROBABILITIES if "radio" not in text or text.endswith("help") else BLIND
    return BLIND if number == 1 else PROBABILITIES


def _first_line(trials: list[_Trial], session: str) -> int:
    return next(each.line for each in trials if each.session == session)
