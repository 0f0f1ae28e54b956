"""Walks through the list, and filters and sorts it."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from app.session import Session
from model.catalogue.filters import Filter, facet_counts
from model.catalogue.sorting import SortKey

OPACITY_STEP = 0.1
_COUNT_AFTER_MS = 500


class BrowseController(QObject):
    """Decides which image comes next.

    Signals:
        facets_changed: Arguments: the filter, and for each facet the counts of its values.
        notice: A sentence for the status bar.
    """

    facets_changed = Signal(object, object)
    notice = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._before_lesion = Filter()
        session.project_changed.connect(self._forget_lesion)
        session.rows_changed.connect(self._count)
        # Predictions arrive many times a second while a data set is classified.
        self._counting = QTimer(self, singleShot=True, interval=_COUNT_AFTER_MS)
        self._counting.timeout.connect(self._count)
        session.predictions_changed.connect(self._count_soon)

    def _count_soon(self) -> None:
        if not self._counting.isActive():
            self._counting.start()

    def _count(self) -> None:
        counts = facet_counts(self._session.table, self._session.filter)
        self.facets_changed.emit(self._session.filter, counts)

    # -- walking --------------------------------------------------------------------------

    def step(self, distance: int) -> None:
        """Go so many images on, or back."""
        session = self._session
        if not len(session.rows):
            return
        place = 0 if session.position is None else session.position + distance
        place = min(max(place, 0), len(session.rows) - 1)
        session.look_at(int(session.rows[place]))

    def go_to_end(self, *, last: bool) -> None:
        """Go to the first or the last image."""
        if len(self._session.rows):
            self._session.look_at(int(self._session.rows[-1 if last else 0]))

    def step_to_disagreement(self, direction: int) -> None:
        """Go to the next listed image whose label and prediction differ; 1 or -1."""
        session = self._session
        differs = np.flatnonzero(session.table.agreement[session.rows] == "differs")
        here = -1 if session.position is None else session.position
        beyond = differs[differs > here] if direction > 0 else differs[differs < here][::-1]
        if beyond.size:
            session.look_at(int(session.rows[beyond[0]]))
        else:
            where = "after" if direction > 0 else "before"
            self.notice.emit(f"No disagreement of label and prediction {where} this image.")

    # -- filtering ------------------------------------------------------------------------

    def filter_by(self, chosen: Filter) -> None:
        """List other images."""
        self._session.set_filter(chosen)

    def search(self, text: str) -> None:
        """List the images that have these words."""
        self._session.set_filter(replace(self._session.filter, text=text))

    def clear_filter(self) -> None:
        """List all images."""
        self._session.set_filter(Filter())

    def list_images(self, paths: Iterable[str], name: str) -> None:
        """List an explicit set of images; `name` says what they have in common."""
        self._session.set_filter(Filter(paths=frozenset(paths), paths_name=name))

    def show_lesion(self, lesion_id: str = "") -> None:
        """List the images of one lesion, or of the current image's; asked again, go back."""
        record = self._session.current
        lesion = lesion_id or (record.lesion_id if record else "")
        of_lesion = Filter(lesions=frozenset({lesion}))
        if not lesion:
            self.notice.emit("No lesion is recorded for this image.")
        elif self._session.filter == of_lesion:
            self._session.set_filter(self._before_lesion)
        else:
            self._before_lesion = self._session.filter
            self._session.set_filter(of_lesion)

    def _forget_lesion(self) -> None:
        self._before_lesion = Filter()

    def sort_by(self, key: SortKey, descending: bool) -> None:
        """List in another order."""
        self._session.set_sort(key, descending=descending)

    # -- the heat map ---------------------------------------------------------------------

    def toggle_heat_map(self) -> None:
        """Draw it or hide it."""
        self._session.change_heat_map(visible=not self._session.heat_map.visible)

    def change_opacity(self, steps: int) -> None:
        """Fainter or stronger, in steps of ten per cent."""
        opacity = self._session.heat_map.opacity + steps * OPACITY_STEP
        self._session.change_heat_map(opacity=min(max(round(opacity, 2), 0.0), 1.0))

    def step_layer(self, steps: int) -> None:
        """A deeper layer, or a shallower one."""
        if self._session.classifier is None:
            return
        names = [layer.name for layer in self._session.classifier.card.layers]
        place = names.index(self._session.heat_map_layer) + steps
        self._session.change_heat_map(layer=names[min(max(place, 0), len(names) - 1)])

    def draw_class(self, code: str) -> None:
        """Draw the evidence of the class with this code."""
        self._session.change_heat_map(class_code=code)

    def choose_class(self, number: int) -> None:
        """The class with this number in the classifier's order, from 1; 0 for the predicted."""
        classes = self._session.classifier.card.classes if self._session.classifier else ()
        if number == 0:
            self._session.change_heat_map(class_code="")
        elif number <= len(classes):
            self._session.change_heat_map(class_code=classes[number - 1])
