"""The measures of legends: those that QGIS 3.22 gave for the same content."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.canvas.canvas import Canvas
from ogctwist.canvas.ink import Color
from ogctwist.geo.box import Box
from ogctwist.geo.crs import WGS84
from ogctwist.geo.view import MapView
from ogctwist.services.wms.legend.decoding import LegendSettings
from ogctwist.services.wms.legend.layout import LegendLayout
from ogctwist.services.wms.legend.nodes import LegendLayer, LegendNode
from ogctwist.symbology.frame import Frame

FRAME = Frame(MapView(Box(0, 0, 1, 1), 100, 100, WGS84, 90.7))
RED, BLUE = Color(1.0, 0.0, 0.0), Color(0.0, 0.0, 1.0)


def layout(*layers: LegendLayer, **settings) -> LegendLayout:
    return LegendLayout(layers, LegendSettings(**settings), FRAME)


class LayoutTests(SynchronousTestCase):
    def test_nothing(self) -> None:
        """An empty legend is its box and the place of the heading that it never has."""
        self.assertEqual(layout().pixels, (14, 26))

    def test_oneSymbolAlone(self) -> None:
        layer = LegendLayer("t", (LegendNode("", color=RED),))
        self.assertEqual(layout(layer, showsLayerTitles=False).pixels, (46, 41))

    def test_spacesAddUp(self) -> None:
        """Between layers stands the layers' space, before every entry but a first the symbols'."""
        layer = LegendLayer("", (LegendNode("", color=RED), LegendNode("", color=BLUE)))
        first = layout(layer).height
        self.assertAlmostEqual(layout(layer, symbolSpace=5.0).height - first, 3.0)
        self.assertAlmostEqual(layout(layer, layer).height - first, 2.0 + 10.0)

    def test_titlesAreAboveWithTheirSpace(self) -> None:
        layer = LegendLayer("t", (LegendNode("", color=RED),))
        with_, without = layout(layer), layout(layer, showsLayerTitles=False)
        self.assertGreater(with_.height - without.height, 3.0 + 2.0 + 3.0)

    def test_coloursAreDrawnInOrder(self) -> None:
        made = layout(LegendLayer("", (LegendNode("", color=RED), LegendNode("", color=BLUE))))
        canvas = Canvas(*made.pixels)
        made.draw(canvas)
        column = canvas.pixels[:, 20].tolist()
        self.assertLess(column.index([0, 0, 255, 255]), column.index([255, 0, 0, 255]))

    def test_labelsMakeRoom(self) -> None:
        short = layout(LegendLayer("", (LegendNode("i", color=RED),)))
        long = layout(LegendLayer("", (LegendNode("i\nmmmmmmmmmm\ni", color=RED),)))
        self.assertGreater(long.width, short.width + 10)
        self.assertGreater(long.height, short.height + 5)
