"""Brings the lesion that is looked at: photographs, maps, readings in random order, neighbours."""

import random
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Signal

from app import adjudication_tasks
from app.adjudication_session import AdjudicationSession, Said
from app.adjudication_tasks import Compared, NeighbourRequest
from app.case import Case, HeatMap
from app.controllers.photographs import Photographs
from app.jobs import Job, JobRunner
from app.session import Session
from model.images import crop_box
from model.inference.similar import Embeddings
from model.review.selection import lesion_of

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class LesionController(QObject):
    """Follows the queue to one lesion; what belongs to another is dropped.

    Signals:
        maps_changed: Argument: (class, map or None) for each claimed class.
        network_changed: Arguments: classifier's name, classes, probabilities, logits; empty
            lists where there is no prediction.
        neighbours_changed: Arguments: similar lesions, or none and why.
    """

    maps_changed = Signal(object)
    network_changed = Signal(str, object, object, object)
    neighbours_changed = Signal(object, str)

    def __init__(
        self,
        session: Session,
        adjudication: AdjudicationSession,
        photographs: JobRunner,
        similar: JobRunner,
    ) -> None:
        super().__init__(adjudication)
        self._session, self._adjudication = session, adjudication
        self._photographs = Photographs(session, photographs, self)
        self._photographs.decoded.connect(self._take)
        self._similar = similar
        self._compared: Compared | None = None
        self._embeddings: Embeddings | None = None
        self._embeddings_of = ""
        self._searching: Job | None = None
        self._seed = random.SystemRandom().getrandbits(64)
        for signal in (session.project_changed, session.classifier_changed):
            signal.connect(self._forget)
        adjudication.lesion_changed.connect(self._follow)
        adjudication.photographs_changed.connect(self._show_network)

    # -- which lesion ---------------------------------------------------------------------

    def take_compared(self, compared: Compared) -> None:
        """Opinions were gathered anew: those on this lesion too."""
        self._compared = compared
        self._show_said()

    def go_to(self, position: int) -> None:
        """Look at a lesion of the queue."""
        queue = self._adjudication.queue
        if queue is None or not 0 <= position < len(queue):
            return
        item = queue[position]
        records = tuple(self._session.table.records[row] for row in item.rows)
        name = lesion_of(records[0])
        if name != self._adjudication.name:
            self._adjudication.show_lesion(name, item, records)

    def step(self, steps: int) -> None:
        """Look at the next lesion of the queue, or at the one before."""
        position = self._adjudication.position
        self.go_to(0 if position is None else position + steps)

    def follow_queue(self) -> None:
        """Look at the first lesion where the one that is looked at is not among them, or at none.

        A decision that was begun is not lost: its lesion stays.
        """
        adjudication = self._adjudication
        if adjudication.queue is None or adjudication.position is not None or adjudication.begun:
            return
        if len(adjudication.queue):
            self.go_to(0)
        elif adjudication.name:
            adjudication.show_lesion("", None, ())

    def reload(self, _summary: str = "") -> None:
        """Fetch again what is stored about the images, after they were classified."""
        self._forget()

    def _forget(self) -> None:
        self._photographs.forget()
        self._embeddings = None
        self._follow()

    def _follow(self) -> None:
        self._show_said()
        self._bring_photographs()
        self._find_neighbours()

    def _bring_photographs(self) -> None:
        wanted = [record.path for record in self._adjudication.records]
        for case in filter(None, map(self._photographs.get, wanted)):
            self._adjudication.add_case(case)
        self._photographs.want(wanted + self._next_paths())

    def _next_paths(self) -> list[str]:
        position, queue = self._adjudication.position, self._adjudication.queue
        if position is None or queue is None or position + 1 >= len(queue):
            return []
        records = self._session.table.records
        return [records[row].path for row in queue[position + 1].rows]

    # -- readings -------------------------------------------------------------------------

    def _show_said(self) -> None:
        name = self._adjudication.name
        if self._compared is None or not name:
            return
        readings = list(self._compared.readings.get(name, ()))
        readers = sorted({each.reading.reader for each in readings})
        # Another order for each lesion, the same for as long as the window is open.
        random.Random(f"{self._seed} {name}").shuffle(readers)
        letters = {reader: _letter(number) for number, reader in enumerate(readers)}
        said = (
            Said(
                letters[each.reading.reader],
                each.reading.reader,
                each.reading.stage,
                each.reading.answers,
                each.paths[0] if len(each.paths) == 1 else "",
                self._compared.studies.get(each.study, ""),
            )
            for each in readings
        )
        self._adjudication.set_said(tuple(sorted(said, key=lambda each: each.letter)))
        self._show_network()

    # -- photographs and maps -------------------------------------------------------------

    def _take(self, case: Case) -> None:
        if case.path in {record.path for record in self._adjudication.records}:
            self._adjudication.add_case(case)

    def _show_network(self) -> None:
        adjudication, classifier = self._adjudication, self._session.classifier
        if not adjudication.records:
            return
        case = adjudication.cases.get(adjudication.records[adjudication.photograph].path)
        findings = case.findings if case else None
        if classifier is None or findings is None:
            self.network_changed.emit(classifier.card.name if classifier else "", (), [], [])
        else:
            shares = classifier.probabilities(findings.logits).tolist()
            card = classifier.card
            self.network_changed.emit(card.name, card.classes, shares, findings.logits.tolist())
        self.maps_changed.emit([(code, self._map(case, code)) for code in self._claimed()])

    def _claimed(self) -> list[str]:
        """The claimed classes, whose evidence is drawn side by side."""
        return list(self._adjudication.claims)

    def _map(self, case: Case | None, code: str) -> HeatMap | None:
        classifier = self._session.classifier
        if case is None or case.findings is None or classifier is None:
            return None
        classes, layer = classifier.card.classes, classifier.card.layers[-1]
        if code not in classes:
            return None
        drawn = [classes.index(each) for each in self._claimed() if each in classes]
        evidence = case.findings.evidence
        values = np.ascontiguousarray(evidence[..., classes.index(code)])
        box = crop_box(case.width, case.height, classifier.card.preprocessing.mode)
        top = max(float(evidence[..., drawn].max()), 0.0)
        return HeatMap(case.path, layer.name, code, layer.additive, values, box, top)

    # -- similar lesions ------------------------------------------------------------------

    def _find_neighbours(self) -> None:
        session, adjudication = self._session, self._adjudication
        self.neighbours_changed.emit((), "")
        project, cache, classifier = session.project, session.cache, session.classifier
        if not adjudication.records or project is None or cache is None or classifier is None:
            return
        if self._embeddings_of != classifier.identity:
            self._embeddings = None
        request = NeighbourRequest(
            project,
            cache,
            classifier,
            self._embeddings,
            tuple(session.table.records),
            adjudication.records[0],
        )
        if self._searching:
            self._searching.cancel()
        job = self._searching = self._similar.start(
            partial(adjudication_tasks.find_neighbours, request)
        )
        job.succeeded.connect(partial(self._show_neighbours, adjudication.name))

    def _show_neighbours(self, name: str, found: adjudication_tasks.Neighbours) -> None:
        self._embeddings, self._embeddings_of = found.embeddings, found.identity
        if name == self._adjudication.name:
            self.neighbours_changed.emit(found.found, found.reason)


def _letter(number: int) -> str:
    """A, B, ... Z, A2, B2, ..."""
    turn, place = divmod(number, len(LETTERS))
    return LETTERS[place] + (str(turn + 1) if turn else "")
