# -*- test-case-name: tests.qgiscompat.test_qt_bytearray -*-
"""QByteArray: bytes that can be changed in place."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_from_bytes, unquote_to_bytes


def asBytes(data: Any) -> bytes:
    """
    What may stand for bytes: anything with a buffer; text is UTF-8.

    @raise TypeError: a number, or what has no bytes.
    """
    if isinstance(data, str):
        return data.encode("utf-8")
    if data is None:
        return b""
    if isinstance(data, int):
        raise TypeError("a number is no bytes")
    return bytes(data)


class QByteArray(bytearray):
    """
    See Qt's.  Methods named by a verb change the object and return it; those with a
    participle (C{trimmed}, C{toUpper}) return another.
    """

    def __init__(self, data: Any = b"", character: Any = None):
        """@param data: bytes; or a size, with the byte to fill it with."""
        if isinstance(data, int):
            super().__init__(asBytes(character or b"\0") * data)
        else:
            super().__init__(asBytes(data))

    # Python's view.

    def __repr__(self) -> str:
        return f"QByteArray({bytes(self)!r})"

    def __str__(self) -> str:
        return repr(bytes(self))

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(bytes(self))

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return QByteArray(bytes(self)[place])
        found = bytes(self)[place]
        return bytes([found])

    def __iter__(self) -> Iterator[Any]:
        return (bytes([byte]) for byte in bytes(self))

    def __contains__(self, part: Any) -> bool:
        return asBytes(part) in bytes(self)

    def __eq__(self, other: Any) -> bool:
        if isinstance(other, str):
            return bytes(self) == other.encode("utf-8")
        return isinstance(other, (bytes, bytearray, memoryview)) and bytes(self) == bytes(other)

    def __add__(self, other: Any) -> QByteArray:
        return QByteArray(bytes(self) + asBytes(other))

    def __radd__(self, other: Any) -> QByteArray:
        return QByteArray(asBytes(other) + bytes(self))

    def __iadd__(self, other: Any) -> QByteArray:  # type: ignore[misc]
        return self.append(other)

    def __mul__(self, times: Any) -> QByteArray:
        return QByteArray(bytes(self) * times)

    # Qt's view.

    def data(self) -> bytes:
        return bytes(self)

    constData = data

    def size(self) -> int:
        return len(self)

    length = size

    def count(self, part: Any = None, *limits: Any) -> int:  # type: ignore[override]
        return len(self) if part is None else bytes(self).count(asBytes(part), *limits)

    def isEmpty(self) -> bool:
        return not len(self)

    def isNull(self) -> bool:
        return not len(self)

    def at(self, place: int) -> bytes:
        return bytes(self)[place : place + 1]

    def clear(self) -> None:
        del self[:]

    def append(self, data: Any, *more: Any) -> QByteArray:  # type: ignore[override]
        if isinstance(data, int):
            data = asBytes(more[0]) * data
        self.extend(asBytes(data))
        return self

    push_back = append

    def prepend(self, data: Any) -> QByteArray:
        self[:0] = asBytes(data)
        return self

    push_front = prepend

    def insert(self, place: int, data: Any) -> QByteArray:  # type: ignore[override]
        self[place:place] = asBytes(data)
        return self

    def remove(self, place: int, length: int) -> QByteArray:  # type: ignore[override]
        del self[place : place + length]
        return self

    def chop(self, length: int) -> None:
        del self[max(len(self) - length, 0) :]

    def truncate(self, length: int) -> None:
        del self[length:]

    def resize(self, size: int) -> None:
        self[:] = bytes(self)[:size].ljust(size, b"\0")

    def fill(self, character: Any, size: int = -1) -> QByteArray:
        self[:] = asBytes(character) * (len(self) if size < 0 else size)
        return self

    def replace(self, *arguments: Any) -> QByteArray:  # type: ignore[override]
        """C{replace(before, after)}, or C{replace(place, length, after)}."""
        if isinstance(arguments[0], int):
            place, length, after = arguments
            self[place : place + length] = asBytes(after)
        else:
            before, after = arguments
            self[:] = bytes(self).replace(asBytes(before), asBytes(after))
        return self

    def left(self, length: int) -> QByteArray:
        return QByteArray(bytes(self)[: max(length, 0)])

    def right(self, length: int) -> QByteArray:
        return QByteArray(bytes(self)[max(len(self) - length, 0) :])

    def mid(self, place: int, length: int = -1) -> QByteArray:
        return QByteArray(bytes(self)[place:] if length < 0 else bytes(self)[place : place + length])

    def trimmed(self) -> QByteArray:
        return QByteArray(bytes(self).strip())

    def simplified(self) -> QByteArray:
        return QByteArray(b" ".join(bytes(self).split()))

    def toLower(self) -> QByteArray:
        return QByteArray(bytes(self).lower())

    def toUpper(self) -> QByteArray:
        return QByteArray(bytes(self).upper())

    def contains(self, part: Any) -> bool:
        return asBytes(part) in bytes(self)

    def indexOf(self, part: Any, start: int = 0) -> int:
        return bytes(self).find(asBytes(part), start)

    def lastIndexOf(self, part: Any, end: int = -1) -> int:
        return bytes(self).rfind(asBytes(part))

    def startsWith(self, part: Any) -> bool:
        return bytes(self).startswith(asBytes(part))

    def endsWith(self, part: Any) -> bool:
        return bytes(self).endswith(asBytes(part))

    def split(self, separator: Any = None, *limits: Any) -> list[Any]:  # type: ignore[override]
        parts = bytes(self).split(None if separator is None else asBytes(separator), *limits)
        return [QByteArray(part) for part in parts]

    def toInt(self, base: int = 10) -> tuple[int, bool]:
        try:
            return int(bytes(self), base), True
        except ValueError:
            return 0, False

    def toDouble(self) -> tuple[float, bool]:
        try:
            return float(bytes(self)), True
        except ValueError:
            return 0.0, False

    def toBase64(self, *options: Any) -> QByteArray:
        return QByteArray(base64.b64encode(bytes(self)))

    @staticmethod
    def fromBase64(data: Any, *options: Any) -> QByteArray:
        kept = bytes(c for c in asBytes(data) if chr(c).isalnum() or c in b"+/")
        try:
            return QByteArray(base64.b64decode(kept + b"=" * (-len(kept) % 4)))
        except binascii.Error:
            return QByteArray()

    def toHex(self, *separator: Any) -> QByteArray:
        return QByteArray(bytes(self).hex().encode())

    @staticmethod
    def fromHex(data: Any) -> QByteArray:  # type: ignore[override]
        return QByteArray(binascii.unhexlify(asBytes(data)))

    def toPercentEncoding(self, exclude: Any = b"", include: Any = b"") -> QByteArray:
        safe = "-._~" + asBytes(exclude).decode("latin-1")
        return QByteArray(quote_from_bytes(bytes(self), safe=safe).encode())

    @staticmethod
    def fromPercentEncoding(data: Any, *percent: Any) -> QByteArray:
        return QByteArray(unquote_to_bytes(asBytes(data)))

    @staticmethod
    def number(value: Any, *format: Any) -> QByteArray:
        return QByteArray(str(value).encode())

    def setNum(self, value: Any, *format: Any) -> QByteArray:
        self[:] = str(value).encode()
        return self

    def swap(self, other: QByteArray) -> None:
        mine, theirs = bytes(self), bytes(other)
        self[:], other[:] = theirs, mine
