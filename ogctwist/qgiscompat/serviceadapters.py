# -*- test-case-name: tests.qgiscompat.test_services -*-
"""QGIS's services and APIs as providers of our interfaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import CancelledError
from twisted.logger import Logger
from zope.interface import implementer

from ogctwist.interfaces import IServerApi, IService, OWSException
from ogctwist.ows.reports import exceptionReport, jsonReport
from ogctwist.qgiscompat.adapters import Adapter, truth
from ogctwist.qgiscompat.companion import companionOf
from ogctwist.qgiscompat.pushed import PushedBody, PushingResponse
from ogctwist.qgiscompat.raised import translated
from ogctwist.qgiscompat.server.api import QgsServerApi, QgsServerApiContext
from ogctwist.qgiscompat.server.exceptions import (
    QgsServerApiBadRequestException,
    QgsServerApiInternalServerError,
)
from ogctwist.server.current import currentHandler
from ogctwist.server.hooks import HookTimeout

if TYPE_CHECKING:
    from ogctwist.qgiscompat.loaded import LoadedPlugin
    from ogctwist.server.request import ServiceRequest
    from ogctwist.server.response import ServiceResponse

log = Logger()


class _Executing(Adapter):
    """What a service and an API have in common: they write to a response, perhaps bit by bit."""

    async def _execute(self, handler: Any, hook: Any, arguments: Any, response: ServiceResponse) -> None:
        """
        Run the hook until it has ended, or has flushed a first part of its answer: then the rest
        is streamed while it goes on.

        @param arguments: called with the QgsServerResponse; makes those of the hook.
        """
        await self.plugin.takeTurn(handler)
        body = PushedBody(self.plugin.threads, handler.answer)
        pushing = PushingResponse(handler.answer, body)
        call = translated(
            self.plugin.runner.call(
                f"{self.label}.executeRequest", hook, *arguments(pushing), seconds=self.plugin.serviceSeconds
            )
        )
        body.follow(call)
        await body.firstPart()
        if body.isStreaming:
            response.stream(body)


@implementer(IService)
class ServiceAdapter(_Executing):
    """A QgsService."""

    def __init__(self, foreign: Any, plugin: LoadedPlugin):
        super().__init__(foreign, plugin)
        self.name = str(foreign.name())
        self.version = str(foreign.version())

    async def executeRequest(self, request: ServiceRequest, response: ServiceResponse, project: Any) -> None:
        companion = companionOf(request.handler)
        facade = companion.projectFor(project)
        try:
            await self._execute(
                request.handler,
                self.foreign.executeRequest,
                lambda pushing: (companion.request, pushing, facade),
                response,
            )
        except (OWSException, CancelledError):
            raise
        except HookTimeout:
            raise internalError() from None

    def formatException(self, error: OWSException, request: ServiceRequest) -> Any:
        return exceptionReport(error, self.name, request.parameters.text("VERSION"))


@implementer(IServerApi)
class ApiAdapter(_Executing):
    """A QgsServerApi; most are QgsServerOgcApis."""

    def __init__(self, foreign: Any, plugin: LoadedPlugin):
        super().__init__(foreign, plugin)
        self.name = str(foreign.name())
        self.version = str(foreign.version())
        self._rootPath = str(foreign.rootPath())

    def accept(self, path: str) -> Any:
        """Whether the path has the root path in it; or what the plugin's own C{accept} says."""
        if not self.overrides("accept", QgsServerApi):
            return self._rootPath in path
        handler = currentHandler.get()
        assert handler is not None
        url = companionOf(handler).request.url()
        return self.call(handler, truth, "accept", url)

    async def executeRequest(self, request: ServiceRequest, response: ServiceResponse, project: Any) -> None:
        companion = companionOf(request.handler)
        facade = None if project is None else companion.projectFor(project)
        interface = self.plugin.interface

        def arguments(pushing: Any) -> tuple[Any, ...]:
            return (QgsServerApiContext(self._rootPath, companion.request, pushing, facade, interface),)

        try:
            await self._execute(request.handler, self.foreign.executeRequest, arguments, response)
        except (OWSException, CancelledError):
            raise
        except QgsServerApiBadRequestException as error:
            raise OWSException(str(error), "Bad request error", status=400) from error
        except QgsServerApiInternalServerError as error:
            raise OWSException(str(error), "Internal server error", status=500) from error
        except Exception:
            log.failure("{plugin}.{api}: executeRequest failed", plugin=self.plugin.name, api=self.label)
            raise internalError() from None

    def formatException(self, error: OWSException, request: ServiceRequest) -> Any:
        return jsonReport(error)


def internalError() -> OWSException:
    """A failure of a plugin that its client is told nothing of."""
    return OWSException("Internal server error", "Internal server error", status=500)
