# -*- test-case-name: tests.services.wms.test_descriptions -*-
"""GetSchemaExtension: the schema of the operations that QGIS Server adds to WMS 1.3.0 capabilities."""

from __future__ import annotations

from lxml import etree

from ogctwist.project.model import Project
from ogctwist.server.request import ServiceRequest
from ogctwist.server.response import ServiceResponse
from ogctwist.services.wms.getcapabilities import CONTENT_TYPE, serialised
from ogctwist.services.wms.kit import WmsKit
from ogctwist.services.wms.versions import QGS, WMS, WmsVersion

_SCHEMA = "http://www.w3.org/2001/XMLSchema"
_LOCATION = "http://schemas.opengis.net/wms/1.3.0/capabilities_1_3_0.xsd"


def schemaExtension() -> bytes:
    """The schema document (WMS 1.3.0, 6.9.5: elements in the place of C{_ExtendedOperation})."""
    attributes = {"targetNamespace": QGS, "elementFormDefault": "qualified", "version": "1.0.0"}
    root = etree.Element(f"{{{_SCHEMA}}}schema", attributes, nsmap={None: _SCHEMA, "wms": WMS, "qgs": QGS})
    etree.SubElement(root, f"{{{_SCHEMA}}}import", {"namespace": WMS, "schemaLocation": _LOCATION})
    for name in ("GetPrint", "GetStyles"):
        etree.SubElement(
            root,
            f"{{{_SCHEMA}}}element",
            {"name": name, "type": "wms:OperationType", "substitutionGroup": "wms:_ExtendedOperation"},
        )
    return serialised(root)


class GetSchemaExtensionOperation:
    """Carries out GetSchemaExtension."""

    def __init__(self, version: WmsVersion, kit: WmsKit):
        self._document = schemaExtension()

    async def __call__(self, request: ServiceRequest, response: ServiceResponse, project: Project) -> None:
        """Write the schema."""
        response.setHeader("Content-Type", CONTENT_TYPE)
        response.write(self._document)
