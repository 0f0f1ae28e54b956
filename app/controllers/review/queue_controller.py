"""Keeps the queue in step with readings, predictions, decisions and weights."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from app import adjudication_tasks
from app.adjudication_session import AdjudicationSession
from app.adjudication_tasks import Compared, Ranked, RankRequest
from app.jobs import Job, JobRunner
from app.review_tasks import Sources
from app.session import Session
from model.review.adjudication import Decision
from model.review.patterns import Pattern
from model.review.queue import Weights
from model.review.severity import Severity

PARTS = ("consequence", "evidence", "basis")


class QueueController(QObject):
    """Compares what everybody says, and ranks it; both off the GUI thread.

    Signals:
        compared: All opinions were gathered anew. Argument: them (`Compared`).
        failed: Argument: the error to show.
    """

    compared = Signal(object)
    failed = Signal(Exception)

    def __init__(
        self, session: Session, adjudication: AdjudicationSession, runner: JobRunner
    ) -> None:
        super().__init__(adjudication)
        self._session, self._adjudication, self._runner = session, adjudication, runner
        self._compared: Compared | None = None
        self._comparing: Job | None = None
        self._ranking: Job | None = None
        self._stale, self._watched = True, False
        session.project_changed.connect(self._forget)
        session.sources_changed.connect(self._leave)
        for signal in (session.predictions_changed, session.table_changed):
            signal.connect(self.refresh)
        adjudication.weights_changed.connect(self._rank)

    # -- what is compared -----------------------------------------------------------------

    def watch(self, watched: bool) -> None:
        """Whether anybody looks at the queue: it is made only then."""
        self._watched = watched
        if watched and self._stale:
            self.refresh()

    def refresh(self) -> None:
        """Something that anybody says has changed."""
        self._stale = True
        project, cache = self._session.project, self._session.cache
        if not self._watched or project is None or cache is None:
            return
        self._stale = False
        sources = Sources(project, cache, self._session.classifier)
        images = tuple(self._session.table.records)
        include_seen = self._adjudication.include_seen
        if self._comparing:
            self._comparing.cancel()
        job = self._comparing = self._runner.start(
            partial(adjudication_tasks.compare, sources, images, include_seen)
        )
        job.succeeded.connect(partial(self._take, job))
        job.failed.connect(self.failed)

    def _take(self, job: Job, found: Compared) -> None:
        if job is not self._comparing:
            return
        self._compared = found
        self.compared.emit(found)
        if self._adjudication.queue is None:
            self._adjudication.set_weights(found.weights)  # and rank
        else:
            self._rank()

    def take_decision(self, decided: Decision) -> None:
        """A lesion was decided or reopened: it leaves the queue, or comes back."""
        if self._compared is not None:
            decisions = (*self._compared.decisions, decided)
            self._compared = replace(self._compared, decisions=decisions)
            self._rank()

    def _forget(self) -> None:
        self._adjudication.limit_to(None, "")
        self._leave()
        self.refresh()

    def _leave(self) -> None:
        """What was said of the lesions holds no more; with their images they come anew."""
        self._compared, self._stale = None, True
        self._comparing = self._ranking = None
        self._adjudication.set_queue(None, {})
        self._adjudication.show_lesion("", None, ())

    # -- how it is ranked -----------------------------------------------------------------

    def weigh(self, parts: Mapping[str, float]) -> None:
        """Give the parts of the weight other shares."""
        consequence, evidence, basis = (parts[name] for name in PARTS)
        weights = self._adjudication.weights
        self._change(replace(weights, consequence=consequence, evidence=evidence, basis=basis))

    def set_severity(self, severity: Severity, bases: Mapping[str, float]) -> None:
        """Let errors cost something else, and bases weigh something else."""
        self._change(replace(self._adjudication.weights, severity=severity, bases=dict(bases)))

    def _change(self, weights: Weights) -> None:
        self._adjudication.set_weights(weights)
        if project := self._session.project:
            job = self._runner.start(partial(adjudication_tasks.keep_weights, project, weights))
            job.failed.connect(self.failed)

    def choose_patterns(self, patterns: Collection[Pattern]) -> None:
        """Let only lesions with one of these patterns wait."""
        self._adjudication.choose_patterns(patterns)

    def limit_to(self, lesions: Collection[str] | None, words: str) -> None:
        """Let exactly some lesions wait, such as those behind a number; None for all."""
        self._adjudication.limit_to(None if lesions is None else frozenset(lesions), words)

    def choose_members(self, include_seen: bool, decided_shown: bool) -> None:
        """Whether predictions for seen images count; whether decided lesions are listed."""
        counted_before = self._adjudication.include_seen
        self._adjudication.choose_members(include_seen=include_seen, decided_shown=decided_shown)
        if include_seen != counted_before:
            self.refresh()

    def _rank(self) -> None:
        if self._compared is None:
            return
        session = self._adjudication
        request = RankRequest(
            self._compared,
            session.weights,
            session.patterns,
            session.decided_shown,
            session.among,
        )
        if self._ranking:
            self._ranking.cancel()
        job = self._ranking = self._runner.start(partial(adjudication_tasks.rank, request))
        job.succeeded.connect(partial(self._show, job))
        job.failed.connect(self.failed)

    def _show(self, job: Job, ranked: Ranked) -> None:
        if job is self._ranking:
            self._adjudication.set_queue(ranked.queue, ranked.counts)
