"""Tests for L{ogctwist.project.descriptionreader}."""

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.project.descriptionreader import readDescription, readDimensions, readGroupDescription
from ogctwist.project.layers import Dimension, LayerDescription, MetadataUrl
from tests.project.samples import childrenOf


class DescriptionTests(SynchronousTestCase):
    full = (
        "<maplayer><shortname>s</shortname><title wfs='w'>t</title><abstract>a</abstract>"
        "<keywordList><value>k</value><value/><value>l</value></keywordList>"
        '<dataUrl format="text/plain">d</dataUrl><legendUrl format="image/png">g</legendUrl>'
        '<attribution href="h">n</attribution>{}</maplayer>'
    )
    expected = LayerDescription(
        "s", "t", "a", "k, , l", "d", "text/plain", "n", "h", (), "g", "image/png", wfsTitle="w"
    )

    def test_all(self) -> None:
        """Every element."""
        self.assertEqual(readDescription(childrenOf(self.full)), self.expected)

    def test_metadata(self) -> None:
        """A list of metadata links, or the one of files before 3.22."""
        several = '<metadataUrls><metadataUrl type="TC211" format="text/xml">m</metadataUrl>'
        several += "<metadataUrl/></metadataUrls>"
        for text in (several, '<metadataUrl type="TC211" format="text/xml">m</metadataUrl>'):
            found = readDescription(childrenOf(self.full.format(text)))
            self.assertEqual(found.metadataUrls, (MetadataUrl("m", "TC211", "text/xml"),))

    def test_none(self) -> None:
        """Nothing is told."""
        self.assertEqual(readDescription({}), LayerDescription())
        self.assertEqual(readDimensions({}), ())

    def test_groups(self) -> None:
        """Groups have elements since 3.44 and custom properties before; elements win."""
        old = {"wmsShortName": "s1", "wmsTitle": "t1", "wmsAbstract": "a1"}
        found = readGroupDescription(old, {})
        self.assertEqual((found.shortName, found.title, found.abstract), ("s1", "t1", "a1"))
        self.assertEqual(readGroupDescription(old, childrenOf(self.full)), self.expected)

    def test_dimensions(self) -> None:
        """Dimensions need a name and a field."""
        found = readDimensions(
            childrenOf(
                "<maplayer><wmsDimensions>"
                '<dimension name="time" fieldName="a" endFieldName="b" units="ISO8601" '
                'unitSymbol="" defaultDisplayType="3" referenceValue="2020"/>'
                '<dimension name="x" fieldName=""/>'
                '<dimension name="elevation" fieldName="z" defaultDisplayType=""/></wmsDimensions></maplayer>'
            )
        )
        expected = (Dimension("time", "a", "b", "ISO8601", "", 3, "2020"), Dimension("elevation", "z"))
        self.assertEqual(found, expected)
