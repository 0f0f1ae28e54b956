"""Stands in for `main.py train --run DIR --resume --queue`: the log of a training, without one.

It holds the lock, waits for its turn and obeys as a real run does, since it uses the same parts.
The file `script.json` in the folder above the runs says how: "epochs", "seconds" for each,
"fail" (a message) and "classifier" (a folder to copy as the result).
"""

import json
import shutil
import sys
import time
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from model.locks import HeldLock
from model.progress import Cancelled, silent
from model.runs.folder import RunFolder
from model.runs.log import (
    EpochDone,
    Failed,
    Finished,
    Progress,
    Queued,
    RunLog,
    Started,
    Stopped,
    read_log,
)
from model.runs.steering import Steering
from model.runs.turns import wait_for_turn


def main() -> None:
    folder = RunFolder(Path(sys.argv[sys.argv.index("--run") + 1]))
    script = json.loads((folder.path.parents[1] / "script.json").read_text())
    print("The fake begins", flush=True)
    log = folder.open_log()
    with ExitStack() as held:
        held.enter_context(HeldLock(folder.lock))
        folder.control.withdraw_all()
        steering = Steering(folder.control, log, silent)
        log.write(Queued())
        try:
            held.enter_context(wait_for_turn(folder, steering.look))
            train(folder, script, log, steering)
        except Cancelled:
            log.write(Stopped())
            sys.exit(130)


def train(folder: RunFolder, script: dict, log: RunLog, steering: Steering) -> None:
    earlier = list(read_log(folder.log))
    done = max((each.epoch for each in earlier if isinstance(each, EpochDone)), default=0)
    log.write(Started(any(isinstance(each, Started) for each in earlier)))
    for epoch in range(done + 1, script["epochs"] + 1):
        until = time.monotonic() + script["seconds"]
        while time.monotonic() < until:
            steering.tell(Progress("Fine-tuning", epoch, script["epochs"], 123.4))
            time.sleep(0.02)
        log.write(epoch_done(epoch, script["epochs"]))
        if steering.ends_after_epoch():
            break
    if script.get("fail"):
        print("The fake gives up", flush=True)
        log.write(Failed(script["fail"]))
        sys.exit(2)
    shutil.copytree(script["classifier"], folder.classifier)
    figure = {"value": 0.625, "low": 0.5, "high": 0.75, "n": 12}
    test = {"images": 12, "lesions": 9, "balanced_accuracy": figure}
    log.write(Finished(1.0, {"test": test}))


def epoch_done(epoch: int, epochs: int) -> EpochDone:
    return EpochDone(
        phase="head",
        epoch=epoch,
        epochs=epochs,
        loss=1 / epoch,
        validation_loss=1.2 / epoch,
        accuracy=0.5 + epoch / 100,
        balanced_accuracy=0.4 + epoch / 100,
        macro_f1=0.3 + epoch / 100,
        recall={"MEL": 0.25, "NV": 0.75, "BCC": 0.5},
        learning_rate=0.001,
        is_best=True,
    )


if __name__ == "__main__":
    main()
