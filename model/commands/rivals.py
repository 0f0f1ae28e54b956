"""A second table of predictions, held beside the first."""

import argparse

import numpy as np

from model.commands.evaluation_inputs import Inputs
from model.commands.exposures import Exposed
from model.errors import UserError
from model.evaluation.comparison import compare
from model.evaluation.dossier import Rival
from model.evaluation.estimates import Estimate
from model.evaluation.measurement import Measurement
from model.progress import Report


def check_rival(arguments: argparse.Namespace) -> None:
    """Refuse what cannot be meant.

    Raises:
        UserError: The second classifier is named without its predictions, or alone.
    """
    if arguments.against_classifier and not (arguments.against and arguments.classifier):
        raise UserError(
            "--against-classifier needs --against and --classifier: give the predictions that it"
            " made, and the classifier of --predictions."
        )


def make_rival(
    arguments: argparse.Namespace,
    inputs: Inputs,
    exposed: Exposed,
    shown: Measurement | None,
    report: Report,
) -> Rival | None:
    """The second classifier on the images that the figures at the top are of; None without one.

    Raises:
        Cancelled: From `report`.
    """
    if inputs.second is None or shown is None:
        return None
    rows = {image: row for row, image in enumerate(inputs.images)}
    second = inputs.second.only(np.array([rows[image] for image in shown.images], np.intp))
    files = arguments.predictions, arguments.against
    same = files[0].name == files[1].name
    return Rival(
        (str(files[0]), str(files[1])) if same else (files[0].name, files[1].name),
        shown.title,
        shown.images,
        shown.pair,
        second,
        compare(shown.pair, second, report=report),
        exposed.cards[1] if len(exposed.cards) > 1 else {},
    )


def rival_notes(arguments: argparse.Namespace) -> list[str]:
    """What a reader must know of what the second has seen."""
    if arguments.against is None or arguments.classifier is None:
        return []
    if arguments.against_classifier is None:
        return ["images that the second classifier may have seen are not kept apart"]
    return ["unseen are the images that neither classifier has seen"]


def rival_sentence(rival: Rival) -> str:
    """The outcome in a line."""
    gap, test = rival.comparison.differences["balanced_accuracy"], rival.comparison.mcnemar
    return (
        f"{rival.names[1]} less {rival.names[0]}: balanced accuracy {_signed_text(gap)};"
        f" McNemar's exact p {test.exact_p:.3g}"
    )


def _signed_text(estimate: Estimate) -> str:
    """Such as "+0.0120 (95 % interval -0.0040 to +0.0280)"."""
    if np.isnan(estimate.low):
        return f"{estimate.value:+.4f} (no interval: {estimate.reason})"
    return f"{estimate.value:+.4f} (95 % interval {estimate.low:+.4f} to {estimate.high:+.4f})"
