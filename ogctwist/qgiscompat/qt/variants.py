# -*- test-case-name: tests.qgiscompat.test_qt_variants -*-
"""QVariant, QMetaType and NULL: values of any type."""

from __future__ import annotations

from typing import Any

from ogctwist.qgiscompat.qt.enums import enum, member

_TYPES = {
    "Invalid": 0, "Bool": 1, "Int": 2, "UInt": 3, "LongLong": 4, "ULongLong": 5, "Double": 6, "Char": 7,
    "Map": 8, "List": 9, "String": 10, "StringList": 11, "ByteArray": 12, "BitArray": 13, "Date": 14,
    "Time": 15, "DateTime": 16, "Url": 17, "Locale": 18, "Rect": 19, "RectF": 20, "Size": 21, "SizeF": 22,
    "Line": 23, "LineF": 24, "Point": 25, "PointF": 26, "RegExp": 27, "RegularExpression": 44, "Hash": 28,
    "Color": 67, "UserType": 1024,
}  # fmt: skip
Type = enum("Type", **_TYPES)
_META = {
    "UnknownType": 0, "Bool": 1, "Int": 2, "UInt": 3, "LongLong": 4, "ULongLong": 5, "Double": 6, "QChar": 7,
    "QVariantMap": 8, "QVariantList": 9, "QString": 10, "QStringList": 11, "QByteArray": 12, "QDate": 14,
    "QTime": 15, "QDateTime": 16, "QUrl": 17, "QColor": 67, "QVariant": 41, "Void": 43, "Float": 38,
    "QJsonObject": 46, "User": 1024,
}  # fmt: skip
MetaType = enum("Type", **_META)
_OF = {
    bool: "Bool",
    int: "Int",
    float: "Double",
    str: "String",
    bytes: "ByteArray",
    list: "List",
    dict: "Map",
}


@member(Type)
class QVariant:
    """
    A value with its type.  PyQt turns variants into Python's values wherever it can; what is left
    are nulls, of a type or of none.
    """

    def __init__(self, value: Any = None):
        if isinstance(value, QVariant):
            self._value, self._type = value._value, value._type
        elif isinstance(value, Type):
            self._value, self._type = None, value
        else:
            name = _OF.get(type(value)) or type(value).__name__.removeprefix("Q")
            known = Type.__members__.get(name, Type.UserType)
            self._value, self._type = value, Type.Invalid if value is None else known

    def type(self) -> Any:
        return self._type

    userType = type

    def typeName(self) -> str:
        return MetaTypeNames.get(int(self._type), "")

    def value(self) -> Any:
        return self._value

    def isNull(self) -> bool:
        return self._value is None

    def isValid(self) -> bool:
        return self._type != Type.Invalid

    def canConvert(self, type: Any) -> bool:
        return self._value is not None

    def __bool__(self) -> bool:
        return self._value is not None and bool(self._value)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, QVariant):
            return self._value == other._value
        return self._value is not None and bool(self._value == other)

    def __lt__(self, other: Any) -> bool:
        return self._value is None and other is not None

    def __hash__(self) -> int:
        return hash(self._value)

    def __str__(self) -> str:
        return "NULL" if self._value is None else str(self._value)

    def __repr__(self) -> str:
        return "NULL" if self._value is None else f"QVariant({self._value!r})"


MetaTypeNames = {
    0: "", 1: "bool", 2: "int", 3: "uint", 4: "qlonglong", 5: "qulonglong", 6: "double", 8: "QVariantMap",
    9: "QVariantList", 10: "QString", 11: "QStringList", 12: "QByteArray", 14: "QDate", 15: "QTime",
    16: "QDateTime", 17: "QUrl", 67: "QColor",
}  # fmt: skip


@member(MetaType)
class QMetaType:
    """Types by their numbers."""

    @staticmethod
    def typeName(type: int) -> str:
        return MetaTypeNames.get(int(type), "")


#: QGIS's null: equal to itself, false, printed as NULL.
NULL = QVariant(Type.Int)
