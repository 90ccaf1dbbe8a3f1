# -*- test-case-name: tests.services.ogcapi.test_api -*-
"""The landing page (OGC 17-069r4, 7.2)."""

from __future__ import annotations

from ogctwist.services.ogcapi.call import Call, Document
from ogctwist.services.ogcapi.formats import Format
from ogctwist.services.ogcapi.links import Links
from ogctwist.services.ogcapi.pages import linkList


async def landingPage(call: Call) -> None:
    """Answer with links to everything else."""
    links = call.links
    others = (
        ("/collections", "data", "Feature collections", Format.JSON),
        ("/conformance", "conformance", "Conformance classes", Format.JSON),
        ("/api", "service-desc", "API description", Format.OPENAPI),
    )
    document: Document = {
        "links": [
            *call.ownLinks("Landing page"),
            *(
                {"href": links.href(path), "rel": rel, "title": title, "type": form.contentType}
                for path, rel, title, form in others
            ),
        ]
    }
    project = call.project
    title = "" if project is None else project.publication.service.title or project.title
    if call.form is Format.HTML:
        document["links"] = [
            *document["links"][:2],
            *(
                {"href": links.href(path, Format.HTML), "rel": rel, "title": name}
                for path, rel, name, _ in others
            ),
        ]
    call.write(document, title or "OGC API Features", _body)


def _body(document: Document, links: Links) -> str:
    return linkList(document["links"])
