"""`check`: what is missing, unreadable, doubled, contradicting or leaking in a data set."""

import argparse
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from model.catalogue.quality import check_data_set
from model.catalogue.sources import sources_of
from model.catalogue.split_leaks import Leak
from model.commands.columns import add_columns_argument, take_columns
from model.commands.console import console_report
from model.errors import UserError
from model.files import check_file_place, write_table
from model.records import Problem

NOTHING_FOUND = 0
SOMETHING_FOUND = 1
_SHOWN = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Tell what can be asked for."""
    parser.description = (
        "List what is missing, unreadable, doubled, contradicting or leaking in a data set. Every"
        " image is read, nothing is changed. Ends with status 0 where nothing was found, else 1."
    )
    parser.add_argument("path", type=Path, metavar="PATH", help="a data set's folder")
    parser.add_argument(
        "--against",
        type=Path,
        metavar="PATH",
        help="a second data set, folder or table, that must share no image and no lesion with it",
    )
    add_columns_argument(parser)
    parser.add_argument(
        "--out", type=Path, metavar="FILE.csv", help="write all findings: kind, path, reason"
    )


def run(arguments: argparse.Namespace) -> int:
    """Check, and say what was found.

    Raises:
        UserError: A file is given, a folder cannot be listed, or `--out` cannot be written.
        Cancelled: Someone asked to stop.
    """
    _refuse_file(arguments.path)
    if arguments.out:
        check_file_place(arguments.out)
    with console_report() as report:
        take_columns(arguments.columns, arguments.path)
        sources = sources_of(arguments.path)
        if sources.classes:
            report.note(sources.classes.told)
        findings = check_data_set(arguments.path, arguments.against, report, sources)
    problems = findings.problems
    if arguments.out:
        rows = ((each.kind.value, each.path, each.reason) for each in problems)
        write_table(arguments.out, ("kind", "path", "reason"), rows)
    print(_summary(problems, arguments.out))
    if findings.leaks:
        print("\n".join((findings.advice, *_leaks(findings.leaks))))
    return SOMETHING_FOUND if problems else NOTHING_FOUND


def _refuse_file(path: Path) -> None:
    """A table has no images that could be missing or unreadable, and would pass unchecked."""
    if path.is_file():
        raise UserError(
            f"{path} is a file: give the folder that holds the images; --against takes a table too."
        )


def _summary(problems: Sequence[Problem], out: Path | None) -> str:
    if not problems:
        return "Nothing is missing, unreadable, doubled, contradicting or leaking."
    by_kind: defaultdict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        by_kind[problem.kind.value].append(problem)
    lines = [line for kind, found in by_kind.items() for line in _section(kind, found)]
    if out:
        lines.append(f"All of it is in {out}.")
    elif any(len(found) > _SHOWN for found in by_kind.values()):
        lines.append("Use --out FILE.csv to have all of it.")
    return "\n".join(lines)


def _leaks(leaks: Sequence[Leak]) -> list[str]:
    return [f"  {each.code}: {each.expected:.1%} ({each.images:,} images)" for each in leaks[:-1]]


def _section(kind: str, found: Sequence[Problem]) -> list[str]:
    shown = [f"  {each.path}: {each.reason}" for each in found[:_SHOWN]]
    more = len(found) - len(shown)
    rest = [f"  and {more:,} more"] if more else []
    return [f"{kind.capitalize()} ({len(found):,})", *shown, *rest]
