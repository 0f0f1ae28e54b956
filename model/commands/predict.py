"""`predict`: classify every image of a folder and write the probabilities."""

import argparse
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import get_args

from model.classifier.serving import Precision
from model.commands.arguments import add_classifier_argument, load_classifier
from model.commands.columns import add_columns_argument, take_columns
from model.commands.console import ConsoleReport, console_report
from model.commands.data_sets import open_data_set
from model.commands.heat_maps import HeatMapWriter
from model.errors import UserError
from model.files import check_file_place, check_folder_place
from model.inference.export import failures_path, write_failures, write_predictions
from model.inference.results import load_predictions
from model.inference.run import classify_images
from model.project.cache import Cache
from model.records import ImageRecord, Problem
from model.words import counted


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Tell what can be asked for."""
    parser.add_argument("path", type=Path, metavar="PATH", help="a folder of images, or one image")
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FILE.csv",
        help="where the probabilities go; unreadable images go to FILE.failed.csv",
    )
    add_classifier_argument(parser)
    parser.add_argument(
        "--precision",
        choices=get_args(Precision),
        default="f32",
        help="bf16 is about twice as fast where the processor has it, and moves probabilities a"
        " little (default: f32)",
    )
    add_columns_argument(parser)
    parser.add_argument(
        "--project",
        type=Path,
        metavar="FILE",
        help="project file that keeps the results (default: the folder's own in the user's data)",
    )
    parser.add_argument(
        "--heatmaps",
        type=Path,
        metavar="DIR",
        help="write for each image what moved the network to its prediction, as a PNG file",
    )


def run(arguments: argparse.Namespace) -> int:
    """Classify, and write what was found.

    Raises:
        UserError: Nothing could be read, or something cannot be opened or written.
        Cancelled: Someone asked to stop; results so far are in the project's cache.
    """
    check_file_place(arguments.out)
    if arguments.heatmaps:
        check_folder_place(arguments.heatmaps)
    take_columns(arguments.columns, arguments.path)
    classifier = load_classifier(arguments.classifier, arguments.views, arguments.precision)
    with (
        console_report() as report,
        open_data_set(arguments.path, arguments.project, report) as project,
        closing(Cache.open(project.cache_path)) as cache,
    ):
        classify_images(project, cache, classifier, on_results=None, report=report)
        predictions = load_predictions(project, cache, classifier)
        images = project.images()
        if failed := write_failures(arguments.out, images, predictions):
            where = failures_path(arguments.out)
            report.note(f"{counted(failed, 'image')} could not be read; {where} says why")
        _note_problems(project.problems(), report)
        read = [image for image in images if image.path in predictions.rows]
        if not read:
            raise UserError(
                f"None of the {len(images):,} images in {arguments.path} could be read:"
                f" {next(iter(predictions.failures.values()), 'no reason is known')}"
            )
        write_predictions(arguments.out, read, predictions)
        report.note(f"{counted(len(read), 'prediction')} in {arguments.out}")
        _note_doubled_names(read, report)
        if arguments.heatmaps:
            writer = HeatMapWriter(project.root, cache, classifier, arguments.heatmaps)
            writer.write(read, report)
    return 0


def _note_problems(problems: Sequence[Problem], report: ConsoleReport) -> None:
    counts = Counter(each.kind.value for each in problems)
    if counts:
        text = ", ".join(f"{count:,} {kind}" for kind, count in sorted(counts.items()))
        report.note(f"problems of the data set itself: {text}")


def _note_doubled_names(images: Sequence[ImageRecord], report: ConsoleReport) -> None:
    counts = Counter(image.image_id for image in images)
    doubled = [name for name, count in counts.items() if count > 1]
    if doubled:
        report.note(
            f"{len(doubled):,} names belong to several images, such as {doubled[0]}: each image"
            " has a row of its own, in the order of the paths"
        )
