# -*- test-case-name: tests.sources.editing.test_shapefile -*-
"""
The attribute table of a shapefile: dBase III, records of fixed length.

Records that are not changed keep their bytes; so does the header with its fields.
"""

from __future__ import annotations

import datetime
import struct
from dataclasses import dataclass
from typing import Any

from ogctwist.sources.editing.edits import EditRefused

_HEADER, _DESCRIPTOR = 32, 32
_END_OF_FIELDS, _END_OF_FILE = 0x0D, b"\x1a"


@dataclass(frozen=True)
class DbfField:
    """
    @ivar kind: C{C} text, C{N} and C{F} numbers, C{D} date, C{L} truth value.
    @ivar start: its first byte in a record.
    """

    name: str
    kind: str
    start: int
    length: int
    decimals: int


class DbfTable:
    """
    A table in memory.

    @ivar records: the bytes of each record, the first of which is a blank (or C{*}: deleted).
    """

    def __init__(self, data: bytes, encoding: str):
        """
        @raise EditRefused: it is no table that is understood here.
        """
        if len(data) < _HEADER + 1:
            raise EditRefused("The attribute table cannot be read")
        count, headerLength, recordLength = struct.unpack_from("<IHH", data, 4)
        if headerLength + count * recordLength > len(data) or recordLength < 1:
            raise EditRefused("The attribute table is cut short")
        self.encoding = encoding
        self.header = bytearray(data[:headerLength])
        self.fields = tuple(_fields(data, headerLength, encoding))
        if any(field.start + field.length > recordLength for field in self.fields):
            raise EditRefused("The attribute table cannot be read")
        self.recordLength = recordLength
        self.records = [
            data[start : start + recordLength]
            for start in range(headerLength, headerLength + count * recordLength, recordLength)
        ]

    def record(self, values: dict[str, Any], old: bytes | None = None) -> bytes:
        """
        The bytes of a record.

        @param old: the record that is changed; None for a new one.
        @raise EditRefused: a value does not fit its field.
        """
        record = bytearray(b" " * self.recordLength if old is None else old)
        known = {field.name: field for field in self.fields}
        if old is None:
            values = {**dict.fromkeys(known), **values}
        for name, value in values.items():
            if name not in known:
                raise EditRefused(f"There is no attribute {name!r}")
            field = known[name]
            record[field.start : field.start + field.length] = cell(field, value, self.encoding)
        return bytes(record)

    def pack(self) -> bytes:
        """The whole file."""
        today = datetime.date.today()
        struct.pack_into(
            "<BBBI", self.header, 1, today.year - 1900, today.month, today.day, len(self.records)
        )
        return bytes(self.header) + b"".join(self.records) + _END_OF_FILE


def _fields(data: bytes, headerLength: int, encoding: str) -> list[DbfField]:
    fields, start = [], 1
    for place in range(_HEADER, headerLength - _DESCRIPTOR, _DESCRIPTOR):
        if data[place] == _END_OF_FIELDS:
            break
        name = data[place : place + 11].partition(b"\0")[0].decode(encoding, "replace")
        kind, length, decimals = chr(data[place + 11]), data[place + 16], data[place + 17]
        if kind == "C":
            # long texts have their length in two bytes
            length, decimals = length + 256 * decimals, 0
        fields.append(DbfField(name, kind, start, length, decimals))
        start += length
    return fields


def cell(field: DbfField, value: Any, encoding: str) -> bytes:
    """
    A value as it stands in a record; None as GDAL writes it.

    @raise EditRefused: it does not fit.
    """
    if value is None:
        return (b"*" if field.kind in "NF" else b"0" if field.kind == "D" else b" ") * field.length
    if field.kind in "NF":
        text = _number(field, value)
    elif field.kind == "D":
        text = value.strftime("%Y%m%d") if isinstance(value, datetime.date) else str(value).replace("-", "")
    elif field.kind == "L":
        text = "T" if value else "F"
    elif field.kind == "C":
        text = value if isinstance(value, str) else str(value)
    else:
        raise EditRefused(f"The attribute {field.name!r} is of a type that cannot be written")
    try:
        data = text.encode(encoding)
    except UnicodeEncodeError:
        raise EditRefused(f"The value of {field.name!r} has characters that the file cannot hold") from None
    if len(data) > field.length:
        raise EditRefused(f"The value of {field.name!r} is too long")
    return data.rjust(field.length) if field.kind in "NF" else data.ljust(field.length)


def _number(field: DbfField, value: Any) -> str:
    """A number right-aligned; digits after the point are given up before it does not fit."""
    if isinstance(value, bool):
        value = int(value)
    if isinstance(value, int) and not field.decimals:
        return str(value)
    for digits in range(field.decimals, -1, -1):
        text = f"{value:.{digits}f}"
        if len(text) <= field.length:
            return text
    return f"{value:.{max(field.length - 7, 0)}e}"
