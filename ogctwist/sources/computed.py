# -*- test-case-name: tests.sources.test_computed -*-
"""
Fields of a layer that are not in its data: joined from other layers, or
computed by expressions of the project (virtual fields).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from ogctwist.expression import Expression, ExpressionContext, ExpressionError
from ogctwist.geo.batch import FeatureBatch
from ogctwist.sources.columns import arrowType, cast
from ogctwist.sources.ordering import joined as oneBatch
from ogctwist.sources.query import FeatureQuery, SourceField, SourceSchema
from ogctwist.sources.reader import BatchStream, IsCancelled

#: So many keys are looked up by a filter; for more the joined layer is read whole, once a query.
_FEW_KEYS = 200


class Readable(Protocol):
    """The blocking side of a source."""

    def schema(self) -> SourceSchema:
        """See L{IFeatureSource.describe}."""

    def read(self, query: FeatureQuery, isCancelled: IsCancelled) -> BatchStream:
        """See L{IFeatureSource.read}."""


@dataclass(frozen=True)
class VirtualField:
    """A field that the project computes; C{expression} None: it cannot be read, the field is null."""

    field: SourceField
    expression: Expression | None


@dataclass(frozen=True, eq=False)
class JoinedLayer:
    """
    Another layer whose fields are shown beside the layer's own, as the
    request may see that layer.

    @ivar targetField: of the layer; equals C{joinField} of the other.
    @ivar prefix: in front of the names of the joined fields.
    @ivar subset: only these fields of the other layer; None for all.
    """

    source: Readable
    targetField: str
    joinField: str
    prefix: str
    subset: tuple[str, ...] | None = None

    def fields(self) -> dict[str, SourceField]:
        """
        Name in the other layer -> the field as it is shown.
        @raise SourceError: the other layer cannot be opened.
        """
        shown = {}
        for other in self.source.schema().fields:
            isAsked = self.subset is None or other.name in self.subset
            if other.name != self.joinField and isAsked:
                shown[other.name] = SourceField(
                    self.prefix + other.name, other.type, other.typeName, other.length, other.precision
                )
        return shown


class Step(Protocol):
    """Adds columns to a batch."""

    def columns(
        self, batch: FeatureBatch, context: ExpressionContext, isCancelled: IsCancelled
    ) -> Mapping[str, pa.Array]:
        """@return: the columns that it adds, by name."""


@dataclass(frozen=True)
class Needed:
    """
    What it takes to have some fields.

    @ivar columns: of the data.
    @ivar steps: in their order.
    """

    columns: tuple[str, ...]
    steps: tuple[Step, ...]
    needsGeometry: bool

    def completed(
        self, batch: FeatureBatch, context: ExpressionContext, isCancelled: IsCancelled
    ) -> FeatureBatch:
        """A batch of the data with the fields that are computed."""
        for step in self.steps:
            added = step.columns(batch, context, isCancelled)
            batch = batch.withColumns({**batch.columns, **added})
        return batch


class ComputedFields:
    """
    The fields of one layer, of the data and computed.

    @ivar fields: all: of the data, joined, virtual; a computed field hides one
        of the data that has its name.
    @ivar own: names of those of the data.
    """

    def __init__(
        self, schema: SourceSchema, joins: Sequence[JoinedLayer], virtualFields: Sequence[VirtualField]
    ):
        self._virtual = {v.field.name: v for v in virtualFields}
        self._joined: dict[str, _Join] = {}
        own = [f for f in schema.fields if f.name not in self._virtual]
        self.own = frozenset(f.name for f in own)
        shown = list(own)
        for layer in joins:
            fields = layer.fields()
            if layer.targetField not in self.own or not fields:
                continue
            names = {
                f.name: name
                for name, f in fields.items()
                if f.name not in self.own and f.name not in self._virtual
            }
            join = _Join(layer, names, {f.name: f for f in fields.values()})
            self._joined.update(dict.fromkeys(names, join))
            shown += [f for f in fields.values() if f.name in names]
        self.fields = (*shown, *(v.field for v in virtualFields))
        self.names = tuple(f.name for f in self.fields)

    def usedBy(self, expression: Expression) -> list[str]:
        """The fields that must be at hand to evaluate an expression that was resolved."""
        if expression.needsAllFields:
            return list(self.names)
        return [name for name in self.names if name in expression.fields]

    def need(self, wanted: Iterable[str]) -> Needed:
        """What it takes to have the wanted fields."""
        gathering = _Gathering(self)
        for name in wanted:
            gathering.add(name, ())
        return Needed(tuple(gathering.columns), tuple(gathering.steps), gathering.needsGeometry)


class _Gathering:
    """Fields with what they are computed from, in an order in which they can be."""

    def __init__(self, fields: ComputedFields):
        self._fields = fields
        self.columns: dict[str, None] = {}
        self.steps: list[Step] = []
        self.needsGeometry = False
        self._seen: set[str] = set()
        self._lookups: dict[int, _Lookup] = {}

    def add(self, name: str, above: tuple[str, ...]) -> None:
        """@param above: fields that wait for this one; one that refers to itself is null there."""
        if name in self._fields.own:
            self.columns[name] = None
        elif name in self._fields._joined:
            self._addJoined(name)
        elif name not in self._seen:
            self._seen.add(name)
            self._addVirtual(self._fields._virtual[name], above)

    def _addJoined(self, name: str) -> None:
        join = self._fields._joined[name]
        lookup = self._lookups.get(id(join))
        if lookup is None:
            lookup = self._lookups[id(join)] = _Lookup(join)
            self.steps.append(lookup)
            self.columns[join.layer.targetField] = None
        if name not in lookup.names:
            lookup.names.append(name)

    def _addVirtual(self, virtual: VirtualField, above: tuple[str, ...]) -> None:
        expression = virtual.expression
        try:
            expression = expression and expression.resolved(self._fields.names)
        except ExpressionError:
            expression = None  # of a field that is not there: QGIS shows NULL
        if expression is not None:
            self.needsGeometry |= expression.needsGeometry
            for used in self._fields.usedBy(expression):
                if used != virtual.field.name and used not in above:
                    self.add(used, (*above, virtual.field.name))
        self.steps.append(_Computation(virtual.field, expression))


@dataclass(frozen=True)
class _Computation:
    """The step of a virtual field."""

    field: SourceField
    expression: Expression | None

    def columns(
        self, batch: FeatureBatch, context: ExpressionContext, isCancelled: IsCancelled
    ) -> Mapping[str, pa.Array]:
        nothing = pa.nulls(len(batch), arrowType(self.field.type) or pa.string())
        if self.expression is None:
            return {self.field.name: nothing}
        try:
            value = self.expression.evaluate(batch, context)
        except ExpressionError:
            return {self.field.name: nothing}  # as QGIS shows it
        return {self.field.name: cast(value, self.field.type)}


@dataclass(frozen=True, eq=False)
class _Join:
    """A joined layer; C{names}: as shown -> in the other layer."""

    layer: JoinedLayer
    names: Mapping[str, str]
    fields: Mapping[str, SourceField]


@dataclass(eq=False)
class _Lookup:
    """The step of a join, for one query."""

    join: _Join
    names: list[str] = field(default_factory=list)
    _table: FeatureBatch | None = None

    def columns(
        self, batch: FeatureBatch, context: ExpressionContext, isCancelled: IsCancelled
    ) -> Mapping[str, pa.Array]:
        target = batch.columns[self.join.layer.targetField]
        keys = pc.unique(target).drop_null()
        table = self._rows(keys, isCancelled)
        if table is None:
            return {n: pa.nulls(len(batch), self._typeOf(n)) for n in self.names}
        found, target = _alike(table.columns[self.join.layer.joinField], target)
        # the first feature with a key is the one that is joined
        places = pc.index_in(target, value_set=found, skip_nulls=True)
        return {n: table.columns[self.join.names[n]].take(places) for n in self.names}

    def _typeOf(self, name: str) -> pa.DataType:
        return arrowType(self.join.fields[name].type) or pa.null()

    def _rows(self, keys: pa.Array, isCancelled: IsCancelled) -> FeatureBatch | None:
        """Features of the other layer that have the keys, perhaps more; None when there are none."""
        layer = self.join.layer
        fields = (layer.joinField, *(self.join.names[name] for name in self.names))
        if self._table is not None:
            return self._table
        isFew = len(keys) <= _FEW_KEYS
        query = FeatureQuery(
            fields=tuple(dict.fromkeys(fields)),
            geometry=False,
            filter=_among(layer, keys) if isFew else None,
        )
        with closing(layer.source.read(query, isCancelled)) as batches:
            read = list(batches)
        if not read:
            return None
        table = oneBatch(read)
        if not isFew:
            self._table = table
        return table


def _among(layer: JoinedLayer, keys: pa.Array) -> Expression:
    return Expression.fieldIn(layer.joinField, keys.to_pylist())


def _alike(left: pa.Array, right: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Two columns in a type in which they can be compared."""
    if left.type == right.type:
        return left, right
    if all(pa.types.is_integer(c.type) or pa.types.is_floating(c.type) for c in (left, right)):
        return pc.cast(left, pa.float64()), pc.cast(right, pa.float64())
    return pc.cast(left, pa.string()), pc.cast(right, pa.string())
