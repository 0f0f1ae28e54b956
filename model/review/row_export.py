"""A project's readings as rows for tables and statistics."""

from collections.abc import Iterator, Mapping, Sequence

from model.project.project import Project
from model.records import ImageRecord
from model.review import studies
from model.review.answers import Answers
from model.review.case_readings import CaseReading, load_case_readings
from model.review.formats import rows
from model.review.formats.rows import ReadingRow, exact
from model.review.protocol import Protocol, Question, Stage

STAGE_CODES: Mapping[Stage, str] = {
    Stage.BLIND: rows.BLIND,
    Stage.METADATA: rows.METADATA,
    Stage.PROBABILITIES: rows.PROBABILITIES,
    Stage.HEAT_MAP: rows.HEAT_MAP,
    Stage.LABEL: rows.LABEL,
}
# The comment goes with every row of its reading.
_ASKED = tuple(each for each in Question if each is not Question.COMMENT)


def reading_rows(project: Project, study: int | None = None) -> tuple[ReadingRow, ...]:
    """The standing readings of one study or of all, a row for each answer."""
    images = {image.path: image for image in project.images()}
    protocols = {each.number: (each.identity, each.protocol) for each in studies.load(project)}
    found = load_case_readings(project, study)
    return tuple(row for each in found for row in _rows(each, images, *protocols[each.study]))


def _rows(
    found: CaseReading, images: Mapping[str, ImageRecord], identity: str, protocol: Protocol
) -> Iterator[ReadingRow]:
    reading, answers = found.reading, found.reading.answers
    known = [images[path] for path in found.paths if path in images]
    shown = reading.stage not in {Stage.BLIND, Stage.METADATA}
    for question in _ASKED:
        answer = _text(getattr(answers, question))
        if answer:
            yield ReadingRow(
                image_id="|".join(_image_id(path, images) for path in found.paths),
                reader_id=reading.reader,
                answer=answer,
                question=question.value,
                stage=STAGE_CODES[reading.stage],
                iteration=found.occasion,
                lesion_id=_lesion(known),
                session_id=identity,
                confidence=_text(answers.confidence),
                duration_s=_text(reading.seconds),
                started_at=reading.started,
                order_index=str(reading.order),
                shown_model_id=protocol.network if shown else "",
                shown_cam_layer=reading.shown.layer,
                comment=_comment(answers),
                app_version=reading.version,
            )


def _image_id(path: str, images: Mapping[str, ImageRecord]) -> str:
    """The image's id; of one that left the data set since then, its path."""
    return images[path].image_id if path in images else path


def _lesion(images: Sequence[ImageRecord]) -> str:
    lesions = {image.lesion_id for image in images}
    return lesions.pop() if len(lesions) == 1 else ""


def _text(answer: str | float | None) -> str:
    if answer is None or isinstance(answer, str):
        return answer or ""
    return exact(answer)


def _comment(answers: Answers) -> str:
    return " ".join(answers.comment.split())
