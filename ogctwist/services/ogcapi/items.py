# -*- test-case-name: tests.services.ogcapi.test_items -*-
"""
The features of a collection, a page at a time (OGC 17-069r4, 7.15), streamed.

GeoJSON leaves batch by batch; a page of HTML, which is for people and has no more features than
a page may have, is made as a whole.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ogctwist.encoders.featuretype import FeatureType
from ogctwist.expression import Expression
from ogctwist.geo.crs import CRS
from ogctwist.interfaces import IStreamedBody
from ogctwist.services.ogcapi.arguments import ItemsArguments, itemsArguments
from ogctwist.services.ogcapi.call import Call
from ogctwist.services.ogcapi.collectionlayers import Collection, requestedCollection, titleOf
from ogctwist.services.ogcapi.errors import badRequest, sourceFailed
from ogctwist.services.ogcapi.formats import Format
from ogctwist.services.ogcapi.itemencoder import ItemEncoder
from ogctwist.services.ogcapi.links import Link, Links
from ogctwist.services.ogcapi.pages import linkList, page, table
from ogctwist.services.variables import layerContext
from ogctwist.services.wfs.featurestream import FeatureStream, Part
from ogctwist.services.wfs.featuretypes import hasGeometry
from ogctwist.services.wfs.naming import GEOJSON_PRECISION
from ogctwist.services.wfs.plans import fieldEncoding
from ogctwist.sources.query import FeatureQuery, SourceError

_TITLE = "Retrieve the features of the collection"


async def items(call: Call) -> None:
    """Answer with a page of features."""
    collection = await requestedCollection(call)
    wanted = itemsArguments(call.request.parameters, call.project, collection, call.kit.mostItems)
    query = itemsQuery(call, collection, wanted)
    matched = 0 if wanted.isNowhere else await _matched(collection, query, wanted)
    if wanted.offset > matched and query.filter is None and not wanted.boxes:
        raise badRequest(f"Argument 'offset' is not valid. Offset for features to retrieve [0-{matched}]")
    if wanted.isNowhere:
        query = replace(query, limit=0)
    kind = itemType(collection, wanted.names, wanted.crs)

    def closing(returned: int) -> dict[str, Any]:
        return {
            "links": [*call.ownLinks(_TITLE), *pageLinks(call.links, wanted, matched)],
            "numberMatched": matched,
            "numberReturned": returned,
            "timeStamp": call.kit.timeStamp(),
            "type": "FeatureCollection",
        }

    encoder = ItemEncoder(kind, collection.shownNames, closing)
    stream = FeatureStream([Part(collection.source, query, kind)], encoder, call.kit.pool)
    call.response.setHeader("Content-Type", call.form.contentType)
    if call.form is Format.HTML:
        data = await _whole(stream)
        call.response.write(await call.kit.pool.run(_page, data, collection, call.links))
    else:
        call.response.stream(stream)


def itemsQuery(call: Call, collection: Collection, wanted: ItemsArguments) -> FeatureQuery:
    """The query of a page."""
    assert call.project is not None
    return FeatureQuery(
        bbox=wanted.boxes[0] if len(wanted.boxes) == 1 else None,
        exact=True,
        within=wanted.area,
        fields=wanted.names,
        filter=Expression.conjunction((wanted.attributes, wanted.times)),
        orderBy=wanted.orderBy,
        geometry=hasGeometry(collection.schema) and call.form is not Format.HTML,
        limit=wanted.limit,
        offset=wanted.offset,
        context=layerContext(call.project, collection.layer),
    )


def itemType(collection: Collection, names: Sequence[str], crs: CRS) -> FeatureType:
    """How the features of a collection are written."""
    settings = {settings.name: settings for settings in collection.layer.fields}
    kinds = {field.name: field.type for field in collection.schema.fields}
    shown = collection.shownNames
    return FeatureType(
        collection.id,
        tuple(fieldEncoding(shown[name], kinds[name], settings.get(name)) for name in names),
        collection.crs,
        crs,
        precision=GEOJSON_PRECISION,
        hasZ=collection.schema.wkbType.endswith(("Z", "ZM", "25D")),
    )


async def _matched(collection: Collection, query: FeatureQuery, wanted: ItemsArguments) -> int:
    """
    How many features there are on all pages.  As in QGIS Server, times alone do not count: then it
    is the number of all features of the collection.
    """
    isTimeOnly = wanted.attributes is None and not wanted.boxes
    counted = replace(query, filter=None if isTimeOnly else query.filter, limit=None, offset=0, orderBy=())
    try:
        return await collection.source.count(counted)
    except SourceError as error:
        raise sourceFailed() from error


def pageLinks(links: Links, wanted: ItemsArguments, matched: int) -> list[Link]:
    """To the pages before and after this one."""
    found = []
    if wanted.offset > 0:
        before = max(0, wanted.offset - wanted.limit)
        found.append(_pageLink(links, wanted.limit, before, "prev", "Previous page"))
    if 0 < wanted.limit < matched - wanted.offset:
        after = wanted.offset + wanted.limit
        found.append(_pageLink(links, wanted.limit, after, "next", "Next page"))
    return found


def _pageLink(links: Links, limit: int, offset: int, rel: str, name: str) -> Link:
    return {
        "href": links.href(links.path, query=links.queryWith(offset=offset, limit=limit)),
        "name": name,
        "rel": rel,
        "title": f"{_TITLE} as {Format.GEOJSON.title}",
        "type": Format.GEOJSON.contentType,
    }


async def _whole(body: IStreamedBody) -> bytes:
    """All that a body makes."""
    pieces = []
    try:
        for chunk in body.chunks:
            pieces.append(chunk if isinstance(chunk, bytes) else await chunk)
        pieces.append(body.tail())
    finally:
        body.close()
    return b"".join(pieces)


def _page(data: bytes, collection: Collection, links: Links) -> bytes:
    """The features of a document as a page."""
    document = json.loads(data)
    features = document["features"]
    addresses = [links.href(f"{links.path}/{feature['id']}", Format.HTML) for feature in features]
    count = f"<p>{document['numberReturned']} of {document['numberMatched']} features</p>"
    others = [
        {**link, "href": link["href"].replace("/items?", "/items.html?"), "title": link["name"]}
        if "name" in link
        else link
        for link in document["links"]
    ]
    body = count + linkList(others) + table(features, addresses)
    return page(titleOf(collection.layer), body, links).encode()
