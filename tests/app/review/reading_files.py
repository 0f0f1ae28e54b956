"""Three readers whose files come back."""

from pathlib import Path

from app.application import Application
from model.review.answers import Answers, Shown
from model.review.reading import now
from model.review.sitting import Sitting
from model.review.studies import load_key
from model.review.study_file import Study
from tests.studies import write_study

# What three readers say of each image; its label is in HAM10000_ROWS.
SAID = {
    "ISIC_0000001": ("BKL", "BKL", "MEL"),
    "ISIC_0000003": ("MEL", "MEL", "MEL"),
    "ISIC_0000004": ("NV", "NV", "BCC"),
}


def give_readings(application: Application, folder: Path) -> None:
    """Three readers answer a study, and their files come back."""
    project = application.session.project
    assert project
    path = folder / "out" / "s.study"
    write_study(project, path, image_ids=tuple(SAID))
    rows = load_key(project, 1)
    image_of = {code: Path(row.images[0][0]).stem for row in rows for code in row.codes}
    paths = []
    for number, name in enumerate(("Anna", "Boris", "Clara")):
        study = Study.open(path)
        sitting = Sitting.open(study, name)
        while sitting.step:
            said = SAID[image_of[sitting.step.code]]
            sitting.show()
            sitting.store(Answers(said[number]), Shown(), now(), 1.0)
        sitting.close()
        study.close()
        paths.append(sitting.path)
    application.read.controller.take_in(paths)
