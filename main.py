"""Second Look: the window and the commands. Run with --help to see them."""

import argparse
import importlib
import os
import re
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from typing_extensions import override

from model import VERSION
from model.errors import UserError
from model.progress import Cancelled

NAME = "second-look"
USER_ERROR = 2
CANCELLED = 130

# Their modules are imported when they are asked for, so that help and the window start quickly.
MODEL_COMMANDS = {
    "predict": "classify every image of a folder and write the probabilities",
    "explain": "draw over one image what moved the network",
    "train": "train a classifier",
    "import-network": "make a classifier of a network that was trained elsewhere",
    "check": "list what is missing, unreadable, doubled, contradicting or leaking in a data set",
    "evaluate": "score predictions against what is recorded",
    "agreement": "measure how far readers agree",
}


class Parser(argparse.ArgumentParser):
    """Tells what is wrong with the arguments in one line."""

    @override
    def error(self, message: str) -> NoReturn:
        self.exit(USER_ERROR, f"{NAME}: {message}; see: {self.prog} --help\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that the arguments name; return the exit status."""
    # Several threads wait for each other in a spin: where the processors have other work, the
    # many small products of the intervals take up to a hundred times as long with them.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    arguments = with_negative_values(sys.argv[1:] if arguments is None else arguments)
    if arguments and arguments[0] in MODEL_COMMANDS:
        # Being told to end is like Ctrl+C: what was finished is kept.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        parsed = build_parser(arguments).parse_args(arguments)
        return int(parsed.handler(parsed))
    except UserError as error:
        sys.stderr.write(f"{NAME}: {error}\n")
        return USER_ERROR
    except (Cancelled, KeyboardInterrupt):
        sys.stderr.write(f"{NAME}: stopped; what was finished is kept\n")
        return CANCELLED


def with_negative_values(arguments: Sequence[str]) -> list[str]:
    """The same, with values such as -1..1 tied to the option before, since they look like one."""
    tied: list[str] = []
    for each in arguments:
        if re.match(r"-\d", each) and tied and tied[-1].startswith("--"):
            tied[-1] += f"={each}"
        else:
            tied.append(each)
    return tied


def build_parser(arguments: Sequence[str]) -> Parser:
    """All commands; only the one that the arguments name knows its own arguments."""
    parser = Parser(prog=NAME, description="Review dermoscopic data sets with a second look.")
    parser.add_argument("--version", action="version", version=f"Second Look {VERSION}")
    parser.set_defaults(handler=run_window, path=None)
    commands = parser.add_subparsers(metavar="COMMAND", title="commands")
    _add_app_commands(commands)
    for name, summary in MODEL_COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=_sentence(summary))
        if arguments and arguments[0] == name:
            module = importlib.import_module(f"model.commands.{name.replace('-', '_')}")
            module.add_arguments(command)
            command.set_defaults(handler=module.run)
    return parser


def _add_app_commands(commands: Any) -> None:
    summary = "open the window on a data set folder or a project"
    opening = commands.add_parser("open", help=summary, description=_sentence(summary))
    opening.add_argument("path", type=Path, metavar="PATH", help="data set folder or project file")
    opening.set_defaults(handler=run_window)
    summary = "read one study, and nothing else"
    reading = commands.add_parser("read", help=summary, description=_sentence(summary))
    reading.add_argument("study", type=Path, metavar="STUDY", help="study file")
    reading.add_argument(
        "--theme", choices=("system", "light", "dark"), default="system", help="colours"
    )
    reading.set_defaults(handler=run_reading)
    summary = "show the bundled demonstration"
    demo = commands.add_parser("demo", help=summary, description=_sentence(summary))
    demo.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="draw without a display, save screenshots and heat maps in DIR, and end",
    )
    demo.set_defaults(handler=run_demo)


def _sentence(summary: str) -> str:
    return f"{summary[0].upper()}{summary[1:]}."


def run_window(parsed: argparse.Namespace) -> int:
    """Show the window on `parsed.path`, or where the last one ended."""
    if not has_display():
        raise UserError(
            "there is no display for the window; log in to a desktop, or use demo, predict"
            " or explain, which need none."
        )
    if parsed.path is not None and not parsed.path.exists():
        raise UserError(f"{parsed.path} does not exist; give a data set folder or a project file.")
    from app import application

    return application.run(parsed.path)


def run_reading(parsed: argparse.Namespace) -> int:
    """Let somebody read a study, in a process that knows nothing else."""
    if not has_display():
        raise UserError("there is no display for the window; log in to a desktop.")
    from app.reading import application

    return application.run(parsed.study, parsed.theme)


def run_demo(parsed: argparse.Namespace) -> int:
    """Show the demonstration in the window, or draw it where there is no display."""
    if parsed.out is not None or not has_display():
        # Set before Qt is imported: it reads this once.
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        from app.demo import draw_demo

        return draw_demo(parsed.out or Path("second-look-demo"))
    from app import application

    return application.run(application.DEMO_DATA)


def has_display() -> bool:
    """Whether Qt will find a screen, or was told how to do without one."""
    if not sys.platform.startswith("linux"):
        return True
    names = ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")
    return any(os.environ.get(name) for name in names)


if __name__ == "__main__":
    sys.exit(main())
