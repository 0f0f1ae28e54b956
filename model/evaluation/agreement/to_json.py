"""Agreement as plain values for metrics.json, in full precision; undefined is null, with words."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from model.evaluation.agreement.agreement import Agreement, ReaderPair
from model.evaluation.agreement.coefficients import OBSERVED
from model.evaluation.agreement.linearised import fleiss_z, linearised_error
from model.evaluation.agreement.measuring import Figure
from model.evaluation.agreement.references import Against
from model.evaluation.agreement.rounds import AgreementDossier, InfluenceTable, Level, Round
from model.evaluation.to_json import evaluation_json, known

# At the top of metrics.json whatever the scale, null where it does not apply.
_ALWAYS = (
    *(OBSERVED, "cohens_kappa", "fleiss_kappa", "congers_kappa", "gwet_ac1", "brennan_prediger"),
    *(f"krippendorff_alpha_{name}" for name in ("nominal", "ordinal", "interval", "ratio")),
    *("gwet_ac2_linear", "gwet_ac2_quadratic"),
)


def dossier_json(dossier: AgreementDossier) -> dict[str, Any]:
    """The content of metrics.json: the headline's figures at the top."""
    return {
        **round_json(dossier.headline),
        "groups": [round_json(each) for each in dossier.others],
        "influence": [_influence_json(each) for each in dossier.influences],
        "notes": list(dossier.notes),
        "about": dict(dossier.about),
    }


def round_json(found: Round) -> dict[str, Any]:
    """One question at one stage: the finest level, and the coarser ones in "levels"."""
    first, *others = found.levels
    return {
        "title": found.title,
        "question": found.question,
        "stage": found.stage,
        **_level_json(first),
        "levels": {each.name: _level_json(each) for each in others},
    }


def agreement_json(found: Agreement) -> dict[str, Any]:
    """Agreement of a panel: plain values at the top, intervals in "figures"."""
    values = {name: known(each.estimate.value) for name, each in found.figures.items()}
    panel = found.panel
    return {
        **dict.fromkeys(_ALWAYS),
        **values,
        "images": len(panel),
        "lesions": len(set(panel.lesions.tolist())) if panel.by_lesion else None,
        "shared_images": found.shared,
        "readers": list(panel.readers) if panel.named else None,
        "readings": panel.readings,
        "scale": panel.scale.value,
        "categories": list(panel.categories),
        "intervals": found.interval,
        "figures": _figures_json(found.figures),
        "by_class": {name: _figures_json(each) for name, each in found.by_class.items()},
        "pairs": [_pair_json(each) for each in found.pairs],
    }


def _level_json(level: Level) -> dict[str, Any]:
    panel = level.agreement.panel
    errors = {name: linearised_error(panel, name) for name in ("fleiss_kappa", "gwet_ac1")}
    return {
        "level": level.name,
        "words": level.words,
        **agreement_json(level.agreement),
        "linearised_standard_errors": {name: known(error) for name, error in errors.items()},
        "fleiss_kappa_z": known(fleiss_z(panel)),
        "within_readers": {reader: agreement_json(each) for reader, each in level.within.items()},
        "against": [_against_json(each) for each in level.against],
        "dawid_skene": _dawid_skene_json(level),
    }


def _figures_json(figures: Mapping[str, Figure]) -> dict[str, Any]:
    return {
        name: {**each.estimate.to_json(), "words": each.words} for name, each in figures.items()
    }


def _pair_json(pair: ReaderPair) -> dict[str, Any]:
    return {
        "readers": [pair.first, pair.second],
        "table": pair.table.tolist(),
        "figures": _figures_json(pair.figures),
        "cohens_kappa_standard_error": known(pair.cohen.error),
        "cohens_kappa_standard_error_by_chance": known(pair.cohen.error_by_chance),
        "cohens_kappa_z": known(pair.cohen.z),
    }


def _against_json(each: Against) -> dict[str, Any]:
    return {
        "reader": each.reader,
        "reference": each.reference,
        "agreement": _pair_json(each.pair),
        "scores": evaluation_json(each.evaluation),
    }


def _dawid_skene_json(level: Level) -> dict[str, Any]:
    fit, panel = level.dawid_skene, level.agreement.panel
    if fit is None:
        return {"words": level.dawid_skene_words}
    return {
        "words": "",
        "categories": list(panel.categories),
        "prior": fit.prior.tolist(),
        "log_likelihood": fit.log_likelihoods[-1],
        "iterations": len(fit.log_likelihoods),
        "accuracy": dict(zip(panel.readers, fit.accuracy.tolist(), strict=True)),
        "confusion": dict(zip(panel.readers, fit.confusion.tolist(), strict=True)),
    }


def _influence_json(table: InfluenceTable) -> dict[str, Any]:
    return {
        "question": table.question,
        "before": table.before,
        "after": table.after,
        "reference": table.reference,
        "readers": [
            {**asdict(each), "gain": each.gain.to_json(), "readings": each.readings}
            for each in table.rows
        ],
    }
