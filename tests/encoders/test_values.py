"""Attribute values as text."""

from __future__ import annotations

import datetime

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.encoders.featuretype import FieldEncoding
from ogctwist.encoders.values import decimalText, jsonNumberText, xmlPiece
from ogctwist.native.text import joinRows


def inXml(column: pa.Array, **options) -> list[str]:
    piece = xmlPiece(FieldEncoding("f", **options), column, "", "|", "nil|")
    return joinRows([piece], len(column)).decode().split("|")[:-1]


class XmlValueTests(SynchronousTestCase):
    """L{xmlPiece}."""

    def test_doubles(self) -> None:
        """The shortest decimal, never with an exponent; no value for what is no number."""
        column = pa.array(
            [1e6, 480.0, -0.0, 1e-7, 1e20, 123456789.12345679, float("nan"), float("inf"), None]
        )
        wanted = [
            "1000000",
            "480",
            "0",
            "0.0000001",
            "1" + "0" * 20,
            "123456789.12345679",
            "nil",
            "nil",
            "nil",
        ]
        self.assertEqual(inXml(column), wanted)

    @given(st.floats(allow_nan=False, allow_infinity=False))
    @settings(max_examples=200, deadline=None)
    def test_anyDouble(self, value: float) -> None:
        """Whatever the number, its text means it, in XML and in JSON."""
        for make in (decimalText, jsonNumberText):
            (text,) = make(pa.array([value])).to_pylist()
            self.assertEqual(float(text), value)
        self.assertNotIn("e", decimalText(pa.array([value]))[0].as_py())

    def test_rangeWidget(self) -> None:
        """A range widget fixes the digits, of integers too."""
        self.assertEqual(inXml(pa.array([1.235, None, 2.0]), decimals=1), ["1.2", "nil", "2.0"])
        self.assertEqual(inXml(pa.array([5]), decimals=2), ["5.00"])
        self.assertEqual(inXml(pa.array([2.6]), decimals=0), ["3"])

    def test_dateWidget(self) -> None:
        """A date widget has a pattern; texts that are dates follow it, others stay."""
        dates = pa.array([datetime.date(2021, 5, 6), None])
        self.assertEqual(inXml(dates, pattern="dd.MM.yyyy"), ["06.05.2021", "nil"])
        texts = pa.array(["2020-05-06 07:08:09", "soon <", None])
        self.assertEqual(inXml(texts, pattern="yyyy-MM-ddTHH:mm"), ["2020-05-06T07:08", "soon &lt;", "nil"])
        self.assertEqual(inXml(pa.array([3]), pattern="yyyy"), ["3"])
