"""Tests for L{ogctwist.project.metadata}."""

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.project.metadata import readMetadata
from tests.project.samples import element


class MetadataTests(SynchronousTestCase):
    def test_entries(self) -> None:
        """Text, lists, keywords, links and contacts; what is empty is left out."""
        found = readMetadata(
            element(
                "<resourceMetadata><identifier>i</identifier><title/><abstract>a</abstract>"
                "<license>l1</license><license>l2</license><rights/>"
                '<keywords vocabulary="v"><keyword>k1</keyword><keyword>k2</keyword></keywords>'
                '<links><link name="n" url="u"/></links><contact><name>N</name><email/></contact><contact/>'
                "<crs><spatialrefsys/></crs></resourceMetadata>"
            )
        )
        self.assertEqual(
            found,
            {
                "identifier": "i",
                "abstract": "a",
                "license": ("l1", "l2"),
                "keywords": {"v": ("k1", "k2")},
                "links": ({"name": "n", "url": "u"},),
                "contacts": ({"name": "N"},),
            },
        )

    def test_none(self) -> None:
        """No metadata."""
        self.assertEqual(readMetadata(None), {})
