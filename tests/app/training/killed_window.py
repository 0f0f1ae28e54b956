"""A window that starts a run, says so, and then waits to be killed."""

import os
import sys
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"
sys.path.insert(0, str(Path(__file__).parents[3]))

from app.application import Application, create_qt_application
from model.runs import launch
from tests.benchmarks.window import wait


def main(data: Path, classifier: Path) -> None:
    launch.MAIN = Path(__file__).with_name("fake_main.py")
    create_qt_application()
    application = Application()
    application.settings.classifier = classifier
    train = application.train
    application.open(data)
    wait(lambda: bool(application.session.table.records))
    application.window.show_activity("train")
    wait(lambda: bool(train.training.splits))
    train.training.set_name("orphan")
    train.runs.start()
    wait(lambda: any(run.state == "running" for run in train.training.runs.values()))
    print("running", flush=True)
    wait(lambda: False)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
