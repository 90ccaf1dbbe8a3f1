# -*- test-case-name: tests.services.wfs.test_givenvalues -*-
"""From what a Transaction gives to what is stored: texts to values, GML to geometries of the layer."""

from __future__ import annotations

import base64
import datetime
import json
import math
from collections.abc import Callable, Sequence
from typing import Any

import shapely
from lxml import etree

from ogctwist.geo.axisorder import UnknownCRS
from ogctwist.geo.crs import CRS
from ogctwist.geo.gml import GmlError, geometryFromGml
from ogctwist.geo.transforms import TransformError, transformCoords
from ogctwist.sources.query import FieldType, SourceField


class Unfit(ValueError):
    """A value is not one of its attribute, or a geometry not one of its layer."""


def valueOf(text: str | None, field: SourceField) -> Any:
    """
    The value that a text means for an attribute.  An empty text is NULL, but for text attributes.

    @raise Unfit: it is none of the attribute's type, or too long.
    """
    if text is None:
        return None
    if field.type is FieldType.STRING:
        if field.length and len(text) > field.length:
            raise Unfit("the text is too long")
        if "\0" in text:
            raise Unfit("the text has a character that cannot be stored")
        return text
    text = text.strip()
    if not text:
        return None
    try:
        return _READERS[field.type](text)
    except (ValueError, OverflowError):
        raise Unfit(f"this is no {field.type.value}") from None


def _integer(bits: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if len(text) > 20 or not text.removeprefix("-").removeprefix("+").isascii():
            raise ValueError(text)
        number = int(text)
        if "_" in text or not -(1 << bits - 1) <= number < 1 << bits - 1:
            raise ValueError(text)
        return number

    return read


def _double(text: str) -> float:
    number = float(text)
    if "_" in text or not math.isfinite(number):
        raise ValueError(text)
    return number


def _boolean(text: str) -> bool:
    known = {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False}
    value = known.get(text.lower())
    if value is None:
        raise ValueError(text)
    return value


def _moment(text: str) -> datetime.datetime:
    """A date and time; one with an offset is told in UTC."""
    moment = datetime.datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        moment = moment.astimezone(datetime.UTC).replace(tzinfo=None)
    return moment


def _date(text: str) -> datetime.date:
    """A date; XML's may have an offset, which is of no consequence."""
    isDate = text[10:11] in ("", "Z", "+", "-", "T")
    return datetime.date.fromisoformat(text[:10]) if isDate else _failing(text)


def _failing(text: str) -> Any:
    raise ValueError(text)


def _list(text: str) -> list[Any]:
    value = json.loads(text)
    return value if isinstance(value, list) else _failing(text)


def _map(text: str) -> str:
    """A map is kept as its JSON text."""
    json.loads(text)
    return text


def _time(text: str) -> datetime.time:
    return datetime.time.fromisoformat(text).replace(tzinfo=None)


_READERS: dict[FieldType, Callable[[str], Any]] = {
    FieldType.INTEGER: _integer(32),
    FieldType.LONG: _integer(64),
    FieldType.DOUBLE: _double,
    FieldType.BOOLEAN: _boolean,
    FieldType.DATE: _date,
    FieldType.TIME: _time,
    FieldType.DATETIME: _moment,
    FieldType.BINARY: lambda text: base64.b64decode(text, validate=True),
    FieldType.MAP: _map,
    FieldType.LIST: _list,
    FieldType.STRING_LIST: _list,
}


def geometryOf(
    element: etree._Element, wkbType: str, layerCrs: CRS | None, named: tuple[CRS | None, bool]
) -> Any:
    """
    A geometry as the layer keeps it: in its reference system, of its type, with or without Z.

    @param wkbType: of the layer.
    @param named: what holds where the geometry names no system: it, and whether northing is first.
    @raise Unfit: it is no geometry, or none that the layer can hold.
    """
    try:
        given = geometryFromGml(element, *named)
    except (GmlError, UnknownCRS) as error:
        raise Unfit("this is no geometry") from error
    shape = fitted(given.shape, wkbType)
    if given.crs is None or layerCrs is None or given.crs == layerCrs or shape.is_empty:
        return shape
    source, target = given.crs, layerCrs
    try:
        moved = shapely.transform(
            shape, lambda coords: transformCoords(coords, source, target), include_z=bool(shape.has_z)
        )
    except TransformError as error:
        raise Unfit("the geometry has no place in the layer's reference system") from error
    if not all(map(math.isfinite, moved.bounds)):
        raise Unfit("the geometry has no place in the layer's reference system")
    return moved


#: Types of a layer to the type of what it holds, and of its members if it has some.
_FORMS = {
    "Point": ("Point", ""),
    "LineString": ("LineString", ""),
    "CompoundCurve": ("LineString", ""),
    "Polygon": ("Polygon", ""),
    "CurvePolygon": ("Polygon", ""),
    "MultiPoint": ("MultiPoint", "Point"),
    "MultiLineString": ("MultiLineString", "LineString"),
    "MultiCurve": ("MultiLineString", "LineString"),
    "MultiPolygon": ("MultiPolygon", "Polygon"),
    "MultiSurface": ("MultiPolygon", "Polygon"),
}
_COLLECTED = {
    "Point": shapely.MultiPoint,
    "LineString": shapely.MultiLineString,
    "Polygon": shapely.MultiPolygon,
}


def fitted(shape: Any, wkbType: str) -> Any:
    """
    The geometry in the type of a layer: one of several where the layer has multi-geometries,
    the only one out of several where it has not; Z zero where it is missing.

    @raise Unfit: it cannot be one.
    """
    isThree = wkbType.endswith(("Z", "ZM", "25D"))
    name = wkbType.removesuffix("25D").removesuffix("ZM").removesuffix("Z").removesuffix("M")
    if name == "NoGeometry":
        raise Unfit("the layer has no geometries")
    if name in _FORMS:
        shape = _ofForm(shape, *_FORMS[name])
    elif name not in ("Unknown", "Geometry", "", "GeometryCollection"):
        raise Unfit("geometries of the layer's type cannot be stored")
    elif name == "GeometryCollection" and shape.geom_type != name:
        shape = shapely.GeometryCollection([shape])
    if name in ("Unknown", "Geometry", ""):
        return shape
    if isThree and not shape.has_z:
        return shapely.force_3d(shape)
    return shape if isThree else shapely.force_2d(shape)


def _ofForm(shape: Any, whole: str, member: str) -> Any:
    parts: Sequence[Any]
    kind = "LineString" if shape.geom_type == "LinearRing" else shape.geom_type
    if kind == whole:
        return shape
    if member and kind == member:
        return _COLLECTED[member]([] if shape.is_empty else [shape])
    parts = getattr(shape, "geoms", ())
    if len(parts) == 1 and parts[0].geom_type == whole:
        return parts[0]
    if member and parts and all(part.geom_type == member for part in parts):
        return _COLLECTED[member](list(parts))
    raise Unfit("the geometry is of another type than the layer")
