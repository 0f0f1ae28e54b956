"""All photographs of a lesion, and over one of them the heat map of each class that is claimed."""

import math
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.adjudication_session import AdjudicationSession
from app.case import HeatMap
from app.panes.review.tile import Tile
from app.panes.viewer_pane import View, ViewerPane
from app.panes.widgets import ElidedLabel, note, slider
from app.session import Session
from model.taxonomy import lesion_class

_EMPTY = "Choose a lesion in the queue to see its photographs and what is claimed about it."
_COLUMNS = (2, 3, 4)
Maps = Sequence[tuple[str, HeatMap | None]]


class LesionPane(QWidget):
    """The centre of Adjudicate. Zoom and place are the same in all photographs.

    Attributes:
        tiles: Photographs, then maps; the rest are hidden.
        maps: What is drawn: a class and its map, or None where there is none.

    Signals:
        photograph_chosen: The user wants the maps over another photograph. Argument: its number.
        opacity_chosen: Argument: 0 to 1.
    """

    photograph_chosen = Signal(int)
    opacity_chosen = Signal(float)

    def __init__(self, session: AdjudicationSession, browsing: Session) -> None:
        super().__init__()
        self._session, self._browsing = session, browsing
        self.tiles: list[Tile] = []
        self.maps: Maps = ()
        self._in_sight = 0
        self._held = QWidget()
        self._scroll = QScrollArea()
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(2)
        self._title = ElidedLabel()
        self._scale = QLabel(alignment=Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._opacity = slider(0, 100, 50)
        self._opacity.setFixedWidth(110)
        self._opacity.setAccessibleName("Opacity of the heat maps")
        self._opacity.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._pages = QStackedWidget()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._build_layout()
        self._opacity.valueChanged.connect(lambda value: self.opacity_chosen.emit(value / 100))
        session.lesion_changed.connect(self._show_lesion)
        session.queue_changed.connect(self._show_title)
        session.photographs_changed.connect(self._show_photographs)
        browsing.heat_map_changed.connect(self._draw_as_chosen)
        self._show_lesion()
        self._draw_as_chosen()

    def _build_layout(self) -> None:
        empty = note(_EMPTY)
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages.addWidget(empty)
        self._held.setLayout(self._grid)
        self._scroll.setWidget(self._held)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._pages.addWidget(self._scroll)
        line = QHBoxLayout()
        line.setContentsMargins(8, 3, 8, 3)
        line.setSpacing(12)
        line.addWidget(self._title, 1)
        line.addWidget(self._scale)
        line.addWidget(QLabel("Opacity"))
        line.addWidget(self._opacity)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._pages, 1)
        layout.addLayout(line)

    # -- what is shown --------------------------------------------------------------------

    def _show_lesion(self) -> None:
        records = self._session.records
        self._pages.setCurrentIndex(1 if records else 0)
        self.maps, self._in_sight = (), 0
        self._scale.setText("")
        self._scroll.verticalScrollBar().setValue(0)
        self._show_title()
        self._arrange()

    def _show_title(self) -> None:
        records = self._session.records
        lesion = records[0].lesion_id or records[0].image_id if records else ""
        count = f"{len(records)} photographs" if len(records) != 1 else "one photograph"
        position, queue = self._session.position, self._session.queue
        place = (
            "" if position is None or queue is None else f"{position + 1:,} of {len(queue):,}   "
        )
        self._title.show_line(f"{place}{lesion}, {count}" if records else "")

    @property
    def title(self) -> str:
        """Which lesion it is, and where it stands in the queue."""
        return self._title.whole

    def show_maps(self, maps: Maps) -> None:
        """Draw the map of each claimed class over the chosen photograph; None where there is none.

        All maps have the same scale.
        """
        if [code for code, _ in maps] != [code for code, _ in self.maps]:
            self.maps = maps
            self._arrange()
        self.maps = maps
        top = max((each.scale_top for _, each in maps if each), default=0.0)
        self._scale.setText(f"colours 0 to {top:.2f} logits" if top > 0 else "")
        self._show_photographs()

    def _arrange(self) -> None:
        """A row for the photographs and one for the maps, or a square where there are few."""
        shown = len(self._session.records)
        wanted = shown + len(self.maps)
        while len(self.tiles) < wanted:
            self._add_tile()
        for number, tile in enumerate(self.tiles):
            self._grid.removeWidget(tile)
            tile.setVisible(number < wanted)
        for number, (row, column) in enumerate(places(shown, len(self.maps))):
            self._grid.addWidget(self.tiles[number], row, column)
        for tile in self.tiles:
            tile.viewer.fit()
        self._show_photographs()

    def _add_tile(self) -> None:
        # With a parent from the start: shown without one, it would be a window of its own.
        tile, number = Tile(self._held), len(self.tiles)
        tile.pressed.connect(partial(self._press, number))
        tile.viewer.view_changed.connect(partial(self._follow, tile.viewer))
        self.tiles.append(tile)
        self._draw_as_chosen()

    def _show_photographs(self) -> None:
        session = self._session
        shown = len(session.records)
        for number, record in enumerate(session.records):
            tile = self.tiles[number]
            tile.viewer.show_case(session.cases.get(record.path))
            tile.viewer.show_heat_map(None)
            chosen = number == session.photograph and len(session.records) > 1
            tile.set_caption(record.image_id, chosen=chosen)
            if chosen and number != self._in_sight:
                self._in_sight = number
                self._scroll.ensureWidgetVisible(tile)
        for (code, heat_map), tile in zip(self.maps, self.tiles[shown:], strict=False):
            record = session.records[session.photograph]
            tile.viewer.show_case(session.cases.get(record.path))
            tile.viewer.show_heat_map(heat_map)
            tile.set_caption(self._map_caption(code, heat_map))

    def _map_caption(self, code: str, heat_map: HeatMap | None) -> str:
        who = ", ".join(self._session.claims.get(code, ()))
        colour = lesion_class(code).colour
        missing = "" if heat_map else " (no map)"
        return f"<span style='color:{colour}'>▌</span>{code}: {who}{missing}"

    def _draw_as_chosen(self) -> None:
        options = self._browsing.heat_map
        self._opacity.blockSignals(True)
        self._opacity.setValue(round(100 * options.opacity))
        self._opacity.blockSignals(False)
        for tile in self.tiles:
            tile.viewer.set_drawing(
                visible=options.visible, opacity=options.opacity, colour_map=options.colour_map
            )

    # -- gestures -------------------------------------------------------------------------

    def _press(self, number: int) -> None:
        if number < len(self._session.records):
            self.photograph_chosen.emit(number)

    def _follow(self, source: ViewerPane, view: View) -> None:
        """Show in all photographs what the user looks at in one."""
        for tile in self.tiles:
            if tile.viewer is not source and not tile.isHidden():
                tile.viewer.blockSignals(True)
                tile.viewer.show_view(view)
                tile.viewer.blockSignals(False)

    def for_first(self, does: Callable[[ViewerPane], None]) -> None:
        """Do something with the first photograph; the others follow."""
        if self._session.records:
            does(self.tiles[0].viewer)

    def hold_plain(self, held: bool) -> None:
        """The photographs without maps for as long as a key is down."""
        for tile in self.tiles:
            tile.viewer.set_plain(held)


def places(photographs: int, maps: int) -> list[tuple[int, int]]:
    """Row and column of each tile, so that tiles are as large as they can be.

    A single photograph and few maps make a square; several photographs have rows of their own,
    above the maps.
    """
    together = photographs + maps
    if photographs == 1:
        columns = math.ceil(math.sqrt(together))
        return [divmod(number, columns) for number in range(together)]

    def rows(count: int, columns: int) -> int:
        return math.ceil(count / columns)

    def size(columns: int) -> tuple[int, int]:
        # The room is about as wide as high, counted in tiles; 3 columns where it is all the same.
        high = rows(photographs, columns) + rows(maps, columns)
        return max(columns, high), abs(columns - 3)

    columns = min(_COLUMNS, key=size)
    above = [divmod(number, columns) for number in range(photographs)]
    first = rows(photographs, columns)
    return above + [(first + number // columns, number % columns) for number in range(maps)]
