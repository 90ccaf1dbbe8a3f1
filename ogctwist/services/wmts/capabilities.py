# -*- test-case-name: tests.services.wmts.test_getcapabilities -*-
"""
The capabilities document of WMTS 1.0.0, with its elements in the order in which QGIS Server
writes them; that is not always the order of the schema, and clients read by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

from ogctwist.geo.box import Box
from ogctwist.geo.crs import WGS84
from ogctwist.geo.tilematrix import TILE_SIZE, TileMatrixSet
from ogctwist.geo.transforms import TransformError, transformBox
from ogctwist.project.model import Project
from ogctwist.services.wms.capabilities.extents import decimal
from ogctwist.services.wmts.published import TileLayer
from ogctwist.services.xmldocuments import XLINK, XSI, Writer, cornerTexts, serialised

_WMTS = "http://www.opengis.net/wmts/1.0"
_SCHEMA = "http://schemas.opengis.net/wmts/1.0/wmtsGetCapabilities_response.xsd"
SPACES: dict[Any, str] = {
    None: _WMTS,
    "ows": "http://www.opengis.net/ows/1.1",
    "gml": "http://www.opengis.net/gml",
    "xlink": XLINK,
    "xsi": XSI,
}
OPERATIONS = ("GetCapabilities", "GetTile", "GetFeatureInfo")
INFO_FORMATS = (
    "text/plain",
    "text/html",
    "text/xml",
    "application/vnd.ogc.gml",
    "application/vnd.ogc.gml/3.1.1",
)


def capabilitiesDocument(
    project: Project, layers: Sequence[TileLayer], sets: Mapping[str, TileMatrixSet], url: str
) -> bytes:
    """
    The document.

    @param layers: what is offered.
    @param sets: of tile matrices, by name; every layer is offered in all of them.
    @param url: where the service answers, ready for parameters.
    """
    writer = Writer(SPACES)
    root = etree.Element(writer.tag("Capabilities"), nsmap=SPACES)
    root.set("version", "1.0.0")
    root.set(f"{{{XSI}}}schemaLocation", f"{_WMTS} {_SCHEMA}")
    _appendIdentification(writer, root, project)
    _appendProvider(writer, root, project)
    metadata = writer.add(root, "ows:OperationsMetadata")
    for name in OPERATIONS:
        _appendOperation(writer, metadata, name, url)
    contents = writer.add(root, "Contents")
    for layer in layers:
        _appendLayer(writer, writer.add(contents, "Layer"), layer, sets)
    for name, tiles in sets.items():
        _appendSet(writer, writer.add(contents, "TileMatrixSet"), name, tiles)
    return serialised(root)


def _appendIdentification(writer: Writer, root: etree._Element, project: Project) -> None:
    told = project.publication.service
    element = writer.add(root, "ows:ServiceIdentification")
    writer.add(element, "ows:ServiceType", "OGC WMTS")
    writer.add(element, "ows:ServiceTypeVersion", "1.0.0")
    writer.add(element, "ows:Title", told.title or project.title or "Untitled")
    writer.addIf(element, "ows:Abstract", told.abstract)
    if told.keywords:
        keywords = writer.add(element, "ows:Keywords")
        for word in told.keywords:
            writer.add(keywords, "ows:Keyword", word)
    writer.add(element, "ows:Fees", told.fees or "conditions unknown")
    writer.add(element, "ows:AccessConstraints", told.accessConstraints or "None")


def _appendProvider(writer: Writer, root: etree._Element, project: Project) -> None:
    """Who offers the service, as far as the project says it; as in QGIS it may be empty."""
    told = project.publication.service
    provider = writer.add(root, "ows:ServiceProvider")
    writer.addIf(provider, "ows:ProviderName", told.contactOrganization)
    if told.onlineResource:
        writer.addLink(provider, "ows:ProviderSite", told.onlineResource)
    if not (told.contactPerson or told.contactPosition or told.contactMail or told.contactPhone):
        return
    contact = writer.add(provider, "ows:ServiceContact")
    writer.addIf(contact, "ows:IndividualName", told.contactPerson)
    writer.addIf(contact, "ows:PositionName", told.contactPosition)
    if told.contactMail or told.contactPhone:
        info = writer.add(contact, "ows:ContactInfo")
        if told.contactMail:
            writer.add(writer.add(info, "ows:Address"), "ows:ElectronicMailAddress", told.contactMail)
        if told.contactPhone:
            writer.add(writer.add(info, "ows:Phone"), "ows:Voice", told.contactPhone)


def _appendOperation(writer: Writer, metadata: etree._Element, name: str, url: str) -> None:
    operation = writer.add(metadata, "ows:Operation", name=name)
    get = writer.addPath(operation, "ows:DCP", "ows:HTTP", "ows:Get")
    get.set(f"{{{XLINK}}}href", url)
    constraint = writer.add(get, "ows:Constraint", name="GetEncoding")
    writer.add(writer.add(constraint, "ows:AllowedValues"), "ows:Value", "KVP")


def _appendLayer(
    writer: Writer, element: etree._Element, layer: TileLayer, sets: Mapping[str, TileMatrixSet]
) -> None:
    writer.add(element, "ows:Identifier", layer.name)
    writer.addIf(element, "ows:Title", layer.title)
    writer.addIf(element, "ows:Abstract", layer.abstract)
    _appendCorners(writer, writer.add(element, "ows:WGS84BoundingBox"), cornerTexts(layer.box, WGS84))
    boxes = {name: box for name, tiles in sets.items() if (box := _boxIn(layer, tiles)) is not None}
    for name, box in boxes.items():
        crs = sets[name].crs
        if crs != WGS84:
            xmin, ymin, xmax, ymax = cornerTexts(box, crs)
            corners = (ymin, xmin, ymax, xmax) if crs.isNorthFirst else (xmin, ymin, xmax, ymax)
            _appendCorners(writer, writer.add(element, "ows:BoundingBox", crs=name), corners)
    style = writer.add(element, "Style", isDefault="true")
    writer.add(style, "ows:Identifier", "default")
    writer.add(style, "ows:Title", "default")
    for form in layer.formats:
        writer.add(element, "Format", form)
    for form in INFO_FORMATS if layer.isQueryable else ():
        writer.add(element, "InfoFormat", form)
    for name, box in boxes.items():
        link = writer.add(element, "TileMatrixSetLink")
        writer.add(link, "TileMatrixSet", name)
        _appendLimits(writer, writer.add(link, "TileMatrixSetLimits"), sets[name], box)


def _boxIn(layer: TileLayer, tiles: TileMatrixSet) -> Box | None:
    """Where a layer lies in the CRS of a set; None when it does not."""
    try:
        return transformBox(layer.box, WGS84, tiles.crs)
    except TransformError:
        return None


def _appendCorners(writer: Writer, element: etree._Element, corners: tuple[str, str, str, str]) -> None:
    writer.add(element, "ows:LowerCorner", f"{corners[0]} {corners[1]}")
    writer.add(element, "ows:UpperCorner", f"{corners[2]} {corners[3]}")


def _appendLimits(writer: Writer, element: etree._Element, tiles: TileMatrixSet, box: Box) -> None:
    for matrix in tiles.matrices:
        limits = writer.add(element, "TileMatrixLimits")
        covering = tiles.covering(matrix, box)
        writer.add(limits, "TileMatrix", str(matrix.level))
        writer.add(limits, "MinTileCol", str(covering.firstColumn))
        writer.add(limits, "MaxTileCol", str(covering.lastColumn))
        writer.add(limits, "MinTileRow", str(covering.firstRow))
        writer.add(limits, "MaxTileRow", str(covering.lastRow))


def _appendSet(writer: Writer, element: etree._Element, name: str, tiles: TileMatrixSet) -> None:
    writer.add(element, "ows:Identifier", name)
    writer.add(element, "ows:SupportedCRS", name)
    digits = 6 if tiles.crs.isGeographic else 3
    left, top = decimal(tiles.left, digits), decimal(tiles.top, digits)
    for matrix in tiles.matrices:
        level = writer.add(element, "TileMatrix")
        writer.add(level, "ows:Identifier", str(matrix.level))
        writer.add(level, "ScaleDenominator", decimal(matrix.scale, 6))
        writer.add(level, "TopLeftCorner", f"{top} {left}" if tiles.crs.isNorthFirst else f"{left} {top}")
        writer.add(level, "TileWidth", str(TILE_SIZE))
        writer.add(level, "TileHeight", str(TILE_SIZE))
        writer.add(level, "MatrixWidth", str(matrix.columns))
        writer.add(level, "MatrixHeight", str(matrix.rows))
