# -*- test-case-name: tests.server.test_request -*-
"""The request as a service reads it: filters have had their say."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred

from ogctwist.ows.parameters import Parameters
from ogctwist.server.serviceurl import serviceUrl

if TYPE_CHECKING:
    from lxml.etree import _Element

    from ogctwist.access.control import RequestAccess
    from ogctwist.access.view import ProjectView
    from ogctwist.project.model import Project
    from ogctwist.server.handler import RequestHandler
    from ogctwist.settings import Settings


class ServiceRequest:
    """
    A snapshot: what filters change later is not seen.

    @ivar method: C{GET}, C{POST}, ….
    @ivar path: of the URL, decoded.
    @ivar parameters: of query, form and XML root element.
    @ivar body: the request body.
    @ivar document: the root element of an XML body, or None.
    @ivar headers: names in lower case.
    @ivar requestId: as in the log.
    @ivar handler: what filters saw; for the providers that are asked during the
        service's work.
    """

    def __init__(self, handler: RequestHandler, settings: Settings, access: RequestAccess):
        self.handler = handler
        self.settings = settings
        self.method = handler.method()
        self.path = handler.path()
        self.parameters = Parameters(handler.parameterMap())
        self.body = handler.data()
        self.document: _Element | None = handler.arrival.document
        self.headers = handler.requestHeaders()
        self.requestId = handler.requestId
        self._access = access

    def withParameters(self, parameters: Parameters) -> ServiceRequest:
        """The same request as if it had come with other parameters: what one service asks of another."""
        other = copy(self)
        other.parameters = parameters
        other.document = None
        return other

    def serviceUrl(self, service: str, project: Project) -> str:
        """
        The URL under which clients reach a service of this project, with MAP where
        the request had it.

        @param service: C{WMS}, C{WFS}, C{WCS} or C{WMTS}.
        """
        return serviceUrl(self.handler, self.settings, service, project)

    def view(self, project: Project, layerIds: Iterable[str], contents: bool = True) -> Deferred[ProjectView]:
        """
        What of these layers this request may see.  Access control is asked once
        for each of them, all at the same time, and the answers are remembered for
        the request.

        @param layerIds: the layers that the request touches.
        @param contents: False when only the permissions count (a capabilities
            document): then rows and attributes are not asked for, and the view
            refuses to open sources.
        """
        return Deferred.fromCoroutine(self._access.view(project, layerIds, contents))

    def cacheKey(self, project: Project) -> Deferred[str | None]:
        """
        What names the rights of this request in cache keys; '' when access control
        has no part in it, None when nothing may be cached.
        """
        return Deferred.fromCoroutine(self._access.cacheKey())
