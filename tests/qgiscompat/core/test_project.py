"""Tests of QgsProject, its layers, and of what changes to them make of what is served."""

from __future__ import annotations

from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

import tests
from ogctwist.project.layers import DataSource, Layer, LayerKind, Style
from ogctwist.project.reader import readProject
from ogctwist.qgiscompat.core import (
    NULL,
    QgsFeatureRequest,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsVectorLayer,
)
from ogctwist.qgiscompat.core.subsets import withSubset

FILE = str(Path(tests.__file__).parent / "data" / "projects" / "full.qgs")
POINTS = "points_5ba8f471_e3ca_4de4_8222_30c3821bb559"
AREAS = "areas_2a9b2a4a_949a_4fb7_961b_45590841afda"
GRID = "grid_2a2a5717_9b2d_4ad5_b121_12cef2fd57f1"


class Fixture(SynchronousTestCase):
    def setUp(self):
        self.native = readProject(FILE)
        self.project = QgsProject._q_of(self.native)
        self.points = self.project.mapLayer(POINTS)


class Reading(Fixture):
    """What PyQGIS answers for the same file."""

    def test_project(self):
        p = self.project
        self.assertEqual((p.title(), p.baseName(), p.crs().authid()), ("A full project", "full", "EPSG:3857"))
        self.assertEqual(p.customVariables(), {"place": "here", "year": "2020"})
        self.assertEqual(p.fileName(), FILE)
        self.assertEqual(p.lastSaveVersion().majorVersion(), 3)

    def test_entries(self):
        read = self.project
        self.assertEqual(read.readEntry("WMSServiceTitle", "/"), ("Service title", True))
        self.assertEqual(read.readListEntry("WMSExtent", ""), (["0", "45", "4", "47"], True))
        self.assertEqual(read.readListEntry("WMSServiceTitle", "/"), ([], False))
        self.assertEqual(read.readNumEntry("Gui", "/SelectionColorRedPart"), (255, True))
        self.assertEqual(read.readBoolEntry("Nope", "/x"), (False, False))

    def test_layer(self):
        layer = self.points
        self.assertIsInstance(layer, QgsVectorLayer)
        self.assertIsInstance(self.project.mapLayer(GRID), QgsRasterLayer)
        self.assertEqual(self.project.mapLayer(GRID).opacity(), 0.3)
        self.assertEqual((layer.shortName(), layer.title(), layer.opacity()), ("pts", "The points", 0.5))
        self.assertEqual(layer.styleManager().styles(), ["default", "pale"])
        self.assertEqual([f.name() for f in layer.fields()][:3], ["id", "name", "class"])
        self.assertEqual(layer.fields().field("name").alias(), "Name of it")
        self.assertEqual(layer.fields().field("class").editorWidgetSetup().type(), "ValueMap")
        self.assertEqual((layer.excludeAttributesWms(), layer.excludeAttributesWfs()), ({"class"}, {"class"}))
        self.assertEqual(layer.displayExpression(), '"name"')
        self.assertEqual(self.project.mapLayer(AREAS).displayExpression(), '"label"')
        self.assertEqual(layer.customPropertyKeys().count("list"), 1)

    def test_features(self):
        """Joined and virtual fields, subset, ids, geometry."""
        first = next(self.points.getFeatures())
        self.assertEqual(first.attributes(), [1, "one", "a", 1.5, "Area A", 3.0])
        self.assertEqual((first.id(), first.geometry().asWkt()), (1, "Point (1 45.5)"))
        self.assertEqual(first["twice"], 3.0)
        self.assertEqual(self.points.featureCount(), 3)
        self.assertEqual(self.points.extent().toString(3), "1.000,45.500 : 3.000,46.500")

    def test_requests(self):
        def ids(request):
            return [f.id() for f in self.points.getFeatures(request)]

        self.assertEqual(ids(QgsFeatureRequest().setFilterExpression("\"name\" = 'two'")), [2])
        self.assertEqual(ids(QgsFeatureRequest(QgsRectangle(0, 45, 1.5, 46))), [1])
        self.assertEqual(ids(QgsFeatureRequest(2)), [2])
        self.assertEqual(ids(QgsFeatureRequest().addOrderBy('"id"', False).setLimit(2)), [3, 2])
        self.assertEqual(ids(QgsFeatureRequest().setFilterExpression("this is none")), [])
        some = QgsFeatureRequest().setSubsetOfAttributes(["id"], self.points.fields()).setFlags(3)
        feature = next(self.points.getFeatures(some))
        self.assertEqual(feature.attributes(), [1, NULL, NULL, NULL, NULL, NULL])
        self.assertFalse(feature.hasGeometry())

    def test_parts(self):
        root = self.project.layerTreeRoot()
        self.assertEqual([n.name() for n in root.children()], ["Group", "Choice", "notes"])
        self.assertIs(root.findLayer(POINTS).layer(), self.points)
        self.assertFalse(root.findLayer(AREAS).isVisible())
        shown = self.project.mapThemeCollection().mapThemeVisibleLayerIds("as it is")
        self.assertEqual(shown[:2], [GRID, POINTS])
        relation = self.project.relationManager().relation("rel1")
        self.assertTrue(relation.isValid())
        self.assertEqual(relation.fieldPairs(), {"class": "code"})
        self.assertEqual(
            len(list(relation.getRelatedFeatures(next(relation.referencedLayer().getFeatures())))), 2
        )

    def test_unreadable(self):
        """A layer of a file that is not there is not valid, and has no features."""
        layer = QgsVectorLayer("/nowhere/at/all.geojson", "x", "ogr")
        self.assertFalse(layer.isValid())
        self.assertEqual((list(layer.getFeatures()), layer.featureCount()), ([], -1))


