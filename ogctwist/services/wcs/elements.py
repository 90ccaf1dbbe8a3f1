# -*- test-case-name: tests.services.wcs.test_getcapabilities -*-
"""What the documents of WCS 1.0.0 have in common (OGC 03-065r6, annexes A.5 to A.8)."""

from __future__ import annotations

from typing import Any

from lxml import etree

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS, WGS84
from ogctwist.services.wcs.coverages import VERSION, WCS, Coverage
from ogctwist.services.xmldocuments import XLINK, XSI, Writer, cornerTexts

SPACES: dict[Any, str] = {None: WCS, "gml": "http://www.opengis.net/gml", "xlink": XLINK, "xsi": XSI}


def wcsRoot(writer: Writer, name: str, schema: str) -> etree._Element:
    """The root of a document, with its version and where its schema is."""
    root = etree.Element(writer.tag(name), nsmap=SPACES)
    root.set("version", VERSION)
    root.set("updateSequence", "0")
    root.set(f"{{{XSI}}}schemaLocation", f"{WCS} http://schemas.opengis.net/wcs/1.0.0/{schema}")
    return root


def appendBrief(writer: Writer, offering: etree._Element, coverage: Coverage) -> None:
    """
    What a coverage is called and where it lies, in degrees.  The description comes after the label, as
    QGIS Server has it, though the schema has it first: clients read by name.
    """
    writer.add(offering, "name", coverage.name)
    writer.add(offering, "label", coverage.label)
    writer.addIf(offering, "description", coverage.layer.description.abstract)
    box = coverage.extentInDegrees()
    if box is not None:
        envelope = writer.add(offering, "lonLatEnvelope", srsName="urn:ogc:def:crs:OGC:1.3:CRS84")
        appendCorners(writer, envelope, box, WGS84)


def appendCorners(writer: Writer, envelope: etree._Element, box: Box, crs: CRS) -> None:
    """The lower left and the upper right corner, x before y whatever the CRS says (OGC 03-065r6, 6.4.1)."""
    xmin, ymin, xmax, ymax = cornerTexts(box, crs)
    writer.add(envelope, "gml:pos", f"{xmin} {ymin}")
    writer.add(envelope, "gml:pos", f"{xmax} {ymax}")
