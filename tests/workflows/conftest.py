"""The window's fixtures serve here too."""

from tests.app.conftest import no_dialogs, qapp, shown_errors

__all__ = ["no_dialogs", "qapp", "shown_errors"]
