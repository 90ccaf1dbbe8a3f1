# -*- test-case-name: tests.sources.test_restricted -*-
"""
The features of a layer as one request may see them, blocking.

Puts together a reader, the layer's own subset and virtual fields, and what
access control takes away; does itself what the reader's engine leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace

import numpy as np
import shapely

from ogctwist.expression import Expression, ExpressionContext
from ogctwist.geo.batch import FeatureBatch
from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS
from ogctwist.sources.computed import ComputedFields, JoinedLayer, VirtualField
from ogctwist.sources.ordering import ordered
from ogctwist.sources.query import (
    FeatureQuery,
    Restriction,
    SourceError,
    SourceSchema,
    UnknownField,
)
from ogctwist.sources.reader import (
    BatchStream,
    Cancelled,
    IFeatureReader,
    IsCancelled,
    ReadPlan,
    ReadRequest,
    Term,
    never,
)


@dataclass(frozen=True)
class LayerOptions:
    """
    What the project adds to the data.

    @ivar subset: the layer's own, or ''.
    @ivar crs: of the layer; the data's own when None.
    """

    subset: str = ""
    joins: tuple[JoinedLayer, ...] = ()
    virtualFields: tuple[VirtualField, ...] = ()
    crs: CRS | None = None


class RestrictedFeatures:
    """What L{ogctwist.sources.features.FeatureSource} wraps; its methods are those of IFeatureSource."""

    def __init__(self, reader: IFeatureReader, options: LayerOptions, restriction: Restriction):
        self.reader = reader
        self.options = options
        self.restriction = restriction

    def schema(self) -> SourceSchema:
        """The schema that the request may see."""
        schema = self.reader.schema()
        hidden = self.restriction.hiddenFields
        return replace(
            schema,
            fields=tuple(f for f in self.computed().fields if f.name not in hidden),
            keyFields=tuple(k for k in schema.keyFields if k not in hidden),
            crs=self.options.crs or schema.crs,
        )

    def computed(self) -> ComputedFields:
        """All fields of the layer, also those that the request may not see."""
        return ComputedFields(self.reader.schema(), self._joins(), self.options.virtualFields)

    def _joins(self) -> list[JoinedLayer]:
        joins = []
        for layer in self.options.joins:
            try:
                layer.source.schema()
                joins.append(layer)
            except SourceError:
                pass  # as in QGIS, fields of a layer that cannot be opened are not there
        return joins

    def read(self, query: FeatureQuery, isCancelled: IsCancelled = never) -> BatchStream:
        """See L{IFeatureSource.read}; the query is checked at the call, before the first batch."""
        return _Reading(self, query).batches(isCancelled)

    def count(self, query: FeatureQuery, isCancelled: IsCancelled = never) -> int:
        """How many features C{read} would give."""
        reading = _Reading(self, replace(query, fields=(), geometry=False, orderBy=()))
        return reading.count(isCancelled)

    def extent(self, isCancelled: IsCancelled = never) -> Box | None:
        """The box around all features that the request may see."""
        reading = _Reading(self, FeatureQuery(fields=()))
        return reading.extent(isCancelled)

    def subsets(self) -> tuple[str, ...] | None:
        """
        The subsets to read with; None when access control's is refused, which
        means that there are no features.
        @raise SourceError: the layer's own subset is refused.
        """
        own, restricting = self.options.subset.strip(), self.restriction.subset.strip()
        subsets = [self.reader.checkedSubset(own, isStrict=False)] if own else []
        if restricting:
            try:
                subsets.append(self.reader.checkedSubset(restricting, isStrict=True))
            except SourceError:
                return None
        return tuple(subsets)


class _Reading:
    """One query: checked and planned when it is made."""

    def __init__(self, layer: RestrictedFeatures, query: FeatureQuery):
        self.query = query
        self.layer = layer
        self.bbox: Box | None = query.bbox
        self.isExact = query.exact and query.bbox is not None
        self.schema = layer.schema()
        self.computed = layer.computed()
        self.visible = tuple(f.name for f in self.schema.fields)
        self.fields = self.visible if query.fields is None else query.fields
        for name in self.fields:
            if name not in self.visible:
                raise UnknownField(name)
        # a name that the request may not see does not resolve: ExpressionError
        self.orderBy = tuple(
            replace(o, expression=o.expression.resolved(self.visible)) for o in query.orderBy
        )
        self.plan = self._planned()
        self._needed()

    def _planned(self) -> ReadPlan | None:
        """@return: None when there is nothing to be seen."""
        query = self.query
        subsets = self.layer.subsets()
        if subsets is None:
            return None
        if query.within is not None:
            if query.within.is_empty:
                return None
            around = Box(*map(float, query.within.bounds))
            self.bbox = around if self.bbox is None else self.bbox.intersection(around)
            if self.bbox is None:
                return None
        request = ReadRequest(
            self.bbox, query.ids, self._terms(), subsets, self.orderBy, query.limit, query.offset
        )
        mayPage = not self.isExact and query.within is None
        return self.layer.reader.plan(request, mayPage)

    def _terms(self) -> tuple[Term, ...]:
        terms = []
        rowFilter = self.layer.restriction.rowFilter
        if rowFilter is not None:
            terms.append(Term(rowFilter.resolved(self.computed.names), self.computed.own, seesHidden=True))
        if self.query.filter is not None:
            visible = self.computed.own.intersection(self.visible)
            terms.append(Term(self.query.filter.resolved(self.visible), visible))
        return tuple(terms)

    def _needed(self) -> None:
        """Work out which columns the reader must give."""
        plan = self.plan
        if plan is None:
            return
        expressions: list[Expression] = [t.expression for t in plan.terms]
        if not plan.isOrdered:
            expressions += [o.expression for o in self.orderBy]
        wanted = dict.fromkeys(self.fields)
        for expression in expressions:
            wanted.update(dict.fromkeys(self.computed.usedBy(expression)))
        self.needed = self.computed.need(wanted)
        self.needsGeometry = (
            self.query.geometry
            or self.isExact
            or self.query.within is not None
            or not plan.isBoxed
            or self.needed.needsGeometry
            or any(e.needsGeometry for e in expressions)
        ) and bool(self.schema.geometryName)

    # reading

    def batches(self, isCancelled: IsCancelled) -> BatchStream:
        """The features as asked for."""
        plan = self.plan
        if plan is None or self.query.limit == 0:
            return
        try:
            yield from self._inOrder(plan, isCancelled)
        except Cancelled:
            return  # nobody waits for the rest

    def _inOrder(self, plan: ReadPlan, isCancelled: IsCancelled) -> BatchStream:
        query, orderBy = self.query, self.orderBy
        with closing(self._chosen(plan, isCancelled)) as chosen:
            result: Iterable[FeatureBatch] = chosen
            if not plan.isOrdered:
                result = ordered(
                    chosen,
                    lambda batch: [o.expression.evaluate(self._seen(batch), self.context) for o in orderBy],
                    [o.ascending for o in orderBy],
                    None if query.limit is None else query.limit + query.offset,
                )
            if not plan.isPaged:
                result = paged(result, query.limit, query.offset)
            for batch in result:
                yield self._delivered(batch)

    def _chosen(self, plan: ReadPlan, isCancelled: IsCancelled) -> BatchStream:
        """Features that meet all conditions, with all columns that are needed."""
        with closing(plan.batches(self.needed.columns, self.needsGeometry, isCancelled)) as read:
            for batch in read:
                batch = self.needed.completed(batch, self.context, isCancelled)
                batch = self._filtered(batch, plan)
                if len(batch):
                    yield batch

    @property
    def context(self) -> ExpressionContext:
        """The query's context."""
        return self.query.context or ExpressionContext()

    def _seen(self, batch: FeatureBatch) -> FeatureBatch:
        """The batch without columns that the request may not see."""
        return batch.withColumns({n: c for n, c in batch.columns.items() if n in self.visible})

    def _filtered(self, batch: FeatureBatch, plan: ReadPlan) -> FeatureBatch:
        rows: np.ndarray | None = None
        for term in plan.terms:
            mask = term.expression.mask(batch if term.seesHidden else self._seen(batch), self.context)
            rows = mask if rows is None else rows & mask
        if rows is not None:
            batch = batch.take(rows)
        if len(batch) and self.bbox is not None and (not plan.isBoxed or self.isExact):
            batch = batch.take(touching(batch, self.bbox, self.isExact))
        if len(batch) and self.query.within is not None:
            shapes = _shapes(batch)
            shapely.prepare(self.query.within)
            batch = batch.take(shapely.intersects(self.query.within, shapes))
        return batch

    def _delivered(self, batch: FeatureBatch) -> FeatureBatch:
        geometry = batch.geometry if self.query.geometry else None
        return FeatureBatch(batch.ids, geometry, {name: batch.columns[name] for name in self.fields})

    def count(self, isCancelled: IsCancelled) -> int:
        """How many features there are."""
        plan, query = self.plan, self.query
        if plan is None or query.limit == 0:
            return 0
        if self._leavesNothing(plan):
            counted = plan.count(isCancelled)
            if counted is not None:
                if plan.isPaged:
                    return counted
                counted = max(counted - query.offset, 0)
                return counted if query.limit is None else min(counted, query.limit)
        with closing(self.batches(isCancelled)) as batches:
            return sum(len(batch) for batch in batches)

    def extent(self, isCancelled: IsCancelled) -> Box | None:
        """The box around all features."""
        plan = self.plan
        if plan is None or not self.schema.geometryName:
            return None
        if self._leavesNothing(plan):
            known = plan.extent(isCancelled)
            if known is not None:
                return known[0]
        box: Box | None = None
        with closing(self.batches(isCancelled)) as batches:
            for batch in batches:
                assert batch.geometry is not None
                bounds = batch.geometry.bounds
                bounds = bounds[~np.isnan(bounds[:, 0])]
                if len(bounds):
                    here = Box(*map(float, (*bounds[:, :2].min(axis=0), *bounds[:, 2:].max(axis=0))))
                    box = here if box is None else box.union(here)
        return box

    def _leavesNothing(self, plan: ReadPlan) -> bool:
        return not plan.terms and plan.isBoxed and not self.isExact and self.query.within is None


