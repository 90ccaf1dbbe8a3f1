# -*- test-case-name: tests.web.test_visit -*-
"""What is known of a request before it is decoded: who asks, for which URL, under which id."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from ogctwist.web.channel import LimitedRequest
from ogctwist.web.forwarding import TrustedPeers, clientAddress, isForwardedSecure, keptHeaders

_SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,255})(?::[0-9]{1,5})?")
_ABSOLUTE = re.compile(rb"https?://[^/?#]*", re.IGNORECASE)
#: What may stand in a URL as it came; everything else is percent-encoded.
_URL = "!#$%&'()*+,/:;=?@[]~-._"


@dataclass(frozen=True)
class Visit:
    """
    @ivar path: percent-encoded, as it came.
    @ivar query: as it came; bytes that are not UTF-8 as surrogate escapes.
    @ivar headers: lower-case names to text; only those that may be believed.
    @ivar remoteAddress: of the client, '' on a local socket.
    """

    method: str
    path: str
    query: str
    url: str
    headers: Mapping[str, str]
    remoteAddress: str
    isSecure: bool
    requestId: str


def visitOf(request: LimitedRequest, peers: TrustedPeers) -> Visit:
    """Look at who came."""
    host = getattr(request.client, "host", "") or ""
    isTrusted = peers.trusts(host)
    headers = keptHeaders(
        {
            name.decode("ascii", "replace").lower(): ", ".join(map(_text, values))
            for name, values in request.requestHeaders.getAllRawHeaders()
        },
        isTrusted,
    )
    uri = _ABSOLUTE.sub(b"", request.uri, count=1) if request.uri[:1] != b"/" else request.uri
    path, _, query = uri.decode("utf-8", "surrogateescape").partition("?")
    isSecure = request.isSecure() or (isTrusted and isForwardedSecure(headers))
    given = headers.get("x-request-id", "")
    return Visit(
        method=request.method.decode("ascii", "replace"),
        path=path or "/",
        query=query,
        url=f"{'https' if isSecure else 'http'}://{_host(request, headers)}{quote(uri, safe=_URL)}",
        headers=headers,
        remoteAddress=clientAddress(host, headers, peers),
        isSecure=isSecure,
        requestId=given if _SANE_ID.fullmatch(given) else uuid.uuid4().hex,
    )


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("iso-8859-1")


def _host(request: LimitedRequest, headers: Mapping[str, str]) -> str:
    given = headers.get("host", "")
    if _HOST.fullmatch(given):
        return given
    address = request.getHost()
    host, port = getattr(address, "host", "localhost"), getattr(address, "port", None)
    host = f"[{host}]" if ":" in host else host
    return host if port is None else f"{host}:{port}"
