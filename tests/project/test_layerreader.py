"""Tests for L{ogctwist.project.layerreader}."""

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.project.layerreader import LayerContext, readLayer, variablesOf
from ogctwist.project.layers import DataSource, Join, Layer, LayerKind
from ogctwist.project.paths import PathResolver
from ogctwist.project.publicationreader import LayerPublication
from tests.project.samples import element, layerXml


def layer(text: str, unidentifiable: frozenset[str] = frozenset(), **published: object) -> Layer:
    context = LayerContext(PathResolver("/srv"), LayerPublication(published), unidentifiable)
    return readLayer(element(text), context)


class LayerTests(SynchronousTestCase):
    def test_source(self) -> None:
        """Paths are absolute; old files name no provider."""
        self.assertEqual(layer(layerXml("a")).source, DataSource("ogr", "/srv/a.shp"))
        found = layer("<maplayer type='raster'><id>r</id><datasource>./r.tif</datasource></maplayer>")
        self.assertEqual((found.kind, found.source), (LayerKind.RASTER, DataSource("gdal", "/srv/r.tif")))

    def test_kinds(self) -> None:
        """Kinds that cannot be drawn are layers with a reason; so are unknown ones."""
        for name in ("mesh", "vector-tile", "point-cloud", "annotation", "plugin", "group", "tiled-scene"):
            found = layer(f"<maplayer type='{name}'><id>x</id></maplayer>")
            self.assertEqual(found.kind, LayerKind(name))
            self.assertIn(name, found.failure or "")
        found = layer("<maplayer type='from-the-future'><id>x</id></maplayer>")
        self.assertIn("from-the-future", found.failure or "")
        self.assertIsNone(layer(layerXml("a")).failure)

    def test_geometry(self) -> None:
        """The type where the file has it, else the kind alone."""
        found = layer(layerXml("a", attributes='wkbType="MultiPointZ"'))
        self.assertEqual((found.wkbType, found.geometryKind), ("MultiPointZ", "Point"))
        self.assertEqual((layer(layerXml("a")).wkbType, layer(layerXml("a")).geometryKind), ("", "Point"))
        found = layer("<maplayer type='vector' geometry='No geometry'><id>x</id></maplayer>")
        self.assertEqual((found.wkbType, found.geometryKind), ("NoGeometry", "NoGeometry"))
        self.assertEqual(layer("<maplayer type='vector'><id>x</id></maplayer>").geometryKind, "Unknown")

    def test_flags(self) -> None:
        """Flags of 3.x, and the list of projects before."""
        found = layer(
            layerXml(
                "a",
                body="<flags><Identifiable>0</Identifiable><Searchable>1</Searchable><Private>1</Private></flags>",
            )
        )
        self.assertEqual((found.isIdentifiable, found.isSearchable, found.isPrivate), (False, True, True))
        found = layer(layerXml("a"), frozenset("a"))
        self.assertEqual((found.isIdentifiable, found.isSearchable, found.isPrivate), (False, True, False))
        self.assertTrue(layer(layerXml("b", attributes='readOnly="1"'), frozenset("a")).isReadOnly)

    def test_joins(self) -> None:
        """Joins, their prefix and their fields; what a layer depends on."""
        found = layer(
            layerXml(
                "a",
                body='<vectorjoins><join joinLayerId="b" targetFieldName="t" joinFieldName="j" '
                'customPrefix="p_" hasCustomPrefix="1"><joinFieldsSubset><field name="x"/>'
                "</joinFieldsSubset></join>"
                '<join joinLayerId="c" targetFieldName="t" joinFieldName="j" hasCustomPrefix="0" '
                'customPrefix="no"/>'
                '<join joinLayerId="d" targetFieldName="t" joinFieldName="j" customPrefix=""/></vectorjoins>'
                '<dataDependencies><layer id="e"/></dataDependencies>',
            )
        )
        self.assertEqual(
            found.joins, (Join("b", "t", "j", "p_", ("x",)), Join("c", "t", "j"), Join("d", "t", "j", ""))
        )
        self.assertEqual(found.dependencies, ("e", "b", "c", "d"))

    def test_texts(self) -> None:
        """Map tips and display expressions, new and old."""
        found = layer(layerXml("a", body='<mapTip>tip</mapTip><previewExpression>"n"</previewExpression>'))
        self.assertEqual((found.mapTip, found.displayExpression), ("tip", '"n"'))
        self.assertEqual(layer(layerXml("a", body='<mapTip enabled="0">tip</mapTip>')).mapTip, "")
        self.assertEqual(layer(layerXml("a", body='<mapTip enabled="1">tip</mapTip>')).mapTip, "tip")
        found = layer(layerXml("a", body='<displayfield>a"b</displayfield>'))
        self.assertEqual((found.mapTip, found.displayExpression), ("", '"a""b"'))

    def test_form(self) -> None:
        """The form's layout, when the form has one of its own."""
        form = "<attributeEditorForm><attributeEditorField name='x'/></attributeEditorForm>"
        found = layer(layerXml("a", body=f"<editorlayout>tablayout</editorlayout>{form}"))
        self.assertEqual(etree.fromstring(found.editFormLayout).tag, "attributeEditorForm")
        found = layer(layerXml("a", body=f"<editorlayout>generatedlayout</editorlayout>{form}"))
        self.assertEqual(found.editFormLayout, b"")

    def test_published(self) -> None:
        """What the project publishes of the layer."""
        found = layer(layerXml("a"), WFSLayers=("a",), WCSLayers=("b",))
        self.assertEqual((found.wfs.published, found.wcsPublished), (True, False))

    def test_placeholder(self) -> None:
        """The picture in place of the legend lies beside the project."""
        found = layer(layerXml("a", attributes='legendPlaceholderImage="./p.png"'))
        self.assertEqual(found.legendPlaceholder, "/srv/p.png")

    def test_variables(self) -> None:
        """Two lists, or two texts, make variables."""
        self.assertEqual(variablesOf(("a", "b"), ("1", "2", "3")), {"a": "1", "b": "2"})
        self.assertEqual(variablesOf("a", "1"), {"a": "1"})
        self.assertEqual(variablesOf(None, None), {})
        self.assertEqual(variablesOf("", ""), {})
