"""A study in words, as its readers may know it."""

import html

from model.review.protocol import Question, Stage
from model.review.study_file import Study

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


def facts_of(study: Study) -> str:
    """What a reader is told before the first case, as rich text."""
    protocol = study.protocol
    what = "lesions, each with all its photographs" if protocol.by_lesion else "photographs"
    lines = [f"{study.size:,} {what}, in an order of your own."]
    if len(protocol.stages) > 1:
        steps = "; ".join(STAGES[stage] for stage in protocol.stages)
        how = (
            "All cases at one stage, then all at the next"
            if protocol.stage_by_stage
            else ("Each case at every stage in turn")
        )
        lines.append(f"{how}: {steps}. You answer at each stage; answers stand once more is shown.")
    asked = ", ".join(QUESTIONS[question] for question in protocol.questions)
    lines.append(f"Asked: {asked}.")
    if protocol.instructions:
        lines.append(html.escape(protocol.instructions).replace("\n", "<br>"))
    return "<br><br>".join(lines)
