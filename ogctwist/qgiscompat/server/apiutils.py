# -*- test-case-name: tests.qgiscompat.test_apiutils -*-
"""QgsServerApiUtils: values of parameters of OGC APIs."""

from __future__ import annotations

import re
from typing import Any

from ogctwist.qgiscompat.qt import qtModule
from ogctwist.qgiscompat.server.exceptions import QgsServerApiBadRequestException

_CRS = re.compile(r"https?://www\.opengis\.net/def/crs/(OGC|EPSG)/[^/]*/(\w+)")


class QgsServerApiUtils:
    """Only static methods."""

    @staticmethod
    def parseBbox(bbox: str) -> Any:
        """
        Four numbers, or six with heights, as a QgsRectangle; empty when it is none.
        """
        from ogctwist.qgiscompat.core import QgsRectangle

        try:
            numbers = [float(part) for part in bbox.split(",")]
        except ValueError:
            return QgsRectangle()
        if len(numbers) == 6:
            numbers = [numbers[0], numbers[1], numbers[3], numbers[4]]
        return QgsRectangle(*numbers) if len(numbers) == 4 else QgsRectangle()

    @staticmethod
    def parseCrs(bboxCrs: str) -> Any:
        """A URI as a QgsCoordinateReferenceSystem; not valid when it is none."""
        from ogctwist.qgiscompat.core import QgsCoordinateReferenceSystem

        found = _CRS.fullmatch(bboxCrs.strip())
        if found is None:
            return QgsCoordinateReferenceSystem()
        return QgsCoordinateReferenceSystem(f"{found[1]}:{found[2]}")

    @staticmethod
    def crsToOgcUri(crs: Any) -> str:
        """The URI of a CRS."""
        authority, _, code = str(crs.authid()).partition(":")
        if authority == "OGC":
            return f"http://www.opengis.net/def/crs/OGC/1.3/{code}"
        return f"http://www.opengis.net/def/crs/{authority}/9.6.2/{code}"

    @staticmethod
    def publishedCrsList(project: Any) -> list[str]:
        """URIs of the CRSs in which features can be asked for."""
        from ogctwist.qgiscompat.core import QgsCoordinateReferenceSystem
        from ogctwist.qgiscompat.server.projectsettings import QgsServerProjectUtils

        found = ["http://www.opengis.net/def/crs/OGC/1.3/CRS84"]
        for authid in QgsServerProjectUtils.wmsOutputCrsList(project):
            crs = QgsCoordinateReferenceSystem(authid)
            if crs.isValid():
                found.append(QgsServerApiUtils.crsToOgcUri(crs))
        return list(dict.fromkeys(found))

    @staticmethod
    def publishedWfsLayers(context: Any) -> list[Any]:
        """The QgsVectorLayers that are published by WFS and that this request may read."""
        from ogctwist.qgiscompat.server.projectsettings import QgsServerProjectUtils

        project = context.project()
        if project is None:
            return []
        layers = [project.mapLayer(layerId) for layerId in QgsServerProjectUtils.wfsLayerIds(project)]
        control = context.serverInterface().accessControls()
        return [layer for layer in layers if layer is not None and control.layerReadPermission(layer)]

    @staticmethod
    def sanitizedFieldValue(value: str) -> str:
        """The value of a filter as text of an expression: quotes doubled."""
        return value.replace("'", "''")

    @staticmethod
    def fieldName(name: str, layer: Any) -> str:
        """The name of a field by the name under which it is published: name or alias."""
        for field in layer.fields():
            if name in (field.name(), field.displayName()):
                return str(field.name())
        raise QgsServerApiBadRequestException(f"The field {name} does not exist")

    @staticmethod
    def appendMapParameter(path: str, requestUrl: Any) -> str:
        """A URL with the MAP of a request's URL."""
        query = qtModule("QtCore").QUrlQuery(requestUrl)
        given = next((value for name, value in query.queryItems() if name.upper() == "MAP"), "")
        return f"{path}{'&' if '?' in path else '?'}MAP={given}" if given else path

    # Time.

    @staticmethod
    def parseTemporalDateInterval(interval: str) -> Any:
        """
        C{begin/end} of days, either of which may be C{..}, as a QgsDateRange.

        @raise QgsServerApiBadRequestException: it is none.
        """
        from ogctwist.qgiscompat.core import QgsDateRange

        return _interval(interval, qtModule("QtCore").QDate, QgsDateRange)

    @staticmethod
    def parseTemporalDateTimeInterval(interval: str) -> Any:
        """
        C{begin/end} of moments, either of which may be C{..}, as a QgsDateTimeRange.

        @raise QgsServerApiBadRequestException: it is none.
        """
        from ogctwist.qgiscompat.core import QgsDateTimeRange

        return _interval(interval, qtModule("QtCore").QDateTime, QgsDateTimeRange)

    @staticmethod
    def temporalDimensions(layer: Any) -> list[Any]:
        """The dimensions of a layer by which it is filtered in time: those called date or time."""
        dimensions = layer.serverProperties().wmsDimensions()
        return [each for each in dimensions if each.name.upper() in ("DATE", "TIME")]

    @staticmethod
    def temporalExtent(layer: Any) -> list[Any]:
        """The first and the last moment of a layer's dimensions in time, as text; empty without any."""
        found: list[Any] = []
        for dimension in QgsServerApiUtils.temporalDimensions(layer):
            place = layer.fields().lookupField(dimension.fieldName)
            found.append([_moment(layer.minimumValue(place)), _moment(layer.maximumValue(place))])
        return found

    @staticmethod
    def temporalFilterExpression(layer: Any, interval: str) -> Any:
        """
        A QgsExpression that is true for what is of a moment, or within an interval.

        @raise QgsServerApiBadRequestException: the interval is none.
        """
        from ogctwist.qgiscompat.core import QgsExpression

        begin, slash, end = interval.partition("/")
        for text in (begin, end) if slash else (begin,):
            _checkMoment(text)
        parts = [_between(each, begin, end if slash else begin) for each in _fields(layer)]
        return QgsExpression(" AND ".join(f"({part})" for part in parts if part) or "")


