"""Stages and questions of a study in words."""

from model.review.protocol import Question, Stage

STAGES = {
    Stage.BLIND: "photograph alone",
    Stage.METADATA: "with age, sex and site",
    Stage.PROBABILITIES: "with probabilities",
    Stage.HEAT_MAP: "with the heat map",
    Stage.LABEL: "with the recorded label",
}
QUESTIONS = {
    Question.DIAGNOSIS: "diagnosis",
    Question.SECOND_CHOICE: "second choice (optional)",
    Question.MALIGNANT: "how likely malignant",
    Question.MANAGEMENT: "management",
    Question.CONFIDENCE: "confidence",
    Question.QUALITY: "image quality (optional)",
    Question.COMMENT: "comment (optional)",
}
