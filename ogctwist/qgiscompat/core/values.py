# -*- test-case-name: tests.qgiscompat.core.test_values -*-
"""Attribute values between our columns and QGIS's variants."""

from __future__ import annotations

import datetime
from typing import Any

import shapely

from ogctwist.expression.values import Feature, Interval
from ogctwist.qgiscompat.qt import qtModule

_core = qtModule("QtCore")
_QVariant = _core.QVariant


def _makeNull() -> Any:
    null = getattr(_core, "NULL", None)
    if null is not None:
        return null
    _patchVariant()
    return _QVariant(_QVariant.Int)


def _patchVariant() -> None:
    """Nulls of PyQt behave as QGIS makes them: equal to each other, false, printed as NULL."""
    _QVariant.__bool__ = lambda self: not self.isNull()
    _QVariant.__repr__ = lambda self: "NULL" if self.isNull() else f"QVariant({self.value()!r})"
    _QVariant.__str__ = _QVariant.__repr__
    _QVariant.__eq__ = lambda self, other: (
        self.isNull() and (other is None or (isinstance(other, _QVariant) and other.isNull()))
        if self.isNull() or not isinstance(other, _QVariant)
        else self.value() == other.value()
    )
    _QVariant.__ne__ = lambda self, other: not _QVariant.__eq__(self, other)
    _QVariant.__hash__ = lambda self: hash(None if self.isNull() else str(self.value()))


#: QGIS's null.
NULL = _makeNull()


def isNull(value: Any) -> bool:
    """Whether a value is None or QGIS's null."""
    return value is None or (isinstance(value, _QVariant) and value.isNull())


def toVariant(value: Any) -> Any:
    """A value of ours as plugins see it."""
    if value is None:
        return NULL
    if isinstance(value, datetime.datetime):
        date, time = toVariant(value.date()), toVariant(value.time())
        return _core.QDateTime(date, time)
    if isinstance(value, datetime.date):
        return _core.QDate(value.year, value.month, value.day)
    if isinstance(value, datetime.time):
        return _core.QTime(value.hour, value.minute, value.second, value.microsecond // 1000)
    if isinstance(value, bytes):
        return _core.QByteArray(value)
    if isinstance(value, shapely.Geometry):
        from ogctwist.qgiscompat.core.geometry import QgsGeometry

        return QgsGeometry._q_of(value)
    if isinstance(value, Feature):
        from ogctwist.qgiscompat.core.feature import featureOf

        return featureOf(value)
    if isinstance(value, Interval):
        return value.seconds
    if isinstance(value, (list, tuple)):
        return [toVariant(item) for item in value]
    if isinstance(value, dict):
        return {key: toVariant(item) for key, item in value.items()}
    return value


def fromVariant(value: Any) -> Any:
    """A value of a plugin's as ours; what is none of the kinds that expressions know is its text."""
    from ogctwist.qgiscompat.core.feature import QgsFeature
    from ogctwist.qgiscompat.core.geometry import QgsGeometry

    if isNull(value):
        return None
    if isinstance(value, _QVariant):
        value = value.value()
    if isinstance(value, (bool, int, float, str, datetime.date, datetime.time)):
        return value
    if isinstance(value, QgsGeometry):
        return value._q_shape
    if isinstance(value, QgsFeature):
        return value._q_value()
    for name, convert in (
        ("QDateTime", lambda v: v.toPyDateTime()),
        ("QDate", lambda v: v.toPyDate()),
        ("QTime", lambda v: v.toPyTime()),
    ):
        if isinstance(value, getattr(_core, name)):
            return convert(value) if value.isValid() else None
    if isinstance(value, (bytes, bytearray, _core.QByteArray)):
        return bytes(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return [fromVariant(item) for item in value]
    if isinstance(value, dict):
        return {str(key): fromVariant(item) for key, item in value.items()}
    return str(value)
