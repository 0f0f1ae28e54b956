"""A small project and studies of it, made without a network."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from model.catalogue.listing import list_images
from model.images import Preprocessing
from model.project.project import Project
from model.review.making import Network, make_study
from model.review.protocol import Protocol, Question, Stage
from model.review.selection import image_cases, lesion_cases
from model.review.studies import StudyRecord
from model.taxonomy import HAM10000_CLASSES

NETWORK = "Withheld network"
STAGES = tuple(Stage)


def make_project(root: Path, path: Path) -> Project:
    """A project that has listed its folder."""
    project = Project.create(path, root, "HAM10000")
    for batch in list_images(root):
        project.update_images(list(batch.images))
    return project


def network_of(project: Project) -> Network:
    """A network that says something else of each image, and shows where."""
    count, paths = len(HAM10000_CLASSES), [image.path for image in project.images()]
    random = np.random.default_rng(0)
    shares = {path: random.dirichlet(np.ones(count)) for path in paths}
    maps = {path: random.normal(size=(4, 4, count)).astype(np.float32) for path in paths}
    return Network(NETWORK, HAM10000_CLASSES, Preprocessing(224), shares, maps.__getitem__)


def write_study(
    project: Project,
    path: Path,
    stages: Sequence[Stage] = (Stage.BLIND,),
    questions: Sequence[Question] = (Question.DIAGNOSIS,),
    image_ids: Sequence[str] = (),
    **changes: object,
) -> StudyRecord:
    """A study of all images or some, or of all lesions with `by_lesion`; more as in `Protocol`."""
    protocol = Protocol("Pilot", HAM10000_CLASSES, tuple(stages), tuple(questions))
    protocol = replace(protocol, **changes)  # type: ignore[arg-type]
    images = [each for each in project.images() if not image_ids or each.image_id in image_ids]
    cases = lesion_cases(images, images) if protocol.by_lesion else image_cases(images)
    return make_study(project, protocol, cases, path, network=network_of(project))
