"""What the users of a project have set: how its queue is ranked, and what is done about a class."""

from model.project.preferences import load_preference, store_preference
from model.project.project import Project
from model.review.managements import Managements, default_managements
from model.review.queue import Weights

_WEIGHTS, _MANAGEMENTS = "queue weights", "managements"


def load_weights(project: Project) -> Weights:
    """As they were stored, else the published ones; what cannot be understood is left alone."""
    value = load_preference(project, _WEIGHTS)
    try:
        return Weights() if value is None else Weights.from_json(value)
    except ValueError:
        return Weights()


def store_weights(project: Project, weights: Weights) -> None:
    """Keep them in the project, for everyone who opens it.

    Raises:
        ProjectError: The project cannot be written.
    """
    store_preference(project, _WEIGHTS, weights.to_json())


def load_managements(project: Project) -> Managements:
    """As they were stored, else the published ones; what cannot be understood is left alone."""
    value = load_preference(project, _MANAGEMENTS)
    try:
        return default_managements() if value is None else Managements.from_json(value)
    except ValueError:
        return default_managements()


def store_managements(project: Project, managements: Managements) -> None:
    """Keep them in the project, for everyone who opens it.

    Raises:
        ProjectError: The project cannot be written.
    """
    store_preference(project, _MANAGEMENTS, managements.to_json())
