# -*- test-case-name: tests.services.ogcapi.test_edits -*-
"""The body of a request that changes features: GeoJSON (RFC 7946) to what is stored."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import shapely

from ogctwist.geo.crs import CRS, WGS84
from ogctwist.geo.transforms import TransformError, transformCoords
from ogctwist.interfaces import OWSException
from ogctwist.ows.exceptions import quoted
from ogctwist.ows.formats import mediaType
from ogctwist.services.ogcapi.call import Call
from ogctwist.services.ogcapi.crsnames import systemNamed
from ogctwist.services.ogcapi.errors import BAD_REQUEST, badRequest
from ogctwist.services.wfs.givenvalues import Unfit, fitted, valueOf
from ogctwist.sources.query import FieldType, SourceField


def bodyObject(call: Call) -> dict[str, Any]:
    """
    The JSON object of a body.  Other types than JSON are refused: a page of another origin could
    send them in its visitor's name without being asked (CORS, simple requests).

    @raise OWSException: there is none.
    """
    kind = mediaType(call.request.headers.get("content-type", ""))
    if kind is None or not (kind.isJson or kind.name == "application/geojson"):
        raise OWSException("The body has to be of the type application/geo+json", BAD_REQUEST, status=415)
    try:
        found = json.loads(call.request.body, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, json.JSONDecodeError) else "this is no JSON"
        raise badRequest(f"JSON parse error: {quoted(reason)}") from None
    if not isinstance(found, dict):
        raise badRequest("The body has to be a JSON object")
    return found


def _refused(name: str) -> float:
    raise ValueError(f"{name} is no number")


def member(found: Mapping[str, Any], name: str) -> dict[str, Any]:
    """
    An object within an object; empty when it is missing or null.

    @raise OWSException: it is something else.
    """
    value = found.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise badRequest(f'"{name}" has to be an object')
    return value


def bodyCrs(call: Call) -> CRS:
    """
    The reference system of the coordinates: what Content-Crs names (OGC 20-002, 6.7), else WGS 84.

    @raise OWSException: it is not offered.
    """
    name = call.request.headers.get("content-crs", "").strip().removeprefix("<").removesuffix(">")
    crs = systemNamed(call.project, name) if name else WGS84
    if crs is None:
        raise badRequest(f"The reference system '{quoted(name)}' is not offered")
    return crs


def storedValue(value: object, field: SourceField) -> Any:
    """
    A JSON value as that of an attribute.

    @raise OWSException: it cannot be one.
    """
    if value is None:
        return None
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, (dict, list)):
        text = json.dumps(value, ensure_ascii=False)
    elif isinstance(value, float) and value.is_integer() and field.type in _WHOLE:
        text = str(int(value))
    else:
        text = str(value)
    try:
        return valueOf(text, field)
    except Unfit as error:
        raise badRequest(f"The value of '{quoted(field.name)}' is not possible: {error}") from error


_WHOLE = (FieldType.INTEGER, FieldType.LONG)


def storedGeometry(found: object, crs: CRS, layerCrs: CRS | None, wkbType: str) -> Any:
    """
    A GeoJSON geometry as a layer keeps it; None for null.

    @param crs: of its coordinates, x first.
    @param wkbType: of the layer.
    @raise OWSException: it is no geometry, or none that the layer can hold.
    """
    if found is None:
        return None
    try:
        if not isinstance(found, dict):
            raise Unfit("this is no geometry")
        shape = fitted(shapely.from_geojson(json.dumps(found)), wkbType)
        if layerCrs is not None and crs != layerCrs and not shape.is_empty:
            shape = shapely.transform(
                shape, lambda coords: transformCoords(coords, crs, layerCrs), include_z=bool(shape.has_z)
            )
        if not shape.is_empty and not all(map(math.isfinite, shape.bounds)):
            raise Unfit("it has no place in the reference system of the layer")
    except TransformError as error:
        raise badRequest("The geometry has no place in the reference system of the layer") from error
    except (Unfit, shapely.errors.GEOSException, ValueError) as error:
        raise badRequest("The geometry is none that the collection can hold") from error
    return shape
