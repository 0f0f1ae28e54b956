"""What the users of a project have set, by name; whoever keeps something knows what it means."""

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from model.project.project import Project
from model.project.review_tables import preferences


def load_preference(project: Project, name: str) -> Any:
    """A JSON value; None where nothing is kept under this name."""
    query = select(preferences.c.value).where(preferences.c.name == name)
    with project.database.reading() as connection:
        return connection.execute(query).scalar_one_or_none()


def store_preference(project: Project, name: str, content: Any) -> None:
    """Keep a JSON value, in place of what was under this name.

    Raises:
        ProjectError: The project cannot be written.
    """
    value = json.loads(json.dumps(content))
    row = insert(preferences).values(name=name, value=value)
    with project.database.writing() as connection:
        connection.execute(
            row.on_conflict_do_update(index_elements=["name"], set_={"value": value})
        )
