"""Tests for L{ogctwist.project.paths}."""

import os

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.project.paths import PathResolver


class PathTests(SynchronousTestCase):
    resolver = PathResolver("/srv/maps")

    def test_relative(self) -> None:
        """Paths with dots are relative to the project."""
        self.assertEqual(self.resolver.resolve("./a/b.shp"), "/srv/maps/a/b.shp")
        self.assertEqual(self.resolver.resolve("../b.shp"), "/srv/b.shp")
        self.assertEqual(self.resolver.resolve("../../x/./y/../c d%20.shp"), "/x/c d%20.shp")
        self.assertEqual(self.resolver.resolve("./a.gpkg|layername=b"), "/srv/maps/a.gpkg|layername=b")

    def test_plain(self) -> None:
        """A bare name is relative to the project too, never to the working directory."""
        self.assertEqual(self.resolver.resolve("b.shp"), "/srv/maps/b.shp")
        self.assertEqual(self.resolver.resolve("a/b.shp"), "/srv/maps/a/b.shp")

    def test_unchanged(self) -> None:
        """What is absolute, or no path, stays as it is."""
        for text in (
            "",
            "/data/a.shp",
            "http://example.org/./a",
            "PG:dbname=x",
            "C:\\data\\a.shp",
            "\\\\server\\share\\a.shp",
            "/vsicurl/http://example.org/a.tif",
            "/vsimem/./a",
            '{"type": "Point"}',
        ):
            self.assertEqual(self.resolver.resolve(text), text)

    def test_archives(self) -> None:
        """The archive in a GDAL path is a path of its own."""
        self.assertEqual(self.resolver.resolve("/vsizip/./a.zip/b.shp"), "/vsizip//srv/maps/a.zip/b.shp")
        self.assertEqual(self.resolver.resolve("/vsitar/../a.tar"), "/vsitar//srv/a.tar")
        self.assertEqual(self.resolver.resolve("/vsizip//vsicurl/http://a"), "/vsizip//vsicurl/http://a")

    def test_localized(self) -> None:
        """C{localized:} paths are found in the first folder that has the file, and nowhere else."""
        first, second = self.mktemp(), self.mktemp()
        os.makedirs(first)
        os.makedirs(os.path.join(second, "base"))
        with open(os.path.join(second, "base", "world.gpkg"), "w"):
            pass
        resolver = PathResolver("/srv/maps", (os.path.abspath(first), os.path.abspath(second)))
        found = resolver.resolve("localized:base/world.gpkg|layername=land")
        self.assertEqual(found, os.path.abspath(second) + "/base/world.gpkg|layername=land")
        for text in ("localized:base/none.gpkg", "localized:../world.gpkg", "localized:/etc/passwd"):
            self.assertEqual(resolver.resolve(text), text)

    @given(st.text(max_size=60))
    def test_anything(self, text: str) -> None:
        """No text is refused, and resolving twice changes nothing more."""
        once = self.resolver.resolve(text)
        self.assertEqual(self.resolver.resolve(once), once)
