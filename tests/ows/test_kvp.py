"""Query strings and forms, strictly decoded."""

from __future__ import annotations

from urllib.parse import quote_plus

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.ows.exceptions import InvalidParameterValue, OWSException, TooLarge
from ogctwist.ows.kvp import parsePairs


class ParsePairsTests(SynchronousTestCase):
    def test_pairs(self) -> None:
        self.assertEqual(
            parsePairs("SERVICE=WMS&layers=a+b%2Cc&&empty=&alone&x=1=2"),
            [("SERVICE", "WMS"), ("layers", "a b,c"), ("empty", ""), ("alone", ""), ("x", "1=2")],
        )

    def test_unicode(self) -> None:
        self.assertEqual(parsePairs("n=%C3%A9&m=é"), [("n", "é"), ("m", "é")])

    def test_notUtf8(self) -> None:
        raw = b"n=\xe9".decode("utf-8", "surrogateescape")
        for text in ("n=%E9", raw, "n=%ff%fe"):
            error = self.assertRaises(InvalidParameterValue, parsePairs, text)
            self.assertEqual(error.locator, "n")

    def test_nul(self) -> None:
        self.assertRaises(InvalidParameterValue, parsePairs, "a=x%00y")

    def test_tooMany(self) -> None:
        self.assertEqual(len(parsePairs("&".join(f"a{i}=" for i in range(1000)))), 1000)
        self.assertRaises(TooLarge, parsePairs, "&".join(f"a{i}=" for i in range(1001)))
        self.assertRaises(TooLarge, parsePairs, "&" * 1000)

    @given(st.lists(st.tuples(st.text(min_size=1), st.text())))
    def test_roundTrip(self, pairs: list[tuple[str, str]]) -> None:
        encodable = [(n, v) for n, v in pairs if "\0" not in n + v]
        text = "&".join(f"{quote_plus(n)}={quote_plus(v)}" for n, v in encodable)
        self.assertEqual(parsePairs(text), encodable)

    @given(st.binary())
    def test_anyBytes(self, data: bytes) -> None:
        try:
            parsePairs(data.decode("utf-8", "surrogateescape"))
        except OWSException as error:
            error.message.encode("utf-8")
