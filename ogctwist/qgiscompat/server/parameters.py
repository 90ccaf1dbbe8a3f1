# -*- test-case-name: tests.qgiscompat.test_parameters -*-
"""QgsServerParameters: the parameters of a request, and the reading of one."""

from __future__ import annotations

from enum import IntEnum
from typing import Any
from urllib.parse import unquote_plus

from ogctwist.ows.exceptions import quoted
from ogctwist.ows.parameters import upperName
from ogctwist.qgiscompat.qt import qtModule
from ogctwist.qgiscompat.server.exceptions import QgsServerException
from ogctwist.qgiscompat.wrapper import Wrapper, exposed


class Name(IntEnum):
    """The parameters that all services have."""

    UNKNOWN = 0
    SERVICE = 1
    VERSION_SERVICE = 2
    REQUEST = 3
    MAP = 4
    FILE_NAME = 5


class QgsServerParameterDefinition(Wrapper):
    """A value of some type, and how to read it as others."""

    _q_type: int
    _q_value: Any
    _q_default: Any

    def _make(self, type: Any = 10, defaultValue: Any = None) -> None:
        if isinstance(type, QgsServerParameterDefinition):
            self.__dict__.update(type.__dict__)
            return
        self._q_type = int(type)
        self._q_value = self._q_default = defaultValue

    def typeName(self) -> str:
        """The name of the type: C{QString}."""
        return str(qtModule("QtCore").QMetaType.typeName(self._q_type))

    def isValid(self) -> bool:
        """Whether there is a value."""
        return self._q_value is not None

    @staticmethod
    def raiseError(msg: str) -> None:
        """
        @raise QgsServerException: with that text, as a bad request.
        """
        raise QgsServerException(msg, 400)

    def _q_text(self) -> str:
        return "" if self._q_value is None else str(self._q_value)

    def toString(self, defaultValue: bool = False) -> str:
        """The value as text; or the default, where there is none."""
        text = self._q_text()
        return str(self._q_default or "") if not text and defaultValue else text

    def toStringList(self, delimiter: str = ",", skipEmptyParts: bool = True) -> list[str]:
        """The value split."""
        parts = self._q_text().split(delimiter) if self._q_text() else []
        return [part for part in parts if part or not skipEmptyParts]

    def toBool(self) -> bool:
        """Whether the value is C{true}, C{1} or the like."""
        return self._q_text().lower() in ("true", "1", "yes", "on")

    def toInt(self) -> tuple[int, bool]:
        """The value as a number, and whether it is one."""
        return _read(int, self._q_text(), 0)

    def toDouble(self) -> tuple[float, bool]:
        """The value as a number, and whether it is one."""
        return _read(float, self._q_text(), 0.0)

    def toIntList(self, delimiter: str = ",") -> tuple[list[int], bool]:
        """The value as numbers, and whether all are."""
        return _readAll(int, self.toStringList(delimiter))

    def toDoubleList(self, delimiter: str = ",") -> tuple[list[float], bool]:
        """The value as numbers, and whether all are."""
        return _readAll(float, self.toStringList(delimiter))

    def toColor(self) -> tuple[Any, bool]:
        """The value (C{0xRRGGBB} or a name) as a QColor, and whether it is one."""
        color = _color(self._q_text())
        return color, bool(color.isValid())

    def toColorList(self, delimiter: str = ",") -> tuple[list[Any], bool]:
        """The value as QColors, and whether all are."""
        colors = [_color(part) for part in self.toStringList(delimiter)]
        return colors, all(color.isValid() for color in colors)

    def toRectangle(self) -> tuple[Any, bool]:
        """The value as a QgsRectangle, and whether it is one; a box without extent is none."""
        from ogctwist.qgiscompat.core import QgsRectangle

        numbers, isGood = self.toDoubleList()
        if not isGood or len(numbers) != 4:
            return QgsRectangle(), not self._q_text()
        left, bottom, right, top = numbers
        return QgsRectangle(left, bottom, right, top), left <= right and bottom <= top

    def toGeomList(self, delimiter: str = ",") -> tuple[list[Any], bool]:
        """The value, well-known texts with the delimiter between them, as QgsGeometries."""
        from ogctwist.qgiscompat.core import QgsGeometry

        geometries = [QgsGeometry.fromWkt(part) for part in outsideBrackets(self._q_text(), delimiter)]
        return geometries, all(not geometry.isNull() for geometry in geometries)

    def toUrl(self) -> tuple[Any, bool]:
        """The value as a QUrl, and whether it is one."""
        url = qtModule("QtCore").QUrl(self._q_text())
        return url, bool(url.isValid())

    def loadUrl(self) -> tuple[str, bool]:
        """Nothing: the server reads no address that a request names."""
        return "", False


