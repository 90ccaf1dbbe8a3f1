# -*- test-case-name: tests.server.test_serviceurl -*-
"""
The URL under which clients reach a service: what capabilities tell them.

Order, as in QGIS Server: the settings (that of the service before the general
one; QGIS 3.22 reads only the latter, by mistake), the project, the header
X-Qgis-<Service>-Service-Url, X-Qgis-Service-Url, and last the request's own URL
at the host that Forwarded (RFC 7239), X-Forwarded-Host and -Proto, or Host
name, with MAP kept.

Headers by which a proxy speaks are only read from peers that are trusted; the
door has taken those of others off the request.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from ogctwist.project.model import Project
    from ogctwist.server.handler import RequestHandler
    from ogctwist.settings import Settings

_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,255})(?::[0-9]{1,5})?")
_PAIR = re.compile(r"""\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)=(?:"((?:[^"\\]|\\.)*)"|([^",;\s]*))\s*""")
_SCHEMES = ("http", "https")


def serviceUrl(handler: RequestHandler, settings: Settings, service: str, project: Project) -> str:
    """
    @param service: C{WMS}, C{WFS}, C{WCS} or C{WMTS}.
    @return: the URL, without a trailing separator; as configured, when it is.
    """
    return (
        settingsUrl(settings, service)
        or projectUrl(project, service)
        or handler.requestHeader(f"X-Qgis-{service}-Service-Url")
        or handler.requestHeader("X-Qgis-Service-Url")
        or requestUrl(handler)
    )


def settingsUrl(settings: Settings, service: str) -> str:
    """What the administrator set, or ''."""
    own = {
        "WMS": settings.wmsServiceUrl,
        "WFS": settings.wfsServiceUrl,
        "WCS": settings.wcsServiceUrl,
        "WMTS": settings.wmtsServiceUrl,
    }.get(service, "")
    return own or settings.serviceUrl


def projectUrl(project: Project, service: str) -> str:
    """What the project says, or ''."""
    publication = project.publication
    return {
        "WMS": publication.wms.serviceUrl,
        "WFS": publication.wfsServiceUrl,
        "WCS": publication.wcsServiceUrl,
        "WMTS": publication.wmts.serviceUrl,
    }.get(service, "")


def requestUrl(handler: RequestHandler) -> str:
    """The URL of the request as the client used it, its query reduced to MAP."""
    parts = urlsplit(handler.arrival.url)
    scheme, host = parts.scheme or "http", parts.netloc
    forwardedScheme, forwardedHost = forwarded(handler)
    scheme, host = forwardedScheme or scheme, forwardedHost or host
    project = handler.rawParameter("MAP")
    return f"{scheme}://{host}{parts.path or '/'}" + (f"?MAP={project}" if project else "")


def forwarded(handler: RequestHandler) -> tuple[str, str]:
    """
    @return: (scheme, host) that the proxy in front tells; '' for what it does not.
        The first element of a list is the one nearest to the client.
    """
    standard = handler.requestHeader("Forwarded")
    if standard:
        pairs = dict(forwardedPairs(standard))
        scheme, host = pairs.get("proto", ""), pairs.get("host", "")
    else:
        scheme = handler.requestHeader("X-Forwarded-Proto").split(",")[0].strip()
        host = handler.requestHeader("X-Forwarded-Host").split(",")[0].strip()
    return (
        scheme.lower() if scheme.lower() in _SCHEMES else "",
        host if _HOST.fullmatch(host) else "",
    )


def forwardedPairs(header: str) -> list[tuple[str, str]]:
    """
    The parameters of the first element of a C{Forwarded} header (RFC 7239, 4),
    names in lower case, quoted strings unquoted.  What follows something that is
    not well-formed is not read.
    """
    pairs, place = [], 0
    while match := _PAIR.match(header, place):
        name, quoted, token = match.groups()
        pairs.append((name.lower(), re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else token))
        place = match.end()
        if header[place : place + 1] != ";":
            break
        place += 1
    return pairs
