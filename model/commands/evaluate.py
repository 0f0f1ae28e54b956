"""`evaluate`: score a table of predictions against what is recorded, with intervals."""

import argparse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from model import VERSION
from model.commands.columns import add_columns_argument, take_columns_of
from model.commands.console import console_report
from model.commands.evaluation_inputs import Inputs, read_inputs, read_spread
from model.commands.exposures import Exposed, expose
from model.commands.photographs import find_images
from model.commands.rivals import check_rival, make_rival, rival_notes, rival_sentence
from model.evaluation.dossier import Dossier
from model.evaluation.examples import make_examples, make_thumbnails
from model.evaluation.measurement import Manner, Measurement, measure_images
from model.evaluation.official import OfficialScores, official_scores
from model.evaluation.spread import evaluate_spread
from model.evaluation.writing import write_dossier
from model.files import check_folder_place
from model.progress import Report
from model.versions import versions


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Tell what can be asked for."""
    text = "what is recorded: one column per class with a single 1, or a label column (dx)"
    parser.add_argument("--truth", type=Path, required=True, metavar="FILE.csv", help=text)
    text = "image and one probability per class, as predict writes them"
    parser.add_argument("--predictions", type=Path, required=True, metavar="FILE.csv", help=text)
    text = "predictions of a second classifier for the same images, to hold beside the first"
    parser.add_argument("--against", type=Path, metavar="FILE.csv", help=text)
    text = (
        "shares of readers by class, as written for soft labels: how well the predictions meet them"
    )
    parser.add_argument("--spread", type=Path, metavar="FILE.csv", help=text)
    text = "where metrics.json, report.html, tables and figures go"
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help=text)
    text = "lesion ids for the intervals; basis, age, sex and site to slice by"
    parser.add_argument("--metadata", type=Path, metavar="FILE.csv", help=text)
    add_columns_argument(parser)
    text = "the photographs: examples for the report, and copies of seen images"
    parser.add_argument("--images", type=Path, metavar="DIR", help=text)
    text = "classifier that made the predictions: images that it has seen are kept apart"
    parser.add_argument("--classifier", type=Path, metavar="DIR", help=text)
    text = "classifier of --against: what it has seen is kept apart too"
    parser.add_argument("--against-classifier", type=Path, metavar="DIR", help=text)


def run(arguments: argparse.Namespace) -> int:
    """Measure, and write what was found.

    Raises:
        UserError: A table is refused, or something cannot be read or written.
        Cancelled: Someone asked to stop.
    """
    check_rival(arguments)
    tables = (arguments.truth, *filter(None, (arguments.metadata,)))
    take_columns_of(arguments.columns, tables)
    inputs = read_inputs(
        arguments.truth, arguments.predictions, arguments.metadata, arguments.against
    )
    spread = read_spread(arguments.spread, inputs) if arguments.spread else None
    check_folder_place(arguments.out)
    with console_report() as report:
        photographs = find_images(arguments.images, inputs.images, report)
        dossier = _dossier(arguments, inputs, photographs, report)
        if spread is not None:
            dossier = replace(dossier, spread=evaluate_spread(*spread, report=report))
        write_dossier(arguments.out, dossier)
        for note in dossier.notes:
            report.note(note)
        report.note(_sentence(dossier.headline))
        if dossier.rival is not None:
            report.note(rival_sentence(dossier.rival))
        report.note(f"everything is in {arguments.out}; open {arguments.out / 'report.html'}")
    return 0


def _dossier(
    arguments: argparse.Namespace,
    inputs: Inputs,
    photographs: Mapping[str, Path],
    report: Report,
) -> Dossier:
    folders = [each for each in (arguments.classifier, arguments.against_classifier) if each]
    exposed = expose(folders, inputs, photographs, report)
    groups = _measured(inputs, exposed, report)
    headline = next((each for name, each in groups if name == exposed.headline), None)
    shown = headline or next((each for _, each in groups), None)
    rival = make_rival(arguments, inputs, exposed, shown, report)
    return Dossier(
        headline,
        tuple(each for _, each in groups if each is not headline),
        _official(inputs),
        (*inputs.notes, *exposed.notes, *rival_notes(arguments)),
        _about(arguments),
        exposed.cards[0] if exposed.cards else {},
        make_examples(shown, photographs, report) if shown and photographs else (),
        rival,
        make_thumbnails(rival, photographs) if rival else {},
        {"program": f"Second Look {VERSION}", **versions()},
    )


def _measured(inputs: Inputs, exposed: Exposed, report: Report) -> list[tuple[str, Measurement]]:
    found = []
    validation = exposed.validation
    for name, rows in exposed.groups:
        if len(rows):
            # Where it holds the validation images itself, nothing would be kept apart.
            apart = validation if name == exposed.headline else None
            images = [inputs.images[row] for row in rows]
            columns = inputs.columns_of(rows)
            part = inputs.pair.only(rows)
            found.append((name, measure_images(part, images, name, columns, Manner(apart), report)))
    return found


def _official(inputs: Inputs) -> OfficialScores | None:
    pair = inputs.pair
    if pair.probabilities is None:
        return None
    return official_scores(pair.classes, pair.truth, pair.probabilities, inputs.weights)


def _about(arguments: argparse.Namespace) -> dict[str, str]:
    names = (
        *("truth", "predictions", "against", "spread", "metadata"),
        *("images", "classifier", "against_classifier"),
    )
    given = {name: getattr(arguments, name) for name in names}
    return {name.replace("_", " "): str(path) for name, path in given.items() if path is not None}


def _sentence(headline: Measurement | None) -> str:
    if headline is None:
        return "no image is left for the headline; the groups are in metrics.json"
    found = headline.evaluation.overall["balanced_accuracy"]
    return (
        f"balanced accuracy {found.value:.4f} (95 % interval {found.low:.4f} to {found.high:.4f})"
        f" on {headline.title}"
    )
