"""What a training learns from review: decided labels, undisputed ones, or the readers' spread."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from model.catalogue.chosen_labels import ChosenLabels, LabelUse
from model.catalogue.sources import load_sources
from model.class_systems import ClassMapping
from model.errors import UserError
from model.project.locations import project_for
from model.project.project import Project
from model.records import ImageRecord
from model.review.adjudication import Decision, standing
from model.review.case_readings import CaseReading, first_stage_only, load_case_readings
from model.review.labels import soft_labels, with_adjudicated_labels
from model.review.opinions import ImageOpinions, by_lesion
from model.review.patterns import SPLIT
from model.taxonomy import class_order
from model.words import counted


def labels_for(root: Path, use: LabelUse, path: str = "") -> ChosenLabels | None:
    """The labels that a training on a folder learns, as the review in its project stands now.

    Args:
        root: The data set's folder.
        use: Which labels.
        path: A project's file; "" for the folder's own.

    Returns:
        None for "recorded".

    Raises:
        UserError: No such project, it is of another folder, or has nothing of the kind.
    """
    if use == "recorded":
        return None
    with closing(Project.open(Path(path) if path else project_for(root))) as project:
        if project.root.resolve() != root.resolve():
            raise UserError(
                f"{path} is the project of {project.root}, not of {root}: name the folder's own "
                "project, or open the project in the window and tell it where its images are."
            )
        return training_labels(project, project.images(), use)


@dataclass(frozen=True, slots=True)
class ReviewStanding:
    """What review has to offer to a training.

    Attributes:
        decided: Lesions with a decided class.
        read: Images of which a reader named the class.
    """

    decided: int
    read: int

    @property
    def uses(self) -> frozenset[LabelUse]:
        """Which labels there are."""
        found: set[LabelUse] = {"recorded"}
        if self.decided:
            found |= {"adjudicated", "adjudicated only"}
        if self.read:
            found |= {"without disputed", "spread", "spread only"}
        return frozenset(found)


def review_standing(project: Project) -> ReviewStanding:
    """How much was decided and read in a project."""
    decided = sum(bool(each.final_class) for each in standing(project).values())
    readings = load_case_readings(project)
    read = {path for each in readings if each.reading.answers.diagnosis for path in each.paths}
    return ReviewStanding(decided, len(read))


def training_labels(
    project: Project, images: Sequence[ImageRecord], use: LabelUse
) -> ChosenLabels | None:
    """The labels that a training on a project's images learns, as its review stands now.

    Returns:
        None for "recorded".

    Raises:
        UserError: Nothing was decided or read that could be used so.
    """
    if use == "recorded":
        return None
    classes = load_sources(project).classes
    decisions = {
        lesion: replace(each, final_class=_looked_at(each.final_class, classes))
        for lesion, each in standing(project).items()
    }
    if use in {"adjudicated", "adjudicated only"}:
        if not any(each.final_class for each in decisions.values()):
            raise UserError("No class is decided yet; decide in the activity Adjudicate.")
        return _decided(images, decisions, use, frozenset())
    found = first_stage_only(load_case_readings(project))
    readings = [_reading_looked_at(each, classes) for each in found]
    if not any(each.reading.answers.diagnosis for each in readings):
        raise UserError("No reader has named a class yet; take in what readers send back.")
    if use == "without disputed":
        return _decided(images, decisions, use, disputed_lesions(images, readings))
    return _spread(images, readings, only=use == "spread only")


def _looked_at(code: str, classes: ClassMapping | None) -> str:
    """What a class that was read or decided is in the classes that labels are looked at in."""
    if classes is None or code in {target for _, target in classes.pairs}:
        return code
    return dict(classes.pairs).get(code, code)


def _reading_looked_at(each: CaseReading, classes: ClassMapping | None) -> CaseReading:
    answers = each.reading.answers
    code = _looked_at(answers.diagnosis, classes)
    return replace(each, reading=replace(each.reading, answers=replace(answers, diagnosis=code)))


def disputed_lesions(
    images: Sequence[ImageRecord], readings: Sequence[CaseReading]
) -> frozenset[str]:
    """Lesions on which readers differ among themselves or from the recorded label."""
    nothing = np.zeros(len(images))
    empty = nothing[:, np.newaxis][:, :0]
    asked = nothing.astype(bool)
    said = by_lesion(ImageOpinions(images, (), empty, asked, asked, nothing, readings))
    against = (said.read >= 0) & (said.label >= 0) & (said.read != said.label)
    return frozenset(said.lesions[(said.read == SPLIT) | against].tolist())


def _decided(
    images: Sequence[ImageRecord],
    decisions: Mapping[str, Decision],
    use: LabelUse,
    disputed: frozenset[str],
) -> ChosenLabels:
    used = with_adjudicated_labels(images, decisions, use, disputed)
    before = {image.path: image.label for image in images}
    labelled = [image for image in used if image.label]
    changed = sum(image.label != before[image.path] for image in labelled)
    codes = {image.path: image.label for image in labelled}
    told = f"{counted(changed, 'image')} with another class than recorded"
    if use == "adjudicated only":
        told = f"only what was decided in review, {counted(len(labelled), 'image')}, {told}"
    else:
        told = f"as decided in review, else as recorded, {told}"
    if use == "without disputed":
        dropped = sum(bool(image.label) and image.path not in codes for image in images)
        told += (
            f"; {counted(dropped, 'image')} left out: of lesions on which readers differ among "
            "themselves or from the recorded label and nobody decided, or found not assessable"
        )
    return ChosenLabels(f"Labels: {told}.", codes)


def _spread(
    images: Sequence[ImageRecord], readings: Sequence[CaseReading], *, only: bool
) -> ChosenLabels:
    named = {each.reading.answers.diagnosis for each in readings} - {""}
    classes = sorted(named, key=class_order)
    found = soft_labels(images, readings, classes)
    read = ~np.isnan(found).any(1)
    shares = {
        images[row].path: {
            code: float(share) for code, share in zip(classes, found[row], strict=True) if share
        }
        for row in np.flatnonzero(read).tolist()
    }
    codes = {} if only else {image.path: image.label for image in images if image.label}
    rest = len(codes.keys() - shares.keys())
    codes |= {
        image.path: _largest(shares[image.path], image.label)
        for image in images
        if image.path in shares
    }
    told = f"soft, {_spread_told(readings, shares)}"
    if not only:
        told += f", and the recorded label of {counted(rest, 'other image')}"
    return ChosenLabels(f"Labels: {told}.", codes, shares)


def _spread_told(readings: Sequence[CaseReading], shares: Mapping[str, object]) -> str:
    """For example "the spread of 2 to 3 readers' first readings for 60 images"."""
    readers: defaultdict[str, set[str]] = defaultdict(set)
    for each in readings:
        for path in each.paths if each.reading.answers.diagnosis else ():
            readers[path].add(each.reading.reader)
    counts = [len(readers[path]) for path in shares]
    low, high = min(counts), max(counts)
    several = f"{low} to {high} readers'" if low < high else f"{counted(low, 'reader')}'"
    several = several.replace("1 reader'", "1 reader's")
    return f"the spread of {several} first readings for {counted(len(shares), 'image')}"


def _largest(shares: Mapping[str, float], recorded: str) -> str:
    """The class that most readers named; of several the recorded one, or the first in order."""
    most = max(shares.values())
    best = [code for code, share in shares.items() if share == most]
    return recorded if recorded in best else min(best, key=class_order)
