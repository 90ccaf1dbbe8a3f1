"""Tests for L{ogctwist.project.reader}."""

import os
import time

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.geo.box import Box
from ogctwist.project.errors import ProjectError
from ogctwist.project.layers import EditWidget, Layer, LayerKind, ScaleRange
from ogctwist.project.model import Project
from ogctwist.project.reader import readProject
from tests.project.samples import document, layerXml, projectOf, sample, write


class WrittenByQgisTests(SynchronousTestCase):
    """The project of tests/data/make_projects.py."""

    project = readProject(sample("full.qgs"))

    def layer(self, name: str) -> Layer:
        return next(layer for layer in self.project.layers.values() if layer.name == name)

    def test_project(self) -> None:
        """What belongs to the whole."""
        project = self.project
        self.assertEqual((project.title, project.path), ("A full project", sample("full.qgs")))
        self.assertTrue(project.qgisVersion.startswith("3.22"))
        assert project.crs is not None and project.extent is not None
        self.assertEqual(project.crs.authid, "EPSG:3857")
        self.assertAlmostEqual(project.extent.ymin, 5621521.486, 2)
        self.assertEqual(project.variables, {"year": "2020", "place": "here"})
        self.assertEqual(project.metadata["title"], "A full project")
        self.assertEqual((project.selectionColor, project.backgroundColor), ((255, 255, 0, 255), (255,) * 4))
        self.assertEqual(etree.fromstring(project.layoutsXml).tag, "Layouts")
        self.assertEqual(etree.fromstring(project.annotationLayerXml).tag, "main-annotation-layer")
        self.assertEqual(project.labelSettings["DrawUnplaced"], "false")

    def test_tree(self) -> None:
        """Groups, their names for services, and the order of drawing."""
        tree = self.project.tree
        names = [child.name for child in tree.children]
        self.assertEqual(names, ["Group", "Choice", "notes"])
        group, below, choice = tree.groupNodes()
        self.assertEqual(
            (group.owsName, group.description.title, group.description.abstract),
            ("grp", "The group", "Of two"),
        )
        self.assertEqual((below.isChecked, below.isExpanded), (False, False))
        self.assertTrue(choice.isExclusive)
        order = [self.project.layers[i].name for i in self.project.drawingOrder]
        self.assertEqual(order, ["grid", "points", "areas", "codes", "notes"])

    def test_layer(self) -> None:
        """A vector layer with all its settings."""
        points = self.layer("points")
        self.assertEqual(points.source.uri.partition("|")[0], sample("data/points.geojson"))
        self.assertEqual(points.source.subset, "\"class\" = 'a' OR \"class\" = 'b'")
        self.assertEqual((points.wkbType, points.geometryKind, points.encoding), ("Point", "Point", "UTF-8"))
        self.assertEqual(points.extent, Box(1, 45.5, 3, 46.5))
        self.assertEqual((points.opacity, points.scales), (0.5, ScaleRange(1e8, 100)))
        self.assertEqual([(s.name, s.opacity, s.scales) for s in points.styles][1:], [("pale", 0.25, None)])
        self.assertEqual((points.isIdentifiable, points.isSearchable, points.isPrivate), (True, False, True))
        self.assertEqual((points.mapTip, points.displayExpression), ('Tip of [% "name" %]', '"name"'))
        self.assertEqual((points.properties["list"], points.properties["number"]), (("a", "b"), 3))
        self.assertEqual(points.variables, {"mine": "7"})
        self.assertEqual(points.joins[0].prefix, "area_")
        self.assertEqual(points.dependencies, (self.layer("areas").id,))

    def test_description(self) -> None:
        """What a layer tells of itself."""
        found = self.layer("points").description
        self.assertEqual((found.shortName, found.title), ("pts", "The points"))
        self.assertEqual(found.abstract, "Points, <all> & sundry")
        self.assertEqual(found.keywords, "dots, places")
        self.assertEqual((found.attribution, found.attributionUrl), ("Nobody", "http://example.org/nobody"))
        self.assertEqual([url.kind for url in found.metadataUrls], ["TC211", "FGDC"])
        dimension = self.layer("points").dimensions[0]
        self.assertEqual(
            (dimension.name, dimension.fieldName, dimension.referenceValue), ("elevation", "height", "2.5")
        )

    def test_fields(self) -> None:
        """Fields with widgets, defaults, constraints, and a virtual one."""
        points = self.layer("points")
        self.assertEqual(
            [f.name for f in points.fields], ["id", "name", "class", "height", "area_label", "twice"]
        )
        name, kind, height = (points.fieldSettings(n) for n in ("name", "class", "height"))
        assert name is not None and kind is not None and height is not None
        self.assertEqual(name.alias, "Name of it")
        config = dict(name.editWidget.config)
        self.assertEqual(config.pop("Layer"), self.layer("areas").id)
        self.assertEqual(
            config,
            {
                "Key": "code",
                "Value": "label",
                "AllowMulti": False,
                "NofColumns": 2,
                "Step": 0.5,
                "Nothing": None,
                "Some": ["x", "y"],
            },
        )
        self.assertEqual(kind.editWidget, EditWidget("ValueMap", {"map": [{"First": "a"}, {"Second": "b"}]}))
        self.assertEqual((kind.excludeWms, kind.excludeWfs), (True, True))
        self.assertEqual(
            (height.default, height.applyDefaultOnUpdate, height.constraints), ("1 + 1", True, 5)
        )
        self.assertEqual(points.fields[-1].expression, '"height" * 2')

    def test_raster(self) -> None:
        """A raster, whose opacity stays with its renderer, and whose CRS has no name."""
        grid = self.layer("grid")
        self.assertEqual((grid.kind, grid.opacity), (LayerKind.RASTER, 1.0))
        assert grid.style is not None and grid.crs is not None
        self.assertIn(b'opacity="0.3"', grid.style.xml)
        self.assertEqual(grid.crs.authid, "")
        self.assertTrue(grid.wcsPublished)

    def test_others(self) -> None:
        """A table in a file with an odd name; a layer that cannot be drawn."""
        codes = self.layer("codes")
        self.assertEqual(codes.geometryKind, "NoGeometry")
        self.assertIn("codes%2C%20list.csv?type=csv", codes.source.uri)
        self.assertIn("annotation", self.layer("notes").failure or "")

    def test_relations(self) -> None:
        """Relations and themes."""
        relation = self.project.relations["rel1"]
        self.assertEqual(
            (relation.referencedLayer, relation.fieldPairs), (self.layer("areas").id, (("class", "code"),))
        )
        theme = self.project.themes["as it is"]
        shown = {self.project.layers[layer.layerId].name for layer in theme.layers if layer.isVisible}
        self.assertIn("points", shown)
        self.assertEqual(theme.checkedGroups, {"Group", "Choice"})

    def test_publication(self) -> None:
        """The QGIS Server page."""
        service, wms = self.project.publication.service, self.project.publication.wms
        self.assertTrue(service.isEnabled)
        self.assertEqual(
            (service.title, service.keywords, service.contactPhone), ("Service title", ("one", "two"), "123")
        )
        self.assertEqual(
            (wms.rootName, wms.extent, wms.crsList), ("rooted", Box(0, 45, 4, 47), ("EPSG:4326", "EPSG:3857"))
        )
        self.assertEqual(
            (wms.maxWidth, wms.maxHeight, wms.imageQuality, wms.tileBuffer), (2000, 1000, 80, 20)
        )
        self.assertEqual((wms.featureInfoPrecision, wms.featureInfoAddWktGeometry), (4, True))
        self.assertEqual((wms.restrictedLayers, wms.restrictedComposers), ({"areas"}, {"Secret"}))
        self.assertEqual((wms.inspire.isActive, wms.inspire.language), (True, "ita"))
        wfs = self.layer("points").wfs
        self.assertEqual(
            (wfs.published, wfs.precision, wfs.insert, wfs.update, wfs.delete), (True, 3, True, True, False)
        )
        self.assertEqual(self.project.publication.wmts.grids[0].lastLevel, 18)
        self.assertTrue(self.layer("points").wmts.png)

    def test_archive(self) -> None:
        """The same project as .qgz."""
        packed = readProject(sample("full.qgz"))
        self.assertEqual(packed.publication, self.project.publication)
        self.assertEqual(
            [n.name for n in packed.tree.groupNodes()], [n.name for n in self.project.tree.groupNodes()]
        )

    def test_providers(self) -> None:
        """One layer for each provider, none of which is opened."""
        found = {layer.name: layer.source for layer in readProject(sample("providers.qgs")).layers.values()}
        folder = sample("data")
        self.assertEqual(found["postgres"].subset, "a='b' and c=1")
        self.assertIn(f"dbname='{folder}/none.sqlite'", found["spatialite"].uri)
        self.assertEqual(found["geopackage"].uri, f"GPKG:{folder}/none.gpkg:tiles")
        self.assertEqual(found["mbtiles"].uri, f"type=mbtiles&url=file://{folder}/none.mbtiles")
        self.assertIn("points.geojson", found["virtual"].uri)
        self.assertTrue(found["memory"].uri.startswith("memory?geometry=Point&"))


class ByHandTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.folder = os.path.abspath(self.mktemp())
        os.makedirs(self.folder)
        self.path = os.path.join(self.folder, "p.qgs")

    def read(self, body: str, version: str = "3.22", properties: str = "") -> Project:
        return projectOf(self.path, body, version, properties)

    def system(self, authid: str) -> str:
        return f"<spatialrefsys><authid>{authid}</authid></spatialrefsys>"

    def authid(self, body: str, version: str, properties: str = "") -> str | None:
        crs = self.read(body, version, f"<SpatialRefSys>{properties}</SpatialRefSys>").crs
        return None if crs is None else crs.authid

    def test_crs(self) -> None:
        """Where the CRS is found in which version, as QGIS 3.22 has it."""
        named = f"<projectCrs>{self.system('EPSG:3857')}</projectCrs>"
        canvas = f"<mapcanvas><destinationsrs>{self.system('EPSG:2154')}</destinationsrs></mapcanvas>"
        enabled, disabled = (f'<ProjectionsEnabled type="int">{n}</ProjectionsEnabled>' for n in (1, 0))
        old = '<ProjectCrs type="QString">EPSG:27700</ProjectCrs>'
        for body, version, properties, expected in (
            (named + canvas, "3.22", enabled, "EPSG:3857"),
            (named + canvas, "3.22", disabled, None),
            (named, "3.22", "", None),
            (canvas, "2.18.0", disabled, "EPSG:2154"),
            (canvas, "2.99.0-Master", "", "EPSG:2154"),
            ("", "2.18.0", enabled + old, "EPSG:27700"),
            ("", "3.4", enabled + old, "EPSG:27700"),
            ("", "3.4", old, None),
        ):
            self.assertEqual(self.authid(body, version, properties), expected)

    def test_extent(self) -> None:
        """What is shown at first: the default view, else the canvas."""
        canvas = (
            "<mapcanvas name='other'><extent><xmin>9</xmin></extent></mapcanvas>"
            "<mapcanvas name='theMapCanvas'><extent>"
            "<xmin>0</xmin><ymin>1</ymin><xmax>2</xmax><ymax>3</ymax></extent></mapcanvas>"
        )
        self.assertEqual(self.read(canvas).extent, Box(0, 1, 2, 3))
        view = "<ProjectViewSettings><DefaultViewExtent xmin='5' ymin='5' xmax='6' ymax='6'/>"
        view += "</ProjectViewSettings>"
        self.assertEqual(self.read(canvas + view).extent, Box(5, 5, 6, 6))
        self.assertIsNone(self.read("").extent)

    def test_old(self) -> None:
        """A project of 2.18: legend, scales, transparency, identification."""
        body = (
            '<legend><legendlayer name="A" checked="Qt::Checked"><filegroup>'
            '<legendlayerfile layerid="a"/></filegroup>'
            "</legendlayer></legend><projectlayers>"
            + layerXml(
                "a",
                attributes='minimumScale="100" maximumScale="5000" hasScaleBasedVisibilityFlag="1"',
                body="<layerTransparency>25</layerTransparency>",
            )
            + "</projectlayers>"
        )
        disabled = '<Identify><disabledLayers type="QStringList"><value>a</value></disabledLayers></Identify>'
        found = self.read(body, "2.18.28", disabled)
        layer = found.layers["a"]
        self.assertEqual(
            (layer.scales, layer.opacity, layer.isIdentifiable), (ScaleRange(5000, 100), 0.75, False)
        )
        self.assertEqual(found.drawingOrder, ("a",))

    def test_layerWithoutId(self) -> None:
        """A layer that cannot be named is none; of two with one id the first counts."""
        layers = layerXml("") + layerXml("a", "./1.shp") + layerXml("a", "./2.shp")
        found = self.read(f"<projectlayers>{layers}</projectlayers>")
        self.assertEqual([layer.source.uri for layer in found.layers.values()], [self.folder + "/1.shp"])

    def test_empty(self) -> None:
        """The least that is a project."""
        found = readProject(write(self.path, "<qgis/>"))
        self.assertEqual(
            (found.title, found.layers, found.tree.children, found.customOrder), ("", {}, (), None)
        )

    def test_colors(self) -> None:
        """Colours are kept within their range."""
        found = self.read(
            "", properties='<Gui><SelectionColorRedPart type="int">300</SelectionColorRedPart></Gui>'
        )
        self.assertEqual(found.selectionColor, (255, 255, 0, 255))

    def test_refusals(self) -> None:
        """The error names the project."""
        for text in (
            "",
            "<html/>",
            "<qgis><a></qgis>",
            "<qgis>" + "<layer-tree-group>" * 300 + "</layer-tree-group>" * 300 + "</qgis>",
        ):
            error = self.assertRaises(ProjectError, readProject, write(self.path, text))
            self.assertEqual(error.path, self.path)
            self.assertTrue(error.reason)

    def test_thousandLayers(self) -> None:
        """A thousand layers of two styles, 27 MB, are read in less than a second; none is opened."""
        with open(sample("full.qgs"), encoding="utf-8") as file:
            text = file.read()
        start = text.rindex("<maplayer", 0, text.index("<layername>points<"))
        one = text[start : text.index("</maplayer>", start) + len("</maplayer>")]
        layerId = one[one.index("<id>") + 4 : one.index("</id>")]
        layers = "".join(one.replace(layerId, f"layer_{i}") for i in range(1000))
        nodes = "".join(f'<layer-tree-layer id="layer_{i}" name="{i}"/>' for i in range(1000))
        write(
            self.path,
            document(f"<layer-tree-group>{nodes}</layer-tree-group><projectlayers>{layers}</projectlayers>"),
        )
        spent = []
        for _ in range(3):
            started = time.process_time()
            found = readProject(self.path)
            spent.append(time.process_time() - started)
        self.assertEqual(len(found.layers), 1000)
        self.assertEqual(len(found.drawingOrder), 1000)
        # 0.7 s where this was written; the rest is for slower processors
        self.assertLess(min(spent), 1.5)
