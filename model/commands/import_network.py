"""`main.py import-network NETWORK --out DIR --classes A,B,...`: a network of one's own."""

import argparse
import sys
from pathlib import Path
from typing import get_args

from model.classifier.proposal import EXPLANATIONS, SCALES, Proposal, usual_order
from model.commands.console import ConsoleReport
from model.errors import UserError
from model.images import Mode


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command understands."""
    parser.description = (
        "Take over a network that was trained elsewhere, as a .keras or .h5 file, and write a "
        "classifier's folder. Nothing in the file is executed."
    )
    parser.add_argument("network", type=Path, metavar="NETWORK", help="a .keras or .h5 file")
    parser.add_argument("--out", type=Path, metavar="DIR", help="the classifier's new folder")
    parser.add_argument("--classes", metavar="A,B,...", help="in the order of the outputs")
    scales = "; ".join(f"{scale}: {words}" for scale, words in EXPLANATIONS.items())
    parser.add_argument(
        "--scale",
        choices=SCALES,
        help=f"what the network expects of its pixels ({scales})",
    )
    parser.add_argument(
        "--mode",
        choices=get_args(Mode),
        default="stretch",
        help="how a photograph becomes a square",
    )
    parser.add_argument("--size", type=int, metavar="N", help="side of the input, where it is free")
    parser.add_argument("--name", default="", help="what the classifier is called")
    parser.add_argument("--licence", default="", help="under which it may be used")
    parser.add_argument(
        "--look",
        type=Path,
        metavar="FILE.json",
        help="only look at the network, try it on --images, and write what was found",
    )
    parser.add_argument("--images", type=Path, nargs="*", default=(), metavar="IMAGE")


def run(arguments: argparse.Namespace) -> int:
    """Look at the network, or take it over.

    Raises:
        UserError: The network, the choices or the destination cannot be used.
    """
    if arguments.look is None and not (arguments.out and arguments.classes and arguments.scale):
        raise UserError(
            "import-network needs --out, --classes and --scale; with --look FILE.json alone it "
            "tells what it finds."
        )
    report = ConsoleReport(sys.stderr)
    if arguments.look is not None:
        from model.network.own.looking import look_at  # noqa: PLC0415 - TensorFlow takes seconds

        found = look_at(arguments.network, arguments.size, arguments.images, report)
        found.save(arguments.look)
        print(_told(found))
        return 0
    from model.network.own.taking_over import Choices, take_over  # noqa: PLC0415

    choices = Choices(
        tuple(code.strip() for code in arguments.classes.split(",")),
        arguments.scale,
        arguments.mode,
        arguments.size,
        arguments.name,
        arguments.licence,
    )
    folder = take_over(arguments.network, choices, arguments.out, report)
    print(f"The classifier is in {folder}")
    return 0


def _told(found: Proposal) -> str:
    size = f"{found.size} pixels" if found.size else "any size"
    maps = ", ".join(f"{layer.name} ({layer.height} x {layer.width})" for layer in found.layers)
    evidence = "" if found.has_evidence else " No evidence map: no average with a linear head."
    return (
        f"{found.outputs} classes (perhaps {', '.join(usual_order(found.outputs))}), input of "
        f"{size}, pixels probably {found.scale}. Heat maps: {maps}.{evidence}"
    )
