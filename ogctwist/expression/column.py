# -*- test-case-name: tests.expression.test_columns -*-
"""
A column: the values of one part of an expression for all rows of a batch.

What has a plain type lies in an Arrow array and is worked on by kernels; what
has not (geometries, lists, mixed types) lies in a numpy array of Python
values.  A constant is one value that stands for every row.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from enum import Enum
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from ogctwist.expression.errors import EvaluationFailure
from ogctwist.expression.values import Feature, Interval, toText


class Kind(Enum):
    """
    What the values of a column are.  TRUTH is the 1 and 0 of a comparison, held
    as Arrow booleans; OBJECT is whatever else, held as Python values.
    """

    NULL = "null"
    TRUTH = "truth"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    REAL = "real"
    TEXT = "text"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    OBJECT = "object"


NUMERIC = frozenset((Kind.INTEGER, Kind.REAL, Kind.TRUTH))

_ARROW = {
    Kind.NULL: pa.null(),
    Kind.TRUTH: pa.bool_(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.INTEGER: pa.int64(),
    Kind.REAL: pa.float64(),
    Kind.TEXT: pa.string(),
    Kind.DATE: pa.date32(),
    Kind.TIME: pa.time32("ms"),
    Kind.DATETIME: pa.timestamp("ms"),
}

_PLAIN = {
    bool: Kind.BOOLEAN,
    int: Kind.INTEGER,
    float: Kind.REAL,
    str: Kind.TEXT,
    datetime.date: Kind.DATE,
    datetime.time: Kind.TIME,
    datetime.datetime: Kind.DATETIME,
}


class Column:
    """
    n values, or one value for all n rows.

    @ivar kind: what the values are; NULL when all are.
    @ivar array: the Arrow array, or for OBJECT the numpy object array; None of a constant.
    @ivar value: the Python value of a constant.
    @ivar failed: bool, shape (n,): rows whose value could not be computed (they
        are NULL in C{array}); None when there is none.
    @ivar failure: why the first of them failed.
    """

    __slots__ = ("array", "failed", "failure", "isConstant", "kind", "length", "value")

    def __init__(
        self,
        kind: Kind,
        array: pa.Array | np.ndarray | None,
        length: int,
        value: object = None,
        failed: np.ndarray | None = None,
        failure: str = "",
    ):
        self.kind = kind
        self.array: Any = array
        self.length = length
        self.value = value
        self.isConstant = array is None
        self.failed = failed
        self.failure = failure

    # building

    @classmethod
    def constant(cls, value: object, length: int) -> Column:
        """One value for C{length} rows."""
        kind = Kind.NULL if value is None else _PLAIN.get(type(value), Kind.OBJECT)
        return cls(kind, None, length, value)

    @classmethod
    def fromArray(cls, kind: Kind, array: pa.Array | np.ndarray) -> Column:
        """An array of the type that stands for C{kind}."""
        return cls(kind, array, len(array))

    @classmethod
    def truths(cls, values: np.ndarray | pa.Array) -> Column:
        """The outcome of a test that knows no NULL, or Arrow booleans."""
        return cls(Kind.TRUTH, values if isinstance(values, pa.Array) else pa.array(values), len(values))

    @classmethod
    def objects(cls, values: np.ndarray) -> Column:
        """Python values in an object array."""
        return cls(Kind.OBJECT, values, len(values))

    @classmethod
    def fromValues(cls, values: Sequence[object]) -> Column:
        """The column of these Python values, in the plainest kind that holds them all."""
        kinds = {_PLAIN.get(type(value), Kind.OBJECT) for value in values if value is not None}
        if kinds == {Kind.INTEGER, Kind.REAL}:
            kinds = {Kind.REAL}
            values = [None if value is None else float(value) for value in values]  # type: ignore[arg-type]
        if len(kinds) <= 1 and Kind.OBJECT not in kinds:
            kind = kinds.pop() if kinds else Kind.NULL
            try:
                return cls.fromArray(kind, pa.array(values, _ARROW[kind], from_pandas=False))
            except (OverflowError, pa.ArrowInvalid, UnicodeEncodeError):
                pass  # a year or an integer that Arrow cannot hold
        return cls.objects(objectArray(values))

    @classmethod
    def fromArrow(cls, array: pa.Array) -> Column:
        """The column of an attribute, as a source delivers it."""
        return _fromArrow(array)

    def withFailures(self, failed: np.ndarray | None, failure: str = "") -> Column:
        """The same values with more rows marked as failed."""
        if failed is None or not failed.any():
            return self
        column = self.spread()
        everything = failed if self.failed is None else failed | self.failed
        return Column(
            column.kind, column.array, self.length, None, everything, self.failure or failure
        ).nulledAt(everything)

    def nulledAt(self, rows: np.ndarray) -> Column:
        """The same with NULL in the rows of a mask."""
        if self.kind is Kind.OBJECT:
            values = np.array(self.array, dtype=object, copy=True)
            values[rows] = None
        elif self.kind is Kind.NULL:
            values = self.array
        else:
            values = pc.if_else(pa.array(rows), pa.scalar(None, self.array.type), self.array)
        return Column(self.kind, values, self.length, None, self.failed, self.failure)

    # reading

    def spread(self) -> Column:
        """The column with an array, also of a constant."""
        if not self.isConstant:
            return self
        if self.kind is Kind.OBJECT:
            values = np.empty(self.length, dtype=object)
            values.fill(self.value)
            return Column(self.kind, values, self.length, None, self.failed, self.failure)
        if self.kind is Kind.NULL:
            return Column(self.kind, pa.nulls(self.length), self.length, None, self.failed, self.failure)
        array = pa.repeat(pa.scalar(self.value, _ARROW[self.kind]), self.length)
        return Column(self.kind, array, self.length, None, self.failed, self.failure)

    @property
    def operand(self) -> pa.Array | pa.Scalar:
        """What an Arrow kernel takes: the array, or a scalar of a constant.  Not for OBJECT."""
        if self.isConstant:
            return pa.scalar(self.value, _ARROW[self.kind])
        return self.array

    def values(self) -> list[object]:
        """The Python values; a truth is 1 or 0."""
        if self.isConstant:
            return [self.value] * self.length
        if self.kind is Kind.OBJECT:
            return self.array.tolist()
        if self.kind is Kind.TRUTH:
            return pc.cast(self.array, pa.int64()).to_pylist()
        return self.array.to_pylist()

    def isNull(self) -> np.ndarray:
        """bool, shape (n,)."""
        if self.isConstant:
            return np.full(self.length, self.value is None)
        if self.kind is Kind.OBJECT:
            return _isNone(self.array)
        if self.array.null_count == 0:
            return np.zeros(self.length, bool)
        return self.array.is_null().to_numpy(zero_copy_only=False)

    def take(self, rows: np.ndarray) -> Column:
        """The values of some rows: integer positions, shape (m,)."""
        failed = None if self.failed is None else self.failed[rows]
        if self.isConstant:
            return Column(self.kind, None, len(rows), self.value, failed, self.failure)
        if self.kind is Kind.OBJECT:
            return Column(self.kind, self.array[rows], len(rows), None, failed, self.failure)
        return Column(self.kind, self.array.take(pa.array(rows)), len(rows), None, failed, self.failure)

    def shapes(self) -> np.ndarray | None:
        """The geometries, an object array of shape (n,); None when other values are among them."""
        if self.kind is Kind.NULL:
            return np.full(self.length, None, dtype=object)
        if self.kind is not Kind.OBJECT:
            return None
        if self.isConstant:
            return self.spread().array if isinstance(self.value, shapely.Geometry) else None
        values = self.array
        return values if (shapely.is_geometry(values) | _isNone(values)).all() else None

    def arrow(self) -> pa.Array:
        """
        As an Arrow array of length n: truths as int64, geometries as WKB (large
        binary), lists and maps as JSON text, other mixtures as text.
        """
        column = self.spread()
        if column.kind is Kind.TRUTH:
            return pc.cast(column.array, pa.int64())
        if column.kind is not Kind.OBJECT:
            return column.array
        shapes = column.shapes()
        if shapes is not None:
            return pa.array(shapely.to_wkb(shapes, flavor="iso").tolist(), pa.large_binary())
        values = column.array.tolist()
        if all(value is None or isinstance(value, bytes) for value in values):
            return pa.array(values, pa.binary())
        if all(value is None or isinstance(value, Interval) for value in values):
            return pa.array([None if v is None else v.seconds for v in values], pa.float64())
        return pa.array([None if value is None else documentText(value) for value in values], pa.string())


def documentText(value: object) -> str:
    """The text of a value outside expressions: lists and maps as JSON, geometries as WKT."""
    if isinstance(value, (list, dict)):
        return json.dumps(value, default=documentText, ensure_ascii=False, separators=(",", ":"))
    if isinstance(value, shapely.Geometry):
        return shapely.to_wkt(value, rounding_precision=-1)
    if isinstance(value, Interval):
        return toText(value.seconds)
    if isinstance(value, Feature):
        return str(value.id)
    return toText(value)


def _isNone(values: Any) -> np.ndarray:
    """bool, shape (n,): which values of an object array are None."""
    return np.equal(values, np.array(None)).astype(bool)


def objectArray(values: Iterable[object]) -> np.ndarray:
    """A one-dimensional object array of values, also when they are lists."""
    values = list(values)
    array = np.empty(len(values), dtype=object)
    for i, value in enumerate(values):
        array[i] = value
    return array


def _fromArrow(array: pa.Array) -> Column:
    kind = array.type
    if pa.types.is_dictionary(kind):
        array = array.dictionary_decode()
        kind = array.type
    for test, target in _READERS:
        if test(kind):
            wanted = _ARROW[target]
            if kind != wanted:
                array = array.cast(wanted, safe=False)
            return Column.fromArray(target, array)
    if pa.types.is_uint64(kind):
        return Column.fromArray(Kind.INTEGER, array.cast(pa.int64(), safe=False))
    return Column.objects(objectArray(_native(value) for value in array.to_pylist()))


def _native(value: object) -> object:
    """What Arrow makes of nested values, as values of ours."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime.timedelta):
        return Interval(value.total_seconds())
    if isinstance(value, list):
        if value and all(isinstance(item, tuple) and len(item) == 2 for item in value):
            return {str(key): _native(item) for key, item in value}  # an Arrow map
        return [_native(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _native(item) for key, item in value.items()}
    return value


_READERS: list[tuple[Callable[[pa.DataType], bool], Kind]] = [
    (pa.types.is_null, Kind.NULL),
    (pa.types.is_boolean, Kind.BOOLEAN),
    (pa.types.is_integer, Kind.INTEGER),
    (pa.types.is_floating, Kind.REAL),
    (pa.types.is_decimal, Kind.REAL),
    (lambda t: pa.types.is_string(t) or pa.types.is_large_string(t) or pa.types.is_string_view(t), Kind.TEXT),
    (pa.types.is_date, Kind.DATE),
    (pa.types.is_time, Kind.TIME),
    (pa.types.is_timestamp, Kind.DATETIME),
]


def mapRows(function: Callable[..., object], columns: Sequence[Column], length: int) -> Column:
    """
    C{function} of the values of each row; what raises L{EvaluationFailure} is a
    failed row.  Constants are computed once, and a single text column once for
    each distinct value.
    """
    if all(column.isConstant for column in columns):
        return _constantCall(function, columns, length)
    varying = [i for i, column in enumerate(columns) if not column.isConstant]
    if len(varying) == 1 and columns[varying[0]].kind is Kind.TEXT and length > 16:
        encoded = columns[varying[0]].array.dictionary_encode()
        if len(encoded.dictionary) * 2 < length:
            return _mapDistinct(function, columns, varying[0], encoded)
    return _mapAll(function, columns, length)


def _constantCall(function: Callable[..., object], columns: Sequence[Column], length: int) -> Column:
    try:
        return Column.constant(function(*(column.value for column in columns)), length)
    except EvaluationFailure as failure:
        return Column(Kind.NULL, None, length, None, np.ones(length, bool), str(failure))


def _mapAll(function: Callable[..., object], columns: Sequence[Column], length: int) -> Column:
    results: list[object] = []
    failed: list[int] = []
    reason = ""
    for row in zip(*(column.values() for column in columns), strict=True):
        try:
            results.append(function(*row))
        except EvaluationFailure as failure:
            reason = reason or str(failure)
            failed.append(len(results))
            results.append(None)
    column = Column.fromValues(results)
    if failed:
        mask = np.zeros(length, bool)
        mask[failed] = True
        column.failed, column.failure = mask, reason
    return column


def _mapDistinct(
    function: Callable[..., object], columns: Sequence[Column], position: int, encoded: pa.DictionaryArray
) -> Column:
    distinct = encoded.dictionary
    if encoded.null_count:
        distinct = pa.concat_arrays([distinct, pa.nulls(1, distinct.type)])
    rows = encoded.indices.fill_null(len(distinct) - 1).to_numpy(zero_copy_only=False)
    short = [
        Column.fromArray(Kind.TEXT, distinct) if i == position
        else Column(column.kind, None, len(distinct), column.value)
        for i, column in enumerate(columns)
    ]  # fmt: skip
    return _mapAll(function, short, len(distinct)).take(rows)


def failuresOf(columns: Iterable[Column]) -> tuple[np.ndarray | None, str]:
    """The rows in which any of the columns failed, and why."""
    failed: np.ndarray | None = None
    reason = ""
    for column in columns:
        if column.failed is not None:
            failed = column.failed if failed is None else failed | column.failed
            reason = reason or column.failure
    return failed, reason
