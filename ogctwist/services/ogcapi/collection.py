# -*- test-case-name: tests.services.ogcapi.test_api -*-
"""One collection (OGC 17-069r4, 7.14)."""

from __future__ import annotations

from urllib.parse import quote

from ogctwist.services.ogcapi.call import Call, Document
from ogctwist.services.ogcapi.collectionlayers import requestedCollection, titleOf
from ogctwist.services.ogcapi.crsnames import offeredSystems
from ogctwist.services.ogcapi.extents import extentOf
from ogctwist.services.ogcapi.formats import Format
from ogctwist.services.ogcapi.links import Link, Links
from ogctwist.services.ogcapi.pages import definitions, linkList
from ogctwist.services.wfs.featuretypes import typeName


async def describeCollection(call: Call) -> None:
    """Answer with what there is to know of the collection."""
    found = await requestedCollection(call)
    layer, title = found.layer, titleOf(found.layer)
    items = f"/collections/{found.id}/items"
    links: list[Link] = [
        {
            "href": call.links.href(items, form),
            "rel": "items",
            "title": f"{title} items as {shownForm.title}",
            "type": shownForm.contentType,
        }
        for form, shownForm in ((Format.JSON, Format.GEOJSON), (Format.HTML, Format.HTML))
    ]
    links.append(_schemaLink(call.links, typeName(layer), title))
    document: Document = {
        "id": found.id,
        "title": title,
        "crs": list(offeredSystems(call.project)),
        "extent": await extentOf(found),
        "links": [*call.ownLinks("Feature collection"), *links],
    }
    if layer.description.abstract:
        document["description"] = layer.description.abstract
    call.write(document, title, _body)


def _schemaLink(links: Links, name: str, title: str) -> Link:
    """To the XML schema that the WFS next door has of the collection."""
    query = f"SERVICE=WFS&VERSION=1.1.0&REQUEST=DescribeFeatureType&TYPENAME={quote(name, safe='')}"
    project = f"{links.project}&" if links.project else ""
    return {
        "href": f"{links.origin}{quote(links.service)}?{project}{query}",
        "rel": "describedBy",
        "title": f"Schema for {title}",
        "type": "application/xml",
    }


def _body(document: Document, links: Links) -> str:
    extent = document["extent"]
    facts = (
        ("Description", document.get("description")),
        ("Extent", extent.get("spatial", {}).get("bbox")),
        ("Time", extent["temporal"]["interval"]),
        ("Reference systems", ", ".join(document["crs"])),
    )
    return definitions(facts) + linkList(document["links"])
