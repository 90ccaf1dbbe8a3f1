# -*- test-case-name: tests.services.wms.info.test_geometrytext -*-
"""Geometries in GetFeatureInfo: WKT as QGIS spells it, GML 2, GML 3.1.1 and GeoJSON."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely
from lxml import etree

from ogctwist.services.wms.info.answer import fixed

GML = "http://www.opengis.net/gml"

_MEMBERS = {
    "MultiPoint": "pointMember",
    "MultiLineString": "lineStringMember",
    "MultiPolygon": "polygonMember",
}


def geometryText(geometry: shapely.Geometry, digits: int) -> str:
    """WKT as QGIS writes it: C{Point (x y)}, C{MultiPolygon (((x y, …)))}, with Z in the name."""
    name = geometry.geom_type + ("Z" if geometry.has_z else "")
    return f"{name} {_wktBody(geometry, digits)}"


def _wktBody(geometry: shapely.Geometry, digits: int) -> str:
    if geometry.is_empty:
        return "EMPTY"
    if isinstance(geometry, shapely.Polygon):
        rings = [geometry.exterior, *geometry.interiors]
        return "(" + ",".join(_wktBody(ring, digits) for ring in rings) + ")"
    if isinstance(geometry, shapely.GeometryCollection):
        return "(" + ",".join(geometryText(part, digits) for part in geometry.geoms) + ")"
    if hasattr(geometry, "geoms"):
        return "(" + ",".join(_wktBody(part, digits) for part in geometry.geoms) + ")"
    return "(" + ", ".join(_numbers(_coords(geometry), digits, " ")) + ")"


def gmlGeometry(geometry: shapely.Geometry, digits: int, srsName: str, isGml3: bool) -> etree._Element:
    """A geometry as a GML 2 or GML 3.1.1 element, x first."""
    element = _gml(geometry, digits, isGml3)
    element.set("srsName", srsName)
    return element


def _gml(geometry: shapely.Geometry, digits: int, isGml3: bool) -> etree._Element:
    kind = geometry.geom_type
    if hasattr(geometry, "geoms"):
        element = _element(kind if kind != "GeometryCollection" else "MultiGeometry")
        for part in geometry.geoms:
            member = etree.SubElement(element, f"{{{GML}}}{_MEMBERS.get(kind, 'geometryMember')}")
            member.append(_gml(part, digits, isGml3))
        return element
    element = _element(kind)
    if kind == "Polygon":
        names = ("exterior", "interior") if isGml3 else ("outerBoundaryIs", "innerBoundaryIs")
        for index, ring in enumerate([geometry.exterior, *geometry.interiors]):
            holder = etree.SubElement(element, f"{{{GML}}}{names[min(index, 1)]}")
            holder.append(_gml(ring, digits, isGml3))
        return element
    element.append(_coordinates(geometry, digits, isGml3))
    return element


def _coordinates(geometry: shapely.Geometry, digits: int, isGml3: bool) -> etree._Element:
    coords = _coords(geometry)
    if isGml3:
        element = _element("pos" if geometry.geom_type == "Point" else "posList")
        element.set("srsDimension", str(coords.shape[1]))
        element.text = " ".join(_numbers(coords, digits, " "))
        return element
    element = _element("coordinates")
    element.set("cs", ",")
    element.set("ts", " ")
    element.text = " ".join(_numbers(coords, digits, ","))
    return element


def geoJson(geometry: shapely.Geometry, digits: int) -> dict[str, object]:
    """A GeoJSON geometry object (RFC 7946, 3.1)."""
    kind = geometry.geom_type
    if kind == "GeometryCollection":
        return {"type": kind, "geometries": [geoJson(part, digits) for part in geometry.geoms]}
    return {"coordinates": _jsonBody(geometry, digits), "type": kind}


def _jsonBody(geometry: shapely.Geometry, digits: int) -> list:
    if isinstance(geometry, shapely.Polygon):
        if geometry.is_empty:
            return []
        return [_jsonBody(ring, digits) for ring in (geometry.exterior, *geometry.interiors)]
    if hasattr(geometry, "geoms"):
        return [_jsonBody(part, digits) for part in geometry.geoms]
    rounded = np.round(_coords(geometry), digits).tolist()
    return (rounded[0] if rounded else []) if geometry.geom_type == "Point" else rounded


def _element(name: str) -> etree._Element:
    return etree.Element(f"{{{GML}}}{name}", nsmap={"gml": GML})


def _coords(geometry: shapely.Geometry) -> np.ndarray:
    return shapely.get_coordinates(geometry, include_z=bool(geometry.has_z))


def _numbers(coords: np.ndarray, digits: int, separator: str) -> Iterable[str]:
    for point in coords.tolist():
        yield separator.join(fixed(value, digits) for value in point)