class Changing(Fixture):
    def test_nothing(self):
        """What is only looked at is served as it is."""
        self.points.fields()
        self.project.layerTreeRoot()
        self.assertIs(self.project._q_served(), self.native)

    def test_subset(self):
        """A subset string reaches the source, and what is served; one that is wrong changes nothing."""
        self.assertTrue(self.points.setSubsetString("\"name\" = 'two'"))
        self.assertEqual([f.id() for f in self.points.getFeatures()], [2])
        served = self.project._q_served()
        self.assertEqual(served.layers[POINTS].source.subset, "\"name\" = 'two'")
        self.assertFalse(self.points.setSubsetString("nonsense ("))
        self.assertEqual(self.points.subsetString(), "\"name\" = 'two'")

    def test_version(self):
        """Equal changes make equal versions, others make others; the original is not touched."""
        self.points.setTitle("another")
        other = QgsProject._q_of(self.native)
        other.mapLayer(POINTS).setTitle("another")
        versions = {self.native.version, self.project._q_served().version, other._q_served().version}
        self.assertEqual(len(versions), 2)
        other.mapLayer(POINTS).setAbstract("more")
        self.assertNotIn(other._q_served().version, versions)
        self.assertEqual(self.native.layers[POINTS].description.title, "The points")

    def test_isOf(self):
        """An object is of what it was made of, and of what it is served as."""
        self.project.setTitle("new")
        self.assertTrue(self.project._q_isOf(self.project._q_served()))
        self.assertTrue(self.project._q_isOf(self.native))
        self.assertFalse(self.project._q_isOf(readProject(FILE)))

    def test_entries(self):
        """What is written reaches the publication."""
        self.project.writeEntry("WMSServiceTitle", "/", "Mine")
        self.assertEqual(self.project.readEntry("WMSServiceTitle", "/"), ("Mine", True))
        self.assertEqual(self.project._q_served().publication.service.title, "Mine")
        self.project.removeEntry("WMSServiceTitle", "/")
        self.assertEqual(self.project._q_served().publication.service.title, "")

    def test_style(self):
        """The style that is chosen is the first of what is served."""
        self.assertTrue(self.points.styleManager().setCurrentStyle("pale"))
        self.assertFalse(self.points.styleManager().setCurrentStyle("no such"))
        self.assertEqual(self.project._q_served().layers[POINTS].style.name, "pale")

    def test_renderer(self):
        """A renderer that is set is in the style that is served."""
        renderer = self.project.mapLayer(AREAS).renderer().clone()
        renderer._q_element.set("mark", "mine")
        self.points.setRenderer(renderer)
        self.assertIn(b'mark="mine"', self.project._q_served().layers[POINTS].style.xml)
        self.assertNotIn(b'mark="mine"', self.native.layers[POINTS].style.xml)

    def test_remove(self):
        """A layer that is removed is neither served nor in the tree."""
        self.project.removeMapLayer(POINTS)
        served = self.project._q_served()
        self.assertNotIn(POINTS, served.layers)
        self.assertNotIn(POINTS, [node.layerId for node in served.tree.layerNodes()])
        self.assertIsNone(self.project.mapLayer(POINTS))

    def test_reset(self):
        """When the request is over, all is as it was; objects stay the same."""
        self.points.setName("x")
        self.project.setCustomVariables({"a": "b"})
        self.project.removeMapLayer(AREAS)
        self.project._q_reset()
        self.assertIs(self.project._q_served(), self.native)
        self.assertIs(self.project.mapLayer(POINTS), self.points)
        self.assertEqual(self.points.name(), "points")
        self.assertIsNotNone(self.project.mapLayer(AREAS))

    def test_editing(self):
        """Editing is refused by name."""
        error = self.assertRaises(NotImplementedError, self.points.startEditing)
        self.assertIn("points", str(error))


