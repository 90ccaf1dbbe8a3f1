"""Tests for L{ogctwist.project.elements}."""

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.geo.box import Box
from ogctwist.project.elements import boxOf, crsOf, flagOf, namedCrs, numberOf, textOf
from tests.project.samples import element


class ElementTests(SynchronousTestCase):
    def test_text(self) -> None:
        """Missing elements and empty ones."""
        self.assertEqual(textOf(None, "x"), "x")
        self.assertEqual(textOf(element("<a/>"), "x"), "")

    def test_numbers(self) -> None:
        """Only finite numbers."""
        self.assertEqual(
            [numberOf(t, 7) for t in ("1e3", "", None, "x", "nan", "inf")], [1000, 7, 7, 7, 7, 7]
        )

    def test_flags(self) -> None:
        """Words for true."""
        self.assertEqual(
            [flagOf(t) for t in ("1", "true", "Qt::Checked", "0", "", None)], [True] * 3 + [False] * 3
        )

    def test_boxes(self) -> None:
        """By children or attributes; None when it is none."""
        children = "<e><xmin>1</xmin><ymin>2</ymin><xmax>{}</xmax><ymax>4</ymax></e>"
        self.assertEqual(boxOf(element(children.format("3"))), Box(1, 2, 3, 4))
        self.assertEqual(boxOf(element('<e xmin="1" ymin="2" xmax="3" ymax="4"/>')), Box(1, 2, 3, 4))
        for bad in ("0", "nan", "x", "inf", ""):
            self.assertIsNone(boxOf(element(children.format(bad))))
        self.assertIsNone(boxOf(None))
        self.assertIsNone(boxOf(element("<e/>")))


def system(authid: str = "", wkt: str = "", proj4: str = "") -> str:
    return (
        f"<srs><spatialrefsys><wkt>{wkt}</wkt><proj4>{proj4}</proj4><srsid>1</srsid>"
        f"<authid>{authid}</authid></spatialrefsys></srs>"
    )


class CrsTests(SynchronousTestCase):
    def authid(self, text: str) -> str | None:
        crs = crsOf(element(text))
        return None if crs is None else crs.authid

    def test_authority(self) -> None:
        """The authority's name wins."""
        self.assertEqual(self.authid(system("EPSG:2154", proj4="+proj=longlat")), "EPSG:2154")

    def test_identified(self) -> None:
        """A PROJ string alone is recognised when it is one of the well-known systems."""
        mercator = (
            "+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m +nadgrids=@null"
        )
        self.assertEqual(self.authid(system(proj4=mercator + " +wktext +no_defs")), "EPSG:3857")
        self.assertEqual(self.authid(system(proj4="+proj=longlat +datum=WGS84 +no_defs")), "EPSG:4326")

    def test_custom(self) -> None:
        """Custom systems have no name but a definition."""
        crs = crsOf(element(system("USER:100001", proj4="+proj=laea +lat_0=40 +lon_0=10 +datum=WGS84")))
        assert crs is not None
        self.assertEqual(crs.authid, "")
        self.assertFalse(crs.isGeographic)

    def test_unknown(self) -> None:
        """A number that the authority does not know falls back to the definition."""
        self.assertEqual(
            self.authid(system("EPSG:999999", proj4="+proj=utm +zone=32 +datum=WGS84")), "EPSG:32632"
        )
        self.assertIsNone(self.authid(system("EPSG:999999")))

    def test_none(self) -> None:
        """Empty, missing and meaningless systems."""
        self.assertIsNone(crsOf(None))
        self.assertIsNone(crsOf(element("<srs/>")))
        self.assertIsNone(self.authid(system()))
        self.assertIsNone(namedCrs("", "what is this"))
        self.assertIsNone(namedCrs("USER:100001"))
