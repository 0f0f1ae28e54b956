"""From what a protocol asks to fields on the screen, and from their answers back."""

from collections.abc import Mapping

from app.panes.choice_field import ChoiceField, Option, class_options
from app.panes.field import Asked, Field
from app.panes.scale_field import ScaleField
from app.reading.comment_field import CommentField
from model.review.answers import Answers, Management, Quality
from model.review.protocol import Protocol, Question

NOT_ASSESSABLE = Option("0", Quality.NOT_ASSESSABLE.value, "Not assessable")
_ASKED = {
    Question.DIAGNOSIS: Asked("diagnosis", "Diagnosis", "D", required=True),
    Question.SECOND_CHOICE: Asked("second_choice", "Second choice", "S", required=False),
    Question.MALIGNANT: Asked("malignant", "Malignant", "M", required=True),
    Question.MANAGEMENT: Asked("management", "Management", "G", required=True),
    Question.CONFIDENCE: Asked("confidence", "Confidence", "O", required=True),
    Question.QUALITY: Asked("quality", "Image quality", "Q", required=False),
    Question.COMMENT: Asked("comment", "Comment", "C", required=False),
}
_NUMBERS = (Question.MALIGNANT, Question.CONFIDENCE)


def fields_of(protocol: Protocol) -> list[Field]:
    """A field for each question of the protocol."""
    return [_field(question, protocol.classes) for question in protocol.questions]


def _field(question: Question, classes: tuple[str, ...]) -> Field:
    asked = _ASKED[question]
    match question:
        case Question.DIAGNOSIS:
            return ChoiceField(asked, (*class_options(classes), NOT_ASSESSABLE))
        case Question.SECOND_CHOICE:
            return ChoiceField(asked, class_options(classes), listed=False)
        case Question.MANAGEMENT:
            return ChoiceField(asked, _options(tuple(Management)))
        case Question.QUALITY:
            rest = tuple(each for each in Quality if each != Quality.NOT_ASSESSABLE)
            return ChoiceField(asked, (*_options(rest), NOT_ASSESSABLE))
        case Question.COMMENT:
            return CommentField(asked)
        case _:
            return ScaleField(asked)


def _options(texts: tuple[str, ...]) -> tuple[Option, ...]:
    return tuple(
        Option(str(number), str(text), str(text).capitalize())
        for number, text in enumerate(texts, start=1)
    )


def answers_of(given: Mapping[str, str]) -> Answers:
    """What was answered, from the fields' answers by question."""
    values = {name: answer for name, answer in given.items() if answer}
    if values.get(Question.DIAGNOSIS) == Quality.NOT_ASSESSABLE:
        del values[Question.DIAGNOSIS]
        values[Question.QUALITY] = Quality.NOT_ASSESSABLE.value
    numbers = {name: float(values.pop(name)) for name in _NUMBERS if name in values}
    return Answers.from_json(values | numbers)


def texts_of(answers: Answers) -> dict[str, str]:
    """The fields' answers by question, from what was answered."""
    texts = {
        name: f"{value:g}" if isinstance(value, float | int) else str(value)
        for name, value in answers.to_json().items()
    }
    if answers.quality == Quality.NOT_ASSESSABLE and not answers.diagnosis:
        texts[Question.DIAGNOSIS] = Quality.NOT_ASSESSABLE.value
    return texts
