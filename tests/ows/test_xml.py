"""XML of strangers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.ows.exceptions import OWSException, TooLarge
from ogctwist.ows.limits import DEFAULT_LIMITS
from ogctwist.ows.xml import XMLError, localName, parseXml


class ParseXmlTests(SynchronousTestCase):
    def tooLarge(self, body: bytes, message: str, **limits: Any) -> None:
        error = self.assertRaises(TooLarge, parseXml, body, replace(DEFAULT_LIMITS, **limits))
        self.assertIn(message, error.message)
        self.assertEqual(error.status, 413)

    def test_document(self) -> None:
        root = parseXml(
            b'\n <?xml version="1.0"?>\n<a:Get xmlns:a="urn:x" v="1"><!-- c --><b>t&amp;u</b></a:Get>'
        )
        self.assertEqual(localName(root), "Get")
        self.assertEqual(root.get("v"), "1")
        self.assertEqual([child.text for child in root], ["t&u"])
        self.assertEqual(root.nsmap, {"a": "urn:x"})

    def test_encodings(self) -> None:
        for encoding in ("utf-8", "iso-8859-1", "windows-1252", "utf-16"):
            body = f'<?xml version="1.0" encoding="{encoding}"?><a>\u00e9</a>'.encode(encoding)
            self.assertEqual(parseXml(body).text, "\u00e9", encoding)
        self.assertEqual(parseXml("<a>é</a>".encode("utf-8-sig")).text, "é")

    def test_wrongEncodings(self) -> None:
        for body in (
            b'<?xml version="1.0" encoding="utf-7"?><a/>',
            b'<?xml version="1.0" encoding="utf-8"?><a>\xe9</a>',
            b"<a>\xe9</a>",
        ):
            self.assertRaises(XMLError, parseXml, body)

    def test_undeclaredPrefixes(self) -> None:
        """Prefixes that nobody declared are, at the root; not that of the root itself, nor any number."""
        root = parseXml(b'<?xml version="1.0"?><!-- c --><a><fes:F x:id="1"/><y:G/></a>')
        self.assertEqual(root[0].tag, "{http://www.opengis.net/fes/2.0}F")
        self.assertEqual(root[0].get("{urn:undeclared:x}id"), "1")
        self.assertEqual([localName(child) for child in root], ["F", "G"])
        self.assertEqual(parseXml(b"<ogc:Filter/>").tag, "{http://www.opengis.net/ogc}Filter")
        many = b"<a>" + b"".join(b"<p%d:b/>" % i for i in range(20)) + b"</a>"
        self.assertRaises(XMLError, parseXml, many)
        self.assertRaises(XMLError, parseXml, b"<a><x:b></a>")

    def test_notWellFormed(self) -> None:
        for body in (
            b"",
            b"<",
            b"<a>",
            b"<a></b>",
            b"<a/><b/>",
            b"text",
            b"<a>&none;</a>",
            b"<a b=1/>",
            b"<x:a/>",
        ):
            error = self.assertRaises(XMLError, parseXml, body)
            self.assertIn("well-formed", error.message)
            self.assertEqual(error.status, 400)

    def test_noDocumentTypes(self) -> None:
        lol = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><l>&b;</l>'
        outside = b'<?xml version="1.0"?><!-- x --><!DOCTYPE l SYSTEM "file:///etc/passwd"><l/>'
        for body in (lol, outside, b" " + outside, outside.decode().encode("utf-16")):
            error = self.assertRaises(XMLError, parseXml, body)
            self.assertEqual(error.message, "Document types are not accepted")

    def test_theWordIsNoDocumentType(self) -> None:
        self.assertEqual(parseXml(b"<a><![CDATA[<!DOCTYPE]]></a>").text, "<!DOCTYPE")

    def test_depth(self) -> None:
        parseXml(b"<a>" * 100 + b"</a>" * 100)
        self.tooLarge(b"<a>" * 101 + b"</a>" * 101, "deeper than 100")

    def test_depthIsSeenBeforeTheEnd(self) -> None:
        """Only what comes first is read: the rest would not even be well-formed."""
        self.tooLarge(b"<a>" * 150 + b" " * 200_000 + b"</wrong>", "deeper")

    def test_nodes(self) -> None:
        parseXml(b"<r>" + b"<a/>" * 99 + b"</r>", replace(DEFAULT_LIMITS, xmlNodes=100))
        self.tooLarge(b"<r>" + b"<a/>" * 100 + b"</r>", "more than 100 nodes", xmlNodes=100)
        self.tooLarge(b"<r>" + b"<!-- -->" * 100 + b"</r>", "nodes", xmlNodes=100)
        self.tooLarge(b"<r>" + b"<?p i?>" * 100 + b"</r>", "nodes", xmlNodes=100)

    def test_attributes(self) -> None:
        def element(count: int) -> bytes:
            return b"<a " + b" ".join(b'a%d=""' % i for i in range(count)) + b"/>"

        parseXml(element(500))
        self.tooLarge(element(501), "more than 500 attributes")

    def test_texts(self) -> None:
        parseXml(b"<a>" + b"x" * 1_000_000 + b"</a>")
        self.tooLarge(b"<a>" + b"x" * 1_000_001 + b"</a>", "too long")
        self.tooLarge(b"<a>" + b"x" * 2_000_000, "too long")
        self.tooLarge(b'<a b="' + b"x" * 2_000_000, "too long")
        self.tooLarge(b"<!--" + b"x" * 2_000_000, "too long")

    @given(st.binary(max_size=200))
    def test_anyBytes(self, body: bytes) -> None:
        try:
            parseXml(body)
        except OWSException as error:
            self.assertLess(len(error.message), 200)

    @given(st.text(alphabet="<>/!?-[]&;ab=\"' \n", max_size=60))
    def test_nearlyXml(self, text: str) -> None:
        try:
            root = parseXml(text.encode())
        except OWSException:
            return
        self.assertIsInstance(localName(root), str)
