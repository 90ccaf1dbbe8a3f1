"""Tests of symbols in boxes."""

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.symbology.preview import drawSymbolPreview
from tests.symbology.drawing import dataDefined, frameOf, layerXml, planOf, rgba, singleXml, symbolXml
from tests.symbology.test_repeated import DOT


def preview(symbol: str, margin: int = 0):
    (read,) = planOf(singleXml(symbol), "v").renderer.symbols
    return rgba(drawSymbolPreview(read, 30, 20, frameOf(), margin))


class PreviewTests(SynchronousTestCase):
    def test_fill(self):
        layer = layerXml(
            "SimpleFill",
            color="255,0,0",
            outline_color="0,0,255",
            outline_width="2",
            outline_width_unit="Pixel",
        )
        result = preview(symbolXml("fill", layer), 5)
        self.assertEqual(result.shape, (30, 40, 4))
        self.assertEqual(result[15, 20].tolist(), [255, 0, 0, 255])
        self.assertEqual(result[15, 4].tolist(), [0, 0, 255, 255])

    def test_line(self):
        layer = layerXml("SimpleLine", line_color="0,0,255", line_width="4", line_width_unit="Pixel")
        result = preview(symbolXml("line", layer))
        self.assertEqual((result[:, 15, 3] > 0).nonzero()[0].tolist(), [8, 9, 10, 11])

    def test_marker(self):
        result = preview(DOT)
        self.assertEqual(int(result[10, 15, 3]), 255)
        self.assertEqual(int(result[10, 5, 3]), 0)

    def test_opacity(self):
        result = preview(
            symbolXml("fill", layerXml("SimpleFill", color="255,0,0", outline_style="no"), alpha=0.5)
        )
        self.assertIn(int(result[10, 15, 3]), (127, 128))

    def test_withoutFeatures(self):
        layer = layerXml("SimpleFill", dataDefined(fillColor="v", outlineStyle="'no'"), color="9,8,7")
        result = preview(symbolXml("fill", layer))
        self.assertEqual(result[10, 15].tolist(), [9, 8, 7, 255])
        self.assertEqual(result[0, 0].tolist(), [9, 8, 7, 255])

    def test_generated(self):
        layer = layerXml("GeometryGenerator", DOT, geometryModifier="centroid($geometry)")
        self.assertEqual(int(preview(symbolXml("fill", layer))[10, 15, 3]), 255)

    def test_everyClassOfLayer(self):
        from ogctwist.symbology.catalog import LAYER_CLASSES
        from ogctwist.symbology.symbols import KINDS

        names = {kind: name for name, kind in KINDS.items()}
        for kind, className in LAYER_CLASSES:
            preview(symbolXml(names[kind], layerXml(className)))
