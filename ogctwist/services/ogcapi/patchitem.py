# -*- test-case-name: tests.services.ogcapi.test_edits -*-
"""PATCH to a feature: other values of some attributes, under C{modify} as QGIS Server has it."""

from __future__ import annotations

from ogctwist.services.ogcapi.call import Call
from ogctwist.services.ogcapi.collectionlayers import requestedCollection
from ogctwist.services.ogcapi.editsession import OpenCollection, changed, mayChange
from ogctwist.services.ogcapi.errors import badRequest, forbidden, notImplemented
from ogctwist.services.ogcapi.item import itemNumber, writeItem
from ogctwist.services.ogcapi.itembody import bodyObject, member


async def patchItem(call: Call) -> None:
    """Change attributes of a feature, and answer with it."""
    collection = await requestedCollection(call)
    if not mayChange(collection, "Update"):
        raise forbidden(f"Feature attributes in layer '{collection.layer.name}' cannot be changed")
    number = itemNumber(call.names["item"])
    body = bodyObject(call)
    for name in ("add", "remove"):
        if name in body:
            raise notImplemented(f'"{name}" instruction in PATCH method is not implemented')
    properties = member(body, "modify")
    if not properties:
        raise badRequest('"modify" names no attribute')

    def update(opened: OpenCollection) -> int:
        return opened.update(number, opened.values(properties, number, isWhole=False), ())

    await writeItem(call, collection, await changed(call, collection, update))
