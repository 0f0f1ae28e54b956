"""How older files become files of today.

`PROJECT_MIGRATIONS[n]` turns a file of version n into one of version n + 1. To change the
schema: write the function, add it here, raise `PROJECT_VERSION` in schema.py, and add a test
that starts from a file of the old version. The cache has no migrations: it may be deleted.
"""

from collections.abc import Callable, Mapping

from sqlalchemy import Connection

from model.project.version_2 import add_review
from model.project.version_3 import add_readers

PROJECT_MIGRATIONS: Mapping[int, Callable[[Connection], None]] = {
    1: add_review,
    2: add_readers,
}


def migrate(
    connection: Connection,
    version: int,
    target: int,
    migrations: Mapping[int, Callable[[Connection], None]] = PROJECT_MIGRATIONS,
) -> None:
    """Bring a file from `version` to `target`, inside the transaction of `connection`.

    The version is part of the transaction, so that a file is never between two versions.

    Raises:
        KeyError: A step is missing.
    """
    for step in range(version, target):
        migrations[step](connection)
        connection.exec_driver_sql(f"PRAGMA user_version = {step + 1}")
