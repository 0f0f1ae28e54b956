"""No look-up and no connection, in commands, window, training and all their children.

Every process started here, and every Python process that it starts, runs under an audit hook
that refuses and records whatever reaches for a network. `CI` is unset: some packages are
silent where it is set.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import pytest

from model.review.protocol import Stage
from tests.conftest import write_jpeg
from tests.small_classifier import write_small_classifier
from tests.studies import make_project, write_study

REPOSITORY = Path(__file__).resolve().parents[1]

# Python imports a module of this name at start, in children too. It records first and refuses
# then, since a caller may swallow the refusal.
HOOK = """
import os, socket, sys

LOCAL = getattr(socket, "AF_UNIX", None)
LOOK_UPS = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr",
            "socket.getnameinfo", "urllib.Request"}
CONNECTIONS = {"socket.connect", "socket.sendto", "socket.sendmsg"}

def hook(event, arguments):
    if event in CONNECTIONS and arguments[0].family == LOCAL:
        return
    if event in CONNECTIONS or event in LOOK_UPS:
        line = f"{event} {arguments!r} in {sys.argv}\\n".encode()
        record = os.open(os.environ["NETWORK_RECORD"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(record, line)
        os.close(record)
        raise PermissionError(f"no network in this test: {event}")

sys.addaudithook(hook)
"""


class Watched:
    """Runs Python where reaching for a network is refused and recorded."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.record = folder / "record"
        hook = folder / "hook"
        hook.mkdir()
        (hook / "sitecustomize.py").write_text(HOOK)
        kept = {name: value for name, value in os.environ.items() if name != "CI"}
        self.environment = kept | {
            "PYTHONPATH": str(hook),
            "NETWORK_RECORD": str(self.record),
            "QT_QPA_PLATFORM": "offscreen",
            "HOME": str(folder),
        }

    def python(self, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def main(self, *arguments: str | Path) -> None:
        done = self.python([str(REPOSITORY / "main.py"), *map(str, arguments)])
        assert self.attempts == ""
        assert done.returncode == 0, done.stderr

    @property
    def attempts(self) -> str:
        return self.record.read_text() if self.record.exists() else ""


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    folder = tmp_path / "watched"
    folder.mkdir()
    return Watched(folder)


@pytest.mark.parametrize(
    "statement",
    [
        "socket.create_connection(('127.0.0.1', 9))",
        "socket.getaddrinfo('localhost', 80)",
        "socket.gethostbyname('localhost')",
        "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))",
        "subprocess.run([sys.executable, '-c', 'import socket; socket.gethostbyname(\"x\")'])",
    ],
)
def test_that_the_hook_sees_every_way_out_also_of_children(
    watched: Watched, statement: str
) -> None:
    code = f"import socket, subprocess, sys\ntry:\n    {statement}\nexcept OSError:\n    pass"
    watched.python(["-c", code])
    assert "socket." in watched.attempts


def test_that_predict_reaches_for_no_network(watched: Watched, small_ham10000: Path) -> None:
    classifier = write_small_classifier(watched.folder / "classifier")
    out = watched.folder / "out.csv"
    maps = watched.folder / "maps"
    watched.main("predict", small_ham10000, "--out", out, "--classifier", classifier)
    watched.main(
        *("predict", small_ham10000, "--out", out),
        *("--classifier", classifier, "--heatmaps", maps),
    )
    assert len(list(maps.iterdir())) == 9


def test_that_explain_reaches_for_no_network(watched: Watched, small_ham10000: Path) -> None:
    classifier = write_small_classifier(watched.folder / "classifier")
    image = next(small_ham10000.rglob("*.jpg"))
    out = watched.folder / "out.png"
    watched.main("explain", image, "--out", out, "--classifier", classifier)
    assert out.exists()


@pytest.mark.skipif(not find_spec("app.application"), reason="there is no window yet")
def test_that_the_window_reaches_for_no_network(watched: Watched) -> None:
    watched.main("demo", "--out", watched.folder / "demo")
    assert list((watched.folder / "demo").glob("*.png"))


def test_that_reading_a_study_reaches_for_no_network(
    watched: Watched, small_ham10000: Path
) -> None:
    study = watched.folder / "pilot.study"
    project = make_project(small_ham10000, watched.folder / "small.secondlook")
    write_study(project, study, tuple(Stage))
    project.close()
    code = (
        "import sys\n"
        f"sys.path.insert(0, {str(REPOSITORY)!r})\n"
        "from PySide6.QtCore import QTimer\n"
        "from app.reading import application\n"
        "def read(self):\n"
        "    self.reading.begin('R1')\n"
        "    QTimer.singleShot(1500, self.window.close)\n"
        "begin = application.ReadingApplication.__init__\n"
        "def create(self, study):\n"
        "    begin(self, study)\n"
        "    QTimer.singleShot(0, lambda: read(self))\n"
        "application.ReadingApplication.__init__ = create\n"
        f"sys.exit(application.run(__import__('pathlib').Path({str(study)!r})))\n"
    )
    done = watched.python(["-c", code])
    assert (done.returncode, watched.attempts) == (0, ""), done.stderr
    assert list(watched.folder.glob("*.readings"))


def test_that_training_reaches_for_no_network(watched: Watched, real_data: Path) -> None:
    weights = next((real_data / "mobilenet_v2_imagenet").glob("*.h5"))
    data = watched.folder / "data"
    for number in range(24):
        write_jpeg(data / ("MEL", "NV")[number % 2] / f"{number}.jpg", seed=number)
    config = watched.folder / "config.toml"
    config.write_text(
        f"[network]\nweights = {str(weights)!r}\nsize = 96\n[head]\nepochs = 2\n",
        encoding="utf-8",
    )
    run = watched.folder / "run"
    watched.main("train", data, "--run", run, "--config", config)
    assert (run / "classifier" / "card.json").exists()


def test_that_importing_openvino_starts_no_process(watched: Watched) -> None:
    code = (
        "import sys\n"
        "def hook(event, arguments):\n"
        "    if event in ('subprocess.Popen', 'os.posix_spawn', 'os.fork', 'os.exec'):\n"
        "        print('started', event, arguments)\n"
        "sys.addaudithook(hook)\n"
        f"sys.path.insert(0, {str(REPOSITORY)!r})\n"
        "from model.classifier.openvino_core import shared_core\n"
        "shared_core()\n"
    )
    done = watched.python(["-c", code])
    assert (done.returncode, done.stdout) == (0, "")


def test_that_the_package_that_reports_home_is_not_installed() -> None:
    assert find_spec("openvino_telemetry") is None


def test_that_evaluate_reaches_for_no_network(watched: Watched) -> None:
    truth, predictions = watched.folder / "truth.csv", watched.folder / "predictions.csv"
    truth.write_text("image,MEL,NV\na,1,0\nb,0,1\nc,0,1\n", encoding="utf-8")
    predictions.write_text("image,MEL,NV\na,.9,.1\nb,.2,.8\nc,.6,.4\n", encoding="utf-8")
    out = watched.folder / "out"
    files = ("--truth", truth, "--predictions", predictions)
    watched.main("evaluate", *files, "--out", out)
    assert (out / "report.html").exists()


def test_that_agreement_reaches_for_no_network(watched: Watched) -> None:
    readings, out = watched.folder / "readings.csv", watched.folder / "out"
    readings.write_text("image,A,B\na,MEL,NV\nb,NV,NV\nc,BCC,BCC\n", encoding="utf-8")
    watched.main("agreement", readings, "--out", out)
    assert (out / "report.html").exists()
