# -*- test-case-name: tests.services.ogcapi.test_api -*-
"""The conformance classes (OGC 17-069r4, 7.4)."""

from __future__ import annotations

from ogctwist.services.ogcapi.call import Call, Document
from ogctwist.services.ogcapi.links import Links
from ogctwist.services.ogcapi.pages import anchor

CLASSES = tuple(
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}"
    for name in ("core", "oas30", "html", "geojson")
)


async def conformance(call: Call) -> None:
    """Answer with the classes that the API conforms to."""
    document = {"conformsTo": list(CLASSES), "links": call.ownLinks("WFS 3.0 conformance classes")}
    call.write(document, "Conformance classes", _body)


def _body(document: Document, links: Links) -> str:
    return f"<ul>{''.join(f'<li>{anchor(uri, uri)}</li>' for uri in document['conformsTo'])}</ul>"
