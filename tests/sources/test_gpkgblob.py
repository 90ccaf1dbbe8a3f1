"""Blobs of GeoPackage lose their headers."""

from __future__ import annotations

import struct

import shapely
from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.sources.gpkgblob import wkbOfGpkg

WKB = shapely.to_wkb(shapely.Point(1, 2))
DOUBLES = (0, 4, 6, 6, 8)


def blob(envelope: int = 1, isEmpty: bool = False, wkb: bytes = WKB) -> bytes:
    flags = 1 | envelope << 1 | (0x10 if isEmpty else 0)
    return b"GP\0" + bytes([flags]) + struct.pack("<i", 4326) + bytes(8 * DOUBLES[envelope]) + wkb


class WkbOfGpkgTests(SynchronousTestCase):
    def test_everyEnvelope(self) -> None:
        for envelope in range(5):
            self.assertEqual(wkbOfGpkg([blob(envelope)]).to_pylist(), [WKB])

    def test_nothing(self) -> None:
        self.assertEqual(wkbOfGpkg([]).to_pylist(), [])
        self.assertEqual(wkbOfGpkg([None, None]).to_pylist(), [None, None])

    def test_whatIsNoGeometryIsNull(self) -> None:
        bad = [b"", b"GP", b"XX" + blob()[2:], blob(isEmpty=True), blob(0, wkb=b"")]
        self.assertEqual(wkbOfGpkg([blob(), *bad, blob(0)]).to_pylist(), [WKB, *[None] * 5, WKB])

    @given(st.lists(st.one_of(st.none(), st.integers(0, 4).map(blob), st.binary(max_size=20))))
    def test_anyMixture(self, blobs: list[bytes | None]) -> None:
        expected = [
            b[-len(WKB) :] if b is not None and b[:2] == b"GP" and len(b) > 20 else None for b in blobs
        ]
        self.assertEqual(wkbOfGpkg(blobs).to_pylist(), expected)
