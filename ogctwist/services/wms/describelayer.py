# -*- test-case-name: tests.services.wms.test_descriptions -*-
"""WMS DescribeLayer (SLD 1.1.0 profile of WMS, 11): the WFS and WCS that have the data of layers."""

from __future__ import annotations

from lxml import etree

from ogctwist.ows.exceptions import InvalidParameterValue, MissingParameterValue, quoted
from ogctwist.project.layers import LayerKind
from ogctwist.project.model import Project
from ogctwist.server.request import ServiceRequest
from ogctwist.server.response import ServiceResponse
from ogctwist.services.wms.capabilities.elements import printable
from ogctwist.services.wms.getcapabilities import CONTENT_TYPE, serialised
from ogctwist.services.wms.kit import WmsKit
from ogctwist.services.wms.maplayers import mapLayers
from ogctwist.services.wms.mapparameters import requestedLayers
from ogctwist.services.wms.versions import SLD, XLINK, XSI, WmsVersion

SE = "http://www.opengis.net/se"
OWS = "http://www.opengis.net/ows"
SLD_VERSION = "1.1.0"
SCHEMA = f"{SLD} http://schemas.opengis.net/sld/1.1.0/DescribeLayer.xsd"


class DescribeLayerOperation:
    """Carries out DescribeLayer; the same for all versions."""

    def __init__(self, version: WmsVersion, kit: WmsKit):
        self._kit = kit

    async def __call__(self, request: ServiceRequest, response: ServiceResponse, project: Project) -> None:
        """Write the description."""
        parameters = request.parameters
        for name in ("SLD_VERSION", "LAYERS"):
            if not parameters.text(name) and not (name == "LAYERS" and parameters.text("LAYER")):
                raise MissingParameterValue(f"The {name} parameter is missing.", locator=name)
        if parameters.text("SLD_VERSION") != SLD_VERSION:
            version = quoted(parameters.text("SLD_VERSION"))
            raise InvalidParameterValue(f"SLD_VERSION = {version} is not supported", locator="SLD_VERSION")
        found = await mapLayers(request, project, requestedLayers(parameters), self._kit.mostLayers)
        namespaces = {None: SLD, "xsi": XSI, "ows": OWS, "se": SE, "xlink": XLINK}
        root = etree.Element(f"{{{SLD}}}DescribeLayerResponse", nsmap=namespaces)
        root.set(f"{{{XSI}}}schemaLocation", SCHEMA)
        etree.SubElement(root, f"{{{SLD}}}Version").text = SLD_VERSION
        for target in found.layers:
            isRaster = target.layer.kind is LayerKind.RASTER
            service, place, name = (
                ("wcs", "CoverageTypeName", "TypeName")
                if isRaster
                else ("wfs", "FeatureTypeName", "TypeName")
            )
            described = etree.SubElement(root, f"{{{SLD}}}LayerDescription")
            etree.SubElement(described, f"{{{SLD}}}owsType").text = service
            link = etree.SubElement(described, f"{{{SE}}}OnlineResource")
            link.set(f"{{{XLINK}}}type", "simple")
            link.set(f"{{{XLINK}}}href", printable(request.serviceUrl(service.upper(), project)))
            typeName = etree.SubElement(described, f"{{{SLD}}}TypeName")
            etree.SubElement(typeName, f"{{{SE}}}{place}").text = printable(target.name)
        response.setHeader("Content-Type", CONTENT_TYPE)
        response.write(serialised(root))
