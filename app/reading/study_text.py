"""A study in words, as its readers may know it."""

import html

from app.study_words import QUESTIONS, STAGES
from model.review.study_file import Study


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
