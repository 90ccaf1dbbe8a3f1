# -*- test-case-name: tests.services.wfs.test_getfeature -*-
"""
In which reference system an answer is written, under which name and with which axis first.

The rules are QGIS Server's: GML 2 names a system C{EPSG:4326} and puts x first; GML 3 repeats the
name that the request used, and that spelling decides the order of axes; a WFS 1.1.0 answer to a
request that names none follows the authority.
"""

from __future__ import annotations

from dataclasses import dataclass

from ogctwist.geo.axisorder import CRSSpelling, UnknownCRS, crsFromName, nameOfCrs
from ogctwist.geo.crs import CRS, WGS84
from ogctwist.ows.exceptions import InvalidParameterValue, quoted
from ogctwist.services.wfs.formats import CSV, GEOJSON, GML2, OutputFormat
from ogctwist.services.wfs.versions import WfsVersion


@dataclass(frozen=True)
class OutputNaming:
    """
    @ivar crs: of the document; None when the layer has none.
    @ivar srsName: as the document names it, '' for not at all.
    @ivar isSwapped: northing or latitude first.
    """

    crs: CRS | None
    srsName: str
    isSwapped: bool


def crsNamed(name: str, locator: str = "SRSNAME") -> tuple[CRS, bool]:
    """
    The system of a name in any spelling, and whether that spelling puts northing first.

    @raise InvalidParameterValue: it is not known.
    """
    try:
        return crsFromName(name)
    except UnknownCRS:
        raise InvalidParameterValue(
            f"The reference system '{quoted(name)}' is not known", locator=locator
        ) from None


def outputNaming(version: WfsVersion, form: OutputFormat, srsName: str, layerCrs: CRS | None) -> OutputNaming:
    """
    How coordinates of a layer are written.

    @param srsName: as the request has it, '' for none.
    @raise InvalidParameterValue: the name is not known, or the layer has no system to start from.
    """
    crs, isInverted = crsNamed(srsName) if srsName else (layerCrs, False)
    if srsName and layerCrs is None:
        raise InvalidParameterValue("The layer has no reference system to transform from", locator="SRSNAME")
    if form is GEOJSON:
        return OutputNaming(None if layerCrs is None else WGS84, "", False)
    if crs is None:
        return OutputNaming(None, "", False)
    if form is GML2:
        return OutputNaming(crs, crs.authid, False)
    if form is CSV or not form.isGml:
        return OutputNaming(crs, crs.authid, False)
    if srsName:
        return OutputNaming(crs, srsName, isInverted)
    if version.isTwo:
        name = nameOfCrs(crs, CRSSpelling.URN)
        return OutputNaming(crs, name, crs.isNorthFirst)
    return OutputNaming(crs, crs.authid, version.isNorthFirst and crs.isNorthFirst)


#: QGIS Server writes GeoJSON with that many digits, whatever the layer's precision.
GEOJSON_PRECISION = 6


def coordinatePrecision(form: OutputFormat, precision: int, layerCrs: CRS | None, crs: CRS | None) -> int:
    """
    Digits after the point of coordinates: the layer's, but for degrees made of metres three more
    and at most six.
    """
    if form is GEOJSON:
        return GEOJSON_PRECISION
    if layerCrs is not None and crs is not None and crs.isGeographic and not layerCrs.isGeographic:
        return min(precision + 3, 6)
    return precision
