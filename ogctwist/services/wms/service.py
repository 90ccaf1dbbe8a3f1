# -*- test-case-name: tests.services.wms.test_service -*-
"""The WMS: which operation carries out a request, and how its failures are told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from zope.interface import implementer

from ogctwist.interfaces import IService, OWSException
from ogctwist.ows.exceptions import OperationNotSupported, quoted
from ogctwist.ows.parameters import Parameters
from ogctwist.project.model import Project
from ogctwist.server.request import ServiceRequest
from ogctwist.server.response import ServiceResponse
from ogctwist.services.wms.describelayer import DescribeLayerOperation
from ogctwist.services.wms.exceptions import exceptionReport
from ogctwist.services.wms.getcapabilities import GetCapabilitiesOperation, GetProjectSettingsOperation
from ogctwist.services.wms.getcontext import GetContextOperation
from ogctwist.services.wms.getfeatureinfo import GetFeatureInfoOperation
from ogctwist.services.wms.getlegendgraphic import GetLegendGraphicOperation
from ogctwist.services.wms.getmap import GetMapOperation
from ogctwist.services.wms.getschemaextension import GetSchemaExtensionOperation
from ogctwist.services.wms.getstyles import GetStylesOperation
from ogctwist.services.wms.kit import WmsKit
from ogctwist.services.wms.versions import WMS_1_1_1, WMS_1_3_0, WmsVersion

Operation = Callable[[ServiceRequest, ServiceResponse, Project], Awaitable[None]]

#: What an operation is made with; one entry for each operation, by its name in lower case.
OPERATIONS: dict[str, Callable[[WmsVersion, WmsKit], Operation]] = {
    "getmap": GetMapOperation,
    "getfeatureinfo": GetFeatureInfoOperation,
    "getlegendgraphic": GetLegendGraphicOperation,
    "getlegendgraphics": GetLegendGraphicOperation,
    "describelayer": DescribeLayerOperation,
    "getcontext": GetContextOperation,
    "getstyle": GetStylesOperation,
    "getstyles": GetStylesOperation,
    "getschemaextension": GetSchemaExtensionOperation,
}


def requestedVersion(parameters: Parameters) -> WmsVersion:
    """
    The version that answers: 1.1.1 for anything below 1.3.0, else 1.3.0 (WMS
    1.3.0, 6.2.4); WMTVER is what 1.0.0 called the parameter.
    """
    text = parameters.text("VERSION") or parameters.text("WMTVER")
    numbers = [int(part) for part in text.split(".") if part.isdecimal() and len(part) < 6]
    return WMS_1_1_1 if numbers and numbers < [1, 3] else WMS_1_3_0


@implementer(IService)
class WmsService:
    """
    WMS 1.1.1 and 1.3.0.  Registered once for each version; which one answers is
    decided by VERSION, since QGIS takes 1.0.0 or 1.1.0 for 1.1.1.

    @param version: the version under which it is registered.
    """

    name = "WMS"

    def __init__(self, version: WmsVersion, kit: WmsKit):
        self.version = version.number
        offered = frozenset(OPERATIONS) | {"getcapabilities"}
        self._operations: dict[tuple[str, str], Operation] = {}
        for known in (WMS_1_1_1, WMS_1_3_0):
            for name, make in OPERATIONS.items():
                self._operations[known.number, name] = make(known, kit)
            capabilities = GetCapabilitiesOperation(known, kit, offered)
            self._operations[known.number, "getcapabilities"] = capabilities
            settings = GetProjectSettingsOperation(known, kit, offered)
            self._operations[known.number, "getprojectsettings"] = settings

    async def executeRequest(
        self, request: ServiceRequest, response: ServiceResponse, project: Project
    ) -> None:
        """Carry out one request."""
        parameters = request.parameters
        name = operationName(parameters)
        operation = self._operations.get((requestedVersion(parameters).number, name.lower()))
        if operation is None:
            raise OperationNotSupported(f"Request {quoted(name)} is not supported", locator="REQUEST")
        await operation(request, response, project)

    def formatException(self, error: OWSException, request: ServiceRequest) -> tuple[int, str, bytes]:
        """See L{IService}."""
        return exceptionReport(error, requestedVersion(request.parameters), request.parameters)


def operationName(parameters: Parameters) -> str:
    """
    The value of REQUEST.

    @raise OWSException: it is missing.
    """
    name = parameters.text("REQUEST").strip()
    if not name:
        raise OWSException(
            "Please add or check the value of the REQUEST parameter",
            "OperationNotSupported",
            "REQUEST",
            status=501,
        )
    return name


def wmsServices(kit: WmsKit) -> list[WmsService]:
    """The service under each of its versions; the first is the default."""
    return [WmsService(WMS_1_3_0, kit), WmsService(WMS_1_1_1, kit)]
