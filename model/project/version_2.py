"""From version 1 of the project file to version 2: studies, readings and decisions.

Written out, since the tables of today go on changing while such files stay what they are.
"""

from sqlalchemy import Connection

_STATEMENTS = (
    """CREATE TABLE studies (
        number INTEGER NOT NULL, identity TEXT NOT NULL, created TEXT NOT NULL,
        protocol JSON NOT NULL, file TEXT NOT NULL, PRIMARY KEY (number))""",
    "CREATE UNIQUE INDEX studies_by_identity ON studies (identity)",
    """CREATE TABLE study_cases (
        study INTEGER NOT NULL, code TEXT NOT NULL, part INTEGER NOT NULL,
        case_number INTEGER NOT NULL, PRIMARY KEY (study, code),
        FOREIGN KEY (study) REFERENCES studies (number))""",
    """CREATE TABLE study_images (
        study INTEGER NOT NULL, case_number INTEGER NOT NULL, number INTEGER NOT NULL,
        path TEXT NOT NULL, content_hash TEXT NOT NULL,
        PRIMARY KEY (study, case_number, number),
        FOREIGN KEY (study) REFERENCES studies (number))""",
    """CREATE TABLE readings (
        id TEXT NOT NULL, study INTEGER NOT NULL, reader TEXT NOT NULL, code TEXT NOT NULL,
        stage TEXT NOT NULL, iteration INTEGER NOT NULL, position INTEGER NOT NULL,
        answers JSON NOT NULL, shown JSON NOT NULL, started TEXT NOT NULL, ended TEXT NOT NULL,
        seconds FLOAT NOT NULL, version TEXT NOT NULL, merged TEXT NOT NULL, PRIMARY KEY (id),
        FOREIGN KEY (study) REFERENCES studies (number))""",
    "CREATE INDEX readings_by_study ON readings (study, reader, code)",
    """CREATE TABLE retractions (
        id TEXT NOT NULL, reading TEXT NOT NULL, at TEXT NOT NULL, "by" TEXT NOT NULL,
        PRIMARY KEY (id), FOREIGN KEY (reading) REFERENCES readings (id))""",
    "CREATE INDEX retractions_by_reading ON retractions (reading)",
    """CREATE TABLE adjudications (
        number INTEGER NOT NULL, id TEXT NOT NULL, lesion_id TEXT NOT NULL, path TEXT NOT NULL,
        decision TEXT NOT NULL, final_class TEXT NOT NULL, reason TEXT NOT NULL,
        comment TEXT NOT NULL, adjudicator TEXT NOT NULL, decided TEXT NOT NULL,
        saw_names BOOLEAN NOT NULL, claims JSON NOT NULL, PRIMARY KEY (number))""",
    "CREATE INDEX adjudications_by_case ON adjudications (lesion_id, path)",
    """CREATE TABLE out_of_fold_runs (
        number INTEGER NOT NULL, identity TEXT NOT NULL, classes JSON NOT NULL,
        folds INTEGER NOT NULL, about JSON NOT NULL, created TEXT NOT NULL,
        PRIMARY KEY (number))""",
    "CREATE UNIQUE INDEX out_of_fold_runs_by_identity ON out_of_fold_runs (identity)",
    """CREATE TABLE out_of_fold (
        run INTEGER NOT NULL, content_hash TEXT NOT NULL, fold INTEGER NOT NULL,
        probabilities BLOB NOT NULL, PRIMARY KEY (run, content_hash),
        FOREIGN KEY (run) REFERENCES out_of_fold_runs (number)) WITHOUT ROWID""",
    "CREATE TABLE preferences (name TEXT NOT NULL, value JSON NOT NULL, PRIMARY KEY (name))",
)


def add_review(connection: Connection) -> None:
    """Add the tables, empty."""
    for statement in _STATEMENTS:
        connection.exec_driver_sql(statement)
