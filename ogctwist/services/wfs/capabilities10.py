# -*- test-case-name: tests.services.wfs.test_getcapabilities -*-
"""The capabilities document of WFS 1.0.0 (OGC 02-058, 12), as QGIS Server writes it."""

from __future__ import annotations

from typing import Any

from lxml import etree

from ogctwist.services.wfs.capabilities import Capabilities, PublishedType
from ogctwist.services.wfs.versions import XLINK, XSI
from ogctwist.services.xmldocuments import Writer, cornerTexts, serialised

_WFS = "http://www.opengis.net/wfs"
SPACES: dict[Any, str] = {
    None: _WFS,
    "ogc": "http://www.opengis.net/ogc",
    "ows": "http://www.opengis.net/ows",
    "gml": "http://www.opengis.net/gml",
    "xlink": XLINK,
    "xsi": XSI,
}
_SCHEMA = "http://schemas.opengis.net/wfs/1.0.0/WFS-capabilities.xsd"
_METADATA_FORMATS = {"text/xml": "XML", "text/sgml": "SGML", "text/plain": "TXT"}

#: Operation, and what its formats are within: element and names.
_OPERATIONS: tuple[tuple[str, tuple[str, tuple[str, ...]] | None], ...] = (
    ("GetCapabilities", None),
    ("DescribeFeatureType", ("SchemaDescriptionLanguage", ("XMLSCHEMA",))),
    ("GetFeature", ("ResultFormat", ("GML2", "GML3", "GeoJSON"))),
    ("Transaction", None),
)


def capabilities10(told: Capabilities) -> bytes:
    """The document."""
    writer = Writer(SPACES)
    root = etree.Element(writer.tag("WFS_Capabilities"), nsmap=SPACES)
    root.set("version", "1.0.0")
    root.set("updateSequence", "0")
    root.set(f"{{{XSI}}}schemaLocation", f"{_WFS} {_SCHEMA}")
    _appendService(writer, root, told)
    _appendRequests(writer, root, told)
    types = writer.add(root, "FeatureTypeList")
    writer.addPath(types, "Operations", "Query")
    for published in told.types:
        _appendType(writer, types, published)
    _appendFilters(writer, root)
    return serialised(root)


def _appendService(writer: Writer, root: etree._Element, told: Capabilities) -> None:
    identification = told.project.publication.service
    service = writer.add(root, "Service")
    writer.add(service, "Name", "WFS")
    writer.add(service, "Title", told.title)
    writer.addIf(service, "Abstract", identification.abstract)
    writer.addIf(service, "Keywords", ", ".join(identification.keywords))
    writer.add(service, "OnlineResource", identification.onlineResource or None)
    writer.add(service, "Fees", identification.fees or "conditions unknown")
    writer.add(service, "AccessConstraints", identification.accessConstraints or "None")


def _appendRequests(writer: Writer, root: etree._Element, told: Capabilities) -> None:
    requests = writer.addPath(root, "Capability", "Request")
    for name, formats in _OPERATIONS:
        if name.lower() not in told.offered:
            continue
        operation = writer.add(requests, name)
        if formats is not None:
            holder = writer.add(operation, formats[0])
            for form in formats[1]:
                writer.add(holder, form)
        methods = ("Post",) if name == "Transaction" else ("Get", "Post")
        for method in methods:
            writer.add(writer.addPath(operation, "DCPType", "HTTP"), method, onlineResource=told.url)


def _appendType(writer: Writer, types: etree._Element, published: PublishedType) -> None:
    description = published.layer.description
    element = writer.add(types, "FeatureType")
    writer.add(element, "Name", published.name)
    writer.add(element, "Title", published.title)
    writer.addIf(element, "Abstract", description.abstract)
    writer.addIf(element, "Keywords", ", ".join(published.keywords))
    writer.add(element, "SRS", published.crsName)
    if published.extent is not None:
        # in the SRS of the type (OGC 02-058, 12.3.4), whatever the element is called
        xmin, ymin, xmax, ymax = cornerTexts(published.extent, published.layer.crs)
        writer.add(element, "LatLongBoundingBox", minx=xmin, miny=ymin, maxx=xmax, maxy=ymax)
    for link in description.metadataUrls:
        form = _METADATA_FORMATS.get(link.format, "TXT")
        writer.add(element, "MetadataURL", link.url, type=link.kind, format=form)
    operations = writer.add(element, "Operations")
    for operation in published.operations:
        writer.add(operations, operation)


def _appendFilters(writer: Writer, root: etree._Element) -> None:
    filters = writer.add(root, "ogc:Filter_Capabilities")
    spatial = writer.addPath(filters, "ogc:Spatial_Capabilities", "ogc:Spatial_Operators")
    for name in ("BBOX", "Disjoint", "Intersect", "Touches", "Crosses", "Contains", "Overlaps", "Within"):
        writer.add(spatial, f"ogc:{name}")
    scalar = writer.addPath(filters, "ogc:Scalar_Capabilities", "ogc:Comparison_Operators")
    for name in ("Simple_Comparisons", "Between", "Like"):
        writer.add(scalar, f"ogc:{name}")
