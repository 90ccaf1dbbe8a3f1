"""The suite of IFeatureSource over every kind of source and over the double."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.geo.batch import FeatureBatch
from ogctwist.geo.geometry import GeometryColumn
from ogctwist.sources.catalogue import SourceCatalogue
from ogctwist.sources.columns import arrowType, columnOf
from ogctwist.sources.query import (
    UNRESTRICTED,
    FeatureQuery,
    FieldType,
    Restriction,
    SourceField,
    SourceSchema,
)
from tests.conformance.featuresource import COUNT, DAYS, HEIGHTS, NAMES, POPS, SHAPES, FeatureSourceSuite
from tests.doubles.features import ImmediatePool, memoryFeatures
from tests.sources.sample import LAMBERT, layerOf, writeDelimited, writeOgr, writeSpatialite


class CatalogueSuite(FeatureSourceSuite):
    """Sources that the catalogue makes of a layer of a project."""

    provider = "ogr"
    firstId = 1

    def setUp(self) -> None:
        self.folder = Path(self.mktemp())
        self.folder.mkdir()
        self.layer = layerOf(self.write(), self.provider, crs=LAMBERT)
        self.catalogue = SourceCatalogue(ImmediatePool())
        self.addCleanup(self.catalogue.close)

    def write(self) -> str:
        """Write the data.  @return: the URI."""
        raise NotImplementedError

    def makeSource(self, restriction: Restriction = UNRESTRICTED) -> Any:
        return self.catalogue.features(self.layer, restriction)

    def idOf(self, row: int) -> int:
        return row + self.firstId


class GeopackageTests(CatalogueSuite, SynchronousTestCase):
    def write(self) -> str:
        return writeOgr(self.folder / "a.gpkg", "GPKG", layer="sample") + "|layername=sample"


class GeopackageWithoutIndexTests(CatalogueSuite, SynchronousTestCase):
    def write(self) -> str:
        return writeOgr(self.folder / "a.gpkg", "GPKG", layer="sample", SPATIAL_INDEX="NO")


class SpatialiteTests(CatalogueSuite, SynchronousTestCase):
    provider = "spatialite"

    def write(self) -> str:
        return f"dbname='{writeSpatialite(self.folder / 'a.sqlite')}' table=\"sample\" (geom) sql="


class SpatialiteWithoutIndexTests(CatalogueSuite, SynchronousTestCase):
    provider = "spatialite"

    def write(self) -> str:
        path = writeSpatialite(self.folder / "a.sqlite", withIndex=False)
        return f"dbname='{path}' table=\"sample\" (geom)"


class ShapefileTests(CatalogueSuite, SynchronousTestCase):
    firstId = 0
    wkbType = "MultiPolygon"

    def write(self) -> str:
        return writeOgr(self.folder / "a.shp", "ESRI Shapefile", ENCODING="UTF-8")


class GeoJsonTests(CatalogueSuite, SynchronousTestCase):
    firstId = 0

    def write(self) -> str:
        return writeOgr(self.folder / "a.geojson", "GeoJSON", RFC7946="NO")


class ZippedGeopackageTests(CatalogueSuite, SynchronousTestCase):
    """A GeoPackage that GDAL must read, because it is in an archive."""

    def write(self) -> str:
        path = writeOgr(self.folder / "a.gpkg", "GPKG", layer="sample")
        archive = self.folder.absolute() / "a.zip"
        with zipfile.ZipFile(archive, "w") as file:
            file.write(path, "a.gpkg")
        return f"/vsizip/{archive}/a.gpkg|layername=sample"


class DelimitedTextTests(CatalogueSuite, SynchronousTestCase):
    provider = "delimitedtext"
    firstId = 2

    def write(self) -> str:
        path = writeDelimited(self.folder / "a.csv")
        return f"file://{path}?type=csv&wktField=wkt&crs=EPSG:2154"


class Warm(CatalogueSuite):
    """The same once the file is in memory."""

    def makeSource(self, restriction: Restriction = UNRESTRICTED) -> Any:
        for _ in range(2):
            list(super().makeSource().read(FeatureQuery(fields=()), lambda: False))
        self.assertEqual(len(self.catalogue._store._tables), 1)
        return super().makeSource(restriction)


class WarmShapefileTests(Warm, ShapefileTests):
    pass


class WarmGeoJsonTests(Warm, GeoJsonTests):
    pass


class WarmDelimitedTextTests(Warm, DelimitedTextTests):
    pass


class WarmZippedGeopackageTests(Warm, ZippedGeopackageTests):
    pass


class DoubleTests(FeatureSourceSuite, SynchronousTestCase):
    heldSubset = None

    def makeSource(self, restriction: Restriction = UNRESTRICTED) -> Any:
        kinds = {
            "name": (FieldType.STRING, NAMES),
            "pop": (FieldType.LONG, POPS),
            "height": (FieldType.DOUBLE, HEIGHTS),
            "day": (FieldType.DATE, [None if day is None else day.isoformat() for day in DAYS]),
        }
        schema = SourceSchema(
            tuple(SourceField(name, kind) for name, (kind, _) in kinds.items()),
            wkbType="Polygon",
            geometryName="geometry",
            crs=LAMBERT,
        )
        shapes = [None if shape is None else shapely.to_wkb(shape) for shape in SHAPES]
        columns = {name: columnOf(values, kind) for name, (kind, values) in kinds.items()}
        self.assertEqual(columns["day"].type, arrowType(FieldType.DATE))
        batch = FeatureBatch(np.arange(COUNT) + 100, GeometryColumn.fromWkb(shapes), columns)
        return memoryFeatures(schema, [batch], restriction)

    def idOf(self, row: int) -> int:
        return row + 100
