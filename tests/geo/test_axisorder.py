# -*- test-case-name: tests.geo.test_axisorder -*-
"""Tests of L{ogctwist.geo.axisorder}: every spelling of a CRS."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.geo.axisorder import CRSSpelling, UnknownCRS, crsFromName, nameOfCrs, spellingOf
from ogctwist.geo.crs import CRS


class SpellingTests(SynchronousTestCase):
    """Names to systems, and what they promise of the axes."""

    #: name, authid, whether latitude or northing comes first
    names = (
        ("EPSG:4326", "EPSG:4326", False),
        ("epsg:4326", "EPSG:4326", False),
        (" EPSG:4326 ", "EPSG:4326", False),
        ("urn:ogc:def:crs:EPSG::4326", "EPSG:4326", True),
        ("urn:ogc:def:crs:EPSG:6.9:4326", "EPSG:4326", True),
        ("urn:ogc:def:crs:EPSG:4326", "EPSG:4326", True),
        ("urn:x-ogc:def:crs:EPSG::4326", "EPSG:4326", True),
        ("urn:x-ogc:def:crs:EPSG:6.11:4326", "EPSG:4326", True),
        ("URN:OGC:DEF:CRS:EPSG::4326", "EPSG:4326", True),
        ("urn:EPSG:geographicCRS:4326", "EPSG:4326", True),
        ("http://www.opengis.net/def/crs/EPSG/0/4326", "EPSG:4326", True),
        ("https://www.opengis.net/def/crs/EPSG/0/4326", "EPSG:4326", True),
        ("http://www.opengis.net/def/crs/EPSG/9.6.2/4326", "EPSG:4326", True),
        ("http://www.opengis.net/def/crs?authority=EPSG&version=0&code=4326", "EPSG:4326", True),
        ("http://www.opengis.net/gml/srs/epsg.xml#4326", "EPSG:4326", False),
        ("[EPSG:4326]", "EPSG:4326", True),
        ("CRS:84", "CRS:84", False),
        ("OGC:CRS84", "CRS:84", False),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "CRS:84", False),
        ("urn:ogc:def:crs:OGC::CRS84", "CRS:84", False),
        ("urn:ogc:def:crs:CRS::84", "CRS:84", False),
        ("http://www.opengis.net/def/crs/OGC/1.3/CRS84", "CRS:84", False),
        ("https://www.opengis.net/def/crs/OGC/0/CRS84", "CRS:84", False),
        ("CRS:83", "OGC:CRS83", False),
        ("CRS:27", "OGC:CRS27", False),
        ("EPSG:3857", "EPSG:3857", False),
        ("urn:ogc:def:crs:EPSG::3857", "EPSG:3857", False),
        ("http://www.opengis.net/def/crs/EPSG/0/3857", "EPSG:3857", False),
        ("EPSG:2154", "EPSG:2154", False),
        ("urn:ogc:def:crs:EPSG::2154", "EPSG:2154", False),
        ("EPSG:31468", "EPSG:31468", False),
        ("urn:ogc:def:crs:EPSG::31468", "EPSG:31468", True),
        ("http://www.opengis.net/gml/srs/epsg.xml#31468", "EPSG:31468", False),
        ("IGNF:LAMB93", "IGNF:LAMB93", False),
        ("urn:ogc:def:crs:IGNF::LAMB93", "IGNF:LAMB93", False),
        ("ESRI:54009", "ESRI:54009", False),
    )

    def test_names(self) -> None:
        """All spellings that clients use."""
        for name, authid, isInverted in self.names:
            crs, inverted = crsFromName(name)
            self.assertEqual((crs.authid, inverted), (authid, isInverted), name)

    def test_sameSystem(self) -> None:
        """However it is spelled, it is the same system."""
        self.assertEqual(
            len({crsFromName(name)[0] for name, authid, _ in self.names if authid == "EPSG:4326"}), 1
        )
        self.assertEqual(
            len({crsFromName(name)[0] for name, authid, _ in self.names if authid == "CRS:84"}), 1
        )

    def test_unknown(self) -> None:
        """What is no name of a CRS."""
        for name in (
            "",
            "4326",
            "EPSG",
            "EPSG:",
            ":4326",
            "EPSG:999999",
            "urn:ogc:def:crs:EPSG::999999",
            "urn:ogc:def:crs",
            "http://www.opengis.net/def/crs/EPSG/0/",
            "http://example.org/def/crs/EPSG/0/4326",
            "file:///etc/passwd",
            "EPSG:4326\nx",
            "+proj=longlat",
            "EPSG:4326+3855",
            "x" * 10_000,
            "urn:ogc:def:crs:OGC:1.3:CRS99",
            'PROJCS["x"]',
            "../../etc",
            "EPSG:4326;EPSG:3857",
        ):
            self.assertRaises(UnknownCRS, crsFromName, name)

    @given(st.text(max_size=40))
    def test_anyText(self, text: str) -> None:
        """Any text is a CRS or L{UnknownCRS}."""
        try:
            crsFromName(text)
        except UnknownCRS:
            pass

    def test_spellingsBack(self) -> None:
        """A name is answered as it was asked."""
        for name in (
            "EPSG:4326",
            "urn:ogc:def:crs:EPSG::4326",
            "http://www.opengis.net/def/crs/EPSG/0/4326",
            "http://www.opengis.net/gml/srs/epsg.xml#4326",
            "[EPSG:4326]",
            "http://www.opengis.net/def/crs?authority=EPSG&version=0&code=4326",
        ):
            self.assertEqual(nameOfCrs(crsFromName(name)[0], spellingOf(name)), name)

    def test_namesOfCrs84(self) -> None:
        """CRS84 is the OGC's."""
        crs = CRS.fromAuthid("CRS:84")
        self.assertEqual(nameOfCrs(crs, CRSSpelling.URN), "urn:ogc:def:crs:OGC:1.3:CRS84")
        self.assertEqual(nameOfCrs(crs, CRSSpelling.HTTP), "http://www.opengis.net/def/crs/OGC/1.3/CRS84")
        self.assertEqual(nameOfCrs(crs, CRSSpelling.SHORT), "CRS:84")

    def test_customSystem(self) -> None:
        """One without authority has its definition for a name."""
        self.assertEqual(nameOfCrs(CRS("+proj=longlat"), CRSSpelling.URN), "+proj=longlat")

    def test_writtenNamesRead(self) -> None:
        """What is written reads back as the same system."""
        for authid in ("EPSG:4326", "EPSG:3857", "CRS:84", "IGNF:LAMB93"):
            crs = CRS.fromAuthid(authid)
            for spelling in CRSSpelling:
                if spelling is CRSSpelling.OLD_URN and not authid.startswith("EPSG"):
                    continue
                self.assertEqual(crsFromName(nameOfCrs(crs, spelling))[0], crs, (authid, spelling))
