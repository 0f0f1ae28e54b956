"""What the users of a project have set: how its queue is ranked, and what is done about a class."""

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from model.project.project import Project
from model.project.review_tables import preferences
from model.review.managements import Managements, default_managements
from model.review.queue import Weights

_WEIGHTS, _MANAGEMENTS = "queue weights", "managements"


def load_weights(project: Project) -> Weights:
    """As they were stored, else the published ones; what cannot be understood is left alone."""
    value = _load(project, _WEIGHTS)
    try:
        return Weights() if value is None else Weights.from_json(value)
    except ValueError:
        return Weights()


def store_weights(project: Project, weights: Weights) -> None:
    """Keep them in the project, for everyone who opens it.

    Raises:
        ProjectError: The project cannot be written.
    """
    _store(project, _WEIGHTS, weights.to_json())


def load_managements(project: Project) -> Managements:
    """As they were stored, else the published ones; what cannot be understood is left alone."""
    value = _load(project, _MANAGEMENTS)
    try:
        return default_managements() if value is None else Managements.from_json(value)
    except ValueError:
        return default_managements()


def store_managements(project: Project, managements: Managements) -> None:
    """Keep them in the project, for everyone who opens it.

    Raises:
        ProjectError: The project cannot be written.
    """
    _store(project, _MANAGEMENTS, managements.to_json())


def _load(project: Project, name: str) -> Any:
    query = select(preferences.c.value).where(preferences.c.name == name)
    with project.database.reading() as connection:
        return connection.execute(query).scalar_one_or_none()


def _store(project: Project, name: str, content: Any) -> None:
    value = json.loads(json.dumps(content))
    row = insert(preferences).values(name=name, value=value)
    with project.database.writing() as connection:
        connection.execute(
            row.on_conflict_do_update(index_elements=["name"], set_={"value": value})
        )
