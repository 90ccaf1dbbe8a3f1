"""L{ogctwist.symbology.labels.plan} and what it gathers."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import shapely
from twisted.trial.unittest import SkipTest, SynchronousTestCase

from ogctwist.canvas.fonts import systemFonts
from ogctwist.expression import ExpressionError
from ogctwist.geo.batch import FeatureBatch
from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS
from ogctwist.geo.geometry import GeometryColumn
from ogctwist.geo.view import MapView
from ogctwist.project.layers import DataSource, FieldSettings, Layer, LayerKind, Style
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.labels import LabelPlan, labelPlan, placeLabels
from ogctwist.symbology.labels.collection import CELL_LABELS, LabelCollection

LAMBERT = CRS.fromAuthid("EPSG:2154")
FRAME = Frame(MapView(Box(0, 0, 400, 300), 400, 300, LAMBERT, 96.0), layerCrs=LAMBERT)
MARKER = (
    '<renderer-v2 type="singleSymbol"><symbols><symbol type="marker" name="0"><layer class="SimpleMarker" '
    'enabled="1"><prop k="name" v="circle"/><prop k="size" v="2"/></layer></symbol></symbols></renderer-v2>'
)
NULL = '<renderer-v2 type="nullSymbol"/>'
FIRST_ONLY = (
    '<renderer-v2 type="RuleRenderer"><rules><rule filter="rank = 1" symbol="0"/></rules><symbols>'
    '<symbol type="marker" name="0"><layer class="SimpleMarker" enabled="1"/></symbol></symbols>'
    "</renderer-v2>"
)


def settingsXml(
    attributes: str = "", placement: str = 'placement="1"', rendering: str = "", defined: str = ""
) -> str:
    """The settings of labels that show the name."""
    text = attributes if "fieldName" in attributes else f'fieldName="name" {attributes}'
    properties = "".join(
        f'<Option name="{name}" type="Map"><Option name="active" type="bool" value="true"/>'
        '<Option name="type" type="int" value="3"/>'
        f'<Option name="expression" type="QString" value="{value}"/></Option>'
        for name, value in (json.loads(defined) if defined else {}).items()
    )
    return (
        f'<settings><text-style {text} fontFamily="DejaVu Sans" fontSize="10" fontSizeUnit="Point"/>'
        f"<placement {placement}/><rendering {rendering}/><dd_properties><Option type='Map'>"
        f"<Option name='properties' type='Map'>{properties}</Option></Option></dd_properties></settings>"
    )


def planOf(labeling: str, renderer: str = MARKER, attributes: str = "") -> LabelPlan:
    """The plan of a style."""
    xml = f"<maplayer {attributes}>{renderer}{labeling}</maplayer>"
    fields = (FieldSettings("name"), FieldSettings("rank"))
    layer = Layer("l", "l", LayerKind.VECTOR, DataSource("ogr", ""), crs=LAMBERT, fields=fields)
    return labelPlan(Style("default", xml.encode()), layer)


def simple(settings: str) -> str:
    """Labels of one kind."""
    return f'<labeling type="simple">{settings}</labeling>'


def batchOf(*rows: tuple[str, str | None, int]) -> FeatureBatch:
    """Features of (WKT, name, rank)."""
    shapes = np.array([shapely.from_wkt(wkt) for wkt, _, _ in rows], object)
    columns = {"name": pa.array([r[1] for r in rows], pa.string()), "rank": pa.array([r[2] for r in rows])}
    return FeatureBatch(np.arange(len(rows)), GeometryColumn.fromShapes(shapes), columns)


CITIES = batchOf(
    ("POINT(50 50)", "Ars", 1),
    ("POINT(200 150)", "Bex", 2),
    ("POINT(350 250)", None, 3),
    ("POINT(900 900)", "Far", 1),
)


class LabelPlanTests(SynchronousTestCase):
    """L{labelPlan} and L{LabelPlan.collect}."""

    def setUp(self) -> None:
        if not systemFonts().hasFamily("DejaVu Sans"):
            raise SkipTest("this machine has no DejaVu Sans")

    def texts(self, collection: LabelCollection) -> list[str]:
        """The texts that were asked for."""
        return [label.text for label in collection.labels]

    def test_simple(self) -> None:
        """Every feature on the map with a text gets a label."""
        plan = planOf(simple(settingsXml()))
        collection = plan.collect([CITIES], FRAME)
        self.assertEqual(self.texts(collection), ["Ars", "Bex"])
        placed = placeLabels([collection], 400, 300).labels
        self.assertTrue(np.allclose(placed[0].candidate.centre, (50, -250)))

    def test_requirements(self) -> None:
        """The fields of text, data-defined properties, filters and renderer."""
        plan = planOf(simple(settingsXml(defined='{"Size": "rank * 2"}')))
        self.assertEqual(plan.requirements(FRAME).fields, {"name", "rank"})
        self.assertEqual(planOf(simple(settingsXml()), NULL).requirements(FRAME).fields, {"name"})

    def test_expression(self) -> None:
        """Texts may be computed."""
        text = 'isExpression="1" fieldName="upper(name) || rank"'
        self.assertEqual(
            self.texts(planOf(simple(settingsXml(text))).collect([CITIES], FRAME)), ["ARS1", "BEX2"]
        )

    def test_missingField(self) -> None:
        """A text that the features lack is an error, not silence."""
        plan = planOf(simple(settingsXml('fieldName="nothing"')))
        self.assertRaises(ExpressionError, plan.collect, [CITIES], FRAME)

    def test_onlyDrawn(self) -> None:
        """Features that the renderer does not draw get no label; those of the null renderer do."""
        plan = planOf(simple(settingsXml()), FIRST_ONLY)
        self.assertEqual(self.texts(plan.collect([CITIES], FRAME)), ["Ars"])
        self.assertEqual(
            self.texts(planOf(simple(settingsXml()), NULL).collect([CITIES], FRAME)), ["Ars", "Bex"]
        )

    def test_off(self) -> None:
        """No labels, or labels turned off."""
        self.assertTrue(planOf("").isEmpty)
        self.assertTrue(planOf(simple(settingsXml()), attributes='labelsEnabled="0"').isEmpty)
        self.assertFalse(planOf(simple(settingsXml()), attributes='labelsEnabled="1"').isEmpty)

    def test_brokenStyle(self) -> None:
        """What cannot be read is said."""
        layer = Layer("l", "l", LayerKind.VECTOR, DataSource("ogr", ""))
        self.assertIn("style", labelPlan(Style("d", b"<maplayer"), layer).unsupported[0])
        self.assertEqual(planOf('<labeling type="magic"/>').unsupported, ("labels of type magic",))

    def test_scale(self) -> None:
        """Labels have a range of scales."""
        limited = 'scaleVisibility="1" scaleMin="1" scaleMax="100"'
        plan = planOf(simple(settingsXml(rendering=limited)))
        self.assertFalse(plan.showsAt(FRAME.scaleDenominator))
        self.assertEqual(self.texts(plan.collect([CITIES], FRAME)), [])
        self.assertEqual(self.texts(plan.collect([CITIES], FRAME.child(scale=50.0))), ["Ars", "Bex"])

    def test_rules(self) -> None:
        """Filters, nested rules, and a rule for the rest."""
        one = settingsXml('isExpression="1" fieldName="\'one \' || name"')
        rest = settingsXml('isExpression="1" fieldName="\'rest \' || name"')
        both = settingsXml('isExpression="1" fieldName="\'all\'"')
        plan = planOf(
            '<labeling type="rule-based"><rules>'
            f'<rule filter="rank = 1"><rule>{one}</rule></rule><rule filter="ELSE">{rest}</rule>'
            f'<rule active="0">{both}</rule><rule filter="rank = (">{both}</rule>'
            f'<rule scalemaxdenom="10">{both}</rule></rules></labeling>'
        )
        self.assertEqual(self.texts(plan.collect([CITIES], FRAME)), ["one Ars", "rest Bex"])

    def test_defined(self) -> None:
        """Each feature's own settings."""
        defined = '{"Show": "rank &lt; 2", "Size": "rank * 30"}'
        collection = planOf(simple(settingsXml(defined=defined))).collect([CITIES], FRAME)
        self.assertEqual(self.texts(collection), ["Ars"])
        self.assertEqual(collection.labels[0].block.font.size, 40)

    def test_pinned(self) -> None:
        """Positions of the data are in the layer's CRS."""
        defined = '{"PositionX": "100", "PositionY": "200"}'
        collection = planOf(simple(settingsXml(defined=defined))).collect([CITIES.slice(0, 1)], FRAME)
        candidate = placeLabels([collection], 400, 300).labels[0].candidate
        self.assertEqual((candidate.x, candidate.y), (100, -100))

    def test_parts(self) -> None:
        """The largest part of a line or polygon; every part if so wanted; every point."""
        rows = batchOf(
            ("MULTIPOLYGON(((0 0,20 0,20 20,0 0)),((100 100,300 100,300 250,100 250,100 100)))", "Land", 1),
            ("MULTIPOINT((10 10),(60 60))", "Two", 1),
        )
        labels = planOf(simple(settingsXml()), NULL).collect([rows], FRAME).labels
        self.assertEqual([label.text for label in labels], ["Land", "Two", "Two"])
        self.assertGreater(labels[0].spot.shape.area, 20_000)
        every = planOf(simple(settingsXml(rendering='labelPerPart="1"')), NULL).collect([rows], FRAME)
        self.assertEqual(self.texts(every).count("Land"), 2)

    def test_clipped(self) -> None:
        """A polygon is labelled where it shows, or as a whole if so wanted."""
        rows = batchOf(("POLYGON((-1000 0,100 0,100 300,-1000 300,-1000 0))", "Land", 1))
        shown = planOf(simple(settingsXml()), NULL).collect([rows], FRAME).labels[0]
        self.assertEqual(shown.spot.shape.centroid.x, 50)
        whole = planOf(simple(settingsXml(placement='placement="1" centroidWhole="1"')), NULL)
        self.assertEqual(whole.collect([rows], FRAME).labels[0].spot.shape.centroid.x, -450)

    def test_brokenGeometry(self) -> None:
        """A polygon that crosses itself, an empty one and none are no failure."""
        shapes = np.array(
            [
                shapely.from_wkt("POLYGON((0 0,100 100,100 0,0 100,0 0))"),
                shapely.from_wkt("POLYGON EMPTY"),
                None,
            ],
            object,
        )
        columns = {"name": pa.array(["a", "b", "c"]), "rank": pa.array([1, 1, 1])}
        batch = FeatureBatch(np.arange(3), GeometryColumn.fromShapes(shapes), columns)
        self.assertEqual(self.texts(planOf(simple(settingsXml()), NULL).collect([batch], FRAME)), ["a"])

    def test_merged(self) -> None:
        """Lines of one name that continue each other have one label."""
        rows = batchOf(
            ("LINESTRING(20 20,100 20)", "Road", 1),
            ("LINESTRING(100 20,180 30)", "Road", 1),
            ("LINESTRING(20 200,180 200)", "Lane", 1),
        )
        plan = planOf(simple(settingsXml(placement='placement="2"', rendering='mergeLines="1"')), NULL)
        labels = plan.collect([rows], FRAME).labels
        self.assertEqual(sorted(label.text for label in labels), ["Lane", "Road"])
        self.assertGreater(max(label.spot.shape.length for label in labels), 160)

    def test_crowd(self) -> None:
        """Where thousands crowd, only some are asked for labels, and the work stays small."""
        rows = batchOf(*((f"POINT({100 + k / 1000} 100)", f"N{k}", 1) for k in range(500)))
        self.assertEqual(len(planOf(simple(settingsXml()), NULL).collect([rows], FRAME).labels), CELL_LABELS)

    def test_watching(self) -> None:
        """Batches pass through unchanged while they are looked at."""
        collector = planOf(simple(settingsXml())).collector(FRAME)
        self.assertEqual(list(collector.watching(iter([CITIES]))), [CITIES])
        self.assertEqual(self.texts(collector.collection()), ["Ars", "Bex"])

    def test_obstacles(self) -> None:
        """Symbols of points are in the way of other labels, as large as they are drawn."""
        collection = planOf(simple(settingsXml())).collect([CITIES], FRAME)
        xmin, _, xmax, _ = collection.obstacles[0].shape.bounds
        self.assertTrue(8 <= xmax - xmin <= 10)
        without = planOf(simple(settingsXml(rendering='obstacle="0"'))).collect([CITIES], FRAME)
        self.assertEqual(without.obstacles, [])
