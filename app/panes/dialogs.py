"""Dialogs that ask for a path or tell about something; answers come back as values."""

import html
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QMessageBox,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from model import VERSION
from model.classifier.card import Card
from model.images import Preprocessing
from model.taxonomy import lesion_class


def ask_folder(parent: QWidget, title: str, start: Path | None = None) -> Path | None:
    """A folder, None when the user thinks better of it."""
    chosen = QFileDialog.getExistingDirectory(parent, title, str(start or Path.home()))
    return Path(chosen) if chosen else None


def ask_file(parent: QWidget, title: str, kinds: str) -> Path | None:
    """An existing file."""
    chosen, _ = QFileDialog.getOpenFileName(parent, title, str(Path.home()), kinds)
    return Path(chosen) if chosen else None


def ask_files(parent: QWidget, title: str, start: Path, kinds: str) -> list[Path]:
    """Existing files, none when the user thinks better of it."""
    chosen, _ = QFileDialog.getOpenFileNames(parent, title, str(start), kinds)
    return [Path(path) for path in chosen]


def ask_new_file(parent: QWidget, title: str, proposal: Path, kinds: str) -> Path | None:
    """A file to write; Qt asks before one is replaced."""
    chosen, _ = QFileDialog.getSaveFileName(parent, title, str(proposal), kinds)
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.suffix else path.with_name(path.name + proposal.suffix)


def ask_new_file_as(
    parent: QWidget, title: str, proposal: Path, forms: Mapping[str, str]
) -> tuple[Path, str] | None:
    """A file to write, and in which of `forms`: names with the ending of their files."""
    kinds = {f"{name} (*{ending})": name for name, ending in forms.items()}
    chosen, kind = QFileDialog.getSaveFileName(parent, title, str(proposal), ";;".join(kinds))
    if not chosen:
        return None
    form = kinds.get(kind, next(iter(forms)))
    path = Path(chosen)
    return path if path.suffix else path.with_name(path.name + forms[form]), form


def ask_where_moved(parent: QWidget, project: Path) -> Path | None:
    """Where the images of a project are now."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("Images not found")
    name = project.stem.rsplit("-", 1)[0]
    box.setText(f"The images of the project {name} are not where they were.")
    box.setInformativeText(
        "Choose the folder where they are now. The files are compared before anything "
        "that was decided is attached to them."
    )
    find = box.addButton("Find folder…", QMessageBox.ButtonRole.AcceptRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.exec()
    if box.clickedButton() is not find:
        return None
    return ask_folder(parent, "Where are the images now?")


def tell_open_elsewhere(parent: QWidget, name: str) -> None:
    """That another window has the same project open."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle("Open in another window")
    box.setText(f"{name} is open in another window of Second Look already.")
    box.setInformativeText(
        "Both windows store what is decided in them, and nothing is lost; but each shows only what "
        "was there when it opened the project. Close one of them, and decide in the other."
    )
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()


def ask_download(parent: QWidget) -> bool:
    """Whether Keras may fetch the ImageNet weights; the only time that anything is fetched."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("Download starting weights")
    box.setText("Let Keras download MobileNetV2's ImageNet weights (about 9 MB)?")
    box.setInformativeText(
        "It connects to storage.googleapis.com when the run starts, and keeps the file for later "
        "runs. Nothing about you or your images is sent. Without a network, choose a file instead."
    )
    download = box.addButton("Download when the run starts", QMessageBox.ButtonRole.AcceptRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.exec()
    return box.clickedButton() is download


def show_about(parent: QWidget) -> None:
    """Version, purpose and licences."""
    box = QMessageBox(parent)
    box.setWindowTitle("About Second Look")
    box.setText(f"<b>Second Look</b> {VERSION}")
    box.setInformativeText(
        "A workstation for reviewing dermoscopic data sets, without any network traffic."
        "<br><br>For research only. Not a medical device: never use it to diagnose or treat."
        "<br><br>The program is under the MIT licence. The bundled classifier was trained on "
        "HAM10000 (CC BY-NC 4.0): research use only."
    )
    box.open()


def show_card(parent: QWidget, card: Card, folder: Path) -> None:
    """What a classifier is, how good it is and on how many images."""
    dialog = QDialog(parent)
    dialog.setWindowTitle("About this classifier")
    dialog.resize(640, 600)
    text = QTextBrowser()
    text.setHtml(_card_text(card, folder))
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    layout = QVBoxLayout(dialog)
    layout.addWidget(text)
    layout.addWidget(buttons)
    dialog.open()


def _card_text(card: Card, folder: Path) -> str:
    counts = ", ".join(f"{len(images):,} {name}" for name, images in card.images.items())
    rows = {
        "Folder": str(folder),
        "Made": card.created,
        "Classes": ", ".join(f"{code} ({lesion_class(code).name})" for code in card.classes),
        "Data": card.data,
        "Images": counts,
        "Use": card.intended_use,
        "Not for": card.not_for,
        "Licence": card.licence,
        "Input": _input_text(card.preprocessing),
    }
    lines = "".join(
        f"<tr><td><b>{name}</b>&nbsp;&nbsp;</td><td>{html.escape(value)}</td></tr>"
        for name, value in rows.items()
    )
    return f"<h2>{html.escape(card.name)}</h2><table>{lines}</table>{_metric_text(card.metrics)}"


def _input_text(how: Preprocessing) -> str:
    return ", ".join((f"{how.size} × {how.size}", how.mode, *how.steps))


def _metric_text(metrics: Mapping[str, Any]) -> str:
    """Every figure with its interval and its n, for each split by itself; the test images first."""
    splits = sorted(metrics.items(), key=lambda item: item[0] != "test")
    return "".join(_split_text(name, found) for name, found in splits if isinstance(found, Mapping))


def _split_text(split: str, found: Mapping[str, Any]) -> str:
    lines = []
    for name, value in found.items():
        if isinstance(value, Mapping):
            figures = (
                {name: value}
                if "value" in value
                else {f"{name}, {each}": figure for each, figure in value.items()}
            )
            lines += [
                _metric_line(title, figure)
                for title, figure in figures.items()
                if isinstance(figure, Mapping) and "value" in figure
            ]
    if not lines:
        return ""
    head = "<tr><td></td><td align='right'><b>value</b></td><td align='right'><b>95 %</b></td>"
    head += "<td align='right'><b>n</b></td></tr>"
    where = f"On {found.get('images', 0):,} {split} images of {found.get('lesions', 0):,} lesions"
    return f"<h3>{where}</h3><table cellpadding='3'>{head}{''.join(lines)}</table>"


def _metric_line(name: str, figure: Mapping[str, Any]) -> str:
    interval = figure.get("interval") or (figure.get("low"), figure.get("high"))
    between = ""
    if interval and None not in interval:
        between = f"{interval[0]:.3f} to {interval[1]:.3f}"
    cells = (f"{figure['value']:.3f}", between, f"{figure.get('n', ''):,}")
    right = "".join(f"<td align='right'>&nbsp;&nbsp;{cell}</td>" for cell in cells)
    return f"<tr><td>{html.escape(name.replace('_', ' '))}</td>{right}</tr>"
