# -*- test-case-name: tests.qgiscompat.test_qt_settings -*-
"""QSettings, QLocale, QTextCodec, QUuid, QCryptographicHash: small things."""

from __future__ import annotations

import codecs
import hashlib
import uuid
from typing import Any

from ogctwist.qgiscompat.qt.bytearrays import QByteArray, asBytes
from ogctwist.qgiscompat.qt.enums import enum, member
from ogctwist.qgiscompat.qt.objects import QObject

Format = enum("Format", NativeFormat=0, IniFormat=1)
Scope = enum("Scope", UserScope=0, SystemScope=1)
#: What was set: for the process, not kept.
_SET: dict[str, Any] = {}


@member(Format, Scope)
class QSettings(QObject):
    """Settings by paths such as C{qgis/configPath}; in memory: a server keeps no user's settings."""

    def __init__(self, *arguments: Any):
        super().__init__()
        self._groups: list[str] = []

    def _key(self, key: str) -> str:
        return "/".join([*self._groups, key.strip("/")])

    def value(self, key: str, defaultValue: Any = None, type: Any = None, **more: Any) -> Any:
        found = _SET.get(self._key(key), defaultValue)
        if type is None or found is None:
            return found
        if type is bool and isinstance(found, str):
            return found.lower() in ("true", "1", "yes")
        return type(found)

    def setValue(self, key: str, value: Any) -> None:
        _SET[self._key(key)] = value

    def contains(self, key: str) -> bool:
        return self._key(key) in _SET

    def remove(self, key: str) -> None:
        path = self._key(key)
        for known in [k for k in _SET if k == path or k.startswith(path + "/")]:
            del _SET[known]

    def beginGroup(self, prefix: str) -> None:
        self._groups.append(prefix.strip("/"))

    def endGroup(self) -> None:
        self._groups.pop()

    def group(self) -> str:
        return "/".join(self._groups)

    def allKeys(self) -> list[str]:
        start = self._key("")
        return sorted(key.removeprefix(start) for key in _SET if key.startswith(start))

    def childKeys(self) -> list[str]:
        return [key for key in self.allKeys() if "/" not in key]

    def childGroups(self) -> list[str]:
        return sorted({key.partition("/")[0] for key in self.allKeys() if "/" in key})

    def sync(self) -> None:
        """There is no file."""

    def fileName(self) -> str:
        return ""

    def clear(self) -> None:
        _SET.clear()


class QLocale:
    """A locale; numbers are written as in C."""

    def __init__(self, name: Any = "C", *more: Any):
        self._name = name if isinstance(name, str) else "C"

    @staticmethod
    def system() -> QLocale:
        return QLocale()

    @staticmethod
    def c() -> QLocale:
        return QLocale()

    @staticmethod
    def setDefault(locale: QLocale) -> None:
        """Texts are not written by the locale of the process."""

    def name(self) -> str:
        return self._name

    def bcp47Name(self) -> str:
        return self._name.replace("_", "-")

    def toString(self, value: Any, *format: Any) -> str:
        return str(value)

    def toDouble(self, text: str) -> tuple[float, bool]:
        try:
            return float(text), True
        except ValueError:
            return 0.0, False

    def toInt(self, text: str) -> tuple[int, bool]:
        try:
            return int(text), True
        except ValueError:
            return 0, False

    def decimalPoint(self) -> str:
        return "."


class QTextCodec:
    """An encoding of text."""

    def __init__(self, name: str):
        self._name = name

    @staticmethod
    def codecForName(name: Any) -> QTextCodec | None:
        text = name if isinstance(name, str) else asBytes(name).decode()
        try:
            return QTextCodec(codecs.lookup(text).name)
        except LookupError:
            return None

    @staticmethod
    def codecForLocale() -> QTextCodec:
        return QTextCodec("utf-8")

    def name(self) -> QByteArray:
        return QByteArray(self._name.upper().encode())

    def toUnicode(self, data: Any) -> str:
        return asBytes(data).decode(self._name, "replace")

    def fromUnicode(self, text: str) -> QByteArray:
        return QByteArray(text.encode(self._name, "replace"))


class QUuid:
    """An identifier of its own."""

    def __init__(self, text: str = ""):
        self._value = uuid.UUID(text) if text else uuid.UUID(int=0)

    @staticmethod
    def createUuid() -> QUuid:
        return QUuid(str(uuid.uuid4()))

    def toString(self, *mode: Any) -> str:
        return f"{{{self._value}}}"

    def isNull(self) -> bool:
        return not self._value.int


Algorithm = enum("Algorithm", Md4=0, Md5=1, Sha1=2, Sha224=3, Sha256=4, Sha384=5, Sha512=6)
_HASHES = {1: "md5", 2: "sha1", 3: "sha224", 4: "sha256", 5: "sha384", 6: "sha512"}


@member(Algorithm)
class QCryptographicHash:
    """A digest."""

    def __init__(self, algorithm: int):
        self._digest = hashlib.new(_HASHES[int(algorithm)])

    def addData(self, data: Any) -> None:
        self._digest.update(asBytes(data))

    def result(self) -> QByteArray:
        return QByteArray(self._digest.digest())

    @staticmethod
    def hash(data: Any, algorithm: int) -> QByteArray:
        return QByteArray(hashlib.new(_HASHES[int(algorithm)], asBytes(data)).digest())
