"""What is open: the data set, its predictions, what is chosen and what is shown."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from app.case import HeatMapOptions
from app.measuring import MeasureOptions
from model.catalogue.filters import Filter, matching
from model.catalogue.sorting import SortKey, sorted_rows
from model.catalogue.sources import Sources
from model.catalogue.table import ImageTable
from model.classifier.classifier import Classifier
from model.classifier.exposure import ExposureIndex
from model.project.cache import Cache
from model.project.project import Project
from model.records import ImageRecord, Problem, ProblemKind

SYNTHETIC = "synthetic"
_CHECK_AGAIN = "The data set, or the classes of its labels, have changed since: check it again."


class Session(QObject):
    """The one home of what is open. GUI thread only.

    Signals:
        project_changed: Another project is open, or none.
        sources_changed: The data set consists of something else, or is looked at as other classes.
        table_changed: Images were added or removed, or problems were found.
        findings_changed: A check of the whole data set has ended.
        predictions_changed: Some images have new predictions.
        rows_changed: Other images are listed, or in another order.
        current_changed: Another image is looked at, or none.
        classifier_changed: Another classifier is in use, or none.
        heat_map_changed: The heat map is to be drawn in another way.
        measure_changed: Something else is to be measured, or shown in another way.
    """

    project_changed = Signal()
    sources_changed = Signal()
    table_changed = Signal()
    findings_changed = Signal()
    predictions_changed = Signal()
    rows_changed = Signal()
    current_changed = Signal()
    classifier_changed = Signal()
    heat_map_changed = Signal()
    measure_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.project: Project | None = None
        self.cache: Cache | None = None
        self.sources = Sources()
        self.elsewhere = False  # another window has the project open too
        self.table = ImageTable()
        self.problems: tuple[Problem, ...] = ()
        self.findings: tuple[Problem, ...] = ()
        self.finding_remark = ""
        self.classifier: Classifier | None = None
        self.exposure: ExposureIndex | None = None
        self.filter = Filter()
        self.sort_key = SortKey.FILE
        self.descending = False
        self.rows: NDArray[np.intp] = np.zeros(0, dtype=np.intp)
        self.current_row: int | None = None
        self._last_row: int | None = None
        self.heat_map = HeatMapOptions()
        self.measure = MeasureOptions()

    # -- what is open ---------------------------------------------------------------------

    def open_project(
        self,
        project: Project | None,
        cache: Cache | None,
        sources: Sources | None = None,
        *,
        elsewhere: bool = False,
    ) -> None:
        """Show another project, which another window may show too; `add_images` brings images."""
        self.project, self.cache, self.sources = project, cache, sources or Sources()
        self.elsewhere = elsewhere
        self.table, self.problems = self._empty_table(), ()
        self.findings, self.finding_remark = (), ""
        self.filter, self.current_row, self._last_row = Filter(), None, None
        self.sort_key, self.descending = SortKey.FILE, False
        self.rows, self.measure = np.zeros(0, dtype=np.intp), MeasureOptions()
        self.project_changed.emit()
        self.sources_changed.emit()
        self.rows_changed.emit()
        self.current_changed.emit()

    def add_images(
        self,
        records: Sequence[ImageRecord],
        problems: Sequence[Problem] = (),
        *,
        awaited: bool = False,
    ) -> None:
        """Let the list grow; none is chosen to be looked at while a certain one is awaited."""
        self.table.extend(records)
        self.problems += tuple(problems)
        self.table_changed.emit()
        self._apply_filter(awaited=awaited)

    def replace_table(
        self, table: ImageTable, problems: Sequence[Problem], sources: Sources
    ) -> None:
        """Show another state of the same data set; the current image stays where it can."""
        path = self.current.path if self.current else None
        self.table, self.problems = table, tuple(problems)
        consists_of_others, self.sources = sources != self.sources, sources
        self._expect_predictions()
        self._outdate_findings()
        self.current_row = self.table.row_of_path(path) if path else None
        self._last_row = None
        if consists_of_others:
            self.sources_changed.emit()
        self.table_changed.emit()
        self._apply_filter()
        self.current_changed.emit()

    def set_findings(self, problems: Sequence[Problem], remark: str) -> None:
        """Know what a check of the whole data set found, until it changes."""
        self.findings, self.finding_remark = tuple(problems), remark
        self.findings_changed.emit()

    def _outdate_findings(self) -> None:
        """What was found of another state may be wrong now; that it was found is not forgotten."""
        if self.findings or self.finding_remark:
            self.findings, self.finding_remark = (), _CHECK_AGAIN

    def _empty_table(self) -> ImageTable:
        table = ImageTable()
        if self.classifier:
            classes = self.classifier.card.classes
            table.set_predictions(classes, np.zeros((0, len(classes)), dtype=np.float32))
        return table

    @property
    def synthetic(self) -> bool:
        """Whether every image was drawn by a program, so that every title has to say it."""
        records = self.table.records
        return bool(records) and all(record.source == SYNTHETIC for record in records)

    @property
    def all_problems(self) -> tuple[Problem, ...]:
        """What is wrong with the data set: as listed, as checked, and what was not classified."""
        known = set(self.problems)
        listed = self.problems + tuple(each for each in self.findings if each not in known)
        told = {problem.path for problem in listed}
        failed = np.flatnonzero(self.table.failure != "")
        rows = failed.tolist()
        found = ((self.table.records[row].path, self.table.failure_of(row)) for row in rows)
        return listed + tuple(
            Problem(path, ProblemKind.UNREADABLE, why) for path, why in found if path not in told
        )

    @property
    def name(self) -> str:
        """The data set's name for titles."""
        if not self.project:
            return ""
        return self.project.root.name + (" (synthetic images)" if self.synthetic else "")

    def use_classifier(self, classifier: Classifier | None) -> None:
        """Predict with another classifier; its earlier predictions come separately."""
        self.classifier = classifier
        self.exposure = ExposureIndex(classifier.card) if classifier else None
        self.clear_predictions()
        if classifier is None or self.heat_map.class_code not in classifier.card.classes:
            self.heat_map = replace(self.heat_map, class_code="")
        self.classifier_changed.emit()
        self.heat_map_changed.emit()

    # -- predictions ----------------------------------------------------------------------

    def clear_predictions(self) -> None:
        """Forget the predictions that are shown; those in the cache stay."""
        self._expect_predictions()
        self.predictions_changed.emit()

    def _expect_predictions(self) -> None:
        """Have room for the classifier's predictions, and none yet."""
        if self.classifier:
            classes = self.classifier.card.classes
            shape = (len(self.table.records), len(classes))
            self.table.set_predictions(classes, np.full(shape, np.nan, dtype=np.float32))

    def set_predictions(self, probabilities: NDArray[np.float32], failures: dict[int, str]) -> None:
        """Show the predictions of all images: float32 [rows, classes], NaN where there is none."""
        if self.classifier is None:
            return
        self.table.set_predictions(self.classifier.card.classes, probabilities)
        self.table.set_failures(failures)
        self.predictions_changed.emit()
        self._apply_filter()

    def add_predictions(
        self, probabilities: dict[int, NDArray[np.float32]], failures: dict[int, str]
    ) -> None:
        """Show the predictions of some rows. The list keeps its order until `sort_again`."""
        if probabilities:
            rows, values = list(probabilities), np.stack(list(probabilities.values()))
            self.table.set_predictions_of(rows, values)
        self.table.set_failures(failures)
        self.predictions_changed.emit()

    # -- what is listed and looked at -----------------------------------------------------

    def set_filter(self, chosen: Filter) -> None:
        """List the images that pass `chosen`."""
        if chosen != self.filter:
            self.filter = chosen
            self._apply_filter()

    def set_sort(self, key: SortKey, *, descending: bool) -> None:
        """List in another order."""
        if (key, descending) != (self.sort_key, self.descending):
            self.sort_key, self.descending = key, descending
            self._apply_filter()

    def sort_again(self) -> None:
        """Filter and sort by what is known now."""
        self._apply_filter()

    def _apply_filter(self, *, awaited: bool = False) -> None:
        mask = matching(self.table, self.filter)
        self.rows = sorted_rows(self.table, mask, self.sort_key, self.descending)
        before = self.current_row
        if before is not None or not awaited:
            self.current_row = self._row_to_look_at()
        self.rows_changed.emit()
        if self.current_row != before:
            self.current_changed.emit()

    def _row_to_look_at(self) -> int | None:
        """The image last looked at while it is listed, else the first of the list."""
        if self.current_row is not None:
            self._last_row = self.current_row
        if self._last_row is not None and (self.rows == self._last_row).any():
            return self._last_row
        return int(self.rows[0]) if len(self.rows) else None

    @property
    def current(self) -> ImageRecord | None:
        """The image that is looked at."""
        return None if self.current_row is None else self.table.records[self.current_row]

    def look_at(self, row: int | None) -> None:
        """Look at another image."""
        if row != self.current_row:
            self.current_row = row
            self.current_changed.emit()

    @property
    def position(self) -> int | None:
        """Where the current image stands in the list; None where it is not listed."""
        if self.current_row is None:
            return None
        found = np.flatnonzero(self.rows == self.current_row)
        return int(found[0]) if found.size else None

    # -- what is measured -----------------------------------------------------------------

    def change_measure(self, **changes: Any) -> None:
        """Measure something else; names are those of `MeasureOptions`."""
        changed = replace(self.measure, **changes)
        if changed != self.measure:
            self.measure = changed
            self.measure_changed.emit()

    # -- the heat map ---------------------------------------------------------------------

    def change_heat_map(self, **changes: Any) -> None:
        """Draw the heat map in another way; names are those of `HeatMapOptions`."""
        changed = replace(self.heat_map, **changes)
        if changed != self.heat_map:
            self.heat_map = changed
            self.heat_map_changed.emit()

    @property
    def heat_map_layer(self) -> str:
        """The layer to draw; the deepest where none was chosen; "" without a classifier."""
        if self.classifier is None or not self.classifier.card.layers:
            return ""
        names = [layer.name for layer in self.classifier.card.layers]
        return self.heat_map.layer if self.heat_map.layer in names else names[-1]
