"""What the program remembers between starts, apart from projects: every key and its default."""

import os
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QByteArray, QSettings

from model.errors import UserError
from model.files import is_file, is_folder
from model.runs.config import Config
from model.runs.reading import config_from_text
from model.views import VIEW_COUNTS

RECENT_LIMIT = 12
THEMES = ("system", "light", "dark")


class Settings:
    """Typed access to the settings file, which lies beside the user's projects or in the home."""

    def __init__(self) -> None:
        home = os.environ.get("SECOND_LOOK_HOME")
        self._store = (
            QSettings(str(Path(home) / "settings.ini"), QSettings.Format.IniFormat)
            if home
            else QSettings(
                QSettings.Format.IniFormat, QSettings.Scope.UserScope, "Second Look", "Second Look"
            )
        )

    @property
    def theme(self) -> str:
        """One of `THEMES`."""
        value = str(self._store.value("theme", "system"))
        return value if value in THEMES else "system"

    @theme.setter
    def theme(self, name: str) -> None:
        self._store.setValue("theme", name)

    @property
    def recent(self) -> list[Path]:
        """Project files, the latest first; those that are gone are left out."""
        return [path for path in self._paths("recent") if is_file(path)]

    def remember(self, project: Path) -> None:
        """Put a project at the top of the recent list."""
        others = [path for path in self.recent if path != project]
        self._store.setValue("recent", [str(path) for path in [project, *others][:RECENT_LIMIT]])

    def forget_recent(self) -> None:
        """Empty the recent list; the projects stay."""
        self._store.setValue("recent", [])

    @property
    def adjudicator(self) -> str:
        """Name or code under which this user decides; "" at first."""
        return str(self._store.value("adjudicator", ""))

    @adjudicator.setter
    def adjudicator(self, name: str) -> None:
        self._store.setValue("adjudicator", name)

    @property
    def classifier(self) -> Path | None:
        """The classifier folder that was used last, None for the bundled one."""
        value = str(self._store.value("classifier", ""))
        return Path(value) if value and is_folder(Path(value)) else None

    @classifier.setter
    def classifier(self, folder: Path | None) -> None:
        self._store.setValue("classifier", str(folder) if folder else "")

    @property
    def views(self) -> int | None:
        """How many views a classifier averages; None for what its card says."""
        value = str(self._store.value("views", ""))
        return int(value) if value in map(str, VIEW_COUNTS) else None

    @views.setter
    def views(self, count: int | None) -> None:
        self._store.setValue("views", "" if count is None else str(count))

    @property
    def precision(self) -> Literal["f32", "bf16"]:
        """In which precision images are classified."""
        return "bf16" if str(self._store.value("precision", "f32")) == "bf16" else "f32"

    @precision.setter
    def precision(self, name: str) -> None:
        self._store.setValue("precision", name)

    @property
    def geometry(self) -> QByteArray:
        """Where the window was; empty at first."""
        return self._bytes("window/geometry")

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._store.setValue("window/geometry", value)

    def layout(self, activity: str) -> QByteArray:
        """How the docks of an activity were left; empty at first."""
        return self._bytes(f"window/layout/{activity}")

    def set_layout(self, activity: str, value: QByteArray) -> None:
        self._store.setValue(f"window/layout/{activity}", value)

    @property
    def activity(self) -> str:
        """In which activity the window was closed; "" at first."""
        return str(self._store.value("window/activity", ""))

    @activity.setter
    def activity(self, name: str) -> None:
        self._store.setValue("window/activity", name)

    @property
    def table_shown(self) -> bool:
        """Whether images are listed as a table rather than as thumbnails."""
        return str(self._store.value("browse/table", "false")) == "true"

    @table_shown.setter
    def table_shown(self, shown: bool) -> None:
        self._store.setValue("browse/table", "true" if shown else "false")

    @property
    def training_config(self) -> Config:
        """The choices for a training that were made last; the defaults where none can be read."""
        try:
            return config_from_text(str(self._store.value("training/config", "")))
        except UserError:
            return Config()

    @training_config.setter
    def training_config(self, config: Config) -> None:
        self._store.setValue("training/config", config.to_toml())

    @property
    def other_runs(self) -> list[Path]:
        """Runs outside of the program's own folder that are watched; the latest first.

        They need not be there: what lies on a server or a stick may come back with it.
        """
        return self._paths("training/runs")

    @other_runs.setter
    def other_runs(self, folders: list[Path]) -> None:
        self._store.setValue("training/runs", [str(path) for path in folders[:RECENT_LIMIT]])

    def save(self) -> None:
        """Write to disk now."""
        self._store.sync()

    def _paths(self, key: str) -> list[Path]:
        value = self._store.value(key, [])
        paths = [value] if isinstance(value, str) else list(value or [])  # type: ignore[call-overload]  # QSettings returns object
        return [Path(path) for path in paths]

    def _bytes(self, key: str) -> QByteArray:
        value = self._store.value(key, QByteArray())
        return value if isinstance(value, QByteArray) else QByteArray()
