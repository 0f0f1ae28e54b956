"""The program's own folder, where the user's projects and settings lie."""

import os
from pathlib import Path

import platformdirs


def home() -> Path:
    """The program's own folder: $SECOND_LOOK_HOME, or the system's place for user data."""
    chosen = os.environ.get("SECOND_LOOK_HOME")
    if chosen:
        return Path(chosen).absolute()
    return platformdirs.user_data_path("Second Look", appauthor=False)