def _fields(layer: Any) -> list[tuple[str, str]]:
    """Begin and end fields of a layer's dimensions in time."""
    dimensions = QgsServerApiUtils.temporalDimensions(layer)
    return [(each.fieldName, each.endFieldName or each.fieldName) for each in dimensions]


def _between(fields: tuple[str, str], begin: str, end: str) -> str:
    first, last = ('"' + name.replace('"', '""') + '"' for name in fields)
    parts = []
    if begin not in ("", ".."):
        parts.append(f"{last} IS NULL OR {last} >= '{begin}'")
    if end not in ("", ".."):
        parts.append(f"{first} IS NULL OR {first} <= '{end}'")
    return " AND ".join(f"({part})" for part in parts)


def _checkMoment(text: str) -> None:
    core = qtModule("QtCore")
    if text not in ("", "..") and not core.QDateTime.fromString(text, core.Qt.ISODate).isValid():
        raise QgsServerApiBadRequestException(f"'{text[:60]}' is no moment in time")


def _interval(text: str, kind: Any, make: Any) -> Any:
    Qt = qtModule("QtCore").Qt
    parts = text.split("/")
    if len(parts) != 2:
        raise QgsServerApiBadRequestException("an interval has two ends")
    ends = [kind() if part in ("", "..") else kind.fromString(part, Qt.ISODate) for part in parts]
    for part, end in zip(parts, ends, strict=True):
        if part not in ("", "..") and not end.isValid():
            raise QgsServerApiBadRequestException(f"'{part[:60]}' is no moment in time")
    return make(*ends)


def _moment(value: Any) -> Any:
    return value.toString(qtModule("QtCore").Qt.ISODate) if hasattr(value, "toString") else value
