# -*- test-case-name: tests.services.wfs.test_version20 -*-
"""The capabilities document of WFS 2.0.0 and 2.0.2 (OGC 09-025r2, 8)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lxml import etree

from ogctwist.encoders.featuretype import elementName
from ogctwist.geo.axisorder import CRSSpelling, nameOfCrs
from ogctwist.geo.crs import CRS, UnknownCRS
from ogctwist.services.wfs.capabilities import Capabilities, PublishedType
from ogctwist.services.wfs.capabilities11 import (
    appendDegrees,
    appendIdentification,
    appendKeywords,
    appendProvider,
)
from ogctwist.services.wfs.versions import QGS, XLINK, XSI
from ogctwist.services.xmldocuments import Writer, serialised

SPACES: dict[Any, str] = {
    None: "http://www.opengis.net/wfs/2.0",
    "fes": "http://www.opengis.net/fes/2.0",
    "ows": "http://www.opengis.net/ows/1.1",
    "gml": "http://www.opengis.net/gml/3.2",
    "qgs": QGS,
    "xlink": XLINK,
    "xsi": XSI,
}
_SCHEMA = "http://schemas.opengis.net/wfs/2.0/wfs.xsd"
_GML = "application/gml+xml; version=3.2"
_SCHEMAS = (_GML, "text/xml; subtype=gml/3.1.1", "text/xml; subtype=gml/2.1.2")
_FEATURES = (*_SCHEMAS, "application/vnd.geo+json", "text/csv")

_VERSIONS = ("2.0.2", "2.0.0", "1.1.0", "1.0.0")

#: Operation, and its parameters with their values.
_OPERATIONS: tuple[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]], ...] = (
    (
        "GetCapabilities",
        (("AcceptVersions", _VERSIONS), ("AcceptFormats", ("text/xml",))),
    ),
    ("DescribeFeatureType", (("outputFormat", _SCHEMAS),)),
    ("ListStoredQueries", ()),
    ("DescribeStoredQueries", ()),
    ("GetFeature", (("outputFormat", _FEATURES), ("resultType", ("results", "hits")))),
    ("GetPropertyValue", (("outputFormat", (_GML,)), ("resultType", ("results", "hits")))),
    ("Transaction", (("inputFormat", (_GML,)),)),
)

#: What is implemented (annex A); C{ImplementsTransactionalWFS} depends.
_CONSTRAINTS = (
    ("ImplementsBasicWFS", True),
    ("ImplementsLockingWFS", False),
    ("KVPEncoding", True),
    ("XMLEncoding", True),
    ("SOAPEncoding", False),
    ("ImplementsInheritance", False),
    ("ImplementsRemoteResolve", False),
    ("ImplementsResultPaging", True),
    ("ImplementsStandardJoins", False),
    ("ImplementsSpatialJoins", False),
    ("ImplementsTemporalJoins", False),
    ("ImplementsFeatureVersioning", False),
    ("ManageStoredQueries", False),
    ("PagingIsTransactionSafe", False),
)
_FILTER_CONSTRAINTS = (
    ("ImplementsQuery", True),
    ("ImplementsAdHocQuery", True),
    ("ImplementsFunctions", False),
    ("ImplementsResourceId", True),
    ("ImplementsMinStandardFilter", True),
    ("ImplementsStandardFilter", True),
    ("ImplementsMinSpatialFilter", True),
    ("ImplementsSpatialFilter", True),
    ("ImplementsMinTemporalFilter", False),
    ("ImplementsTemporalFilter", False),
    ("ImplementsVersionNav", False),
    ("ImplementsSorting", True),
    ("ImplementsExtendedOperators", False),
    ("ImplementsMinimumXPath", True),
    ("ImplementsSchemaElementFunc", False),
)
_COMPARISONS = (
    *("PropertyIsEqualTo", "PropertyIsNotEqualTo", "PropertyIsLessThan", "PropertyIsGreaterThan"),
    *("PropertyIsLessThanOrEqualTo", "PropertyIsGreaterThanOrEqualTo"),
    *("PropertyIsLike", "PropertyIsNull", "PropertyIsNil", "PropertyIsBetween"),
)
_OPERANDS = (
    *("Envelope", "Point", "MultiPoint", "LineString", "Curve", "MultiCurve"),
    *("Polygon", "Surface", "MultiSurface", "MultiGeometry"),
)
_SPATIAL = (
    *("BBOX", "Equals", "Disjoint", "Intersects", "Touches", "Crosses", "Within"),
    *("Contains", "Overlaps", "DWithin", "Beyond"),
)


def capabilities20(told: Capabilities) -> bytes:
    """The document."""
    writer = Writer(SPACES)
    root = etree.Element(writer.tag("WFS_Capabilities"), nsmap=SPACES)
    root.set("version", told.version.number)
    root.set("updateSequence", "0")
    root.set(f"{{{XSI}}}schemaLocation", f"{SPACES[None]} {_SCHEMA}")
    appendIdentification(writer, root, told)
    appendProvider(writer, root, told)
    _appendOperations(writer, root, told)
    types = writer.add(root, "FeatureTypeList")
    for published in told.types:
        _appendType(writer, types, published, told)
    _appendFilters(writer, root)
    return serialised(root)


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
            _appendValues(writer, writer.add(operation, "ows:Parameter", name=parameter), values)
    _appendValues(writer, writer.add(metadata, "ows:Parameter", name="version"), _VERSIONS)
    isTransactional = "transaction" in told.offered
    for name, isOffered in (("ImplementsTransactionalWFS", isTransactional), *_CONSTRAINTS):
        _appendConstraint(writer, metadata, name, isOffered)
    queries = writer.add(metadata, "ows:Constraint", name="QueryExpressions")
    _appendValues(writer, queries, ("wfs:Query", "wfs:StoredQuery"))


def _appendValues(writer: Writer, parent: etree._Element, values: Iterable[str]) -> None:
    allowed = writer.add(parent, "ows:AllowedValues")
    for value in values:
        writer.add(allowed, "ows:Value", value)


def _appendConstraint(
    writer: Writer, parent: etree._Element, name: str, isOffered: bool, prefix: str = "ows"
) -> None:
    constraint = writer.add(parent, f"{prefix}:Constraint", name=name)
    writer.add(constraint, "ows:NoValues")
    writer.add(constraint, "ows:DefaultValue", "TRUE" if isOffered else "FALSE")


def _appendType(writer: Writer, types: etree._Element, published: PublishedType, told: Capabilities) -> None:
    description = published.layer.description
    element = writer.add(types, "FeatureType")
    writer.add(element, "Name", f"qgs:{elementName(published.name)}")
    writer.add(element, "Title", published.title)
    writer.addIf(element, "Abstract", description.abstract)
    appendKeywords(writer, element, published.keywords)
    if published.layer.crs is not None:
        writer.add(element, "DefaultCRS", nameOfCrs(published.layer.crs, CRSSpelling.URN))
        for name in told.otherCrsNames(published):
            writer.addIf(element, "OtherCRS", _urn(name))
    else:
        writer.add(element, "NoCRS")
    appendDegrees(writer, element, published)
    for link in description.metadataUrls:
        writer.addLink(element, "MetadataURL", link.url)


def _urn(name: str) -> str:
    """The name of a system that the project lists; '' when it is not known."""
    try:
        return nameOfCrs(CRS.fromAuthid(name), CRSSpelling.URN)
    except UnknownCRS:
        return ""


def _appendFilters(writer: Writer, root: etree._Element) -> None:
    filters = writer.add(root, "fes:Filter_Capabilities")
    conformance = writer.add(filters, "fes:Conformance")
    for name, isOffered in _FILTER_CONSTRAINTS:
        _appendConstraint(writer, conformance, name, isOffered, "fes")
    identifiers = writer.add(filters, "fes:Id_Capabilities")
    writer.add(identifiers, "fes:ResourceIdentifier", name="fes:ResourceId")
    scalar = writer.add(filters, "fes:Scalar_Capabilities")
    writer.add(scalar, "fes:LogicalOperators")
    comparisons = writer.add(scalar, "fes:ComparisonOperators")
    for name in _COMPARISONS:
        writer.add(comparisons, "fes:ComparisonOperator", name=name)
    spatial = writer.add(filters, "fes:Spatial_Capabilities")
    operands = writer.add(spatial, "fes:GeometryOperands")
    for name in _OPERANDS:
        writer.add(operands, "fes:GeometryOperand", name=f"gml:{name}")
    operators = writer.add(spatial, "fes:SpatialOperators")
    for name in _SPATIAL:
        writer.add(operators, "fes:SpatialOperator", name=name)
