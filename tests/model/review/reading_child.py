"""Reads a study, one answer for each line on standard input: `python -m ... STUDY`."""

import sys
from pathlib import Path

from model.review.answers import Answers, Shown
from model.review.reading import now
from model.review.sitting import Sitting
from model.review.study_file import Study

if __name__ == "__main__":
    study = Study.open(Path(sys.argv[1]))
    sitting = Sitting.open(study, "Anna")
    while step := sitting.step:
        shown = sitting.show()
        jpegs = [sitting.photograph(number) for number in range(step.photographs)]
        sys.stdout.write(f"{step.stage.value}\n")
        sys.stdout.flush()
        if not sys.stdin.readline():
            break
        sitting.store(Answers("UNK"), Shown(), now(), 1.0)
