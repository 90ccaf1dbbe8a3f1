# -*- test-case-name: tests.services.ogcapi.test_api -*-
"""The API: which operation carries out a request, by its path and method."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from zope.interface import implementer

from ogctwist.interfaces import IServerApi, OWSException
from ogctwist.project.model import Project
from ogctwist.server.request import ServiceRequest
from ogctwist.server.response import ServiceResponse
from ogctwist.services.ogcapi.call import Call
from ogctwist.services.ogcapi.collection import describeCollection
from ogctwist.services.ogcapi.collections import collections
from ogctwist.services.ogcapi.conformance import conformance
from ogctwist.services.ogcapi.createitem import createItem
from ogctwist.services.ogcapi.deleteitem import deleteItem
from ogctwist.services.ogcapi.description import description
from ogctwist.services.ogcapi.errors import badRequest, report
from ogctwist.services.ogcapi.formats import Format, chosenFormat
from ogctwist.services.ogcapi.item import item
from ogctwist.services.ogcapi.items import items
from ogctwist.services.ogcapi.kit import ApiKit
from ogctwist.services.ogcapi.landing import landingPage
from ogctwist.services.ogcapi.links import linksOf
from ogctwist.services.ogcapi.patchitem import patchItem
from ogctwist.services.ogcapi.replaceitem import replaceItem
from ogctwist.services.ogcapi.staticfile import staticFile

Operation = Callable[[Call], Awaitable[None]]

_JSON = (Format.JSON, Format.HTML)
_GEOJSON = (Format.GEOJSON, Format.HTML)
_OPENAPI = (Format.OPENAPI, Format.HTML)


_ITEM: Mapping[str, Operation] = {
    "GET": item,
    "PUT": replaceItem,
    "PATCH": patchItem,
    "DELETE": deleteItem,
}


@dataclass(frozen=True)
class Resource:
    """
    @ivar pattern: of the path below the root, without extension.
    @ivar formats: in which it is given, the default first; none: its extension is part of its name.
    @ivar operations: by method.
    """

    pattern: re.Pattern[str]
    formats: tuple[Format, ...]
    operations: Mapping[str, Operation]


RESOURCES = tuple(
    Resource(re.compile(pattern), formats, operations)
    for pattern, formats, operations in (
        ("/static/(?P<file>.+)", (), {"GET": staticFile}),
        ("/?", _JSON, {"GET": landingPage}),
        ("/conformance", _JSON, {"GET": conformance}),
        ("/api", _OPENAPI, {"GET": description}),
        ("/collections", _JSON, {"GET": collections}),
        ("/collections/(?P<collection>[^/]+)", _JSON, {"GET": describeCollection}),
        ("/collections/(?P<collection>[^/]+)/items", _GEOJSON, {"GET": items, "POST": createItem}),
        ("/collections/(?P<collection>[^/]+)/items/(?P<item>[^/]+)", _GEOJSON, _ITEM),
    )
)
_EXTENSION = re.compile(r"(?P<path>.*)\.(?P<extension>json|geojson|openapi3|html)", re.DOTALL)


@implementer(IServerApi)
class FeaturesApi:
    """OGC API Features, under the name that QGIS Server has for it."""

    name = "OGC WFS3 (Draft)"
    version = "1.0.0"

    def __init__(self, kit: ApiKit):
        self._kit = kit
        root = "/" + kit.rootPath.strip("/")
        self._root = re.compile(rf"(?P<root>.*?{re.escape(root)})(?P<rest>(?:[/.].*)?)", re.DOTALL)

    def accept(self, path: str) -> bool:
        """See L{IServerApi}: whatever stands before the root path."""
        return self._root.fullmatch(path) is not None

    async def executeRequest(
        self, request: ServiceRequest, response: ServiceResponse, project: Project | None
    ) -> None:
        """Carry out one request."""
        found = self._root.fullmatch(request.path)
        if found is None:
            raise badRequest("Requested URI does not match any registered API handler")
        path = re.sub("/{2,}", "/", found["rest"]).rstrip("/")
        resource, names, extension = resourceOf(path)
        method = "GET" if request.method == "HEAD" else request.method
        operation = resource.operations.get(method)
        if operation is None:
            raise OWSException(f"{request.method} is not possible here", status=405)
        accept = request.headers.get("accept", "")
        offered = resource.formats
        form = chosenFormat(extension, accept, offered) if offered else Format.JSON
        if extension and offered:
            path = path.removesuffix(f".{extension}")
        links = linksOf(request.handler, found["root"], path)
        await operation(Call(request, response, project, self._kit, links, form, offered, names))

    def formatException(self, error: OWSException, request: ServiceRequest) -> tuple[int, str, bytes]:
        """See L{IServerApi}."""
        return report(error)


def resourceOf(path: str) -> tuple[Resource, Mapping[str, str], str]:
    """
    The resource of a path below the root, what the path names, and its extension.

    @raise OWSException: there is none.
    """
    split = _EXTENSION.fullmatch(path)
    for resource in RESOURCES:
        if resource.formats and split is not None:
            match = resource.pattern.fullmatch(split["path"])
            extension = split["extension"]
        else:
            match, extension = resource.pattern.fullmatch(path), ""
        if match is not None:
            return resource, match.groupdict(), extension
    raise badRequest("Requested URI does not match any registered API handler")
