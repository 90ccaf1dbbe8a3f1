# -*- test-case-name: tests.services.ogcapi.test_temporal -*-
"""
Time: intervals of the datetime parameter (OGC 17-069r4, 7.15.4), by the layer's date and time
dimensions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from ogctwist.expression import Expression
from ogctwist.project.layers import Dimension
from ogctwist.services.ogcapi.collectionlayers import Collection
from ogctwist.sources.query import FeatureQuery, FieldType, OrderBy, SourceField

#: The end of an interval that is open at that side.
_OPEN = ("", "..")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?)?", re.ASCII)
_TEMPORAL = (FieldType.DATE, FieldType.DATETIME)


@dataclass(frozen=True)
class Interval:
    """
    What of time is asked for; both ends belong to it.

    @ivar start: a date or a datetime, None when open; likewise C{end}.
    """

    start: date | None
    end: date | None


@dataclass(frozen=True)
class TimeFields:
    """The attributes that say when a feature is: at C{begin}, or from there to C{end}."""

    begin: SourceField
    end: SourceField | None = None


def interval(text: str) -> Interval:
    """
    @raise ValueError: it is none.
    """
    first, slash, second = text.strip().partition("/")
    if not slash:
        only = _moment(first)
        return Interval(only, only)
    start = None if first in _OPEN else _moment(first)
    end = None if second in _OPEN else _moment(second)
    if start is None and end is None:
        raise ValueError("open at both ends")
    return Interval(start, end)


def _moment(text: str) -> date:
    """A date, or a datetime in UTC without zone: what is stored has none."""
    if not _MOMENT.fullmatch(text):
        raise ValueError("neither a date nor a time")
    if "T" not in text:
        return date.fromisoformat(text)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        return moment
    try:
        return moment.astimezone(UTC).replace(tzinfo=None)
    except OverflowError:
        raise ValueError("before or after all time") from None


def isTemporal(dimension: Dimension) -> bool:
    """Whether a dimension of a layer says when its features are."""
    return dimension.name.lower() in ("date", "time")


def timeFields(collection: Collection) -> list[TimeFields]:
    """
    The attributes of the layer's dimensions "date" and "time"; without any, the first that holds
    a date, as QGIS Server has it.
    """
    known = {field.name: field for field in collection.fields}
    found = [
        TimeFields(known[dimension.fieldName], known.get(dimension.endFieldName))
        for dimension in collection.layer.dimensions
        if isTemporal(dimension) and dimension.fieldName in known
    ]
    if not found:
        found = [TimeFields(field) for field in collection.fields if field.type in _TEMPORAL][:1]
    return found


def timeFilter(collection: Collection, wanted: Interval) -> Expression | None:
    """
    What holds for features whose times all meet the interval; a time that is not known meets any.
    None when the features have no time at all.
    """
    conditions = []
    for fields in timeFields(collection):
        if wanted.end is not None:
            conditions.append(_unlessNull(fields.begin, _notAfter(fields.begin, wanted.end)))
        if wanted.start is not None:
            last = fields.end or fields.begin
            conditions.append(_unlessNull(last, _notBefore(last, wanted.start)))
    return Expression.conjunction(conditions)


def _unlessNull(field: SourceField, condition: Expression) -> Expression:
    isNull = Expression.fieldEquals(field.name, None)
    either = Expression.disjunction([isNull, condition])
    assert either is not None
    return either


def _notBefore(field: SourceField, bound: date) -> Expression:
    return Expression.binary(">=", _value(field, bound), Expression.literal(_lowest(field, bound)))


def _notAfter(field: SourceField, bound: date) -> Expression:
    if field.type is FieldType.DATETIME and not isinstance(bound, datetime):
        # all of that day
        end = datetime.combine(bound, time.max)
        return Expression.binary("<=", _value(field, bound), Expression.literal(end))
    return Expression.binary("<=", _value(field, bound), Expression.literal(_lowest(field, bound)))


def _lowest(field: SourceField, bound: date) -> date:
    """The bound as what the attribute holds: a date in its day, a day from its first moment on."""
    if field.type is FieldType.DATETIME:
        return bound if isinstance(bound, datetime) else _midnight(bound)
    if field.type is FieldType.DATE and isinstance(bound, datetime):
        return bound.date()
    return bound


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)


def _value(field: SourceField, bound: date) -> Expression:
    """The attribute, which may be a date written as text."""
    column = Expression.column(field.name)
    if field.type in _TEMPORAL:
        return column
    return Expression.call("to_datetime" if isinstance(bound, datetime) else "to_date", column)


async def temporalExtent(collection: Collection) -> list[list[str | None]] | None:
    """
    From the first to the last time of the features, as documents have it; None when they have none.

    @raise SourceError: they cannot be read.
    """
    first: list[datetime] = []
    last: list[datetime] = []
    for fields in timeFields(collection):
        for field in (fields.begin, fields.end):
            if field is not None:
                first += await _extreme(collection, field, ascending=True)
                last += await _extreme(collection, field, ascending=False)
    if not first:
        return None
    return [[min(first).isoformat(), max(last).isoformat()]]


async def _extreme(collection: Collection, field: SourceField, ascending: bool) -> Sequence[datetime]:
    """The least or greatest value of an attribute, if there is any."""
    isKnown = Expression.fieldEquals(field.name, None).negated()
    order = OrderBy(Expression.column(field.name), ascending)
    query = FeatureQuery(fields=(field.name,), geometry=False, filter=isKnown, orderBy=(order,), limit=1)
    cursor = await collection.source.open(query)
    try:
        batch = await cursor.fetch()
        values = batch.columns[field.name].to_pylist() if len(batch) else []
    finally:
        await cursor.close()
    return [moment for moment in map(_asMoment, values) if moment is not None]


def _asMoment(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, date):
        return _midnight(value)
    try:
        moment = _moment(str(value))
    except ValueError:
        return None
    return moment if isinstance(moment, datetime) else _midnight(moment)