def _shapes(batch: FeatureBatch) -> np.ndarray:
    if batch.geometry is None:
        return np.full(len(batch), None, object)
    return batch.geometry.shapes


def touching(batch: FeatureBatch, box: Box, isExact: bool) -> np.ndarray:
    """
    Which features meet a box: bool, shape (n,).

    @param isExact: whether the geometries must, not only their bounding boxes.
    """
    shapes = _shapes(batch)
    bounds = shapely.bounds(shapes)
    xmin, ymin, xmax, ymax = bounds.T
    meets = (xmin <= box.xmax) & (xmax >= box.xmin) & (ymin <= box.ymax) & (ymax >= box.ymin)
    if isExact:
        inside = (xmin >= box.xmin) & (xmax <= box.xmax) & (ymin >= box.ymin) & (ymax <= box.ymax)
        doubtful = np.flatnonzero(meets & ~inside)
        area = (
            shapely.box(*box.bounds)
            if not box.isEmpty
            else shapely.LineString([(box.xmin, box.ymin), (box.xmax, box.ymax)])
        )
        shapely.prepare(area)
        meets[doubtful] = shapely.intersects(area, shapes[doubtful])
    return meets


def paged(batches: Iterable[FeatureBatch], limit: int | None, offset: int) -> Iterator[FeatureBatch]:
    """The features after the first C{offset}, at most C{limit}; stops reading as soon as it can."""
    for batch in batches:
        if offset >= len(batch):
            offset -= len(batch)
            continue
        if offset or (limit is not None and limit < len(batch) - offset):
            batch = batch.slice(offset, None if limit is None else offset + limit)
            offset = 0
        yield batch
        if limit is not None:
            limit -= len(batch)
            if limit <= 0:
                return
