# -*- test-case-name: tests.services.wms.test_versions -*-
"""What differs between WMS 1.1.1 and WMS 1.3.0, as data."""

from __future__ import annotations

from dataclasses import dataclass

from ogctwist.services.xmldocuments import XLINK as XLINK
from ogctwist.services.xmldocuments import XSI as XSI

WMS = "http://www.opengis.net/wms"
SLD = "http://www.opengis.net/sld"
QGS = "http://www.qgis.org/wms"


@dataclass(frozen=True)
class WmsVersion:
    """
    One version of WMS.

    @ivar namespace: of the capabilities document; '' in 1.1.1.
    @ivar crsName: C{CRS} or C{SRS}: element, attribute and parameter name.
    @ivar followsAxisOrder: whether BBOX and BoundingBox put the first axis of the CRS first.
    """

    number: str
    namespace: str
    root: str
    crsName: str
    followsAxisOrder: bool
    capabilitiesFormat: str
    exceptionFormat: str
    columnParameter: str
    rowParameter: str


WMS_1_3_0 = WmsVersion("1.3.0", WMS, "WMS_Capabilities", "CRS", True, "text/xml", "XML", "I", "J")
WMS_1_1_1 = WmsVersion(
    "1.1.1",
    "",
    "WMT_MS_Capabilities",
    "SRS",
    False,
    "application/vnd.ogc.wms_xml",
    "application/vnd.ogc.se_xml",
    "X",
    "Y",
)
