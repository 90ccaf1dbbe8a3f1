# -*- test-case-name: tests.qgiscompat.core.test_values -*-
"""QgsCoordinateReferenceSystem, QgsCoordinateTransform and its context."""

from __future__ import annotations

from typing import Any

import pyproj
from pyproj.enums import WktVersion

from ogctwist.geo.crs import CRS, UnknownCRS
from ogctwist.geo.transforms import TransformError, transformBox, transformCoords, transformPoint
from ogctwist.qgiscompat.core.enums import Qgis, withEnums
from ogctwist.qgiscompat.core.points import QgsPointXY
from ogctwist.qgiscompat.core.rectangle import QgsRectangle
from ogctwist.qgiscompat.wrapper import Wrapper

_VERSIONS = {
    0: WktVersion.WKT1_GDAL, 1: WktVersion.WKT1_ESRI, 2: WktVersion.WKT2_2015,
    3: WktVersion.WKT2_2015_SIMPLIFIED, 4: WktVersion.WKT2_2019, 5: WktVersion.WKT2_2019_SIMPLIFIED,
}  # fmt: skip
_UNITS = Qgis.DistanceUnit  # type: ignore[attr-defined]


class QgsCsException(Exception):
    """Coordinates that have no place in another system."""


@withEnums("QgsCoordinateReferenceSystem")
class QgsCoordinateReferenceSystem(Wrapper):
    """A reference system; of nothing it is not valid."""

    _q_crs: CRS | None

    def _make(self, definition: Any = None, kind: int = 0) -> None:
        if isinstance(definition, QgsCoordinateReferenceSystem):
            self._q_crs = definition._q_crs
        elif definition is None:
            self._q_crs = None
        elif isinstance(definition, int):
            self._q_crs = _known(f"EPSG:{definition}")
        else:
            self._q_crs = _read(str(definition))

    @classmethod
    def _q_of(cls, crs: CRS | None) -> QgsCoordinateReferenceSystem:
        made = cls()
        made._q_crs = crs
        return made

    @staticmethod
    def fromEpsgId(epsg: int) -> QgsCoordinateReferenceSystem:
        """That of an EPSG code."""
        return QgsCoordinateReferenceSystem(int(epsg))

    @staticmethod
    def fromOgcWmsCrs(text: str) -> QgsCoordinateReferenceSystem:
        """That of a name as WMS spells it."""
        return QgsCoordinateReferenceSystem._q_of(_read(text))

    @staticmethod
    def fromWkt(text: str) -> QgsCoordinateReferenceSystem:
        """That of a well-known text."""
        return QgsCoordinateReferenceSystem._q_of(_read(text))

    fromProj = fromProj4 = fromWkt

    def createFromString(self, text: str) -> bool:
        """Make it that of a text; whether there is such."""
        self._q_crs = _read(text)
        return self._q_crs is not None

    createFromUserInput = createFromOgcWmsCrs = createFromWkt = createFromProj = createFromString

    def createFromSrid(self, srid: int) -> bool:
        """Make it that of an EPSG code; whether there is such."""
        return self.createFromString(f"EPSG:{srid}")

    def isValid(self) -> bool:
        """Whether it is one."""
        return self._q_crs is not None

    def authid(self) -> str:
        """C{EPSG:4326}, or ''."""
        return "" if self._q_crs is None else self._q_crs.authid

    def postgisSrid(self) -> int:
        """The EPSG code, 0 without."""
        return 0 if self._q_crs is None else self._q_crs.srid or 0

    def srsid(self) -> int:
        """The number in QGIS's own list: there is none here."""
        return 0

    def description(self) -> str:
        """Its name."""
        return "" if self._q_crs is None else self._q_crs.pyproj.name

    def userFriendlyIdentifier(self, kind: int = 1) -> str:
        """Authority, and name."""
        if self._q_crs is None:
            return ""
        if not self.authid():
            return self.description() or "Custom CRS"
        return self.authid() if kind == 0 else f"{self.authid()} - {self.description()}"

    def isGeographic(self) -> bool:
        """Whether its units are degrees."""
        return self._q_crs is not None and self._q_crs.isGeographic

    def hasAxisInverted(self) -> bool:
        """Whether its authority puts northing or latitude first."""
        return self._q_crs is not None and self._q_crs.isNorthFirst

    def mapUnits(self) -> Any:
        """The unit of its coordinates."""
        if self._q_crs is None:
            return _UNITS.Unknown
        if self._q_crs.isGeographic:
            return _UNITS.Degrees
        metres = self._q_crs.metresPerUnit
        return (
            _UNITS.Meters if metres == 1.0 else _UNITS.Feet if abs(metres - 0.3048) < 1e-5 else _UNITS.Unknown
        )

    def toWkt(self, variant: int = 0, multiline: bool = False, indentationWidth: int = 4) -> str:
        """Its well-known text; '' when it has none in that variant."""
        if self._q_crs is None:
            return ""
        return self._q_crs.pyproj.to_wkt(_VERSIONS.get(int(variant), WktVersion.WKT1_GDAL), multiline) or ""

    def toProj(self) -> str:
        """Its PROJ text."""
        if self._q_crs is None:
            return ""
        # What a PROJ text cannot say is known to whoever asks for one.
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            return (self._q_crs.pyproj.to_proj4() or "").replace("+type=crs", "").strip()

    toProj4 = toProj

    def ellipsoidAcronym(self) -> str:
        """C{EPSG:7030}, or ''."""
        ellipsoid = None if self._q_crs is None else self._q_crs.pyproj.ellipsoid
        data = {} if ellipsoid is None else ellipsoid.to_json_dict().get("id", {})
        return f"{data['authority']}:{data['code']}" if data else ""

    def projectionAcronym(self) -> str:
        """PROJ's word for the projection."""
        words = dict(w[1:].partition("=")[::2] for w in self.toProj().split())
        return words.get("proj", "")

    def bounds(self) -> QgsRectangle:
        """Where it is meant to be used, in degrees."""
        area = None if self._q_crs is None else self._q_crs.pyproj.area_of_use
        return QgsRectangle() if area is None else QgsRectangle(area.west, area.south, area.east, area.north)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, QgsCoordinateReferenceSystem) and self._q_crs == other._q_crs

    def __hash__(self) -> int:
        return hash(self._q_crs)

    def __repr__(self) -> str:
        if self._q_crs is None:
            return "<QgsCoordinateReferenceSystem: invalid>"
        return f"<QgsCoordinateReferenceSystem: {self.authid() or self.toWkt()}>"


