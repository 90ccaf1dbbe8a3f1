# -*- test-case-name: tests.services.wfs.test_describefeaturetype -*-
"""The XML schema of feature types, element by element as QGIS Server writes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from ogctwist.encoders.featuretype import elementName
from ogctwist.project.layers import FieldSettings, Layer
from ogctwist.services.wfs.featuretypes import hasGeometry, publishedFields, typeName
from ogctwist.services.wfs.versions import QGS, WfsVersion
from ogctwist.sources.query import FieldType, SourceField, SourceSchema

XSD = "http://www.w3.org/2001/XMLSchema"

#: The property type of each flat geometry type, in GML 2 and later.
_GML2_TYPES = {
    "Point": "PointPropertyType",
    "LineString": "LineStringPropertyType",
    "Polygon": "PolygonPropertyType",
    "MultiPoint": "MultiPointPropertyType",
    "MultiLineString": "MultiLineStringPropertyType",
    "MultiPolygon": "MultiPolygonPropertyType",
}
_GML3_TYPES = _GML2_TYPES | {
    "MultiLineString": "MultiCurvePropertyType",
    "MultiPolygon": "MultiSurfacePropertyType",
}
#: GML 3.2 has neither LineString nor Polygon properties.
_GML32_TYPES = _GML3_TYPES | {"LineString": "CurvePropertyType", "Polygon": "SurfacePropertyType"}

_XSD_TYPES = {
    FieldType.INTEGER: "int",
    FieldType.LONG: "long",
    FieldType.DOUBLE: "decimal",
    FieldType.BOOLEAN: "boolean",
    FieldType.DATE: "date",
    FieldType.TIME: "time",
    FieldType.DATETIME: "dateTime",
}
_PATTERN_TYPES = {"yyyy-MM-dd": "date", "HH:mm:ss": "time"}


@dataclass(frozen=True)
class DescribedType:
    """A feature type with what its source holds."""

    layer: Layer
    schema: SourceSchema


def schemaDocument(types: Sequence[DescribedType], version: WfsVersion, gml: str) -> bytes:
    """
    The schema of some feature types.

    @param gml: C{gml2}, C{gml3} or C{gml32}: which GML the features will be in.
    """
    spaces: dict[Any, str] = {
        None: XSD,
        "xsd": XSD,
        "ogc": "http://www.opengis.net/ogc",
        "gml": "http://www.opengis.net/gml/3.2" if gml == "gml32" else "http://www.opengis.net/gml",
        "qgs": QGS,
    }
    root = etree.Element(f"{{{XSD}}}schema", nsmap=spaces)
    root.set("targetNamespace", QGS)
    root.set("elementFormDefault", "qualified")
    root.set("version", "1.0")
    _add(root, "import", namespace=spaces["gml"], schemaLocation=_GML_SCHEMAS[gml])
    for described in types:
        _appendType(root, described, gml)
    etree.indent(root, " ")
    return etree.tostring(root, encoding="utf-8", xml_declaration=False) + b"\n"


_GML_SCHEMAS = {
    "gml2": "http://schemas.opengis.net/gml/2.1.2/feature.xsd",
    "gml3": "http://schemas.opengis.net/gml/3.1.1/base/gml.xsd",
    "gml32": "http://schemas.opengis.net/gml/3.2.1/gml.xsd",
}


def _add(parent: etree._Element, name: str, /, **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, f"{{{XSD}}}{name}")
    for key, value in attributes.items():
        element.set(key, value)
    return element


def _appendType(root: etree._Element, described: DescribedType, gml: str) -> None:
    name = schemaName(typeName(described.layer), gml)
    feature = "gml:AbstractFeature" if gml == "gml32" else "gml:_Feature"
    _add(root, "element", name=name, type=f"qgs:{name}Type", substitutionGroup=feature)
    content = _add(_add(root, "complexType", name=f"{name}Type"), "complexContent")
    sequence = _add(_add(content, "extension", base="gml:AbstractFeatureType"), "sequence")
    if hasGeometry(described.schema):
        kind = f"gml:{geometryType(described.schema.wkbType, gml)}"
        _add(sequence, "element", name="geometry", type=kind, minOccurs="0", maxOccurs="1")
    settings = {settings.name: settings for settings in described.layer.fields}
    for field in publishedFields(described.layer, described.schema):
        _appendField(sequence, field, settings.get(field.name))


def schemaName(name: str, gml: str) -> str:
    """
    The name of a type in its schema.  QGIS Server writes the type name as it is, also where the
    features' elements have to be named otherwise; it does not know GML 3.2.
    """
    return elementName(name) if gml == "gml32" else name


def _appendField(sequence: etree._Element, field: SourceField, settings: FieldSettings | None) -> None:
    element = _add(sequence, "element", name=elementName(field.name), type=fieldType(field, settings))
    if isNillable(field, settings):
        element.set("nillable", "true")


def isNillable(field: SourceField, settings: FieldSettings | None) -> bool:
    """Whether values may be missing: not where the source or the project forbids it."""
    return field.isNullable and not (settings is not None and settings.constraints & 1)


def fieldType(field: SourceField, settings: FieldSettings | None) -> str:
    """The XML schema type of an attribute; date and range widgets have a say, as in QGIS Server."""
    kind = _XSD_TYPES.get(field.type, "string")
    if settings is None:
        return kind
    widget, config = settings.editWidget.kind, settings.editWidget.config
    if widget == "DateTime":
        pattern = str(config.get("field_format") or "")
        isIso = str(config.get("field_iso_format", "")).lower() in ("true", "1")
        default = kind if field.type in (FieldType.DATE, FieldType.TIME) else "dateTime"
        return default if not pattern and not isIso else _PATTERN_TYPES.get(pattern, "dateTime")
    if widget == "Range":
        digits = str(config.get("Precision", ""))
        if digits.isdecimal() and int(digits) != field.precision:
            return "integer" if int(digits) == 0 else "decimal"
    return kind


def geometryType(wkbType: str, gml: str) -> str:
    """
    The GML property type of a geometry type; QGIS Server does not tell of those with Z or M, nor
    of curves.
    """
    types = {"gml2": _GML2_TYPES, "gml3": _GML3_TYPES, "gml32": _GML32_TYPES}[gml]
    return types.get(wkbType, "GeometryPropertyType")
