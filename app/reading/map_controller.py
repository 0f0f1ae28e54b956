"""Which heat map is drawn, once a stage has brought them."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.case import HeatMap, HeatMapOptions
from app.reading.tasks import Presented
from model.review.aids import HeatMaps, Probabilities
from model.review.protocol import Stage

EVIDENCE = "evidence"
_OPACITY_STEP = 0.1


class MapController(QObject):
    """Keeps to one class until the reader chooses the next one, or another step begins.

    Signals:
        changed: Arguments: the map, or None; how it is drawn.
    """

    changed = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self.options = HeatMapOptions()
        self.heat_map: HeatMap | None = None
        self._aid: HeatMaps | None = None
        self._bars: Probabilities | None = None
        self._chosen = ""  # a class; "" for the likeliest of the photograph
        self._place: tuple[str, int] = ("", 0)

    def show_step(self, presented: Presented) -> None:
        """Another step: its maps, or none before their stage."""
        aid = presented.aids.get(Stage.HEAT_MAP)
        self._aid = aid if isinstance(aid, HeatMaps) else None
        bars = presented.aids.get(Stage.PROBABILITIES)
        self._bars = bars if isinstance(bars, Probabilities) else None
        self._chosen = ""
        # What a stage adds is seen when it begins, whatever was hidden before.
        self.options = replace(self.options, visible=True)

    def show_photograph(self, path: str, number: int) -> None:
        """Another photograph of the case, `path` as the viewer knows it."""
        self._place = path, number
        self._tell()

    def toggle(self) -> None:
        """Draw the map, or hide it."""
        self.options = replace(self.options, visible=not self.options.visible)
        self._tell()

    def change_opacity(self, steps: int) -> None:
        """Fainter or stronger, by a tenth."""
        opacity = min(max(self.options.opacity + steps * _OPACITY_STEP, 0.0), 1.0)
        self.options = replace(self.options, opacity=round(opacity, 2))
        self._tell()

    def next_class(self) -> None:
        """Draw the evidence of another class, from the likeliest to the least likely."""
        if self.heat_map and self._aid:
            order = [self._aid.classes[index] for index in self._order()]
            place = order.index(self.heat_map.class_code)
            self._chosen = order[(place + 1) % len(order)]
            self._tell()

    def _tell(self) -> None:
        self.heat_map = self._map()
        self.changed.emit(self.heat_map, self.options)

    def _map(self) -> HeatMap | None:
        path, number = self._place
        if self._aid is None or number >= len(self._aid.evidence):
            return None
        evidence = self._aid.evidence[number]
        if evidence is None:
            return None
        index = self._aid.classes.index(self._chosen) if self._chosen else self._order()[0]
        values = np.ascontiguousarray(evidence[..., index])
        box = self._aid.boxes[number]
        return HeatMap(path, EVIDENCE, self._aid.classes[index], True, values, box)

    def _order(self) -> list[int]:
        """Classes from the likeliest: by the bars where they are shown, else by the evidence."""
        number = self._place[1]
        if self._aid is None or (evidence := self._aid.evidence[number]) is None:
            return []
        worth = evidence.sum(axis=(0, 1))
        if self._bars and self._bars.classes == self._aid.classes:
            worth = self._bars.values[number]
        return [int(index) for index in np.argsort(-worth, kind="stable")]
