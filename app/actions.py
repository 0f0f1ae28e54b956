"""Every action of the window: its text, its keys, its menu and what it does in a line."""

from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from app.activities import BROWSE

SEPARATOR = "-"


@dataclass(frozen=True, slots=True)
class ActionRow:
    """One action.

    Attributes:
        name: How the program speaks of it.
        text: What the menu says.
        tip: What it does, in a line.
        keys: Every key that triggers it; the first is shown in the menu.
        checkable: Whether it is on or off.
        submenu: Whether it opens a menu of its own instead of doing something.
        activities: Where it is offered; empty for everywhere. Elsewhere its keys are free.
    """

    name: str
    text: str
    tip: str
    keys: tuple[str, ...] = ()
    checkable: bool = False
    submenu: bool = False
    activities: tuple[str, ...] = ()


def _adjudicate(name: str, text: str, tip: str, *keys: str) -> ActionRow:
    return ActionRow(name, text, tip, keys, activities=("adjudicate",))


def _browse(name: str, text: str, tip: str, *keys: str) -> ActionRow:
    return ActionRow(name, text, tip, keys, activities=(BROWSE,))


MENUS: dict[str, tuple[ActionRow | str, ...]] = {
    "&File": (
        ActionRow("open_folder", "Open &folder…", "Open a data set", ("Ctrl+Shift+O",)),
        ActionRow("open_project", "&Open project…", "Open a project file", ("Ctrl+O",)),
        ActionRow("recent", "Open &recent", "Projects that were open before", submenu=True),
        ActionRow("open_demo", "Open &demonstration", "Open the bundled synthetic data set"),
        SEPARATOR,
        ActionRow("sources", "So&urces…", "Folders and tables of this data set: add, map, remove"),
        ActionRow("check", "C&heck data set…", "Read every image: copies, leaks, contradictions"),
        ActionRow(
            "label_classes", "C&lasses of the labels…", "As 7, 8, or malignant and benign; and back"
        ),
        ActionRow("read_again", "Read folder a&gain", "List the folder's files anew", ("F5",)),
        ActionRow("export_predictions", "&Export predictions…", "Write probabilities as CSV"),
        ActionRow("write_report", "&Write report…", "Write the figures as page and tables"),
        ActionRow("save_overlay", "&Save heat map…", "Write the photograph with its heat map"),
        SEPARATOR,
        ActionRow("quit", "&Quit", "Close the program", ("Ctrl+Q",)),
    ),
    "&Edit": (
        ActionRow("search", "&Search", "Type words that the images must have", ("Ctrl+L", "/")),
        ActionRow("clear_filter", "&Clear filter", "List all images again", ("Ctrl+Shift+L",)),
        ActionRow(
            "close_number",
            "Cl&ose number",
            "List again what the filter lets through",
            ("Esc",),
            activities=("measure",),
        ),
        ActionRow("copy_id", "Copy &image id", "Put the image's id on the clipboard", ("Ctrl+C",)),
    ),
    "&View": (
        ActionRow("heat_map", "&Heat map", "Draw or hide the heat map", ("H",), checkable=True),
        ActionRow("less_opacity", "&Less opacity", "Make the heat map fainter", ("[",)),
        ActionRow("more_opacity", "&More opacity", "Make the heat map stronger", ("]",)),
        _browse("next_layer", "&Next layer", "Draw the heat map of a deeper layer", "L"),
        _browse("previous_layer", "Previous la&yer", "Draw a shallower layer", "Shift+L"),
        ActionRow(
            "class_menu",
            "&Class",
            "The class whose evidence is drawn",
            submenu=True,
            activities=(BROWSE,),
        ),
        SEPARATOR,
        ActionRow("zoom_in", "Zoom &in", "Enlarge", ("Ctrl++", "Ctrl+=", "+")),
        ActionRow("zoom_out", "Zoom &out", "Shrink", ("Ctrl+-", "-")),
        ActionRow("actual_size", "&Actual size", "One pixel to a pixel", ("Ctrl+0",)),
        ActionRow("fit", "&Fit", "Show the whole photograph", ("Ctrl+F", "F")),
        SEPARATOR,
        ActionRow("grid", "&Grid or table", "List as thumbnails or as a table", ("G",)),
        ActionRow("theme", "&Theme", "System, light or dark", submenu=True),
    ),
    "&Case": (
        _browse("next", "&Next image", "The next in the list", "Right", "D"),
        _browse("previous", "&Previous image", "The one before", "Left", "A"),
        _browse("ten_forward", "Ten &forward", "Ten images on", "PgDown"),
        _browse("ten_back", "Ten &back", "Ten images back", "PgUp"),
        _browse("first", "F&irst image", "The first of the list", "Home"),
        _browse("last", "&Last image", "The last of the list", "End"),
        SEPARATOR,
        _browse(
            "next_disagreement",
            "Next &disagreement",
            "The next image whose label and prediction differ",
            "N",
        ),
        _browse(
            "previous_disagreement",
            "Pre&vious disagreement",
            "The one before whose label and prediction differ",
            "Shift+N",
        ),
        _browse(
            "same_lesion",
            "&Same lesion",
            "List the images of this lesion; again: back to the list",
            "S",
        ),
    ),
    "&Review": (
        ActionRow("new_study", "&New study…", "Ask several readers about the same cases"),
        ActionRow("start_reading", "&Start reading", "Open the study in a window of its own"),
        ActionRow(
            "take_in_readings", "Ta&ke in readings…", "Merge files that readers sent, or tables"
        ),
        ActionRow("write_readings", "&Write readings…", "As a table, for statistics elsewhere"),
        ActionRow("write_decisions", "Write dec&isions…", "As a table, for the record"),
        ActionRow("write_labels", "Write &labels…", "What is recorded, after adjudication"),
        ActionRow("measure_agreement", "Measure &agreement", "How far the readers agree"),
        ActionRow(
            "managements",
            "Mana&gement…",
            "What is done about a lesion of each class, where readers were not asked",
        ),
        ActionRow("show_study_file", "Show study &file", "Show the study file in its folder"),
        SEPARATOR,
        _adjudicate("next_lesion", "Ne&xt lesion", "The next of the queue", "Right", "D", "N"),
        _adjudicate(
            "previous_lesion", "&Previous lesion", "The one before", "Left", "A", "Shift+N"
        ),
        _adjudicate("next_photograph", "Next ph&otograph", "Maps over another one", "PgDown"),
        _adjudicate("previous_photograph", "Pre&vious photograph", "The one before", "PgUp"),
        SEPARATOR,
        ActionRow(
            "decide",
            "&Decide for",
            "Which class the lesion is",
            submenu=True,
            activities=("adjudicate",),
        ),
        _adjudicate("uncertain", "&Uncertain", "Nobody can tell from what there is", "U"),
        _adjudicate("reason", "&Reason…", "Why it is decided like this", "R"),
        _adjudicate("comment", "&Comment", "Type a remark", "C"),
        _adjudicate("store_decision", "Stor&e and go on", "Keep it", "Return", "Enter"),
        _adjudicate("reopen", "Reopen", "Let a decided lesion wait again", "Ctrl+Shift+R"),
        SEPARATOR,
        _adjudicate(
            "decided_lesions",
            "S&how decided lesions",
            "What was decided, to look at or reopen; again: what waits",
            "Shift+D",
        ),
        _adjudicate(
            "seen_images",
            "Count images the classifier has seen",
            "Its predictions of these agree with their labels: it learnt them",
        ),
        _adjudicate("names", "Readers' na&mes", "Show or hide them; it is recorded", "Shift+M"),
        _adjudicate("severity", "Wha&t errors cost…", "The table behind the weights"),
    ),
    "&Model": (
        ActionRow("classify", "&Classify all images", "Predict every image", ("Ctrl+R",)),
        ActionRow("stop", "&Stop", "Stop what is running; what was finished is kept", ("Ctrl+.",)),
        SEPARATOR,
        ActionRow("open_classifier", "&Open classifier…", "Use another classifier folder"),
        ActionRow(
            "import_network", "&Import network…", "Make a classifier of a .keras or .h5 file"
        ),
        ActionRow("bundled_classifier", "&Bundled classifier", "Use the one that came along"),
        ActionRow(
            "views",
            "&Views averaged",
            "Average what the network says of an image and of its mirrored and turned copies",
            submenu=True,
        ),
        ActionRow(
            "precision",
            "&Precision",
            "f32 is exact; bf16 is faster where the processor has it, and changes some answers",
            submenu=True,
        ),
        ActionRow("about_classifier", "&About this classifier…", "Its card, with its figures"),
    ),
    "&Train": (
        ActionRow(
            "start_training",
            "S&tart training",
            "Start what is chosen, or let it wait for its turn",
            ("Ctrl+Return",),
            activities=("train",),
        ),
        ActionRow(
            "pause_run",
            "&Pause",
            "Let the chosen run wait, or go on",
            ("Ctrl+P",),
            activities=("train",),
        ),
        ActionRow(
            "stop_run_after_epoch",
            "Stop after this &epoch",
            "End the network that the chosen run trains with its best epoch; with folds, the next "
            "one follows",
            ("Ctrl+E",),
            activities=("train",),
        ),
        ActionRow(
            "stop_run",
            "&Stop now",
            "End the chosen run; it can be resumed",
            ("Ctrl+K",),
            activities=("train",),
        ),
        ActionRow(
            "resume_run",
            "&Resume",
            "Go on with a run that was stopped or broke off",
            ("Ctrl+M",),
            activities=("train",),
        ),
        ActionRow(
            "use_run",
            "&Use classifier",
            "Classify with the chosen run's result from now on",
            ("Ctrl+U",),
            activities=("train",),
        ),
        ActionRow(
            "open_run_folder",
            "Open its &folder",
            "Show the files of the chosen run",
            activities=("train",),
        ),
        SEPARATOR,
        ActionRow("train_on_open", "Train on the &open data set", "Take its images as data"),
        ActionRow("train_on_folder", "Train on a fo&lder…", "Take another folder's images"),
        ActionRow("add_run", "&Add a run…", "Watch a run that lies elsewhere"),
    ),
    "&Window": (
        ActionRow(BROWSE, "&Browse", "Look at images", ("Ctrl+1",), checkable=True),
        ActionRow("read", "&Read", "Studies and their readings", ("Ctrl+2",), checkable=True),
        ActionRow(
            "adjudicate",
            "&Adjudicate",
            "Decide where readers, network and label contradict",
            ("Ctrl+3",),
            checkable=True,
        ),
        ActionRow(
            "measure",
            "&Measure",
            "Figures, and the images behind them",
            ("Ctrl+4",),
            checkable=True,
        ),
        ActionRow("train", "&Train", "Train a classifier", ("Ctrl+5",), checkable=True),
        SEPARATOR,
        ActionRow("panes", "&Panes", "Show and hide panes", submenu=True),
        ActionRow("reset_layout", "Reset &layout", "Put every pane where it was at first"),
    ),
    "&Help": (
        ActionRow("keys", "&Keys", "Every key and what it does", ("F1", "?")),
        ActionRow("about", "&About Second Look", "Version, purpose and licences"),
    ),
}

