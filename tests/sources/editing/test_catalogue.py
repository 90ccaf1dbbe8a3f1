"""Which layers can be changed."""

from __future__ import annotations

from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.project.layers import DataSource, Layer, LayerKind
from ogctwist.sources.editing import EditRefused
from ogctwist.sources.editing.catalogue import EditCatalogue
from ogctwist.sources.query import SourceSchema
from tests.sources.editing.files import editLayer, writePoints


class CatalogueTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.catalogue = EditCatalogue()
        self.path = writePoints(str(Path(self.mktemp()).absolute()) + ".gpkg", "GPKG", "points")

    def test_sources(self) -> None:
        """Layers of one file are of one source, whatever else their URIs say."""
        first = self.catalogue.sourceOf(editLayer(f"{self.path}|layername=points"))
        second = self.catalogue.sourceOf(editLayer(f"{self.path}|layername=others|geometrytype=Point"))
        self.assertEqual(first, second)
        other = self.catalogue.sourceOf(editLayer("dbname='/x.db' table=\"a\" (g)", "spatialite"))
        self.assertNotEqual(first, other)

    def test_refused(self) -> None:
        """Formats, and layers, that cannot be changed."""
        csv = str(Path(self.mktemp()).absolute()) + ".csv"
        Path(csv).write_text("a\n1\n")
        for layer in (
            editLayer(csv),
            editLayer("file:///x.csv?type=csv", "delimitedtext"),
            editLayer("Point?crs=EPSG:4326", "memory"),
            editLayer("dbname='/x.db' table=\"(SELECT 1)\" (g)", "spatialite"),
            editLayer(self.path, failure="broken"),
            editLayer(self.path, isReadOnly=True),
            Layer("a", "a", LayerKind.VECTOR, DataSource("ogr", self.path, "SELECT * FROM points")),
        ):
            self.assertRaises(EditRefused, self.catalogue.sourceOf, layer)
            self.assertRaises(EditRefused, self.catalogue.session, layer)
            self.assertFalse(self.catalogue.isEditable(layer, SourceSchema((), isEditable=True)))

    def test_editable(self) -> None:
        """The schema has its say; that of a shapefile cannot know."""
        layer = editLayer(f"{self.path}|layername=points")
        self.assertTrue(self.catalogue.isEditable(layer, SourceSchema((), isEditable=True)))
        self.assertFalse(self.catalogue.isEditable(layer, SourceSchema((), isEditable=False)))
        shapefile = writePoints(self.path[:-5] + ".shp", "ESRI Shapefile")
        self.assertTrue(self.catalogue.isEditable(editLayer(shapefile), SourceSchema(())))
        missing = editLayer(self.path + ".shp")
        self.assertFalse(self.catalogue.isEditable(missing, SourceSchema(())))
