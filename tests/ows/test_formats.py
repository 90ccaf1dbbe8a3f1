"""Media types."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.ows.formats import MediaType, accepted, mediaType


class MediaTypeTests(SynchronousTestCase):
    def test_types(self) -> None:
        for text, name, parameters in (
            ("image/png", "image/png", {}),
            (" IMAGE/PNG ; mode=8bit", "image/png", {"mode": "8bit"}),
            ("text/xml; subtype=gml/3.1.1", "text/xml", {"subtype": "gml/3.1.1"}),
            ('text/html;Charset="a\\"b";', "text/html", {"charset": 'a"b'}),
            ("application/vnd.ogc.gml/3.1.1", None, None),
            ("application/geo+json", "application/geo+json", {}),
            ("application/geo json", "application/geo+json", {}),
            ("image/svg xml", "image/svg+xml", {}),
            ("image", None, None),
            ("", None, None),
            ("image/png, image/gif", None, None),
            ("image/p ng", None, None),
        ):
            expected = None if name is None else MediaType(name, parameters)
            self.assertEqual(mediaType(text), expected, text)

    def test_kinds(self) -> None:
        for text, isJson, isXml in (
            ("application/json", True, False),
            ("application/geo+json; charset=utf-8", True, False),
            ("text/xml", False, True),
            ("application/gml+xml;version=3.2", False, True),
            ("text/plain", False, False),
        ):
            found = mediaType(text)
            assert found is not None
            self.assertEqual((found.isJson, found.isXml), (isJson, isXml))

    @given(st.text())
    def test_anyText(self, text: str) -> None:
        found = mediaType(text)
        self.assertTrue(found is None or "/" in found.name)
        accepted(text, ["text/html", "application/json"])


class AcceptedTests(SynchronousTestCase):
    offered = ("application/json", "text/html", "application/geo+json")

    def test_accepted(self) -> None:
        for accept, expected in (
            ("", "application/json"),
            ("*/*", "application/json"),
            ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
            ("application/geo+json", "application/geo+json"),
            ("application/*;q=0.5, text/html;q=0.4", "application/json"),
            ("application/json;q=0, */*;q=0.1", "text/html"),
            ("image/png", None),
            ("text/html;q=0", None),
            ("text/html;q=high", None),
            ("garbage", None),
        ):
            self.assertEqual(accepted(accept, self.offered), expected, accept)

    def test_nothingOffered(self) -> None:
        self.assertIsNone(accepted("", ()))
