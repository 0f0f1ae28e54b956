"""What the users of a project have set: how its queue is ranked."""

import json

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from model.project.project import Project
from model.project.review_tables import preferences
from model.review.queue import Weights

_WEIGHTS = "queue weights"


def load_weights(project: Project) -> Weights:
    """As they were stored, else the published ones; what cannot be understood is left alone."""
    query = select(preferences.c.value).where(preferences.c.name == _WEIGHTS)
    with project.database.reading() as connection:
        value = connection.execute(query).scalar_one_or_none()
    try:
        return Weights() if value is None else Weights.from_json(value)
    except ValueError:
        return Weights()


def store_weights(project: Project, weights: Weights) -> None:
    """Keep them in the project, for everyone who opens it.

    Raises:
        ProjectError: The project cannot be written.
    """
    value = json.loads(json.dumps(weights.to_json()))
    row = insert(preferences).values(name=_WEIGHTS, value=value)
    with project.database.writing() as connection:
        connection.execute(
            row.on_conflict_do_update(index_elements=["name"], set_={"value": value})
        )
