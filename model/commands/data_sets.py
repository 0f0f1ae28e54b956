"""Opening what a command was pointed at, a folder or one image, as a project."""

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from model.catalogue.listing import list_images, recognise
from model.catalogue.sources import load_sources, sources_of
from model.errors import UserError
from model.progress import Report
from model.project.locations import open_or_create
from model.project.project import Project
from model.records import ImageRecord, Problem


@contextmanager
def open_data_set(path: Path, project_file: Path | None, report: Report) -> Iterator[Project]:
    """The project of a folder, or a passing one for a single image, listed as it is now.

    Args:
        path: A data set's folder, a folder of images, or an image.
        project_file: Where the project is or will be; None for the folder's usual place.
        report: Told while the folder is listed.

    Raises:
        UserError: Nothing can be opened, or the project file is of another folder.
        Cancelled: From `report`.
    """
    if path.is_file():
        if project_file:
            raise UserError("--project goes with a folder, not with a single image; leave it out.")
        with _project_of_one_image(path) as project:
            yield project
        return
    with closing(_open_project(path, project_file)) as project:
        _list_again(project, report)
        yield project


@contextmanager
def _project_of_one_image(path: Path) -> Iterator[Project]:
    # Apart from the folder's own project, which may know thousands of other images.
    facts = path.stat()
    record = ImageRecord(path.name, path.stem, facts.st_size, facts.st_mtime_ns)
    with tempfile.TemporaryDirectory(prefix="second-look-") as folder:
        place = Path(folder) / "image.secondlook"
        with closing(Project.create(place, path.absolute().parent, "Plain folder")) as project:
            project.update_images([record])
            yield project


def _open_project(root: Path, project_file: Path | None) -> Project:
    layout = recognise(root, sources_of(root))
    if project_file is None:
        return open_or_create(root, layout.name)
    if not project_file.exists():
        return Project.create(project_file, root, layout.name)
    project = Project.open(project_file)
    if project.root.resolve() != root.resolve():
        project.close()
        raise UserError(
            f"The project {project_file} is of {project.root}, not of {root}; give that folder,"
            " or another project file."
        )
    return project


def _list_again(project: Project, report: Report) -> None:
    gone = {record.path for record in project.images()}
    problems: list[Problem] = []
    for batch in list_images(project.root, report, load_sources(project)):
        project.update_images(batch.images)
        problems.extend(batch.problems)
        gone -= {record.path for record in batch.images}
    project.remove_missing(gone)
    project.replace_problems(problems)
