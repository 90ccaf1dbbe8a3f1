# -*- test-case-name: tests.ows.test_xml -*-
"""
XML of strangers to elements: no DTD, no entities, no network, and bounds that
are checked while it is parsed, not after.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from lxml import etree

from ogctwist.ows.exceptions import OWSException, TooLarge
from ogctwist.ows.limits import DEFAULT_LIMITS, RequestLimits

#: How much is given to the parser before its events are looked at.
_PIECE = 32 * 1024
_DECLARATION = re.compile(r"<\?xml\s[^>]{0,200}?\?>")
_ENCODING = re.compile(rb"""^<\?xml\s[^>]{0,150}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_PROLOG = re.compile(r"(?:\s++|<!--.*?-->|<\?.*?\?>)*", re.DOTALL)
_LATIN = ("us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252")
#: What libxml2 says of a prefix that is bound to nothing.
_UNBOUND = re.compile(r"Namespace prefix (\S{1,100}) (?:on|for) ")
_ROOT = re.compile(r"<([\w.-]+(?::[\w.-]+)?)", re.ASCII)
#: Namespaces that clients forget to declare, by the prefixes that they use.
_WELL_KNOWN = {
    "fes": "http://www.opengis.net/fes/2.0",
    "gml": "http://www.opengis.net/gml",
    "ogc": "http://www.opengis.net/ogc",
    "ows": "http://www.opengis.net/ows",
    "qgs": "http://www.qgis.org/gml",
    "wfs": "http://www.opengis.net/wfs",
    "xlink": "http://www.w3.org/1999/xlink",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
#: So many prefixes may be forgotten.
_FORGIVEN = 8
_CODECS = {name: name for name in (*_LATIN, "utf-8", "utf-16", "utf-16le", "utf-16be")} | {
    "utf8": "utf-8",
    "ascii": "us-ascii",
    "latin1": "iso-8859-1",
}


class XMLError(OWSException):
    """A body is not XML, or not XML of the kind that is read here."""

    code = "RequestNotWellFormed"


class UnboundPrefix(XMLError):
    """A prefix is used that no namespace is declared for."""

    def __init__(self, prefix: str, line: int):
        super().__init__(f"The document is not well-formed XML (line {line})")
        self.prefix = prefix


def parseXml(body: bytes, limits: RequestLimits = DEFAULT_LIMITS) -> etree._Element:
    """
    Parse a document.

    Blanks before the XML declaration are forgiven, and so are prefixes within
    the document that nobody declared: clients of QGIS Server forget them.
    Comments and processing instructions are dropped.

    @return: the root element.
    @raise XMLError: it is not well-formed, has a document type, or is in an
        encoding other than UTF-8, UTF-16 or one of the Latin ones.
    @raise TooLarge: it is deeper, longer or wider than C{limits}.
    """
    text = decodeXml(body)
    declaration = _DECLARATION.match(text)
    if declaration is not None:
        # It names an encoding that the text no longer has.
        text = text[declaration.end() :]
    prolog = _PROLOG.match(text)
    if prolog is not None and text.startswith("<!DOCTYPE", prolog.end()):
        raise XMLError("Document types are not accepted")
    start = 0 if prolog is None else prolog.end()
    for _ in range(_FORGIVEN):
        try:
            return _BoundedParser(limits).parse(text.encode("utf-8"))
        except UnboundPrefix as error:
            text = _declared(text, start, error)
    return _BoundedParser(limits).parse(text.encode("utf-8"))


def _declared(text: str, start: int, error: UnboundPrefix) -> str:
    """
    The text with the missing prefix declared at its root, which begins at C{start}.

    @raise UnboundPrefix: it is the prefix of the root itself, and not a well-known one.
    """
    root = _ROOT.match(text, start)
    space = _WELL_KNOWN.get(error.prefix, "")
    if root is None or (not space and root[1].startswith(f"{error.prefix}:")):
        raise error
    space = space or f"urn:undeclared:{error.prefix}"
    return f'{text[: root.end()]} xmlns:{error.prefix}="{space}"{text[root.end() :]}'


def localName(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    return etree.QName(element).localname


def decodeXml(body: bytes) -> str:
    """
    The text of a document, by its byte order mark or its declaration.

    @raise XMLError: it is in another encoding than it says, or in one that is not read here.
    """
    body = body.lstrip(b" \t\r\n")
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        codec = "utf-16"
    elif body[:3] == b"\xef\xbb\xbf":
        codec = "utf-8-sig"
    else:
        declared = _ENCODING.match(body)
        name = declared[1].decode("ascii").lower() if declared else "utf-8"
        if name not in _CODECS:
            raise XMLError(f"The encoding {name} is not supported")
        codec = _CODECS[name]
    try:
        return body.decode(codec)
    except ValueError:
        raise XMLError("The document is not in the encoding that it declares") from None


class _BoundedParser:
    """libxml2's push parser, its events counted after each piece."""

    def __init__(self, limits: RequestLimits):
        self._limits = limits
        self._parser = etree.XMLPullParser(
            events=("start", "end"),
            encoding="utf-8",
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            dtd_validation=False,
            attribute_defaults=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        self._depth = 0
        self._nodes = 0
        self._silent = 0

    def parse(self, data: bytes) -> etree._Element:
        try:
            for start in range(0, len(data), _PIECE):
                piece = data[start : start + _PIECE]
                # Before it is parsed: a tag that never ends must not grow.
                self._silent += len(piece)
                if self._silent > self._limits.xmlText + 2 * _PIECE:
                    raise TooLarge("The document contains a text or a tag that is too long")
                self._parser.feed(piece)
                self._nodes += piece.count(b"<!--") + piece.count(b"<?")
                self._look()
            root = self._parser.close()
            self._look()
        except etree.XMLSyntaxError as error:
            unbound = _UNBOUND.match(error.msg or "")
            if unbound is not None:
                raise UnboundPrefix(unbound[1], error.lineno or 1) from None
            raise XMLError(f"The document is not well-formed XML (line {error.lineno or 1})") from None
        if root is None or self._nodes == 0:
            raise XMLError("The document is not well-formed XML (line 1)")
        return root

    def _look(self) -> None:
        limits = self._limits
        for event, element in cast("Iterator[tuple[str, etree._Element]]", self._parser.read_events()):
            self._silent = 0
            if event == "end":
                self._depth -= 1
                if element.text is not None and len(element.text) > limits.xmlText:
                    raise TooLarge("The document contains a text that is too long")
                continue
            self._depth += 1
            self._nodes += 1
            if self._depth > limits.xmlDepth:
                raise TooLarge(f"The document is deeper than {limits.xmlDepth} elements")
            if len(element.attrib) > limits.xmlAttributes:
                raise TooLarge(f"An element has more than {limits.xmlAttributes} attributes")
        if self._nodes > limits.xmlNodes:
            raise TooLarge(f"The document has more than {limits.xmlNodes} nodes")
