# -*- test-case-name: tests.filterencoding.test_cql2 -*-
"""
CQL2 JSON (OGC 21-065) to expressions; the text form is read into it first.

C{{"op": "and", "args": [{"op": "=", "args": [{"property": "a"}, 1]}, …]}}
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import orjson
import shapely

from ogctwist.expression import Expression, ExpressionError
from ogctwist.expression.column import Kind
from ogctwist.expression.expression import UNTRUSTED
from ogctwist.expression.temporal import parsedDate, parsedDateTime
from ogctwist.filterencoding.literals import valueFor
from ogctwist.filterencoding.spatial import transformed
from ogctwist.filterencoding.target import Filter, FilterTarget, unknownProperty
from ogctwist.geo.wellknown import MAX_VERTICES
from ogctwist.ows.exceptions import InvalidParameterValue, quoted

#: Bounds of one filter.
MAX_PARTS = 5000
MAX_DEPTH = 50
MAX_LENGTH = 1_000_000

_COMPARISONS = {"=": "=", "<>": "<>", "<": "<", ">": ">", "<=": "<=", ">=": ">=", "eq": "=", "neq": "<>"}
_ARITHMETIC = {"+": "+", "-": "-", "*": "*", "/": "/", "%": "%", "^": "^", "div": "//"}
_SPATIAL = {
    "s_intersects": "intersects", "s_equals": "equals", "s_disjoint": "disjoint", "s_touches": "touches",
    "s_within": "within", "s_overlaps": "overlaps", "s_crosses": "crosses", "s_contains": "contains",
}  # fmt: skip
_TEMPORAL = frozenset((
    "t_after", "t_before", "t_equals", "t_during", "t_intersects", "t_disjoint", "t_finishes", "t_starts",
))  # fmt: skip
_FUNCTIONS = {"casei": "lower", "accenti": "unaccent"}
_ARRAYS = {"a_contains": "array_all", "a_containedby": "array_all", "a_overlaps": "array_intersect"}
_SHAPES = frozenset((
    "Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection",
))  # fmt: skip


def refused(message: str) -> InvalidParameterValue:
    """The exception of what is no filter."""
    return InvalidParameterValue(message, locator="filter")


def filterFromJson(data: str | bytes | object, target: FilterTarget) -> Filter:
    """
    @param data: the text of CQL2 JSON, or what it was parsed to.
    @raise InvalidParameterValue: it is none, names an unknown property, or is
        beyond the bounds.
    """
    if isinstance(data, (str, bytes)):
        if len(data) > MAX_LENGTH:
            raise refused("The filter is too long")
        try:
            data = orjson.loads(data)
        except orjson.JSONDecodeError:
            raise refused("The filter is not JSON") from None
    try:
        return Filter(Cql2Reader(target).condition(data))
    except ExpressionError as error:
        raise refused(str(error)) from None


class Interval(tuple):
    """(start, end) of an interval as expressions, None where it is open."""


class Cql2Reader:
    """Reads one filter; counts its parts."""

    def __init__(self, target: FilterTarget):
        self.target = target
        self._left = MAX_PARTS
        self._depth = 0

    def condition(self, data: object) -> Expression:
        """A condition."""
        if isinstance(data, bool):
            return Expression.literal(data)
        if isinstance(data, dict) and "property" in data:
            return self.value(data)
        name, arguments = self._operation(data)
        read = _CONDITIONS.get(name)
        if read is None:
            if name in _ARITHMETIC or name in ("casei", "accenti"):
                raise refused(f"{quoted(name)} is not a condition")
            return self.value(data)
        self._enter()
        try:
            return read(self, name, arguments)
        finally:
            self._depth -= 1

    def _enter(self) -> None:
        self._depth += 1
        self._left -= 1
        if self._depth > MAX_DEPTH or self._left < 0:
            raise refused(f"A filter has more than {MAX_PARTS} parts, or {MAX_DEPTH} levels")

    def _operation(self, data: object) -> tuple[str, list[Any]]:
        """The name and the arguments of an operation."""
        if isinstance(data, dict) and isinstance(data.get("function"), dict):
            data = {"op": data["function"].get("name"), "args": data["function"].get("args", [])}
        if not isinstance(data, dict) or not isinstance(data.get("op"), str):
            raise refused("A part of the filter is no operation")
        arguments = data.get("args", [])
        if not isinstance(arguments, list):
            raise refused("The args of an operation are no list")
        self._left -= len(arguments)
        return data["op"].lower(), arguments

    def _logical(self, name: str, arguments: list[Any]) -> Expression:
        if len(arguments) < 2:
            raise refused(f"{name} takes two conditions or more")
        join = Expression.conjunction if name == "and" else Expression.disjunction
        joined = join([self.condition(argument) for argument in arguments])
        assert joined is not None
        return joined

    def _not(self, name: str, arguments: list[Any]) -> Expression:
        return self.condition(_exactly(1, name, arguments)[0]).negated()

    def _comparison(self, name: str, arguments: list[Any]) -> Expression:
        left, right = self._pair(_exactly(2, name, arguments))
        return Expression.binary(_COMPARISONS[name], left, right)

    def _pair(self, arguments: Sequence[Any]) -> tuple[Expression, Expression]:
        kind = self._kindOf(arguments)
        return self.value(arguments[0], kind), self.value(arguments[1], kind)

    def _kindOf(self, arguments: Sequence[Any]) -> Kind | None:
        """What the property among the arguments holds."""
        for argument in arguments:
            if isinstance(argument, dict) and isinstance(argument.get("property"), str):
                return self.target.fields[self.target.fieldNamed(argument["property"])]
        return None

    def _like(self, name: str, arguments: list[Any]) -> Expression:
        value, pattern = _exactly(2, name, arguments)
        return Expression.binary("LIKE", self.value(value), self.value(pattern))

    def _between(self, name: str, arguments: list[Any]) -> Expression:
        value, low, high = _exactly(3, name, arguments)
        kind = self._kindOf((value,))
        subject = self.value(value)
        return _both(
            Expression.binary(">=", subject, self.value(low, kind)),
            Expression.binary("<=", subject, self.value(high, kind)),
        )

    def _in(self, name: str, arguments: list[Any]) -> Expression:
        value, options = _exactly(2, name, arguments)
        if not isinstance(options, list) or not options:
            raise refused("in takes a list")
        self._left -= len(options)
        kind = self._kindOf((value,))
        return Expression.membership(self.value(value), [self.value(option, kind) for option in options])

    def _null(self, name: str, arguments: list[Any]) -> Expression:
        return Expression.binary("IS", self.value(_exactly(1, name, arguments)[0]), Expression.literal(None))

    def _spatial(self, name: str, arguments: list[Any]) -> Expression:
        left, right = (self._geometry(argument) for argument in _exactly(2, name, arguments))
        return Expression.call(_SPATIAL[name], left, right)

    def _geometry(self, data: object) -> Expression:
        if isinstance(data, dict) and isinstance(data.get("property"), str):
            if not self.target.isGeometry(data["property"]):
                raise unknownProperty(data["property"])
            return Expression.call("$geometry")
        shape = _shape(data)
        crs, isInverted = self.target.requestCrs or (None, False)
        if isInverted:
            shape = shapely.transform(shape, lambda coordinates: coordinates[:, ::-1])
        if crs is not None and self.target.crs is not None and crs != self.target.crs:
            shape = transformed(shape, crs, self.target.crs, isinstance(data, dict) and "bbox" in data)
        return Expression.literal(shape)

    def _arrays(self, name: str, arguments: list[Any]) -> Expression:
        left, right = (self.value(argument) for argument in _exactly(2, name, arguments))
        if name == "a_equals":
            return Expression.binary("=", left, right)
        if name == "a_containedby":
            left, right = right, left
        return Expression.call(_ARRAYS[name], left, right)

    def _temporal(self, name: str, arguments: list[Any]) -> Expression:
        left, right = _exactly(2, name, arguments)
        kind = self._kindOf((left, right))
        value, other = self.value(left, kind), self._moments(right, kind)
        start, end = other if isinstance(other, Interval) else (other, other)
        if name == "t_after":
            return _bounded(value, ">", end)
        if name == "t_before":
            return _bounded(value, "<", start)
        if name == "t_during":
            return _joined(_bounded(value, ">", start), _bounded(value, "<", end))
        if name in ("t_equals", "t_starts", "t_finishes"):
            return _bounded(value, "=", end if name == "t_finishes" else start)
        within = _joined(_bounded(value, ">=", start), _bounded(value, "<=", end))
        return within if name == "t_intersects" else within.negated()

    def _moments(self, data: object, kind: Kind | None) -> Expression | Interval:
        """A point in time, or an interval."""
        if isinstance(data, dict) and isinstance(data.get("interval"), list):
            ends = [None if end == ".." else self._moment(end, kind) for end in data["interval"]]
            if len(ends) != 2:
                raise refused("An interval has two ends")
            return Interval(ends)
        return self.value(data, kind)

    def _moment(self, data: object, kind: Kind | None) -> Expression:
        if isinstance(data, str):
            return Expression.literal(valueFor(kind or Kind.DATETIME, data))
        return self.value(data, kind)

    # values

    def value(self, data: object, kind: Kind | None = None) -> Expression:
        """A property, a literal, a calculation or a function."""
        if data is None or isinstance(data, (bool, int, float)):
            if isinstance(data, int) and not -(2**63) <= data < 2**63:
                data = float(data)
            return Expression.literal(data)
        if isinstance(data, str):
            isTemporal = kind in (Kind.DATE, Kind.TIME, Kind.DATETIME)
            return Expression.literal(valueFor(kind, data) if isTemporal else data)
        if isinstance(data, list):
            self._left -= len(data)
            return Expression.call("array", *(self.value(item, kind) for item in data))
        if isinstance(data, dict) and isinstance(data.get("property"), str):
            return Expression.column(self.target.fieldNamed(data["property"]))
        if isinstance(data, dict) and ("date" in data or "timestamp" in data):
            return Expression.literal(_instant(data))
        return self._calculated(data, kind)

    def _calculated(self, data: object, kind: Kind | None) -> Expression:
        name, arguments = self._operation(data)
        self._enter()
        try:
            if name in _CONDITIONS:
                return _CONDITIONS[name](self, name, arguments)
            operands = [self.value(argument, kind) for argument in arguments]
        finally:
            self._depth -= 1
        if name in _ARITHMETIC:
            left, right = _exactly(2, name, operands)
            return Expression.binary(_ARITHMETIC[name], left, right)
        if name in UNTRUSTED:
            raise refused(f"The function {quoted(name)} may not be used in a filter")
        return Expression.call(_FUNCTIONS.get(name, name), *operands)


def _exactly(count: int, name: str, arguments: list[Any]) -> list[Any]:
    if len(arguments) != count:
        raise refused(f"{quoted(name)} takes {count} arguments")
    return arguments


def _both(left: Expression, right: Expression) -> Expression:
    joined = Expression.conjunction((left, right))
    assert joined is not None
    return joined


def _joined(left: Expression, right: Expression) -> Expression:
    """Both, leaving out what is always true."""
    if left.isLiteral or right.isLiteral:
        return right if left.isLiteral else left
    return _both(left, right)


def _bounded(value: Expression, word: str, end: Expression | None) -> Expression:
    """A comparison with the end of an interval; an open end bounds nothing."""
    return Expression.literal(True) if end is None else Expression.binary(word, value, end)


def _instant(data: dict[str, object]) -> object:
    text = data.get("date", data.get("timestamp"))
    if not isinstance(text, str):
        raise refused("A date is no text")
    moment: object = parsedDate(text) if "date" in data else parsedDateTime(text)
    if moment is None:
        raise refused(f"{quoted(text)} is not a point in time")
    return moment


def _shape(data: object) -> shapely.Geometry:
    """
    The geometry of GeoJSON, of a C{bbox}, or one that the text form has read already.

    @raise InvalidParameterValue: it is none, or too large.
    """
    if isinstance(data, shapely.Geometry):
        return data
    if isinstance(data, dict) and isinstance(data.get("bbox"), list):
        numbers = data["bbox"]
        if len(numbers) not in (4, 6) or not all(_isFinite(number) for number in numbers):
            raise refused("A bbox has four or six numbers")
        half = len(numbers) // 2
        return shapely.box(numbers[0], numbers[1], numbers[half], numbers[half + 1])
    if not isinstance(data, dict) or data.get("type") not in _SHAPES:
        raise refused("A geometry cannot be read")
    text = orjson.dumps(data).decode()
    if text.count(",") > 3 * MAX_VERTICES or text.count("GeometryCollection") > 10:
        raise refused("A geometry is too large")
    try:
        shape = shapely.from_geojson(text)
    except shapely.errors.GEOSException:
        raise refused("A geometry cannot be read") from None
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        raise refused("A coordinate is not finite")
    return shape


def _isFinite(number: object) -> bool:
    return isinstance(number, (int, float)) and not isinstance(number, bool) and abs(number) < float("inf")


_CONDITIONS: dict[str, Callable[[Cql2Reader, str, list[Any]], Expression]] = {
    "and": Cql2Reader._logical,
    "or": Cql2Reader._logical,
    "not": Cql2Reader._not,
    "like": Cql2Reader._like,
    "between": Cql2Reader._between,
    "in": Cql2Reader._in,
    "isnull": Cql2Reader._null,
    "a_equals": Cql2Reader._arrays,
    **dict.fromkeys(_ARRAYS, Cql2Reader._arrays),
    **dict.fromkeys(_COMPARISONS, Cql2Reader._comparison),
    **dict.fromkeys(_SPATIAL, Cql2Reader._spatial),
    **dict.fromkeys(_TEMPORAL, Cql2Reader._temporal),
}
