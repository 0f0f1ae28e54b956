"""What people call the statistics."""

_NAMES = {
    "cohens_kappa": "Cohen's kappa",
    "macro_f1": "Macro F1",
    "weighted_f1": "Weighted F1",
    "f1": "F1",
    "auc": "AUC",
    "macro_auc": "Macro AUC",
}


def statistic_name(name: str) -> str:
    """Such as "Cohen's kappa" for "cohens_kappa"."""
    return _NAMES.get(name, name.replace("_", " ").capitalize())
