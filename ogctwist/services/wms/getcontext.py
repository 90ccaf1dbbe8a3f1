# -*- test-case-name: tests.services.wms.test_descriptions -*-
"""GetContext: the project as an OWS Context document (OGC 05-005r4, 0.3.1), as QGIS Server writes it."""

from __future__ import annotations

import os

from lxml import etree

from ogctwist.cache.documents import DocumentKey
from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS, WGS84
from ogctwist.geo.transforms import TransformError, transformBox
from ogctwist.project.layers import Layer
from ogctwist.project.model import Project
from ogctwist.server.request import ServiceRequest
from ogctwist.server.response import ServiceResponse
from ogctwist.services.wms.capabilities.elements import keywordsOf, printable
from ogctwist.services.wms.capabilities.layers import styleNames
from ogctwist.services.wms.capabilities.service import titleOf
from ogctwist.services.wms.getcapabilities import CONTENT_TYPE, linkable, serialised
from ogctwist.services.wms.kit import WmsKit
from ogctwist.services.wms.layertree import PublishedGroup, PublishedLayer, PublishedTree
from ogctwist.services.wms.versions import XLINK, WmsVersion

CONTEXT = "http://www.opengis.net/ows-context"
OWS = "http://www.opengis.net/ows"
_NAMESPACES = {
    None: CONTEXT,
    "gml": "http://www.opengis.net/gml",
    "context": "http://www.opengis.net/context",
    "ows": OWS,
    "ogc": "http://www.opengis.net/ogc",
    "ows-context": CONTEXT,
    "xlink": XLINK,
    "sld": "http://www.opengis.net/sld",
    "kml": "http://www.opengis.net/kml/2.2",
    "ins": "http://www.inspire.org",
    "ns9": "http://www.w3.org/2005/Atom",
    "xal": "urn:oasis:names:tc:ciq:xsdschema:xAL:2.0",
}
_WINDOW = {"height": "600", "width": "800"}


class GetContextOperation:
    """Carries out GetContext; the same for all versions."""

    def __init__(self, version: WmsVersion, kit: WmsKit):
        self._kit = kit

    async def __call__(self, request: ServiceRequest, response: ServiceResponse, project: Project) -> None:
        """Write the document: one that a cache filter kept for the same rights, else a new one."""
        url = linkable(request.serviceUrl("WMS", project))
        key = DocumentKey("WMS", "", "GetContext", (("URL", url),))
        document = await self._kit.documents.getDocument(request, project, key)
        if document is None:
            view = await request.view(project, project.layers, contents=False)
            readable = {i: layer for i, layer in project.layers.items() if i not in view.denied}
            document = await self._kit.pool.run(
                contextDocument, project, PublishedTree(project, readable), url
            )
            await self._kit.documents.putDocument(request, project, key, document)
        response.setHeader("Content-Type", CONTENT_TYPE)
        response.write(document)


def contextDocument(project: Project, tree: PublishedTree, url: str) -> bytes:
    """@param url: where the service answers, fit for parameters to be appended."""
    root = etree.Element(f"{{{CONTEXT}}}OWSContext", {"version": "0.3.1"}, nsmap=_NAMESPACES)
    root.set("id", "ows-context-" + os.path.splitext(os.path.basename(project.path))[0])
    general = _add(root, "General")
    _add(general, "Window").attrib.update(_WINDOW)
    service = project.publication.service
    _ows(general, "Title", titleOf(project))
    if service.abstract:
        _ows(general, "Abstract", service.abstract)
    words = [word.strip() for word in service.keywords if word.strip()]
    _appendKeywords(general, words)
    _appendBox(general, project, [published.layer for published in tree.layers()])
    resources = _add(root, "ResourceList")
    for child in reversed(tree.root.children):
        _appendChild(resources, project, child, "", url)
    return serialised(root)


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, f"{{{CONTEXT}}}{name}")
    element.text = None if text is None else printable(text)
    return element


def _ows(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, f"{{{OWS}}}{name}")
    element.text = None if text is None else printable(text)
    return element


def _appendKeywords(parent: etree._Element, words: list[str]) -> None:
    if words:
        keywords = _ows(parent, "Keywords")
        for word in words:
            _ows(keywords, "Keyword", word)


def _appendBox(general: etree._Element, project: Project, layers: list[Layer]) -> None:
    """The project's published extent, else that of its layers, in the project's CRS: x first."""
    crs = project.crs or WGS84
    box = project.publication.wms.extent
    if box is None or box.isEmpty:
        for layer in layers:
            own = _extentIn(layer, crs)
            if own is not None:
                box = own if box is None else box.union(own)
    if box is None:
        return
    element = _ows(general, "BoundingBox")
    element.set("crs", crs.authid)
    corners = ((box.xmin, box.ymin), (box.xmax, box.ymax))
    if crs.isNorthFirst:
        corners = tuple((y, x) for x, y in corners)  # type: ignore[assignment]
    for name, (first, second) in zip(("LowerCorner", "UpperCorner"), corners, strict=True):
        _ows(element, name, f"{first:g} {second:g}")


def _extentIn(layer: Layer, crs: CRS) -> Box | None:
    if layer.extent is None or layer.extent.isEmpty or layer.crs is None:
        return None
    try:
        return transformBox(layer.extent, layer.crs, crs)
    except TransformError:
        return None


def _appendChild(
    resources: etree._Element,
    project: Project,
    child: PublishedGroup | PublishedLayer,
    group: str,
    url: str,
) -> None:
    """Bottom first; a layer tells the group that it stands in."""
    if isinstance(child, PublishedGroup):
        for inner in reversed(child.children):
            _appendChild(resources, project, inner, child.group.name, url)
        return
    _appendLayer(resources, child, group, url)


def _appendLayer(resources: etree._Element, published: PublishedLayer, group: str, url: str) -> None:
    layer, description = published.layer, published.layer.description
    element = _add(resources, "Layer")
    attributes = {
        "name": published.name,
        "queryable": "true" if published.isQueryable else "false",
        "hidden": "false" if published.node.isChecked else "true",
        "id": published.name.replace(" ", "_"),
        "opacity": f"{layer.opacity:g}",
    }
    if group:
        attributes["group"] = group
    for name, value in attributes.items():
        element.set(name, printable(value))
    _ows(element, "Title", description.title or layer.name)
    _ows(element, "OutputFormat", "image/png")
    server = _add(element, "Server")
    server.attrib.update({"default": "true", "service": "urn:ogc:serviceType:WMS", "version": "1.3.0"})
    _add(server, "OnlineResource").set(f"{{{XLINK}}}href", printable(url))
    if description.abstract:
        _ows(element, "Abstract", description.abstract)
    _appendKeywords(element, keywordsOf(description.keywords))
    _appendStyles(element, layer)
    links = [(description.dataUrl, description.dataUrlFormat)]
    links += [(link.url, link.format) for link in description.metadataUrls]
    for target, form in links:
        if target:
            _appendLink(element, target, form)


def _appendStyles(element: etree._Element, layer: Layer) -> None:
    """As in QGIS Server, each style is the current one of a list of its own."""
    for name in styleNames(layer):
        style = _add(_add(element, "StyleList"), "Style")
        style.set("current", "true")
        _add(style, "Name", name)
        _add(style, "Title", name)


def _appendLink(element: etree._Element, url: str, form: str) -> None:
    link = _add(element, "MetadataURL")
    if form:
        link.set("format", form)
    place = _add(link, "OnlineResource")
    place.set(f"{{{XLINK}}}type", "simple")
    place.set(f"{{{XLINK}}}href", printable(url))
