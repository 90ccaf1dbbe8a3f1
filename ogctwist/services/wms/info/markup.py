# -*- test-case-name: tests.services.wms.info.test_formats -*-
"""GetFeatureInfo as QGIS's XML and as GML 2 or 3.1.1."""

from __future__ import annotations

import re

from lxml import etree

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS
from ogctwist.project.model import Project
from ogctwist.services.wms.info.answer import InfoAnswer, InfoFeature, InfoLayer, fixed
from ogctwist.services.wms.info.geometrytext import GML, geometryText, gmlGeometry

XML_TYPE = "text/xml; charset=utf-8"
GML2_TYPE = "application/vnd.ogc.gml; charset=utf-8"
GML3_TYPE = "application/vnd.ogc.gml/3.1.1; charset=utf-8"

WFS = "http://www.opengis.net/wfs"
QGS = "http://qgis.org/gml"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
_NAMESPACES = {
    "wfs": WFS,
    "ogc": "http://www.opengis.net/ogc",
    "gml": GML,
    "ows": "http://www.opengis.net/ows",
    "xlink": "http://www.w3.org/1999/xlink",
    "qgs": QGS,
    "xsi": XSI,
}

#: Digits of the box around all features, whatever the precision of coordinates.
SUMMARY_DIGITS = 8


def xmlAnswer(answer: InfoAnswer) -> bytes:
    """C{text/xml}: GetFeatureInfoResponse, Layer, Feature, Attribute."""
    root = etree.Element("GetFeatureInfoResponse")
    if answer.box is not None:
        _appendBox(root, answer.box, answer, SUMMARY_DIGITS)
    for layer in answer.layers:
        element = etree.SubElement(root, "Layer", name=_text(layer.name))
        for band, value in layer.bands or ():
            etree.SubElement(element, "Attribute", name=_text(band), value=_text(value or "no data"))
        for feature in layer.features:
            _appendFeature(element, feature, answer)
    return _serialised(root)


def _appendFeature(parent: etree._Element, feature: InfoFeature, answer: InfoAnswer) -> None:
    element = etree.SubElement(parent, "Feature", id=str(feature.id))
    for attribute in feature.attributes:
        etree.SubElement(element, "Attribute", name=_text(attribute.label), value=_text(attribute.text))
    if feature.mapTip is not None:
        etree.SubElement(element, "Attribute", name="maptip", value=_text(feature.mapTip))
    if feature.displayName is not None:
        etree.SubElement(element, "Attribute", name="displayName", value=_text(feature.displayName))
    if feature.box is not None and answer.crs is not None:
        _appendBox(element, feature.box, answer, answer.precision)
    if feature.geometry is not None:
        text = geometryText(feature.geometry, answer.precision)
        etree.SubElement(element, "Attribute", name="geometry", value=text, type="derived")


def _appendBox(parent: etree._Element, box: Box, answer: InfoAnswer, digits: int) -> None:
    element = etree.SubElement(parent, "BoundingBox")
    element.set(answer.crsName, answer.crs.authid if answer.crs is not None else "")
    for name, value in zip(("minx", "miny", "maxx", "maxy"), box.bounds, strict=True):
        element.set(name, fixed(value, digits))


def gmlAnswer(answer: InfoAnswer, project: Project, isGml3: bool) -> bytes:
    """C{application/vnd.ogc.gml}, and its version 3.1.1."""
    root = etree.Element(f"{{{WFS}}}FeatureCollection", nsmap=_NAMESPACES)
    described = project.publication.wms.featureInfoSchema
    schema = f"{WFS} http://schemas.opengis.net/wfs/1.0.0/wfs.xsd {QGS} {described}"
    root.set(f"{{{XSI}}}schemaLocation", schema.strip())
    for layer in answer.layers:
        typeName = xmlName(layer.name)
        for feature in layer.features:
            member = etree.SubElement(root, f"{{{GML}}}featureMember")
            _appendMember(member, typeName, layer, feature, answer, isGml3)
        if layer.bands:
            member = etree.SubElement(root, f"{{{GML}}}featureMember")
            element = etree.SubElement(member, f"{{{QGS}}}{typeName}")
            for band, value in layer.bands:
                etree.SubElement(element, f"{{{QGS}}}{xmlName(band)}").text = _text(value or "no data")
    return _serialised(root)


def _appendMember(
    member: etree._Element,
    typeName: str,
    layer: InfoLayer,
    feature: InfoFeature,
    answer: InfoAnswer,
    isGml3: bool,
) -> None:
    element = etree.SubElement(member, f"{{{QGS}}}{typeName}", fid=f"{_text(layer.name)}.{feature.id}")
    crs = answer.crs or layer.layer.crs
    if feature.box is not None and crs is not None:
        bounded = etree.SubElement(element, f"{{{GML}}}boundedBy")
        bounded.append(_envelope(feature.box, crs, answer.precision, isGml3))
    if feature.geometry is not None and crs is not None:
        holder = etree.SubElement(element, f"{{{QGS}}}geometry")
        holder.append(gmlGeometry(feature.geometry, answer.precision, crs.authid, isGml3))
    for attribute in feature.attributes:
        value = etree.SubElement(element, f"{{{QGS}}}{xmlName(attribute.label)}")
        value.text = "" if attribute.value is None and not attribute.isRepresented else _text(attribute.text)
    if feature.mapTip is not None:
        etree.SubElement(element, f"{{{QGS}}}maptip").text = _text(feature.mapTip)


def _envelope(box: Box, crs: CRS, digits: int, isGml3: bool) -> etree._Element:
    low, high = [fixed(v, digits) for v in box.bounds[:2]], [fixed(v, digits) for v in box.bounds[2:]]
    element = etree.Element(f"{{{GML}}}{'Envelope' if isGml3 else 'Box'}", srsName=crs.authid)
    if isGml3:
        etree.SubElement(element, f"{{{GML}}}lowerCorner").text = " ".join(low)
        etree.SubElement(element, f"{{{GML}}}upperCorner").text = " ".join(high)
    else:
        corners = etree.SubElement(element, f"{{{GML}}}coordinates", cs=",", ts=" ")
        corners.text = f"{','.join(low)} {','.join(high)}"
    return element


_NOT_IN_NAMES = re.compile(r"[^\w.\-]", re.UNICODE)


def xmlName(text: str) -> str:
    """A name as the name of an element: without blanks, as QGIS does, and what XML cannot hold."""
    name = _NOT_IN_NAMES.sub("", text)
    return name if name and (name[0].isalpha() or name[0] == "_") else f"_{name}"


def _text(text: str) -> str:
    return "".join(c for c in text if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff"))


def _serialised(root: etree._Element) -> bytes:
    etree.indent(root, " ")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + etree.tostring(root, encoding="utf-8") + b"\n"
