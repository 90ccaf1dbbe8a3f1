"""The twistd plugin: C{twistd ogcserver}."""

from __future__ import annotations

from twisted.application.service import ServiceMaker

ogcserver = ServiceMaker(
    "ogctwist",
    "ogctwist.tap",
    "An OGC server for QGIS projects: WMS, WMTS, WFS, WCS, OGC API Features.",
    "ogcserver",
)
