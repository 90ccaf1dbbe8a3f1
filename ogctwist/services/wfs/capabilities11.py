# -*- test-case-name: tests.services.wfs.test_getcapabilities -*-
"""The capabilities document of WFS 1.1.0 (OGC 04-094, 13), as QGIS Server writes it."""

from __future__ import annotations

from lxml import etree

from ogctwist.geo.crs import WGS84
from ogctwist.services.wfs.capabilities import Capabilities, PublishedType
from ogctwist.services.wfs.capabilities10 import SPACES
from ogctwist.services.wfs.versions import XSI
from ogctwist.services.xmldocuments import Writer, cornerTexts, serialised

_WFS = "http://www.opengis.net/wfs"
_SCHEMA = "http://schemas.opengis.net/wfs/1.1.0/wfs.xsd"
_GML = ("text/xml; subtype=gml/2.1.2", "text/xml; subtype=gml/3.1.1")
_FEATURES = (*_GML, "application/vnd.geo+json")

#: Operation, and its parameters with their values.
_OPERATIONS: tuple[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]], ...] = (
    (
        "GetCapabilities",
        (("service", ("WFS",)), ("AcceptVersions", ("1.1.0", "1.0.0")), ("AcceptFormats", ("text/xml",))),
    ),
    ("DescribeFeatureType", (("outputFormat", ("XMLSCHEMA", *_GML)),)),
    ("GetFeature", (("outputFormat", _FEATURES), ("resultType", ("results", "hits")))),
    ("Transaction", (("inputFormat", _FEATURES),)),
)
_OPERANDS = ("Point", "LineString", "Polygon", "Envelope")
_SPATIAL = (
    *("Equals", "Disjoint", "Touches", "Within", "Overlaps"),
    *("Crosses", "Intersects", "Contains", "BBOX"),
)
_COMPARISONS = (
    *("LessThan", "GreaterThan", "LessThanEqualTo", "GreaterThanEqualTo"),
    *("EqualTo", "Like", "Between"),
)


def capabilities11(told: Capabilities) -> bytes:
    """The document."""
    writer = Writer(SPACES)
    root = etree.Element(writer.tag("WFS_Capabilities"), nsmap=SPACES)
    root.set("version", "1.1.0")
    root.set("updateSequence", "0")
    root.set(f"{{{XSI}}}schemaLocation", f"{_WFS} {_SCHEMA}")
    appendIdentification(writer, root, told)
    appendProvider(writer, root, told)
    _appendOperations(writer, root, told)
    types = writer.add(root, "FeatureTypeList")
    writer.add(writer.add(types, "Operations"), "Operation", "Query")
    for published in told.types:
        _appendType(writer, types, published, told)
    _appendFilters(writer, root)
    return serialised(root)


def appendIdentification(writer: Writer, root: etree._Element, told: Capabilities) -> None:
    """Append ows:ServiceIdentification; what it holds is the same in 2.0."""
    identification = told.project.publication.service
    element = writer.add(root, "ows:ServiceIdentification")
    writer.add(element, "ows:Title", told.title)
    writer.addIf(element, "ows:Abstract", identification.abstract)
    appendKeywords(writer, element, identification.keywords)
    writer.add(element, "ows:ServiceType", "WFS")
    writer.add(element, "ows:ServiceTypeVersion", told.version.number)
    writer.add(element, "ows:Fees", identification.fees or "conditions unknown")
    writer.add(element, "ows:AccessConstraints", identification.accessConstraints or "None")


def appendKeywords(writer: Writer, parent: etree._Element, words: tuple[str, ...] | list[str]) -> None:
    """Append ows:Keywords, if there are some."""
    if words:
        keywords = writer.add(parent, "ows:Keywords")
        for word in words:
            writer.add(keywords, "ows:Keyword", word)


def appendProvider(writer: Writer, root: etree._Element, told: Capabilities) -> None:
    """Append ows:ServiceProvider, if the project says anything of one."""
    service = told.project.publication.service
    if not (service.contactOrganization or service.contactPerson):
        return
    provider = writer.add(root, "ows:ServiceProvider")
    writer.add(provider, "ows:ProviderName", service.contactOrganization)
    contact = writer.add(provider, "ows:ServiceContact")
    writer.addIf(contact, "ows:IndividualName", service.contactPerson)
    writer.addIf(contact, "ows:PositionName", service.contactPosition)
    writer.add(contact, "ows:Role", "PointOfContact")


def _appendOperations(writer: Writer, root: etree._Element, told: Capabilities) -> None:
    metadata = writer.add(root, "ows:OperationsMetadata")
    for name, parameters in _OPERATIONS:
        if name.lower() not in told.offered:
            continue
        operation = writer.add(metadata, "ows:Operation", name=name)
        http = writer.addPath(operation, "ows:DCP", "ows:HTTP")
        for method in ("ows:Get", "ows:Post"):
            writer.addLink(http, method, told.url)
        for parameter, values in parameters:
            element = writer.add(operation, "ows:Parameter", name=parameter)
            for value in values:
                writer.add(element, "ows:Value", value)


def _appendType(writer: Writer, types: etree._Element, published: PublishedType, told: Capabilities) -> None:
    description = published.layer.description
    element = writer.add(types, "FeatureType")
    writer.add(element, "Name", published.name)
    writer.add(element, "Title", published.title)
    writer.addIf(element, "Abstract", description.abstract)
    appendKeywords(writer, element, published.keywords)
    if published.crsName:
        writer.add(element, "DefaultSRS", published.crsName)
        for name in told.otherCrsNames(published):
            writer.add(element, "OtherSRS", name)
    else:
        writer.add(element, "NoSRS")
    operations = writer.add(element, "Operations")
    for operation in published.operations:
        writer.add(operations, "Operation", operation)
    appendDegrees(writer, element, published)
    for link in description.metadataUrls:
        writer.add(element, "MetadataURL", link.url, type=link.kind, format=link.format)


def appendDegrees(writer: Writer, element: etree._Element, published: PublishedType) -> None:
    """Append ows:WGS84BoundingBox, if it is known."""
    extent = published.extentInDegrees()
    if extent is None:
        return
    xmin, ymin, xmax, ymax = cornerTexts(extent, WGS84)
    box = writer.add(element, "ows:WGS84BoundingBox", dimensions="2")
    writer.add(box, "ows:LowerCorner", f"{xmin} {ymin}")
    writer.add(box, "ows:UpperCorner", f"{xmax} {ymax}")


def _appendFilters(writer: Writer, root: etree._Element) -> None:
    filters = writer.add(root, "ogc:Filter_Capabilities")
    spatial = writer.add(filters, "ogc:Spatial_Capabilities")
    operands = writer.add(spatial, "ogc:GeometryOperands")
    for name in _OPERANDS:
        writer.add(operands, "ogc:GeometryOperand", f"gml:{name}")
    operators = writer.add(spatial, "ogc:SpatialOperators")
    for name in _SPATIAL:
        writer.add(operators, "ogc:SpatialOperator", name=name)
    scalar = writer.add(filters, "ogc:Scalar_Capabilities")
    writer.add(scalar, "ogc:LogicalOperators")
    comparisons = writer.add(scalar, "ogc:ComparisonOperators")
    for name in _COMPARISONS:
        writer.add(comparisons, "ogc:ComparisonOperator", name)
    writer.addPath(filters, "ogc:Id_Capabilities", "ogc:FID")
