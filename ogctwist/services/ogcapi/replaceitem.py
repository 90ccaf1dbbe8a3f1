# -*- test-case-name: tests.services.ogcapi.test_edits -*-
"""PUT to a feature.  As in QGIS Server, what the body leaves out stays as it is."""

from __future__ import annotations

from ogctwist.services.ogcapi.call import Call
from ogctwist.services.ogcapi.collectionlayers import requestedCollection
from ogctwist.services.ogcapi.editsession import OpenCollection, changed, mayChange
from ogctwist.services.ogcapi.errors import badRequest, forbidden
from ogctwist.services.ogcapi.item import itemNumber, writeItem
from ogctwist.services.ogcapi.itembody import bodyCrs, bodyObject, member


async def replaceItem(call: Call) -> None:
    """Change the feature as the one in the body is, and answer with it."""
    collection = await requestedCollection(call)
    if not mayChange(collection, "Update"):
        raise forbidden(f"Features in layer '{collection.layer.name}' cannot be changed")
    number = itemNumber(call.names["item"])
    body, crs = bodyObject(call), bodyCrs(call)
    if body.get("type", "Feature") != "Feature":
        raise badRequest("The body has to be a GeoJSON feature")
    properties = member(body, "properties")

    def update(opened: OpenCollection) -> int:
        values = opened.values(properties, number, isWhole=True)
        geometry = opened.geometry(body["geometry"], crs) if "geometry" in body else ()
        return opened.update(number, values, geometry)

    await writeItem(call, collection, await changed(call, collection, update))
