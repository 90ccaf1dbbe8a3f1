"""From layers to sources."""

from __future__ import annotations

import os
from pathlib import Path
from unittest import mock

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.project.layers import LayerKind
from ogctwist.sources import catalogue, rasterfile, sqlitefile
from ogctwist.sources.catalogue import SourceCatalogue, layerOptions
from ogctwist.sources.query import FeatureQuery, SourceError
from tests.doubles.features import ImmediatePool
from tests.sources.sample import layerOf, writeDelimited, writeOgr, writeSpatialite


class CatalogueTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.catalogue = SourceCatalogue(ImmediatePool(), maximumOpen=2)
        self.addCleanup(self.catalogue.close)

    def test_nothingIsOpenedBeforeItIsUsed(self) -> None:
        with (
            mock.patch.object(catalogue, "open", create=True) as opened,
            mock.patch.object(sqlitefile, "stampOf") as stamped,
            mock.patch.object(rasterfile, "stampOf", stamped),
        ):
            self.catalogue.features(layerOf("/no/such.gpkg"))
            self.catalogue.features(layerOf("dbname='/no/such.db' table=\"a\" (geom)", "spatialite"))
            self.catalogue.features(layerOf("file:///no/such.csv?type=csv", "delimitedtext"))
            self.catalogue.coverage(layerOf("/no/such.tif", "gdal", LayerKind.RASTER))
        opened.assert_not_called()
        stamped.assert_not_called()

    def test_memoryForBlocksOfRasters(self) -> None:
        for before, after in (({}, "77"), ({"GDAL_CACHEMAX": "99"}, "99")):
            with mock.patch.dict("os.environ", before, clear=True):
                SourceCatalogue(ImmediatePool(), rasterMegabytes=77)
                self.assertEqual(os.environ["GDAL_CACHEMAX"], after)

    def test_providersThatAreNotSupported(self) -> None:
        for provider in ("mssql", "nosuch", ""):
            source = self.catalogue.features(layerOf("x", provider))
            error = self.failureResultOf(source.describe(), SourceError)
            self.assertIn(repr(provider), error.getErrorMessage())
        raster = self.catalogue.coverage(layerOf("x", "wcs", LayerKind.RASTER))
        error = self.failureResultOf(raster.describe(), SourceError)
        self.assertIn("'wcs'", error.getErrorMessage())

    def test_subsetsThatAreASelect(self) -> None:
        """Where they are not read they are refused: never is everything delivered instead."""
        folder = Path(self.mktemp()).absolute()
        folder.mkdir()
        database, table = writeSpatialite(folder / "a.db"), writeDelimited(folder / "a.csv")
        for uri, provider in (
            (f"dbname='{database}' table=\"sample\" (geom)", "spatialite"),
            (f"file://{table}?type=csv&wktField=wkt", "delimitedtext"),
            ("Point?field=name:string", "memory"),
            ("dbname='x' table=\"a\" (geom)", "postgres"),
        ):
            layer = layerOf(uri, provider, subset=" select * FROM sample WHERE name = 'x'")
            for asked in ("describe", "count"):
                source = self.catalogue.features(layer)
                given = () if asked == "describe" else (FeatureQuery(),)
                error = self.failureResultOf(getattr(source, asked)(*given), SourceError)
                self.assertIn("not a SELECT", error.getErrorMessage())
            self.assertEqual(layerOptions(layer).subset, layer.source.subset)

    def test_aFileThatAppears(self) -> None:
        path = str(Path(self.mktemp()).absolute()) + ".gpkg"
        source = self.catalogue.features(layerOf(path))
        self.failureResultOf(source.describe(), SourceError)
        writeOgr(path, "GPKG", layer="a")
        self.assertEqual(self.successResultOf(source.count(FeatureQuery())), 12)

    def test_layersOfOneFileShareIt(self) -> None:
        path = writeOgr(str(Path(self.mktemp()).absolute()) + ".gpkg", "GPKG", layer="a")
        for subset in ("", '"pop" = 8', '"pop" = 1'):
            source = self.catalogue.features(layerOf(path, subset=subset))
            self.successResultOf(source.count(FeatureQuery()))
        self.assertEqual(len(self.catalogue._connections), 1)

    def test_notTooManyFilesAreKeptOpen(self) -> None:
        sources = []
        for _ in range(4):
            path = writeOgr(str(Path(self.mktemp()).absolute()) + ".gpkg", "GPKG", layer="a")
            sources.append(self.catalogue.features(layerOf(path)))
        for source in sources * 2:
            self.assertEqual(self.successResultOf(source.count(FeatureQuery())), 12)
        self.assertEqual(len(self.catalogue._connections), 2)

    def test_sourcesWorkOnAfterClose(self) -> None:
        path = writeOgr(str(Path(self.mktemp()).absolute()) + ".gpkg", "GPKG", layer="a")
        source = self.catalogue.features(layerOf(path))
        self.catalogue.close()
        self.assertEqual(self.successResultOf(source.count(FeatureQuery())), 12)
        self.assertEqual(len(self.catalogue._connections), 0)

    def test_aFileThatIsNotWhatItIsCalled(self) -> None:
        path = Path(self.mktemp() + ".gpkg")
        path.write_text('{"type": "FeatureCollection", "features": []}')
        source = self.catalogue.features(layerOf(str(path.absolute())))
        self.assertEqual(self.successResultOf(source.count(FeatureQuery())), 0)
