"""`agreement`: how far readers agree, and with what is known, from a table of their answers."""

import argparse
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from model.catalogue.facts import Facts
from model.catalogue.image_ids import join_key
from model.catalogue.mapping import MappedTable
from model.catalogue.proposing import propose_mapping
from model.catalogue.rows import read_rows
from model.catalogue.score_tables import read_scores
from model.catalogue.tables import read_head
from model.commands.console import console_report
from model.errors import UserError
from model.evaluation.agreement.coefficients import OBSERVED
from model.evaluation.agreement.rounds import AgreementDossier
from model.evaluation.agreement.writing import write_agreement
from model.files import check_folder_place
from model.review.answer_table import AnswerTable, answer_table
from model.review.case_references import agreed, network_class
from model.review.formats.reading import read_readings
from model.review.formats.rows import ImportedReadings
from model.review.managements import read_managements
from model.review.reader_agreement import measure_readers
from model.versions import versions


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Tell what can be asked for."""
    text = (
        "answers: image_id, reader_id, answer (and lesion_id, stage, iteration, question, truth), a"
        " column for each reader, or an export of ISIC Studies or Label Studio; several files are"
        " read as one"
    )
    parser.add_argument("readings", type=Path, nargs="+", metavar="READINGS.csv", help=text)
    text = "where metrics.json, report.html, tables and figures go"
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help=text)
    text = "lesion ids for the intervals; recorded labels and their basis"
    parser.add_argument("--metadata", type=Path, metavar="FILE.csv", help=text)
    text = (
        "what is done about a lesion of each class (columns class, management), where readers"
        " were not asked; left out: a published table, which the report cites"
    )
    parser.add_argument("--management", type=Path, metavar="FILE.csv", help=text)
    text = "a network's probabilities as predict writes them, to compare readers with"
    parser.add_argument("--predictions", type=Path, metavar="FILE.csv", help=text)


def run(arguments: argparse.Namespace) -> int:
    """Measure, and write what was found.

    Raises:
        UserError: A table is refused, or something cannot be read or written.
        Cancelled: Someone asked to stop.
    """
    imported = _read(arguments.readings)
    table = _with_references(answer_table(imported), arguments.metadata, arguments.predictions)
    managements = read_managements(arguments.management) if arguments.management else None
    check_folder_place(arguments.out)
    about = {"readings": ", ".join(map(str, arguments.readings)), "form": imported.form}
    about |= {
        name: str(given)
        for name in ("metadata", "predictions", "management")
        if (given := getattr(arguments, name))
    }
    with console_report() as report:
        dossier = measure_readers(table, {**about, **versions()}, managements, report=report)
        write_agreement(arguments.out, dossier)
        for note in dossier.notes:
            report.note(note)
        report.note(_sentence(dossier))
        report.note(f"everything is in {arguments.out}; open {arguments.out / 'report.html'}")
    return 0


def _read(paths: list[Path]) -> ImportedReadings:
    """All files as one."""
    found = [read_readings(path) for path in paths]
    for path, each in zip(paths, found, strict=True):
        if not each.rows:
            first = f" ({each.problems[0]})" if each.problems else ""
            raise UserError(f"{path} holds no answers{first}; there is nothing to measure.")
    if len(found) == 1:
        return found[0]
    labels: dict[str, str] = {}
    bases: dict[str, str] = {}
    network: dict[str, str] = {}
    for part in reversed(found):
        labels |= part.labels
        bases |= part.bases
        network |= part.network
    return replace(
        found[0],
        form=", ".join(dict.fromkeys(each.form for each in found)),
        rows=tuple(row for each in found for row in each.rows),
        labels=labels,
        bases=bases,
        network=network,
        problems=tuple(problem for each in found for problem in each.problems),
        notes=tuple(dict.fromkeys(note for each in found for note in each.notes)),
        named=all(each.named for each in found),
        repeats=all(each.repeats for each in found),
    )


def _with_references(
    table: AnswerTable, metadata: Path | None, predictions: Path | None
) -> AnswerTable:
    """The table with what other files say of its cases."""
    cases = dict.fromkeys(case for answers in table.first.values() for case, _ in answers)
    if metadata is not None:
        table = _with_metadata(table, metadata, list(cases))
    if predictions is not None:
        scores = read_scores(predictions)
        rows = {join_key(image): row for row, image in enumerate(scores.images)}
        known: dict[str, str] = {}
        for case in cases:
            if at := [rows[image] for image in _images_of(case) if image in rows]:
                known[case] = network_class(scores.classes, scores.probabilities[at])
        if not known:
            raise UserError(f"{predictions} holds none of the images that were read.")
        table = replace(table, network=known)
    return table


def _with_metadata(table: AnswerTable, path: Path, cases: list[str]) -> AnswerTable:
    mapping = propose_mapping(read_head(path))
    if mapping is None:
        raise UserError(f"{path} has no column that names the images, such as image or image_id.")
    rows = read_rows([MappedTable(path, mapping)])
    known = {case: [rows.facts(image) for image in _images_of(case)] for case in cases}
    facts = {case: [each for each in found if each] for case, found in known.items() if any(found)}
    if not facts:
        raise UserError(f"{path} holds none of the images that were read.")
    return replace(
        table,
        lesions={**table.lesions, **_agreed(facts, "lesion_id")},
        labels={**table.labels, **_agreed(facts, "label")},
        bases={**table.bases, **_agreed(facts, "basis")},
    )


def _images_of(case: str) -> list[str]:
    """Keys of the images of a case, which are joined by "|"."""
    return [join_key(image) for image in case.split("|")]


def _agreed(facts: Mapping[str, list[Facts]], name: str) -> dict[str, str]:
    """One fact of each case of which it is known."""
    said = {case: agreed(getattr(each, name) for each in found) for case, found in facts.items()}
    return {case: value for case, value in said.items() if value}


def _sentence(dossier: AgreementDossier) -> str:
    title = dossier.headline.title
    figures = dossier.headline.levels[0].agreement.figures
    # On a scale with an order, how far apart two answers are matters.
    name = "ordinal" if "krippendorff_alpha_ordinal" in figures else "nominal"
    alpha, observed = figures[f"krippendorff_alpha_{name}"], figures[OBSERVED].estimate
    if math.isnan(alpha.estimate.value):
        return f"{title}: {alpha.words}"
    found = alpha.estimate
    bounds = f"{found.low:.4f} to {found.high:.4f}" if found.low == found.low else "unknown"
    return (
        f"{title}: observed agreement {observed.value:.1%}, Krippendorff's alpha"
        f" {found.value:.4f} ({name}; 95 % interval {bounds})"
    )
