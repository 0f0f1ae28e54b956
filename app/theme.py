"""Light and dark: Qt's Fusion style with two palettes; photographs stay as they are."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

_LIGHT = {
    "Window": "#f3f3f4",
    "WindowText": "#1b1c1e",
    "Base": "#ffffff",
    "AlternateBase": "#ececee",
    "Text": "#1b1c1e",
    "Button": "#f3f3f4",
    "ButtonText": "#1b1c1e",
    "BrightText": "#ffffff",
    "ToolTipBase": "#ffffff",
    "ToolTipText": "#1b1c1e",
    "PlaceholderText": "#77797d",
    "Highlight": "#2b6cb0",
    "HighlightedText": "#ffffff",
    "Accent": "#2b6cb0",
    "Link": "#1f5d9e",
    "LinkVisited": "#1f5d9e",
    "Light": "#ffffff",
    "Midlight": "#dfe6ef",
    "Mid": "#c6c7ca",
    "Dark": "#a4a6aa",
    "Shadow": "#66686c",
}
_DARK = {
    "Window": "#26282b",
    "WindowText": "#e4e5e7",
    "Base": "#1c1d20",
    "AlternateBase": "#313438",
    "Text": "#e4e5e7",
    "Button": "#303338",
    "ButtonText": "#e4e5e7",
    "BrightText": "#ffffff",
    "ToolTipBase": "#303338",
    "ToolTipText": "#e4e5e7",
    "PlaceholderText": "#8c8f94",
    "Highlight": "#3d78b8",
    "HighlightedText": "#ffffff",
    "Accent": "#3d78b8",
    "Link": "#7db4ea",
    "LinkVisited": "#7db4ea",
    "Light": "#44484e",
    "Midlight": "#394557",
    "Mid": "#1f2124",
    "Dark": "#17181a",
    "Shadow": "#0c0c0d",
}
# Fusion outlines the box of a tick in a darker shade of the window, which dark ones hide; these
# widgets paint no background, so that their window's colour is the outline alone.
_OUTLINED = QColor("#b4b8be")
_FADED = ("WindowText", "Text", "ButtonText", "HighlightedText")


def palette(*, dark: bool) -> QPalette:
    """The colours of one theme."""
    colours = _DARK if dark else _LIGHT
    made = QPalette()
    for name, value in colours.items():
        made.setColor(QPalette.ColorRole[name], QColor(value))
    for name in _FADED:
        faded = QColor("#8b8e93" if dark else "#85888d")
        made.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole[name], faded)
    return made


def apply_theme(name: str) -> None:
    """Use "light", "dark", or for "system" what the system prefers."""
    schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
    hints = QGuiApplication.styleHints()
    hints.setColorScheme(schemes.get(name, Qt.ColorScheme.Unknown))
    dark = name == "dark" or (name == "system" and hints.colorScheme() == Qt.ColorScheme.Dark)
    QGuiApplication.setPalette(palette(dark=dark))
    ticked = palette(dark=dark)
    if dark:
        ticked.setColor(QPalette.ColorRole.Window, _OUTLINED)
    for widget in ("QCheckBox", "QRadioButton", "QTreeView"):
        QApplication.setPalette(ticked, widget)  # type: ignore[arg-type]  # bytes are refused