def _read(kind: Any, text: str, none: Any) -> tuple[Any, bool]:
    if not text:
        return none, True
    try:
        return kind(text), True
    except ValueError:
        return none, False


def _readAll(kind: Any, parts: list[str]) -> tuple[list[Any], bool]:
    try:
        return [kind(part) for part in parts], True
    except ValueError:
        return [], False


def _color(text: str) -> Any:
    QColor = qtModule("QtGui").QColor
    if text.lower().startswith("0x"):
        text = "#" + text[2:]
        if len(text) == 9:
            # The alpha comes last in a request, first in Qt.
            text = "#" + text[7:] + text[1:7]
    return QColor(text)


def outsideBrackets(text: str, delimiter: str) -> list[str]:
    """A text split at the delimiters that are in no brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == delimiter and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part for part in parts if part]


@exposed(Name)
class QgsServerParameter(QgsServerParameterDefinition):
    """A value with a name."""

    _q_name: Name

    def _make(self, name: Any = Name.UNKNOWN, type: Any = 10, defaultValue: Any = None) -> None:  # type: ignore[override]
        if isinstance(name, QgsServerParameter):
            self.__dict__.update(name.__dict__)
            return
        super()._make(type, defaultValue)
        self._q_name = Name(name)

    @staticmethod
    def name(name: Any) -> Any:
        """The name of a number, or the number of a name."""
        if isinstance(name, str):
            upper = upperName(name)
            return Name.VERSION_SERVICE if upper == "VERSION" else Name.__members__.get(upper, Name.UNKNOWN)
        return "VERSION" if Name(name) == Name.VERSION_SERVICE else Name(name).name

    def raiseError(self) -> None:  # type: ignore[override]
        """
        @raise QgsServerException: the value is not of its type.
        """
        name = self.name(self._q_name)
        value = quoted(self.toString())
        raise QgsServerException(f"{name} ('{value}') cannot be converted into a {self.typeName()}", 400)


class QgsServerParameters(Wrapper):
    """The parameters of a request."""

    _q_values: dict[str, str]

    def _make(self, query: Any = None) -> None:
        self._q_values = {}
        if isinstance(query, QgsServerParameters):
            self._q_values = dict(query._q_values)
        elif hasattr(query, "parameters"):
            self._q_values = query.parameters()
        elif query is not None:
            self.load(query)

    def load(self, query: Any) -> None:
        """Read a QUrlQuery."""
        self.clear()
        for name, value in query.queryItems(qtModule("QtCore").QUrl.FullyEncoded):
            self.add(unquote_plus(name), unquote_plus(value))

    def add(self, key: str, value: str) -> None:
        """Add a parameter."""
        self._q_values[upperName(key)] = value
        self.loadParameter(key, value)

    def loadParameter(self, name: str, value: str) -> bool:
        """Called for each parameter.  @return: whether the class has an own place for it."""
        return False

    def remove(self, key: Any) -> None:
        """Remove a parameter by name or number."""
        name = key if isinstance(key, str) else QgsServerParameter.name(key)
        self._q_values.pop(upperName(name), None)

    def clear(self) -> None:
        """Remove all."""
        self._q_values.clear()

    def toMap(self) -> dict[str, str]:
        """A copy of all."""
        return dict(sorted(self._q_values.items()))

    def value(self, key: str) -> str:
        """The value of a parameter, ''; the known ones in any case, others in upper case."""
        known = QgsServerParameter.name(key) != Name.UNKNOWN
        return self._q_values.get(upperName(key) if known else key, "")

    def urlQuery(self) -> Any:
        """All as a QUrlQuery."""
        core = qtModule("QtCore")
        query = core.QUrlQuery()
        for name, value in self._q_values.items():
            query.addQueryItem(name, bytes(core.QUrl.toPercentEncoding(value, b"/:,")).decode())
        return query

    def map(self) -> str:
        """The value of MAP."""
        return self.value("MAP")

    def service(self) -> str:
        """The value of SERVICE; WMS for its requests that do without."""
        found = self.value("SERVICE")
        if not found and self.request().lower() in ("getmap", "getfeatureinfo"):
            return "WMS"
        return found

    def request(self) -> str:
        """The value of REQUEST."""
        return self.value("REQUEST")

    def version(self) -> str:
        """The value of VERSION."""
        return self.value("VERSION")

    def fileName(self) -> str:
        """The value of FILE_NAME."""
        return self.value("FILE_NAME")
