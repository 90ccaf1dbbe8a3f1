"""Content encodings."""

from __future__ import annotations

import gzip
import tracemalloc

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.web.compression import InflationError, acceptsGzip, gzipped, inflated, isCompressible


class CompressionTests(SynchronousTestCase):
    def test_accepts(self) -> None:
        for header, expected in (
            ("gzip", True),
            ("deflate, GZIP;q=0.5, br", True),
            ("x-gzip", True),
            ("*", True),
            ("*;q=0", False),
            ("*, gzip;q=0", False),
            ("gzip;q=0.000", False),
            ("identity", False),
            ("", False),
            ("gzipped", False),
        ):
            self.assertIs(acceptsGzip(header), expected, header)

    def test_compressible(self) -> None:
        for text in (
            "text/xml; charset=utf-8",
            "application/geo+json",
            "application/vnd.ogc.gml/3.1.1",
            "image/svg+xml",
            "application/json",
            "TEXT/HTML",
        ):
            self.assertTrue(isCompressible(text), text)
        for text in ("image/png", "application/pdf", "application/zip", "", "image/jpeg"):
            self.assertFalse(isCompressible(text), text)

    @given(st.binary())
    def test_roundTrip(self, data: bytes) -> None:
        self.assertEqual(gzip.decompress(gzipped(data)), data)
        self.assertEqual(inflated(gzip.compress(data), len(data)), data)

    def test_tooLarge(self) -> None:
        error = self.assertRaises(InflationError, inflated, gzip.compress(b"x" * 1001), 1000)
        self.assertTrue(error.isTooLarge)

    def test_bomb(self) -> None:
        """A hundred megabytes of nothing are not inflated to find that they are too many."""
        bomb = gzip.compress(bytes(100_000_000))
        tracemalloc.start()
        try:
            self.assertRaises(InflationError, inflated, bomb, 10_000)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        self.assertLess(peak, 1_000_000)

    def test_broken(self) -> None:
        whole = gzip.compress(b"some text")
        for data in (b"", b"text", whole[:-1], whole[:5], b"\x1f\x8b" + b"\xff" * 50):
            error = self.assertRaises(InflationError, inflated, data, 1000)
            self.assertFalse(error.isTooLarge)
