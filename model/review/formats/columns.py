"""The names that columns of readings go by, and the words for what was not read."""

import re
from collections.abc import Mapping

from model.review.formats.rows import (
    BLIND,
    DIAGNOSIS,
    HEAT_MAP,
    LABEL,
    METADATA,
    PROBABILITIES,
)

IMAGE = (
    *("image_id", "image", "isic_id", "image_name", "image_isic_id", "img_id", "img"),
    *("file_name", "filename", "file", "photo", "picture", "case_id", "case", "item_id", "item"),
    *("unit_id", "unit", "subject_id", "subject", "sample_id", "sample", "id"),
    *("lesion_id", "lesion"),
)
READER = (
    *("reader_id", "reader", "annotator_id", "annotator", "rater_id", "rater", "coder_id", "coder"),
    *("observer_id", "observer", "user_id", "user", "labeler", "labeller", "grader", "grader_id"),
    *("expert", "expert_id", "doctor", "physician", "dermatologist", "participant", "worker_id"),
    *("participant_id", "worker", "judge", "reader_name", "readers", "completed_by"),
)
# Of these a wide table may well have one for each reader.
PERHAPS_A_READER = frozenset(
    {
        *("user", "labeler", "labeller", "grader", "expert", "doctor", "physician", "participant"),
        *("dermatologist", "worker", "judge"),
    }
)
ANSWER = ("answer", "response", "rating", "annotation", "reading", "choice", "vote", "answers")
# Answers where the file has none of the above, otherwise the recorded label.
ANSWER_OR_LABEL = ("diagnosis", "dx", "label", "class", "category", "score", "grade", "value")
LABELS = (
    *("truth", "ground_truth", "groundtruth", "gt", "gt_label", "true_label", "true_class"),
    *("true_dx", "true_diagnosis", "recorded_label", "recorded", "reference", "reference_label"),
    *("histology", "histopathology", "y_true", "target", "gold", "gold_standard"),
)
NETWORK = (
    *("network", "prediction", "predicted", "model_prediction", "network_prediction", "y_pred"),
    *("ai_prediction", "predicted_class", "predicted_label", "classifier", "model_answer"),
)
BASIS = ("dx_type", "basis", "diagnosis_confirm_type", "label_basis")
LESION = ("lesion_id", "lesion")
QUESTION = ("question", "question_id", "item_question", "feature", "criterion", "attribute")
STAGE = ("stage", "phase", "condition", "arm", "mode")
ITERATION = ("iteration", "repeat", "round", "repetition", "occasion", "time_point", "read")
# What belongs to a reading, by the names of `ReadingRow`.
ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "session_id": ("session_id", "session"),
    "confidence": ("confidence", "certainty"),
    "duration_s": (
        *("duration_s", "annotation_duration", "duration", "lead_time", "seconds", "time_s"),
        *("reading_time", "response_time"),
    ),
    "started_at": ("started_at", "created_at", "start_time", "timestamp", "date", "datetime"),
    "order_index": ("order_index", "order", "trial", "trial_no"),
    "shown_model_id": ("shown_model_id", "shown_model"),
    "shown_cam_layer": ("shown_cam_layer", "shown_layer"),
    "comment": ("comment", "comments", "note", "notes", "remark", "remarks"),
    "app_version": ("app_version", "version"),
}
# Neither answers nor readers, wherever they stand.
OTHER = frozenset(
    {
        *("patient_id", "patient", "age", "age_approx", "sex", "gender", "localization", "site"),
        *("anatom_site_general", "anatom_site_special", "dataset", "source", "split", "fold"),
        *("benign_malignant", "image_type", "question_type", "updated_at", "annotation_id"),
        *("url", "path", "index", "unnamed_0", "row", "task_id", "agreement", "cancelled"),
        *("attribution", "copyright_license", "consensus", "majority", "majority_vote"),
    }
)
_UNREAD = frozenset({"", "nan", "na", "n/a", "#n/a", "null", "-", ".", "*", "not read", "<na>"})
_STAGES = {
    **dict.fromkeys(("", "blind", "unaided", "before", "pre", "baseline", "without ai"), BLIND),
    **dict.fromkeys(("no help", "no ai", "alone", "unassisted", "without aid"), BLIND),
    **dict.fromkeys(("meta", "metadata", "with metadata", "clinical"), METADATA),
    **dict.fromkeys(("model", "probabilities", "ai", "aided", "after", "with ai"), PROBABILITIES),
    **dict.fromkeys(("post", "assisted", "network", "with probabilities"), PROBABILITIES),
    **dict.fromkeys(("cam", "heat map", "heatmap", "grad cam", "gradcam", "xai"), HEAT_MAP),
    **dict.fromkeys(("gt", "recorded label", "label", "truth", "ground truth"), LABEL),
}
_QUESTIONS = {
    **dict.fromkeys(("", "diagnosis", "dx", "label", "class", "main diagnosis"), DIAGNOSIS),
    **dict.fromkeys(("malignant", "malignancy", "malignant or benign"), "malignant"),
    **dict.fromkeys(("management", "manage", "decision", "management decision"), "management"),
    **dict.fromkeys(("quality", "image quality"), "quality"),
    **dict.fromkeys(("confidence", "certainty"), "confidence"),
}


def is_unread(answer: str) -> bool:
    """Whether an answer says that there is none."""
    return answer.casefold() in _UNREAD


def stage_of(text: str) -> str:
    """One of `STAGES`, or the file's own word."""
    words = _words(text)
    return _STAGES.get(words, words)


def question_of(text: str) -> str:
    """A question of ours, or the file's own words."""
    return _QUESTIONS.get(_words(text), text.strip())


def iteration_of(text: str) -> int | None:
    """1 for "", "1", "1.0", "T1" or "first"; None for what is no number."""
    if not text or text.casefold() in {"first", "once"}:
        return 1
    if text.casefold() in {"second", "again", "repeat"}:
        return 2
    found = re.fullmatch(r"[a-zA-Z_ -]*(\d+)([.,]0+)?", text)
    return int(found[1]) if found else None


def _words(text: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", text.casefold()).split())
