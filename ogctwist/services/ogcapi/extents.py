# -*- test-case-name: tests.services.ogcapi.test_api -*-
"""Where and when the features of a collection are."""

from __future__ import annotations

from typing import Any

from twisted.logger import Logger

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS, WGS84, UnknownCRS
from ogctwist.geo.transforms import TransformError, transformBox
from ogctwist.project.layers import Layer
from ogctwist.services.ogcapi.collectionlayers import Collection
from ogctwist.services.ogcapi.crsnames import CRS84
from ogctwist.services.ogcapi.temporal import isTemporal, temporalExtent
from ogctwist.services.wfs.featuretypes import hasGeometry
from ogctwist.sources.query import SourceError

log = Logger()

GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"


async def extentOf(collection: Collection) -> dict[str, Any]:
    """
    The extent as documents have it (OGC 17-069r4, 7.13.3).  A source that cannot be read has
    the extent that the project knows, and no time.
    """
    try:
        box = await _storedBox(collection)
        interval = await temporalExtent(collection)
    except SourceError as error:
        log.error("{layer}: no extent: {reason}", layer=collection.layer.id, reason=str(error))
        box, interval = collection.layer.extent, None
    return _document(_inDegrees(box, collection.crs), interval)


def _document(degrees: Box | None, interval: list[list[str | None]] | None) -> dict[str, Any]:
    extent: dict[str, Any] = {"temporal": {"interval": interval, "trs": GREGORIAN}}
    if degrees is not None:
        extent["spatial"] = {"bbox": [list(degrees.bounds)], "crs": CRS84}
    return extent


def needsSource(layer: Layer) -> bool:
    """Whether a list of collections has to look into the data of a layer to tell its extent."""
    known = layer.extent is not None and layer.extent.isFinite and not layer.extent.isEmpty
    return not known or any(isTemporal(dimension) for dimension in layer.dimensions)


def knownExtent(layer: Layer) -> dict[str, Any]:
    """The extent as the project has it, without a look into the data."""
    return _document(_inDegrees(layer.extent, layer.crs), None)


async def _storedBox(collection: Collection) -> Box | None:
    """
    What rows tell is told to those only who may see all rows; others get what the project says.
    """
    if not hasGeometry(collection.schema):
        return None
    restriction = collection.view.layer(collection.layer.id).restriction
    if restriction is None or restriction.rowFilter is not None or restriction.subset:
        return collection.layer.extent
    return await collection.source.extent()


def _inDegrees(box: Box | None, crs: CRS | None) -> Box | None:
    if box is None or crs is None:
        return None
    try:
        return transformBox(box, crs, WGS84)
    except (TransformError, UnknownCRS):
        return None
