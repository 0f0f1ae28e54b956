"""Keeps the heat map in step with the photograph, the layer and the class."""

from collections import OrderedDict, deque
from collections.abc import Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from app import image_tasks
from app.case import Case, Findings, HeatMap
from app.jobs import Job, JobRunner
from app.session import Session
from model.classifier.classifier import Classifier

_KEPT = 128  # explanations; all layers' maps of one take about 20 kB
_Key = tuple[str, str, int | None]  # path, classifier, class
_AHEAD = 4  # neighbours whose maps are worth computing before anyone asks


class HeatMapController(QObject):
    """Decides which map is drawn, and computes it where nothing stored gives it.

    Signals:
        heat_map_changed: Argument: the map to draw, or None.
        findings_changed: Arguments: the path of an image, what the network says of it (or
            None), and the code of the class whose evidence is drawn.
        failed: Argument: the error to show.
    """

    heat_map_changed = Signal(object)
    findings_changed = Signal(str, object, str)
    failed = Signal(Exception)

    def __init__(self, session: Session, previews: JobRunner) -> None:
        super().__init__(session)
        self._session, self._previews = session, previews
        self._case: Case | None = None
        self._explained: OrderedDict[_Key, image_tasks.Explained] = OrderedDict()
        self._fresh: OrderedDict[tuple[str, str], Findings] = OrderedDict()
        self._ahead: deque[Case] = deque(maxlen=_AHEAD)
        self._job: Job | None = None
        self._failed: set[_Key] = set()
        self._drawn: HeatMap | None = None
        session.heat_map_changed.connect(self._update)
        session.project_changed.connect(self._forget)

    @property
    def heat_map(self) -> HeatMap | None:
        """The map that is drawn."""
        return self._drawn

    def show_case(self, case: Case | None) -> None:
        """Another photograph is shown."""
        self._case = case
        self._update()

    def prepare(self, case: Case) -> None:
        """A neighbour was decoded: compute its maps before anyone asks."""
        self._ahead.append(case)
        self._compute_next()

    def _forget(self) -> None:
        self._explained.clear()
        self._fresh.clear()
        self._ahead.clear()
        self._failed.clear()

    def _update(self) -> None:
        case, classifier = self._case, self._session.classifier
        if case is None or classifier is None or not _is_for(case, classifier):
            self._tell(None, None, "")
            return
        findings = self._findings(case)
        if findings is None:
            self._tell(None, None, "")
            self._compute_next()
            return
        class_index = self._class_index(classifier, findings)
        heat_map = self._map(case, classifier, findings, class_index)
        self._tell(heat_map, findings, classifier.card.classes[class_index])
        if heat_map is None:
            self._compute_next()

    def _tell(self, heat_map: HeatMap | None, findings: Findings | None, code: str) -> None:
        self._drawn = heat_map
        self.heat_map_changed.emit(heat_map)
        self.findings_changed.emit(self._case.path if self._case else "", findings, code)

    # -- what is known --------------------------------------------------------------------

    def _findings(self, case: Case) -> Findings | None:
        return case.findings or self._fresh.get((case.path, case.identity))

    def _chosen_class(self, classifier: Classifier) -> int | None:
        code = self._session.heat_map.class_code
        return classifier.card.classes.index(code) if code in classifier.card.classes else None

    def _class_index(self, classifier: Classifier, findings: Findings) -> int:
        chosen = self._chosen_class(classifier)
        return int(findings.logits.argmax()) if chosen is None else chosen

    def _from_evidence(self, classifier: Classifier) -> bool:
        """Whether the chosen layer's map is stored with the predictions."""
        layer = classifier.card.layers[-1]
        return layer.additive and layer.name == self._session.heat_map_layer

    def _map(
        self, case: Case, classifier: Classifier, findings: Findings, class_index: int
    ) -> HeatMap | None:
        name = self._session.heat_map_layer
        if self._from_evidence(classifier):
            values = findings.evidence[..., class_index]
        else:
            known = self._maps((case.path, case.identity, class_index))
            if name not in known:
                return None
            values = known[name]
        layer = next(each for each in classifier.card.layers if each.name == name)
        code = classifier.card.classes[class_index]
        return HeatMap(case.path, name, code, layer.additive, values, case.box)

    # -- what has to be computed ----------------------------------------------------------

    def _compute_next(self) -> None:
        """One image at a time, so that the one that is looked at never waits for several."""
        classifier = self._session.classifier
        if self._job or classifier is None:
            return
        if self._case and self._lacks(self._case, classifier):
            self._explain(self._case, classifier)
            return
        while self._ahead:
            case = self._ahead.popleft()
            if self._lacks(case, classifier):
                self._explain(case, classifier)
                return

    def _lacks(self, case: Case, classifier: Classifier) -> bool:
        """Whether nothing known gives the map of an image that can be shown."""
        if not _is_for(case, classifier):
            return False
        key = self._key(case, classifier)
        drawable = self._from_evidence(classifier) or (
            self._session.heat_map_layer in self._maps(key)
        )
        if self._findings(case) and drawable:
            return False
        return key not in self._failed

    def _maps(self, key: _Key) -> Mapping[str, NDArray[np.float32]]:
        """By layer; those of inner layers are not there where only the deepest was asked for."""
        explained = self._explained.get(key)
        return explained.maps if explained else {}

    def _key(self, case: Case, classifier: Classifier) -> _Key:
        """Which maps of an image are wanted; None for any while nothing is known of it."""
        findings = self._findings(case)
        chosen = self._chosen_class(classifier)
        return (
            case.path,
            case.identity,
            (self._class_index(classifier, findings) if findings else chosen),
        )

    def _explain(self, case: Case, classifier: Classifier) -> None:
        key = self._key(case, classifier)
        inner = not self._from_evidence(classifier)
        task = partial(image_tasks.explain, case, classifier, key[2], inner)
        self._job = self._previews.start(task)
        self._job.succeeded.connect(self._take)
        self._job.failed.connect(partial(self._give_up, key))
        self._job.ended.connect(self._go_on)

    def _give_up(self, key: _Key, error: Exception) -> None:
        self._failed.add(key)
        self.failed.emit(error)

    def _go_on(self) -> None:
        self._job = None
        self._compute_next()

    def _take(self, explained: image_tasks.Explained) -> None:
        key = (explained.path, explained.identity)
        self._fresh[key] = explained.findings
        if self._session.heat_map_layer in explained.maps:
            self._explained[*key, explained.class_index] = explained
        for kept in (self._fresh, self._explained):
            while len(kept) > _KEPT:
                kept.popitem(last=False)
        if self._case and (self._case.path, self._case.identity) == key:
            self._update()


def _is_for(case: Case, classifier: Classifier) -> bool:
    """Whether an image can be shown to a classifier; what another said of it counts for nothing."""
    return case.network_input is not None and case.identity == classifier.identity
