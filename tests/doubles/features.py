"""Features in memory behind the interfaces of the sources, and a pool without threads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from twisted.internet import defer
from zope.interface import implementer

from ogctwist.geo.batch import FeatureBatch
from ogctwist.geo.box import Box
from ogctwist.interfaces import IWorkPool
from ogctwist.sources.features import FeatureSource
from ogctwist.sources.query import UNRESTRICTED, Restriction, SourceError, SourceSchema
from ogctwist.sources.reader import BatchStream, Cancelled, IsCancelled, ReadPlan, ReadRequest, Term
from ogctwist.sources.restricted import LayerOptions, RestrictedFeatures


@implementer(IWorkPool)
class ImmediatePool:
    """An L{IWorkPool} that works while it is asked."""

    def run(self, function: Callable[..., Any], *arguments: Any) -> defer.Deferred[Any]:
        """The function's result, already there."""
        return defer.maybeDeferred(function, *arguments)

    def runCancellable(self, function: Callable[..., Any], *arguments: Any) -> defer.Deferred[Any]:
        """The same with a function that says that nobody cancelled."""
        return defer.maybeDeferred(function, *arguments, lambda: False)

    def start(self) -> None:
        """Nothing to start."""

    def stop(self) -> defer.Deferred[None]:
        """Nothing to stop."""
        return defer.succeed(None)


@implementer(IWorkPool)
class HeldPool:
    """
    An L{IWorkPool} whose work is done when the test says so.

    @ivar waiting: what was asked for and not done, the oldest first.
    """

    def __init__(self) -> None:
        self.waiting: list[tuple[defer.Deferred[Any], Callable[..., Any], tuple[Any, ...]]] = []

    def run(self, function: Callable[..., Any], *arguments: Any) -> defer.Deferred[Any]:
        """A Deferred that fires in L{work}."""
        answer: defer.Deferred[Any] = defer.Deferred()
        self.waiting.append((answer, function, arguments))
        return answer

    def runCancellable(self, function: Callable[..., Any], *arguments: Any) -> defer.Deferred[Any]:
        """The same; C{isCancelled} tells whether the Deferred was cancelled."""
        answer: defer.Deferred[Any] = defer.Deferred()
        self.waiting.append((answer, function, (*arguments, lambda: answer.called)))
        return answer

    def work(self) -> None:
        """Do the oldest piece of work."""
        answer, function, arguments = self.waiting.pop(0)
        if not answer.called:
            defer.maybeDeferred(function, *arguments).chainDeferred(answer)

    def start(self) -> None:
        """Nothing to start."""

    def stop(self) -> defer.Deferred[None]:
        """Nothing to stop."""
        return defer.succeed(None)


class MemoryFeaturesReader:
    """
    An L{ogctwist.sources.reader.IFeatureReader} over batches in memory; it takes no condition.

    @ivar closed: how many walks were ended before or at their end.
    """

    def __init__(self, schema: SourceSchema, batches: Sequence[FeatureBatch]):
        self._schema = schema
        self.batches = list(batches)
        self.closed = 0

    def schema(self) -> SourceSchema:
        """The schema it was made with."""
        return self._schema

    def plan(self, request: ReadRequest, mayPage: bool) -> ReadPlan:
        """A plan that leaves everything but ids."""
        return _MemoryPlan(self, request)

    def checkedSubset(self, subset: str, isStrict: bool) -> str:
        """It understands one: C{none}, of which there are no features."""
        if subset != "none":
            raise SourceError(f"subset {subset!r}")
        return subset


class _MemoryPlan:
    isPaged = False

    def __init__(self, reader: MemoryFeaturesReader, request: ReadRequest):
        self.reader = reader
        self.request = request
        self.terms: tuple[Term, ...] = request.terms
        self.isBoxed = request.bbox is None
        self.isOrdered = not request.orderBy

    def batches(self, columns: Sequence[str], geometry: bool, isCancelled: IsCancelled) -> BatchStream:
        try:
            if "none" in self.request.subsets:
                return
            for batch in self.reader.batches:
                if isCancelled():
                    raise Cancelled()
                if self.request.ids is not None:
                    wanted = set(self.request.ids)
                    rows = [row for row, i in enumerate(batch.ids.tolist()) if i in wanted]
                    batch = batch.take(rows) if rows else batch.slice(0, 0)
                if len(batch):
                    yield FeatureBatch(
                        batch.ids,
                        batch.geometry if geometry else None,
                        {name: batch.columns[name] for name in columns},
                    )
        finally:
            self.reader.closed += 1

    def count(self, isCancelled: IsCancelled) -> int | None:
        return None

    def extent(self, isCancelled: IsCancelled) -> tuple[Box | None] | None:
        return None


def memoryFeatures(
    schema: SourceSchema,
    batches: Sequence[FeatureBatch],
    restriction: Restriction = UNRESTRICTED,
    pool: Any = None,
) -> FeatureSource:
    """An L{ogctwist.interfaces.IFeatureSource} over batches that have all columns of the schema."""
    features = RestrictedFeatures(MemoryFeaturesReader(schema, batches), LayerOptions(), restriction)
    return FeatureSource(features, pool or ImmediatePool())
