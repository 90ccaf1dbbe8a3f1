# -*- test-case-name: tests.server.test_environment -*-
"""The CGI variables of a request (RFC 3875, 4.1), for plugins that were written for FastCGI."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from ogctwist.server.handler import RequestHandler

#: Never told to a plugin through a request: httpoxy (CVE-2016-5385).
_REFUSED = {"HTTP_PROXY"}


def _serverName(handler: RequestHandler) -> str:
    return urlsplit(handler.arrival.url).hostname or ""


def _serverPort(handler: RequestHandler) -> str:
    parts = urlsplit(handler.arrival.url)
    return str(parts.port or (443 if parts.scheme == "https" else 80))


def _requestUri(handler: RequestHandler) -> str:
    parts = urlsplit(handler.url())
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


_VARIABLES: dict[str, Callable[[RequestHandler], str]] = {
    "CONTENT_LENGTH": lambda h: str(len(h.data())) if h.data() else "",
    "CONTENT_TYPE": lambda h: h.requestHeader("content-type"),
    "GATEWAY_INTERFACE": lambda h: "CGI/1.1",
    "HTTPS": lambda h: "on" if h.arrival.isSecure else "",
    "PATH_INFO": lambda h: h.path(),
    "QUERY_STRING": lambda h: h.query(),
    "REMOTE_ADDR": lambda h: h.arrival.remoteAddress,
    "REMOTE_HOST": lambda h: h.arrival.remoteAddress,
    "REQUEST_METHOD": lambda h: h.method(),
    "REQUEST_SCHEME": lambda h: "https" if h.arrival.isSecure else "http",
    "REQUEST_URI": _requestUri,
    "SCRIPT_NAME": lambda h: "",
    "SERVER_NAME": _serverName,
    "SERVER_PORT": _serverPort,
    "SERVER_PROTOCOL": lambda h: "HTTP/1.1",
    "SERVER_SOFTWARE": lambda h: "ogctwist",
}


def cgiVariable(handler: RequestHandler, name: str) -> str:
    """
    A CGI variable of the request, else the process's environment variable of
    that name, else ''.  C{HTTP_*} never comes from the process.
    """
    found = _VARIABLES.get(name)
    if found is not None:
        return found(handler)
    if name.startswith("HTTP_"):
        return "" if name in _REFUSED else handler.requestHeader(name[5:].replace("_", "-"))
    return os.environ.get(name, "")
