# -*- test-case-name: tests.services.ogcapi.test_api -*-
"""The list of collections (OGC 17-069r4, 7.13)."""

from __future__ import annotations

from html import escape
from typing import Any

from twisted.logger import Logger

from ogctwist.interfaces import OWSException
from ogctwist.project.layers import Layer
from ogctwist.services.ogcapi.call import Call, Document
from ogctwist.services.ogcapi.collectionlayers import collectionLayers, opened, titleOf
from ogctwist.services.ogcapi.crsnames import offeredSystems
from ogctwist.services.ogcapi.extents import extentOf, knownExtent, needsSource
from ogctwist.services.ogcapi.formats import Format
from ogctwist.services.ogcapi.links import Links
from ogctwist.services.ogcapi.pages import anchor
from ogctwist.workers.together import allOf

log = Logger()


async def collections(call: Call) -> None:
    """Answer with the collections that the request may read."""
    entries: list[dict[str, Any]] = []
    layers = list(collectionLayers(call.project).values())
    if call.project is not None and layers:
        view = await call.request.view(call.project, [layer.id for layer in layers], contents=False)
        readable = [layer for layer in layers if layer.id not in view.denied]
        entries = await allOf(_entry(call, layer) for layer in readable)
    document = {
        "collections": entries,
        "crs": list(offeredSystems(call.project)),
        "links": call.ownLinks("Feature collections"),
    }
    call.write(document, "Feature collections", _body)


async def _entry(call: Call, layer: Layer) -> dict[str, Any]:
    """
    What the list tells of a collection: what the project knows; the data are only looked into for
    what it does not.
    """
    title, path = titleOf(layer), f"/collections/{layer.owsName}/items"
    entry: dict[str, Any] = {
        "id": layer.owsName,
        "title": title,
        "description": layer.description.abstract,
        "crs": list(offeredSystems(call.project)),
        "links": [
            {
                "href": call.links.href(path, form),
                "rel": "item",
                "title": f"{title} as {name}",
                "type": contentType,
            }
            for form, name, contentType in (
                (Format.JSON, "GeoJSON", Format.GEOJSON.contentType),
                (Format.HTML, "HTML", Format.HTML.contentType),
            )
        ],
    }
    entry["extent"] = knownExtent(layer)
    if call.project is None or not needsSource(layer):
        return entry
    try:
        view = await call.request.view(call.project, [layer.id])
        entry["extent"] = await extentOf(await opened(layer, view))
    except OWSException as error:  # the other collections are none the worse for it
        log.warn("{layer}: no extent: {reason}", layer=layer.id, reason=error.message)
    return entry


def _body(document: Document, links: Links) -> str:
    parts = []
    for entry in document["collections"]:
        address = links.href(f"/collections/{entry['id']}", Format.HTML)
        parts.append(f"<h2>{anchor(address, entry['title'])}</h2><p>{escape(entry['description'])}</p>")
    return "".join(parts) or "<p>No collections.</p>"
