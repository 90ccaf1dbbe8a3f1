"""Data are read from below the roots only."""

from __future__ import annotations

import os
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.project.layers import DataSource, LayerKind
from ogctwist.sources.catalogue import SourceCatalogue
from ogctwist.sources.query import FeatureQuery, SourceError
from ogctwist.sources.roots import DataRoots
from tests.doubles.features import ImmediatePool
from tests.sources.rasters import writeRaster
from tests.sources.sample import layerOf, writeOgr


class DataRootsTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.folder = Path(self.mktemp()).absolute()
        self.inside, self.outside = self.folder / "in", self.folder / "out"
        for folder in (self.inside, self.outside):
            folder.mkdir(parents=True)
        self.roots = DataRoots((str(self.inside),))

    def isAllowed(self, uri: str, provider: str = "ogr") -> bool:
        try:
            self.roots.check(DataSource(provider, uri))
        except SourceError:
            return False
        return True

    def test_places(self) -> None:
        self.assertTrue(self.isAllowed(f"{self.inside}/a.shp|layername=a"))
        self.assertTrue(self.isAllowed(f"/vsizip/{self.inside}/a.zip/b.shp"))
        self.assertTrue(self.isAllowed(f"dbname='{self.inside}/a.db' table=\"a\" (geom)", "spatialite"))
        self.assertTrue(self.isAllowed(f"file://{self.inside}/a.csv?type=csv", "delimitedtext"))
        self.assertTrue(self.isAllowed(f"GPKG:{self.inside}/a.gpkg:t", "gdal"))
        self.assertTrue(self.isAllowed("Point?field=a:int", "memory"))

    def test_placesOutside(self) -> None:
        for uri in (
            f"{self.outside}/a.shp",
            f"{self.inside}/../out/a.shp",
            f"{self.inside}2/a.shp",
            f"/vsizip/{self.outside}/a.zip/b.shp",
            f"/vsisubfile/0_100,{self.outside}/a.shp",
            "PG:dbname=x",
            "a.shp",
            "",
        ):
            self.assertFalse(self.isAllowed(uri), uri)
        self.assertFalse(self.isAllowed(f'NETCDF:"{self.outside}/a.nc":v', "gdal"))
        self.assertFalse(self.isAllowed(f"dbname='{self.outside}/a.db' table=\"a\" (geom)", "spatialite"))

    def test_links(self) -> None:
        os.symlink(self.outside, self.inside / "link")
        self.assertFalse(self.isAllowed(f"{self.inside}/link/a.shp"))

    def test_anyFile(self) -> None:
        DataRoots().check(DataSource("ogr", "/any/where.shp"))

    def test_sources(self) -> None:
        catalogue = SourceCatalogue(ImmediatePool(), roots=(str(self.inside),))
        self.addCleanup(catalogue.close)
        paths = [writeOgr(folder / "a.gpkg", "GPKG", layer="a") for folder in (self.inside, self.outside)]
        counts = [catalogue.features(layerOf(path)).count(FeatureQuery()) for path in paths]
        self.assertEqual(self.successResultOf(counts[0]), 12)
        self.assertIn("outside", self.failureResultOf(counts[1], SourceError).getErrorMessage())
        rasters = [writeRaster(folder / "a.tif") for folder in (self.inside, self.outside)]
        coverages = [catalogue.coverage(layerOf(path, "gdal", LayerKind.RASTER)) for path in rasters]
        self.assertEqual(coverages[0].info().driver, "GTiff")
        self.assertRaises(SourceError, coverages[1].info)
