"""From version 2 of the project file to version 3: decisions know which reader each letter was."""

from sqlalchemy import Connection


def add_readers(connection: Connection) -> None:
    """Add the column; of older decisions nobody knows."""
    connection.exec_driver_sql(
        "ALTER TABLE adjudications ADD COLUMN readers JSON NOT NULL DEFAULT '{}'"
    )
