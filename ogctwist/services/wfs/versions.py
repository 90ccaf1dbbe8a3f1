# -*- test-case-name: tests.services.wfs.test_service -*-
"""The versions of WFS and which of them a request means."""

from __future__ import annotations

from dataclasses import dataclass

from ogctwist.ows.exceptions import OWSException, quoted
from ogctwist.ows.parameters import Parameters
from ogctwist.services.xmldocuments import XLINK as XLINK
from ogctwist.services.xmldocuments import XSI as XSI

QGS = "http://www.qgis.org/gml"


@dataclass(frozen=True)
class WfsVersion:
    """
    One version of WFS.

    @ivar wfs: the namespace of its elements; likewise C{gml}, C{filter} and C{ows}.
    @ivar schema: where the schema of its messages is.
    @ivar gmlSchema: where the schema is that a feature schema imports.
    @ivar gmlFormat: the key of its own output format (L{ogctwist.services.wfs.formats}).
    @ivar isNorthFirst: whether coordinates follow the axis order of the CRS when the request
        does not name one.
    """

    number: str
    wfs: str
    gml: str
    filter: str
    ows: str
    schema: str
    gmlSchema: str
    gmlFormat: str
    isNorthFirst: bool

    @property
    def isTwo(self) -> bool:
        """Whether it is WFS 2.0 (OGC 09-025)."""
        return self.number.startswith("2.")


_WFS = "http://www.opengis.net/wfs"
_GML = "http://www.opengis.net/gml"
_OGC = "http://www.opengis.net/ogc"
_OWS = "http://www.opengis.net/ows"

WFS_1_0_0 = WfsVersion(
    "1.0.0",
    _WFS,
    _GML,
    _OGC,
    _OWS,
    "http://schemas.opengis.net/wfs/1.0.0/wfs.xsd",
    "http://schemas.opengis.net/gml/2.1.2/feature.xsd",
    "gml2",
    False,
)
WFS_1_1_0 = WfsVersion(
    "1.1.0",
    _WFS,
    _GML,
    _OGC,
    _OWS,
    "http://schemas.opengis.net/wfs/1.1.0/wfs.xsd",
    "http://schemas.opengis.net/gml/3.1.1/base/gml.xsd",
    "gml3",
    True,
)


def _two(number: str) -> WfsVersion:
    return WfsVersion(
        number,
        "http://www.opengis.net/wfs/2.0",
        "http://www.opengis.net/gml/3.2",
        "http://www.opengis.net/fes/2.0",
        "http://www.opengis.net/ows/1.1",
        "http://schemas.opengis.net/wfs/2.0/wfs.xsd",
        "http://schemas.opengis.net/gml/3.2.1/gml.xsd",
        "gml32",
        True,
    )


WFS_2_0_0 = _two("2.0.0")
WFS_2_0_2 = _two("2.0.2")

#: The first is the one that answers when a request names none, as in QGIS Server.
VERSIONS = (WFS_1_1_0, WFS_1_0_0, WFS_2_0_0, WFS_2_0_2)
_BY_NUMBER = {version.number: version for version in VERSIONS}


class VersionNegotiationFailed(OWSException):
    """None of the versions that the client takes is offered (OGC 06-121r3, 7.3.2)."""

    code = "VersionNegotiationFailed"


def requestedVersion(parameters: Parameters) -> WfsVersion:
    """
    The version of VERSION; 1.1.0 without one.  Any other is answered as 1.0.0, as QGIS Server
    does, but for one that begins with 2: as 2.0.0.

    @raise VersionNegotiationFailed: GetCapabilities with ACCEPTVERSIONS of which none is offered.
    """
    text = parameters.text("VERSION").strip()
    if not text and parameters.text("REQUEST").lower() == "getcapabilities":
        wanted = [item for item in parameters.items("ACCEPTVERSIONS") if item]
        offered = [item for item in wanted if item in _BY_NUMBER]
        if wanted and not offered:
            raise VersionNegotiationFailed(
                f"None of the versions {quoted(', '.join(wanted))} is offered", locator="ACCEPTVERSIONS"
            )
        text = offered[0] if offered else ""
    if not text:
        return WFS_1_1_0
    return _BY_NUMBER.get(text, WFS_2_0_0 if text.startswith("2") else WFS_1_0_0)
