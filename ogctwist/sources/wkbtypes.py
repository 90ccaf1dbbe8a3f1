# -*- test-case-name: tests.sources.test_wkbtypes -*-
"""QGIS's names of geometry types."""

from __future__ import annotations

#: By the names of the OGC's standards.
WKB_TYPES = {
    "POINT": "Point",
    "LINESTRING": "LineString",
    "POLYGON": "Polygon",
    "MULTIPOINT": "MultiPoint",
    "MULTILINESTRING": "MultiLineString",
    "MULTIPOLYGON": "MultiPolygon",
    "GEOMETRYCOLLECTION": "GeometryCollection",
    "CIRCULARSTRING": "CircularString",
    "COMPOUNDCURVE": "CompoundCurve",
    "CURVEPOLYGON": "CurvePolygon",
    "MULTICURVE": "MultiCurve",
    "MULTISURFACE": "MultiSurface",
}
_CODES = dict(enumerate(WKB_TYPES.values(), 1))


def typeNameOf(wkb: bytes | None) -> str:
    """The name of the type of one geometry in ISO WKB; Unknown for anything else."""
    if wkb is None or len(wkb) < 5:
        return "Unknown"
    code = int.from_bytes(wkb[1:5], "little" if wkb[0] == 1 else "big")
    name = _CODES.get(code % 1000)
    if name is None or code >= 4000:
        return "Unknown"
    return name + ("", "Z", "M", "ZM")[code // 1000]
