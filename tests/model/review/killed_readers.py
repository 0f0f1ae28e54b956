"""Readers that are killed at random moments: `python -m ... STUDY FOLDER KILLS SEED`.

Each is a forked process that answers as fast as it can, and tells of each answer once it is
stored. Their files stay for the test; what was told comes out line by line: the iteration of the
study, and the id of a reading or, with a minus before it, of one that was taken back.
"""

import os
import random
import signal
import sys
import time
from contextlib import closing
from pathlib import Path

from model.review.answers import Answers, Shown
from model.review.reading import now
from model.review.sitting import Sitting
from model.review.study_file import Study

CHANCE_OF_UNDO = 0.2
CHANCE_OF_GOING_ON = 0.7
LONGEST_LIFE_S = 0.2


def path_of(folder: Path, iteration: int) -> Path:
    return folder / f"{iteration}.readings"


def read(study_file: Path, folder: Path, told: int, chance: random.Random) -> None:
    """Answer for ever, file after file."""
    study, iteration = Study.open(study_file), 1
    while True:
        with closing(Sitting.open(study, "Anna", path_of(folder, iteration), iteration)) as sitting:
            while sitting.step:
                sitting.show()
                number, _ = sitting.progress
                answers = Answers("MEL", malignant=number, management="excision")
                going_on = chance.random() < CHANCE_OF_GOING_ON
                stored = sitting.store(answers, Shown(zoom=1.0), now(), 0.1, going_on=going_on)
                os.write(told, f"{iteration} {stored.id}\n".encode())
                if sitting.can_undo and chance.random() < CHANCE_OF_UNDO:
                    sitting.undo()
                    os.write(told, f"{iteration} -{stored.id}\n".encode())
        iteration += 1


def run_and_kill(study_file: Path, folder: Path, chance: random.Random) -> str:
    receiving, telling = os.pipe()
    child = os.fork()
    if not child:
        os.close(receiving)
        read(study_file, folder, telling, random.Random(chance.random()))
    os.close(telling)
    with os.fdopen(receiving) as lines:
        first = lines.readline()
        time.sleep(chance.uniform(0, LONGEST_LIFE_S))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return first + lines.read()


if __name__ == "__main__":
    chance = random.Random(sys.argv[4])
    for _ in range(int(sys.argv[3])):
        sys.stdout.write(run_and_kill(Path(sys.argv[1]), Path(sys.argv[2]), chance))
        sys.stdout.write("killed\n")
