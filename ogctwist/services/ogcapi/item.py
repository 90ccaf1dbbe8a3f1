# -*- test-case-name: tests.services.ogcapi.test_api -*-
"""One feature (OGC 17-069r4, 7.16)."""

from __future__ import annotations

import re
from typing import Any

from twisted.logger import Logger

from ogctwist.geo.crs import CRS, WGS84
from ogctwist.interfaces import OWSException
from ogctwist.ows.exceptions import quoted
from ogctwist.services.ogcapi.call import Call, Document
from ogctwist.services.ogcapi.collectionlayers import Collection, requestedCollection, titleOf
from ogctwist.services.ogcapi.crsnames import systemNamed
from ogctwist.services.ogcapi.errors import INTERNAL, badRequest, invalidFeature, sourceFailed
from ogctwist.services.ogcapi.itemencoder import featureObject
from ogctwist.services.ogcapi.items import itemType
from ogctwist.services.ogcapi.links import Links
from ogctwist.services.ogcapi.pages import definitions, linkList
from ogctwist.services.variables import layerContext
from ogctwist.services.wfs.featuretypes import hasGeometry
from ogctwist.sources.query import FeatureQuery, SourceError

log = Logger()

_IDENTIFIER = re.compile(r"-?[0-9]{1,18}", re.ASCII)


async def item(call: Call) -> None:
    """Answer with the feature that the path names."""
    collection = await requestedCollection(call)
    name = call.request.parameters.text("crs")
    crs = systemNamed(call.project, name) if name else WGS84
    if crs is None:
        raise badRequest(f"Argument 'crs' is not valid. '{quoted(name)}' is not offered")
    await writeItem(call, collection, itemNumber(call.names["item"]), crs)


def itemNumber(text: str) -> int:
    """
    The feature id that a path means.

    @raise OWSException: none, as QGIS Server tells it.
    """
    if not _IDENTIFIER.fullmatch(text):
        raise OWSException(f"Invalid feature ID [{quoted(text)}]", INTERNAL, status=500)
    return int(text)


async def writeItem(call: Call, collection: Collection, number: int, crs: CRS = WGS84) -> None:
    """
    Answer with a feature.

    @raise OWSException: there is none of that number.
    """
    document = await readItem(call, collection, number, crs)
    document["links"] = call.ownLinks("Retrieve a feature")
    call.write(document, f"{titleOf(collection.layer)} {number}", _body)


async def readItem(call: Call, collection: Collection, number: int, crs: CRS) -> dict[str, Any]:
    """A feature as a JSON object."""
    assert call.project is not None
    names = tuple(field.name for field in collection.fields)
    query = FeatureQuery(
        ids=(number,),
        fields=names,
        geometry=hasGeometry(collection.schema),
        context=layerContext(call.project, collection.layer),
    )
    try:
        cursor = await collection.source.open(query)
        try:
            batch = await cursor.fetch()
        finally:
            await cursor.close()
    except SourceError as error:
        log.error("{layer}: {reason}", layer=collection.layer.id, reason=str(error))
        raise sourceFailed() from error
    if not len(batch):
        raise invalidFeature(str(number))
    found: dict[str, Any] = await call.kit.pool.run(
        featureObject, itemType(collection, names, crs), collection.shownNames, batch.slice(0, 1)
    )
    return found


def _body(document: Document, links: Links) -> str:
    return definitions(document["properties"].items()) + linkList(document["links"])
