# -*- test-case-name: tests.services.ogcapi.test_edits -*-
"""DELETE of a feature (OGC 20-002, 8)."""

from __future__ import annotations

from ogctwist.services.ogcapi.call import Call
from ogctwist.services.ogcapi.collectionlayers import requestedCollection
from ogctwist.services.ogcapi.editsession import changed, mayChange
from ogctwist.services.ogcapi.errors import forbidden
from ogctwist.services.ogcapi.item import itemNumber


async def deleteItem(call: Call) -> None:
    """Delete the feature that the path names."""
    collection = await requestedCollection(call)
    if not mayChange(collection, "Delete"):
        raise forbidden(f"Features in layer '{collection.layer.name}' cannot be deleted")
    number = itemNumber(call.names["item"])
    await changed(call, collection, lambda opened: opened.delete(number))
    call.write({}, "Deleted", lambda document, links: "")
