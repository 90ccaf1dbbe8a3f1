"""Tests for L{ogctwist.project.sourcepaths}."""

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.project.datasource import splitUrl
from ogctwist.project.layers import DataSource
from ogctwist.project.paths import PathResolver
from ogctwist.project.sourcepaths import absoluteSource, localFiles

PROVIDERS = (
    *("ogr", "gdal", "spatialite", "postgres", "delimitedtext", "memory", "virtual"),
    *("wms", "WFS", "vectortile", "mdal", "gpx", "ept", "xyz"),
)


class AbsoluteTests(SynchronousTestCase):
    def absolute(self, provider: str, uri: str) -> str:
        return absoluteSource(provider, uri, PathResolver("/srv/maps")).uri

    def test_files(self) -> None:
        """OGR and MDAL: a path, then the rest."""
        self.assertEqual(self.absolute("ogr", "./a.gpkg|layername=./b"), "/srv/maps/a.gpkg|layername=./b")
        self.assertEqual(self.absolute("ogr", "/vsizip/./a.zip/b.shp"), "/vsizip//srv/maps/a.zip/b.shp")
        self.assertEqual(self.absolute("mdal", "./m.2dm"), "/srv/maps/m.2dm")

    def test_gdal(self) -> None:
        """GDAL's names of data sets within a file."""
        for uri, expected in (
            ("./a.tif", "/srv/maps/a.tif"),
            ("GPKG:./a.gpkg:t", "GPKG:/srv/maps/a.gpkg:t"),
            ('NETCDF:"./a.nc":v', 'NETCDF:"/srv/maps/a.nc":v'),
            ("NETCDF:../a.nc:v", "NETCDF:/srv/a.nc:v"),
            ('HDF5:"./a.h5"://x', 'HDF5:"/srv/maps/a.h5"://x'),
            ('HDF4_SDS:UNKNOWN:"./a.hdf":2', 'HDF4_SDS:UNKNOWN:"/srv/maps/a.hdf":2'),
            ("SENTINEL2_L1C:./a.xml:10m:EPSG_32632", "SENTINEL2_L1C:/srv/maps/a.xml:10m:EPSG_32632"),
            ("GTIFF_DIR:2:./a.tif", "GTIFF_DIR:2:/srv/maps/a.tif"),
            ("RASTERLITE:./a.sqlite,table=t", "RASTERLITE:/srv/maps/a.sqlite,table=t"),
            ("PG:dbname=x", "PG:dbname=x"),
            ("/vsicurl/http://a/b.tif", "/vsicurl/http://a/b.tif"),
        ):
            self.assertEqual(self.absolute("gdal", uri), expected)

    def test_spatialite(self) -> None:
        """The path is escaped where it needs be; nothing else is touched."""
        uri = "dbname='./a\\'b.sqlite' table=\"t\" (geom) sql=n = './x'"
        self.assertEqual(
            self.absolute("spatialite", uri),
            "dbname='/srv/maps/a\\'b.sqlite' table=\"t\" (geom) sql=n = './x'",
        )

    def test_delimitedText(self) -> None:
        """Relative URLs, new and old; special characters stay encoded."""
        for uri in ("file:./a%20%23b.csv?type=csv", "file:///./a%20%23b.csv?type=csv"):
            self.assertEqual(self.absolute("delimitedtext", uri), "file:///srv/maps/a%20%23b.csv?type=csv")
        self.assertEqual(self.absolute("delimitedtext", "http://a/b.csv?x"), "http://a/b.csv?x")

    def test_tiles(self) -> None:
        """Local tile sets have a URL in their URL; remote ones are left alone."""
        self.assertEqual(
            self.absolute("wms", "type=mbtiles&url=file:./a%20b.mbtiles"),
            "type=mbtiles&url=file:///srv/maps/a%20b.mbtiles",
        )
        remote = "type=xyz&url=http://a/%7Bz%7D.png&zmax=3"
        self.assertEqual(self.absolute("wms", remote), remote)

    def test_virtual(self) -> None:
        """The layers of a virtual layer have sources of their own."""
        self.assertEqual(
            self.absolute("virtual", "?layer=ogr:.%2Fa.shp:p:UTF-8&query=SELECT%20*%20FROM%20p"),
            "?layer=ogr:%2Fsrv%2Fmaps%2Fa.shp:p:UTF-8&query=SELECT%20*%20FROM%20p",
        )
        self.assertEqual(self.absolute("virtual", "?layer_ref=abc&query=x"), "?layer_ref=abc&query=x")

    def test_untouched(self) -> None:
        """Databases and services have no paths."""
        for provider, uri in (
            ("postgres", "dbname='./a' table=\"t\""),
            ("memory", "Point?field=./a"),
            ("WFS", "url='./x'"),
            ("nonesuch", "./x"),
        ):
            self.assertEqual(self.absolute(provider, uri), uri)

    def test_subsets(self) -> None:
        """The subset of each spelling."""
        resolver = PathResolver("/")
        for provider, uri, subset in (
            ("ogr", "/a|subset=x = 1", "x = 1"),
            ("postgres", 'table="t" sql=y = 2', "y = 2"),
            ("delimitedtext", "file:///a?subset=%22z%22", '"z"'),
            ("gdal", "/a.tif", ""),
            ("wms", "subset=1&url=x", ""),
        ):
            self.assertEqual(absoluteSource(provider, uri, resolver).subset, subset)

    @given(st.sampled_from(PROVIDERS), st.text(max_size=80))
    def test_anything(self, provider: str, uri: str) -> None:
        """Any text is taken, and what is absolute stays."""
        resolver = PathResolver("/srv/maps")
        source = absoluteSource(provider, uri, resolver)
        again = absoluteSource(provider, source.uri, resolver)
        self.assertEqual(localFiles(again), localFiles(source))
        for path in localFiles(source):
            self.assertTrue(path.startswith("/"))


class LocalFileTests(SynchronousTestCase):
    def test_files(self) -> None:
        """The file that must be there, by provider."""
        for provider, uri, path in (
            ("ogr", "/a.gpkg|layername=x", "/a.gpkg"),
            ("ogr", "/vsizip//a/b.zip/c.shp", "/a/b.zip"),
            ("gdal", 'NETCDF:"/a.nc":v', "/a.nc"),
            ("gdal", "GPKG:/a.gpkg:t", "/a.gpkg"),
            ("spatialite", "dbname='/a.sqlite' table=\"t\"", "/a.sqlite"),
            ("delimitedtext", "file:///a%20b.csv?type=csv", "/a b.csv"),
            ("wms", "type=mbtiles&url=file:///a.mbtiles", "/a.mbtiles"),
        ):
            self.assertEqual(localFiles(DataSource(provider, uri)), (path,))

    def test_none(self) -> None:
        """Sources that lie elsewhere."""
        for provider, uri in (
            ("ogr", "http://a/b.geojson"),
            ("ogr", "/vsicurl/http://a/b.shp"),
            ("ogr", "PG:dbname=x"),
            ("postgres", "dbname='x'"),
            ("memory", "Point"),
            ("wms", "url=http://a"),
            ("", ""),
        ):
            self.assertEqual(localFiles(DataSource(provider, uri)), ())

    def test_split(self) -> None:
        """The absolute URL of a delimited text file comes apart into the very path."""
        source = absoluteSource("delimitedtext", "file:./ä%3Fb.csv?type=csv", PathResolver("/m"))
        self.assertEqual(splitUrl(source.uri).path, "/m/ä?b.csv")