# What is no action but has a key or a gesture: text, key, tip, for the sheet of keys.
OTHER_KEYS = (
    ("Plain photograph", "hold Space", "Without the heat map for as long as the key is down"),
    ("Actual size for a moment", "hold Z", "Around the pointer for as long as the key is down"),
    ("Class of the heat map", "1 … 9", "In the order of the bars; 0 for the predicted class"),
    ("Decide for a class", "1 … 9, 0", "In the order shown; 0: not assessable (in Adjudicate)"),
    ("Zoom to the pointer", "mouse wheel", "What is under the pointer stays there"),
    ("Fit or actual size", "double click", "On the photograph"),
)


class Actions:
    """The window's actions by name, with their menus filled."""

    def __init__(self, window: QMainWindow) -> None:
        self._by_name: dict[str, QAction] = {}
        self._submenus: dict[str, QMenu] = {}
        self._activities: dict[str, tuple[str, ...]] = {}
        self._activity = ""
        for title, rows in MENUS.items():
            menu = window.menuBar().addMenu(title)
            menu.setToolTipsVisible(True)
            for row in rows:
                if isinstance(row, str):
                    menu.addSeparator()
                else:
                    action = _create(row, window)
                    self._by_name[row.name] = action
                    self._activities[row.name] = row.activities
                    if row.submenu:
                        self._submenus[row.name] = QMenu(window)
                        action.setMenu(self._submenus[row.name])
                    menu.addAction(action)

    def submenu(self, name: str) -> QMenu:
        """The menu that an action opens."""
        return self._submenus[name]

    def show_for(self, activity: str) -> None:
        """Offer what belongs to an activity. An action that is hidden has no keys."""
        self._activity = activity
        for name, activities in self._activities.items():
            shown = not activities or activity in activities
            self._by_name[name].setVisible(shown)
            for action in self._submenus[name].actions() if name in self._submenus else ():
                if activities:
                    action.setVisible(shown)

    def show_again(self) -> None:
        """`show_for` once more, after a submenu was filled anew."""
        self.show_for(self._activity)

    def __getitem__(self, name: str) -> QAction:
        return self._by_name[name]


def _create(row: ActionRow, window: QMainWindow) -> QAction:
    action = QAction(row.text, window)
    action.setObjectName(row.name)
    action.setShortcuts([QKeySequence(key) for key in row.keys])
    action.setToolTip(row.tip)
    action.setStatusTip(row.tip)
    action.setCheckable(row.checkable)
    return action