class Subsets(Fixture):
    def test_source(self):
        """The text of the source tells the subset, as in QGIS."""
        self.points.setSubsetString('"id"=1')
        self.assertTrue(self.points.source().endswith('points.geojson|subset="id"=1'))
        self.points.setSubsetString("")
        self.assertTrue(self.points.source().endswith("points.geojson"))
        self.assertEqual(self.points.subsetString(), "")

    def test_origins(self):
        """Fields of the source, of a join, and virtual ones are told apart."""
        fields = self.points.fields()
        self.assertEqual([int(fields.fieldOrigin(i)) for i in range(6)], [1, 1, 1, 1, 2, 4])

    def test_spellings(self):
        """Each provider has a spelling of its own."""
        for provider, uri, expected in (
            ("postgres", "dbname='a' table=\"t\" (g) sql=x = 1", "dbname='a' table=\"t\" (g) sql=b"),
            ("delimitedtext", "file:///a.csv?type=csv&subset=x&y=z", "file:///a.csv?type=csv&y=z&subset=b"),
            ("gdal", "/a.tif", "/a.tif"),
        ):
            self.assertEqual(withSubset(DataSource(provider, uri), "b").uri, expected)


class Renderers(SynchronousTestCase):
    STYLE = (
        b'<maplayer><renderer-v2 type="categorizedSymbol" attr="kind"><categories>'
        b'<category value="1" type="long" label="one" render="true" symbol="0"/>'
        b'<category value="b" type="string" label="two" render="true" symbol="1"/>'
        b"</categories></renderer-v2></maplayer>"
    )

    def setUp(self):
        layer = Layer(
            "i", "n", LayerKind.VECTOR, DataSource("ogr", "/nowhere"), styles=(Style("default", self.STYLE),)
        )
        self.layer = QgsVectorLayer._q_of(layer, None)

    def test_categories(self):
        """Values in their types, entries by their place."""
        renderer = self.layer.renderer()
        self.assertEqual((renderer.type(), renderer.usedAttributes()), ("categorizedSymbol", {"kind"}))
        self.assertEqual([c.label() for c in renderer.categories()], ["one", "two"])
        self.assertEqual(
            [(i.label(), i.ruleKey()) for i in renderer.legendSymbolItems()], [("one", "0"), ("two", "1")]
        )

    def test_check(self):
        """An entry that is switched off is so in the style that is served."""
        renderer = self.layer.renderer()
        renderer.checkLegendSymbolItem("1", False)
        self.assertFalse(renderer.legendSymbolItemChecked("1"))
        self.assertTrue(renderer.legendSymbolItemChecked("0"))
        self.assertEqual(self.layer._q_layer.style.xml.count(b'render="false"'), 1)
        renderer.checkLegendSymbolItem("1", True)
        self.assertNotIn(b'render="false"', self.layer._q_layer.style.xml)

    def test_copy(self):
        """A copy belongs to no layer until it is given to one."""
        self.layer.renderer().clone().checkLegendSymbolItem("0", False)
        self.assertEqual(self.layer._q_layer.style.xml, self.STYLE)
