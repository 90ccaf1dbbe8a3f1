# -*- test-case-name: tests.services.ogcapi.test_edits -*-
"""POST to the items of a collection: a new feature (OGC 20-002, 7)."""

from __future__ import annotations

from ogctwist.services.ogcapi.call import Call
from ogctwist.services.ogcapi.collectionlayers import requestedCollection
from ogctwist.services.ogcapi.editsession import OpenCollection, changed, mayChange
from ogctwist.services.ogcapi.errors import badRequest, forbidden
from ogctwist.services.ogcapi.itembody import bodyCrs, bodyObject, member


async def createItem(call: Call) -> None:
    """Store the feature of the body, and tell where it is."""
    collection = await requestedCollection(call)
    if not mayChange(collection, "Insert"):
        raise forbidden(f"Features cannot be added to layer '{collection.layer.name}'")
    body, crs = bodyObject(call), bodyCrs(call)
    if body.get("type", "Feature") != "Feature":
        raise badRequest("The body has to be a GeoJSON feature")
    properties = member(body, "properties")

    def insert(opened: OpenCollection) -> int:
        values = opened.values(properties, None, isWhole=True)
        geometry = opened.geometry(body["geometry"], crs) if body.get("geometry") is not None else ()
        return opened.insert(values, geometry)

    number = await changed(call, collection, insert)
    call.response.setStatusCode(201)
    call.response.setHeader("Location", call.links.href(f"/collections/{collection.id}/items/{number}"))
    call.write({"id": str(number)}, "Created", lambda document, links: "")
