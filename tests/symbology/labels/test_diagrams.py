"""Diagrams: read, sized, placed among the labels, drawn."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import shapely
from lxml import etree
from twisted.trial.unittest import SkipTest, SynchronousTestCase

from ogctwist.canvas.canvas import Canvas
from ogctwist.canvas.fonts import systemFonts
from ogctwist.canvas.ink import Color
from ogctwist.geo.batch import FeatureBatch
from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS
from ogctwist.geo.geometry import GeometryColumn
from ogctwist.geo.view import MapView
from ogctwist.project.layers import DataSource, FieldSettings, Layer, LayerKind, Style
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.labels import LabelPlan, drawLabels, labelPlan, placeLabels
from ogctwist.symbology.labels.diagrams import DiagramBlock, readDiagrams

LAMBERT = CRS.fromAuthid("EPSG:2154")
FRAME = Frame(MapView(Box(0, 0, 200, 200), 200, 200, LAMBERT, 96.0), layerCrs=LAMBERT)
FIELDS = ["a", "b"]


def markup(
    kind: str = "Pie",
    category: str = "",
    renderer: str = "",
    placement: str = 'placement="1"',
    enabled: int = 1,
) -> str:
    """The diagrams of a layer; with C{renderer} their size follows a value."""
    tag = "LinearlyInterpolatedDiagramRenderer" if renderer else "SingleCategoryDiagramRenderer"
    return (
        f'<{tag} diagramType="{kind}" {renderer}><DiagramCategory enabled="{enabled}" width="60" height="60" '
        f'sizeType="Pixel" penWidth="0" lineSizeType="Pixel" penAlpha="0" barWidth="20" {category}>'
        '<fontProperties description="DejaVu Sans,8,-1,5,75,1,0,0,0,0"/>'
        '<attribute color="#ff0000" field="&quot;a&quot;"/><attribute color="#0000ff" field="b * 1"/>'
        f'</DiagramCategory></{tag}><DiagramLayerSettings showAll="1" {placement}/>'
    )


def planOf(xml: str) -> LabelPlan:
    """The plan of a style whose features are not drawn."""
    fields = tuple(FieldSettings(name) for name in FIELDS)
    layer = Layer("l", "l", LayerKind.VECTOR, DataSource("ogr", ""), crs=LAMBERT, fields=fields)
    whole = f'<maplayer labelsEnabled="0"><renderer-v2 type="nullSymbol"/>{xml}</maplayer>'
    return labelPlan(Style("default", whole.encode()), layer)


def batchOf(*rows: tuple[float, float, float | None, float | None]) -> FeatureBatch:
    """Points with two values."""
    shapes = shapely.points([(x, y) for x, y, _, _ in rows])
    columns = {
        "a": pa.array([r[2] for r in rows], pa.float64()),
        "b": pa.array([r[3] for r in rows], pa.float64()),
    }
    return FeatureBatch(np.arange(len(rows)), GeometryColumn.fromShapes(np.asarray(shapes, object)), columns)


class DiagramTests(SynchronousTestCase):
    """Diagrams as part of a layer's labels."""

    def setUp(self) -> None:
        if not systemFonts().hasFamily("DejaVu Sans"):
            raise SkipTest("this machine has no DejaVu Sans")

    def drawn(self, xml: str, *rows: tuple[float, float, float | None, float | None]) -> np.ndarray:
        """The map: int16 (h, w, 4)."""
        canvas = Canvas(200, 200)
        canvas.clear(Color(1, 1, 1))
        drawLabels(placeLabels([planOf(xml).collect([batchOf(*rows)], FRAME)], 200, 200), canvas)
        return canvas.pixels.astype(np.int16)

    def blocks(self, xml: str, *rows: tuple[float, float, float | None, float | None]) -> list[DiagramBlock]:
        """The diagrams that ask for places."""
        labels = planOf(xml).collect([batchOf(*rows)], FRAME).labels
        return [label.block for label in labels if isinstance(label.block, DiagramBlock)]

    def area(self, picture: np.ndarray, color: str) -> int:
        """How many pixels are red or blue."""
        this, other = (2, 0) if color == "red" else (0, 2)
        return int(((picture[..., this] > 200) & (picture[..., other] < 60)).sum())

    def test_read(self) -> None:
        """The style; diagrams that are off are none."""
        root = etree.fromstring(f"<maplayer>{markup()}</maplayer>")
        style = readDiagrams(root, FIELDS)
        assert style is not None
        self.assertEqual((style.kind, style.size, style.fields), ("Pie", (60, 60), {"a", "b"}))
        self.assertEqual(
            (style.family, style.fontSize, style.fontWeight, style.isItalic), ("DejaVu Sans", 8, 700, True)
        )
        self.assertIsNone(readDiagrams(etree.fromstring(f"<maplayer>{markup(enabled=0)}</maplayer>"), FIELDS))
        self.assertTrue(planOf(markup(enabled=0)).isEmpty)
        self.assertFalse(planOf(markup()).isEmpty)

    def test_unsupported(self) -> None:
        """An unknown kind, or a value that cannot be read, is named."""
        self.assertEqual(planOf(markup("Radar")).unsupported, ("diagrams of type Radar",))
        self.assertIn("diagram", planOf(markup().replace("b * 1", "b * (")).unsupported[0])

    def test_pie(self) -> None:
        """Slices in proportion, counter-clockwise from the east; about the point."""
        picture = self.drawn(markup(), (100, 100, 1, 3))
        whole = math.pi * 30**2
        self.assertTrue(abs(self.area(picture, "red") / whole - 0.25) < 0.03)
        self.assertTrue(abs(self.area(picture, "blue") / whole - 0.75) < 0.05)
        self.assertTrue(picture[90, 110, 2] > 200 and picture[90, 110, 0] < 60)
        self.assertTrue(picture[90, 90, 0] > 200)

    def test_pieTurned(self) -> None:
        """The beginning turns clockwise; the direction may be the other one."""
        turned = self.drawn(markup(category='rotationOffset="270"'), (100, 100, 1, 3))
        self.assertTrue(turned[90, 90, 2] > 200 and turned[90, 90, 0] < 60)
        clockwise = self.drawn(markup(category='direction="0"'), (100, 100, 1, 3))
        self.assertTrue(clockwise[110, 110, 2] > 200 and clockwise[110, 110, 0] < 60)

    def test_nothingToShow(self) -> None:
        """NULL, zero and negative values fill nothing, and break nothing."""
        for values in ((0, 0), (None, None), (-1, -5)):
            for kind in ("Pie", "Stacked", "Text", "Histogram"):
                picture = self.drawn(markup(kind, category='backgroundAlpha="0"'), (100, 100, *values))
                if kind in ("Pie", "Stacked"):
                    self.assertEqual(self.area(picture, "red") + self.area(picture, "blue"), 0, kind)

    def test_stacked(self) -> None:
        """Bars from the bottom, as long as their shares."""
        picture = self.drawn(markup("Stacked"), (100, 100, 1, 2))
        self.assertEqual((self.area(picture, "red"), self.area(picture, "blue")), (20 * 20, 20 * 40))
        self.assertTrue(picture[125, 100, 2] > 200 and picture[75, 100, 0] > 200)
        level = self.drawn(markup("Stacked", category='diagramOrientation="Right"'), (100, 100, 1, 2))
        self.assertTrue(level[100, 75, 2] > 200 and level[100, 125, 0] > 200)

    def test_histogram(self) -> None:
        """Bars as long as their values, where sizes follow values."""
        ends = (
            'lowerValue="0" lowerWidth="0" lowerHeight="0" upperValue="10" upperWidth="50" upperHeight="50" '
        )
        xml = markup("Histogram", renderer=ends + 'classificationField="a"')
        block = self.blocks(xml, (100, 100, 4, 8))[0]
        self.assertEqual((block.width, block.height), (40, 40))
        picture = self.drawn(xml, (100, 100, 4, 8))
        self.assertEqual((self.area(picture, "red"), self.area(picture, "blue")), (20 * 20, 20 * 40))

    def test_histogramOfFixedSize(self) -> None:
        """The last feature decides how long bars are, for all, as in QGIS."""
        first, last = self.blocks(markup("Histogram"), (50, 50, 1, 2), (150, 150, 60, 120))
        self.assertEqual((first.barScale, last.barScale), (2.0, 2.0))

    def test_scaledByArea(self) -> None:
        """Twice the value, twice the area; nothing for no value; no smaller than the least size."""
        ends = (
            'lowerValue="0" lowerWidth="0" lowerHeight="0" upperValue="8" upperWidth="40" upperHeight="40" '
        )
        xml = markup(renderer=ends + 'classificationField="a"')
        sizes = [block.width for block in self.blocks(xml, (50, 50, 8, 1), (150, 50, 2, 1), (150, 150, 0, 1))]
        self.assertEqual(sizes, [40, 20])
        linear = markup(category='scaleDependency="Diameter"', renderer=ends + 'classificationField="a"')
        self.assertEqual([block.width for block in self.blocks(linear, (50, 50, 2, 1))], [10])
        least = markup(category='minimumSize="30"', renderer=ends + 'classificationField="a"')
        self.assertEqual([block.width for block in self.blocks(least, (50, 50, 2, 1))], [30])

    def test_text(self) -> None:
        """Values are written in their colours on a background."""
        picture = self.drawn(
            markup("Text", category='backgroundColor="#ffff00" backgroundAlpha="255"'), (100, 100, 888, 888)
        )
        yellow = (picture[..., 2] > 200) & (picture[..., 1] > 200) & (picture[..., 0] < 60)
        self.assertGreater(int(yellow.sum()), 2000)
        reddish = (picture[70:100, 80:120, 2] > 200) & (picture[70:100, 80:120, 1] < 100)
        self.assertGreater(int(reddish.sum()), 10)

    def test_scales(self) -> None:
        """Diagrams have a range of scales."""
        limits = 'scaleBasedVisibility="1" minScaleDenominator="100" maxScaleDenominator="10"'
        plan = planOf(markup(category=limits))
        self.assertFalse(plan.showsAt(FRAME.scaleDenominator))
        self.assertTrue(plan.showsAt(50.0))
        self.assertEqual(plan.collect([batchOf((100, 100, 1, 1))], FRAME).labels, [])

    def test_placedTogether(self) -> None:
        """Diagrams that may not overlap stand in each other's way, like labels."""
        xml = markup(placement='placement="1"').replace('showAll="1"', 'showAll="0"')
        placed = placeLabels(
            [planOf(xml).collect([batchOf((100, 100, 1, 1), (105, 100, 1, 1))], FRAME)], 200, 200
        )
        self.assertEqual((len(placed.labels), len(placed.missed)), (1, 1))
