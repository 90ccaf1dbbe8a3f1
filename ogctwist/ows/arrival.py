# -*- test-case-name: tests.ows.test_arrival -*-
"""
A request as it arrived: decoded once, at the door, into one value.

Query string, form and XML body become one set of parameters, as QGIS Server
makes them; everything behind the door reads this value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import unquote_to_bytes

from lxml import etree

from ogctwist.ows.exceptions import InvalidParameterValue, OWSException
from ogctwist.ows.formats import mediaType
from ogctwist.ows.kvp import parsePairs
from ogctwist.ows.limits import DEFAULT_LIMITS, RequestLimits
from ogctwist.ows.parameters import Parameters, upperName
from ogctwist.ows.xml import decodeXml, localName, parseXml

_BODY_METHODS = frozenset({"POST", "PUT", "PATCH"})
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Arrival:
    """
    One request.

    @ivar method: 'GET', 'POST', … in upper case.
    @ivar path: the path of the URL, percent-decoded, from the root.
    @ivar query: the query string as it came, without the question mark.
    @ivar url: the whole URL that the client used, percent-encoded as it came.
    @ivar headers: lower-case names to text; several of one name joined with
        ', '.  Forwarding headers of peers that are not trusted are not among
        them.
    @ivar body: as the client made it, content encoding undone.
    @ivar remoteAddress: of the client; behind a trusted proxy, the address
        that the proxy names.
    @ivar parameters: query string, form and XML root merged.
    @ivar document: the root element of an XML body, or None.
    @ivar parseError: why the request could not be decoded, or None;
        C{parameters} then has what could be, for the report's format.
    """

    method: str = "GET"
    path: str = "/"
    query: str = ""
    url: str = ""
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    body: bytes = b""
    remoteAddress: str = ""
    isSecure: bool = False
    requestId: str = ""
    parameters: Parameters = field(default_factory=Parameters)
    document: etree._Element | None = None
    parseError: OWSException | None = None


def arrivalFrom(
    method: str,
    path: str,
    query: str = "",
    url: str = "",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    remoteAddress: str = "",
    isSecure: bool = False,
    requestId: str = "",
    limits: RequestLimits = DEFAULT_LIMITS,
) -> Arrival:
    """
    Decode a request.  Never raises: what is wrong is in C{parseError}.

    For POST, PUT and PATCH: a body of a JSON type adds no parameters; a body
    of XML gives REQUEST (the root element's name), the root's attributes
    (those of no namespace) and REQUEST_BODY; any other is read as a form.
    What the body says goes over what the query string says; of a name given
    twice the last counts.

    @param path: percent-encoded, as it came.
    @param query: as it came; bytes that are not UTF-8 as surrogate escapes.
    """
    method = method.upper()
    headers = MappingProxyType({name.lower(): value for name, value in (headers or {}).items()})
    decoding = _Decoding(limits)
    decoding.readQuery(query)
    if body and method in _BODY_METHODS:
        decoding.readBody(body, headers.get("content-type", ""))
    return Arrival(
        method=method,
        path=decoding.path(path),
        query=query,
        url=url,
        headers=headers,
        body=body,
        remoteAddress=remoteAddress,
        isSecure=isSecure,
        requestId=requestId,
        parameters=Parameters(decoding.values),
        document=decoding.document,
        parseError=decoding.error,
    )


class _Decoding:
    """The parts of a request as they are decoded; the first error is kept, and the rest goes on."""

    def __init__(self, limits: RequestLimits):
        self._limits = limits
        self.values: dict[str, str] = {}
        self.document: etree._Element | None = None
        self.error: OWSException | None = None

    def path(self, encoded: str) -> str:
        try:
            path = unquote_to_bytes(encoded.encode("utf-8", "surrogateescape")).decode("utf-8")
        except ValueError:
            self._fail(InvalidParameterValue("The path of the URL is not percent-encoded UTF-8"))
            return "/"
        if "\0" in path:
            self._fail(InvalidParameterValue("The path of the URL contains a NUL character"))
            return "/"
        return path

    def readQuery(self, query: str) -> None:
        try:
            self._merge(parsePairs(query, self._limits.parameters))
        except OWSException as error:
            self._fail(error)

    def readBody(self, body: bytes, contentType: str) -> None:
        kind = mediaType(contentType)
        name = contentType.partition(";")[0].strip().lower() if kind is None else kind.name
        if kind is not None and kind.isJson:
            return
        try:
            if (kind is not None and kind.isXml) or body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
                self._readXml(body)
            elif name in ("", _FORM) or name.startswith("text/"):
                room = self._limits.parameters - len(self.values)
                self._merge(parsePairs(body.decode("utf-8", "surrogateescape").strip(), max(room, 1)))
        except OWSException as error:
            self._fail(error)

    def _readXml(self, body: bytes) -> None:
        root = parseXml(body, self._limits)
        self.document = root
        self.values["REQUEST"] = localName(root)
        self._merge(
            (str(name), str(value)) for name, value in root.attrib.items() if not str(name).startswith("{")
        )
        self.values["REQUEST_BODY"] = decodeXml(body)

    def _merge(self, pairs: Iterable[tuple[str, str]]) -> None:
        self.values.update((upperName(name), value) for name, value in pairs)

    def _fail(self, error: OWSException) -> None:
        if self.error is None:
            self.error = error
