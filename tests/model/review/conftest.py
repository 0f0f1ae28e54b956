"""A project of nine images of eight lesions, and studies made from it."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from model.catalogue.listing import list_images
from model.images import Preprocessing
from model.project.project import Project
from model.review.answers import Answers, Management, Shown
from model.review.making import Network, make_study
from model.review.protocol import Protocol, Question, Stage
from model.review.reading import Reading, now
from model.review.selection import image_cases
from model.review.sitting import Sitting
from model.review.study_file import Study

CLASSES = ("MEL", "NV", "BCC", "AKIEC", "BKL", "DF", "VASC")
ALL_STAGES = tuple(Stage)
QUESTIONS = (Question.DIAGNOSIS, Question.SECOND_CHOICE, Question.MALIGNANT, Question.MANAGEMENT)
MELANOMA = Answers("MEL", malignant=90, management=Management.EXCISION)
NEVUS = Answers("NV", "MEL", malignant=10, management=Management.NOTHING)


def protocol(**changes: object) -> Protocol:
    given = {"title": "Which is it?", "classes": CLASSES, "questions": QUESTIONS, "seed": 7}
    return Protocol(**(given | changes))  # type: ignore[arg-type]


def network(project: Project) -> Network:
    """Says 0.4 of melanoma and 0.1 of each other class."""
    values = np.array([0.4, *[0.1] * 6])
    found = {image.path: values for image in project.images()}
    evidence = np.linspace(-1, 1, 3 * 3 * 7, dtype=np.float32).reshape(3, 3, 7)
    return Network("tiny", CLASSES, Preprocessing(224), found, lambda _path: evidence)


def store(sitting: Sitting, answers: Answers = MELANOMA) -> Reading:
    """Look at the current step and answer it."""
    sitting.show()
    return sitting.store(answers, Shown(zoom=2.0), now(), 1.5)


def read_all(sitting: Sitting, answers: Answers = MELANOMA) -> None:
    while sitting.step:
        store(sitting, answers)


@pytest.fixture
def project(small_ham10000: Path, tmp_path: Path) -> Iterator[Project]:
    project = Project.create(tmp_path / "own" / "mine.secondlook", small_ham10000, "HAM10000")
    for batch in list_images(small_ham10000):
        project.update_images(batch.images)
    yield project
    project.close()


@pytest.fixture
def study(project: Project, tmp_path: Path) -> Iterator[Study]:
    """All nine images, blind and with the metadata."""
    asked = protocol(stages=(Stage.BLIND, Stage.METADATA))
    make_study(project, asked, image_cases(project.images()), tmp_path / "out" / "s.study")
    study = Study.open(tmp_path / "out" / "s.study")
    yield study
    study.close()


@pytest.fixture
def sitting(study: Study) -> Iterator[Sitting]:
    sitting = Sitting.open(study, "Anna")
    yield sitting
    sitting.close()