def _known(authid: str) -> CRS | None:
    try:
        return CRS.fromAuthid(authid)
    except UnknownCRS:
        return None


def _read(text: str) -> CRS | None:
    """A system by its name, its WKT or its PROJ text, with QGIS's prefixes."""
    text = text.strip()
    prefix, colon, rest = text.partition(":")
    if colon and prefix.upper() in ("PROJ", "PROJ4", "WKT"):
        text = rest
    if text.upper().startswith("POSTGIS:"):
        text = f"EPSG:{rest}"
    if not text:
        return None
    found = _known(text)
    if found is not None:
        return found
    try:
        crs = CRS(text)
        # A PROJ text says less than what the authority knows.
        code = crs.pyproj.to_authority(min_confidence=70 if text.startswith("+") else 100)
    except (UnknownCRS, pyproj.exceptions.ProjError):
        return None
    return crs if code is None else _known(":".join(code)) or crs


class QgsCoordinateTransformContext(Wrapper):
    """How to transform where there is a choice: the best way is taken."""

    def _make(self, other: Any = None) -> None:
        pass

    def hasTransform(self, *systems: Any) -> bool:
        """Whether a way was chosen: never."""
        return False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, QgsCoordinateTransformContext)

    def __hash__(self) -> int:
        return 0


@withEnums("QgsCoordinateTransform")
class QgsCoordinateTransform(Wrapper):
    """From one system to another; between ones that are not valid, nothing moves."""

    _q_source: CRS | None
    _q_target: CRS | None

    def _make(self, source: Any = None, destination: Any = None, *context: Any, **named: Any) -> None:
        source = named.get("source", source)
        destination = named.get("destination", destination)
        if isinstance(source, QgsCoordinateTransform):
            self._q_source, self._q_target = source._q_source, source._q_target
        else:
            self._q_source = None if source is None else source._q_crs
            self._q_target = None if destination is None else destination._q_crs

    def sourceCrs(self) -> QgsCoordinateReferenceSystem:
        """From which."""
        return QgsCoordinateReferenceSystem._q_of(self._q_source)

    def destinationCrs(self) -> QgsCoordinateReferenceSystem:
        """To which."""
        return QgsCoordinateReferenceSystem._q_of(self._q_target)

    def setSourceCrs(self, crs: QgsCoordinateReferenceSystem) -> None:
        """Set from which."""
        self._q_source = crs._q_crs

    def setDestinationCrs(self, crs: QgsCoordinateReferenceSystem) -> None:
        """Set to which."""
        self._q_target = crs._q_crs

    def isValid(self) -> bool:
        """Whether both systems are."""
        return self._q_source is not None and self._q_target is not None

    def isShortCircuited(self) -> bool:
        """Whether nothing moves."""
        return not self.isValid() or self._q_source == self._q_target

    def _q_ends(self, direction: int) -> tuple[CRS, CRS] | None:
        if self.isShortCircuited():
            return None
        assert self._q_source is not None and self._q_target is not None
        ends = (self._q_source, self._q_target)
        return ends if int(direction) == 0 else ends[::-1]

    def transform(self, *what: Any) -> Any:
        """
        @param what: a point, a rectangle, or x and y; then, perhaps, the direction.
        @raise QgsCsException: it has no place there.
        """
        first = what[0]
        if isinstance(first, QgsRectangle):
            return self.transformBoundingBox(*what)
        if isinstance(first, (int, float)):
            x, y = float(first), float(what[1])
            direction = what[2] if len(what) > 2 else 0
        else:
            x, y = first.x(), first.y()
            direction = what[1] if len(what) > 1 else 0
        ends = self._q_ends(direction)
        if ends is None:
            return QgsPointXY(x, y)
        try:
            return QgsPointXY(*transformPoint(x, y, *ends))
        except TransformError as error:
            raise QgsCsException(str(error)) from error

    def transformBoundingBox(
        self, rectangle: QgsRectangle, direction: int = 0, handle180Crossover: bool = False
    ) -> QgsRectangle:
        """
        The box around a rectangle.

        @raise QgsCsException: it has no place there.
        """
        ends = self._q_ends(direction)
        if ends is None or rectangle.isEmpty():
            return QgsRectangle(rectangle)
        try:
            return QgsRectangle._q_of(transformBox(rectangle._q_box(), *ends))
        except TransformError as error:
            raise QgsCsException(str(error)) from error

    def _q_coordinates(self, coords: Any, direction: int = 0) -> Any:
        ends = self._q_ends(direction)
        return coords if ends is None else transformCoords(coords, *ends)
