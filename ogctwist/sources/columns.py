# -*- test-case-name: tests.sources.test_columns -*-
"""
The Arrow type of every field type, and how values of other shapes become it.

All sources deliver a field in the type of this table, so that expressions and
encoders meet one representation whatever the data came from.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ogctwist.sources.query import FieldType

#: What a column of each field type is made of.  Times are without zone, as
#: QGIS's providers hand them out; a map is its JSON text.
ARROW_TYPES: dict[FieldType, pa.DataType] = {
    FieldType.INTEGER: pa.int32(),
    FieldType.LONG: pa.int64(),
    FieldType.DOUBLE: pa.float64(),
    FieldType.STRING: pa.string(),
    FieldType.BOOLEAN: pa.bool_(),
    FieldType.DATE: pa.date32(),
    FieldType.TIME: pa.time32("ms"),
    FieldType.DATETIME: pa.timestamp("ms"),
    FieldType.BINARY: pa.binary(),
    FieldType.MAP: pa.string(),
    FieldType.STRING_LIST: pa.list_(pa.string()),
}

_ZONE = r"(Z|[+-]\d\d:?\d\d)$"


def arrowType(kind: FieldType) -> pa.DataType | None:
    """The type of a column of that kind; None where each source's own type is kept (lists)."""
    return ARROW_TYPES.get(kind)


def columnOf(values: Sequence[Any], kind: FieldType) -> pa.Array:
    """
    A column from Python values as a database hands them out.

    @param values: None is null.  A value that cannot be read as C{kind} is null
        too: databases with dynamic types may hold anything anywhere.
    """
    target = ARROW_TYPES.get(kind)
    if kind in _TEMPORAL:
        return _temporalOf(values, kind)
    try:
        return pa.array(values, target)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        convert = _CONVERSIONS.get(kind)
        if convert is None:
            raise
        return pa.array([None if v is None else convert(v) for v in values], target)


def cast(column: pa.Array, kind: FieldType) -> pa.Array:
    """
    A column that another reader made, in the type of the table; unreadable
    values become null.
    """
    target = ARROW_TYPES.get(kind)
    if target is None or column.type == target:
        return column
    if pa.types.is_null(column.type):
        return pa.nulls(len(column), target)
    if pa.types.is_dictionary(column.type):
        return cast(column.dictionary_decode(), kind)
    if pa.types.is_timestamp(column.type) and column.type.tz is not None:
        column = _withoutZone(column)
    if kind in _TEMPORAL and _isText(column.type):
        return _temporalOf(column, kind)
    try:
        return pc.cast(column, target, safe=kind not in _TEMPORAL)
    except pa.ArrowException:
        return columnOf(column.to_pylist(), kind)


def _isText(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _withoutZone(column: pa.Array) -> pa.Array:
    """A zoned timestamp as its clock shows it; GDAL's columns are UTC or of one zone."""
    return pc.local_timestamp(column)


def _temporalOf(values: Sequence[Any] | pa.Array, kind: FieldType) -> pa.Array:
    """Dates and times from ISO text, the fast way for a whole column, else value by value."""
    target = ARROW_TYPES[kind]
    try:
        text = values if isinstance(values, pa.Array) else pa.array(values, pa.string())
        if kind is FieldType.DATETIME:
            text = pc.replace_substring_regex(text, _ZONE, "")
        return pc.cast(text, target)
    except (pa.ArrowException, TypeError, ValueError):
        plain = values.to_pylist() if isinstance(values, pa.Array) else values
        return pa.array([None if v is None else _TEMPORAL[kind](v) for v in plain], target)


def _date(value: Any) -> datetime.date | None:
    moment = _datetime(value)
    return None if moment is None else moment.date()


def _datetime(value: Any) -> datetime.datetime | None:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        return None
    try:
        return datetime.datetime.fromisoformat(value.strip().replace("/", "-")).replace(tzinfo=None)
    except ValueError:
        return None


def _time(value: Any) -> datetime.time | None:
    try:
        return datetime.time.fromisoformat(value).replace(tzinfo=None)
    except (TypeError, ValueError):
        return None


def _integer(bits: int) -> Callable[[Any], int | None]:
    limit = 1 << (bits - 1)

    def convert(value: Any) -> int | None:
        number = _number(value)
        if number is None:
            return None
        whole = int(value) if isinstance(value, int) else int(number)
        return whole if -limit <= whole < limit else None

    return convert


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


def _boolean(value: Any) -> bool | None:
    if isinstance(value, str):
        return {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False}.get(
            value.strip().lower()
        )
    number = _number(value)
    return None if number is None else number != 0


def _binary(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


_CONVERSIONS: dict[FieldType, Callable[[Any], Any]] = {
    FieldType.INTEGER: _integer(32),
    FieldType.LONG: _integer(64),
    FieldType.DOUBLE: _number,
    FieldType.STRING: _text,
    FieldType.BOOLEAN: _boolean,
    FieldType.BINARY: _binary,
    FieldType.MAP: _text,
}

_TEMPORAL: dict[FieldType, Callable[[Any], Any]] = {
    FieldType.DATE: _date,
    FieldType.TIME: _time,
    FieldType.DATETIME: _datetime,
}


def idsOf(values: Any) -> np.ndarray:
    """Feature ids as int64, shape (n,)."""
    return np.asarray(values, np.int64)
