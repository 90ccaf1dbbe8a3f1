"""Tests of inverted and merged features."""

from twisted.trial.unittest import SynchronousTestCase

from tests.symbology.drawing import SQUARE, batchOf, draw, fillXml, layerXml, planOf, singleXml, symbolXml

FILL = singleXml(fillXml("255,0,0,128"))
HOLED = "POLYGON ((20 20, 80 20, 80 80, 20 80, 20 20), (40 40, 60 40, 60 60, 40 60, 40 40))"


def inverted(inner: str = FILL, preprocessing: int = 0) -> str:
    return (
        f'<renderer-v2 type="invertedPolygonRenderer" preprocessing="{preprocessing}">{inner}</renderer-v2>'
    )


class InvertedTests(SynchronousTestCase):
    def test_allButThePolygons(self):
        result = draw(planOf(inverted()), batchOf(SQUARE))
        self.assertEqual([int(result[50, x, 3]) for x in (50, 5)], [0, 128])

    def test_holesAreFilled(self):
        result = draw(planOf(inverted()), batchOf(HOLED))
        self.assertEqual([int(result[50, x, 3]) for x in (50, 30, 5)], [128, 0, 128])

    def test_overlapsWithAndWithoutMerging(self):
        batches = batchOf(SQUARE, SQUARE)
        self.assertEqual(int(draw(planOf(inverted()), batches)[50, 50, 3]), 128)
        self.assertEqual(int(draw(planOf(inverted(preprocessing=1)), batches)[50, 50, 3]), 0)

    def test_severalBatches(self):
        plan = planOf(inverted())
        left, right = "POLYGON ((0 0, 40 0, 40 99, 0 99, 0 0))", "POLYGON ((60 0, 99 0, 99 99, 60 99, 60 0))"
        result = draw(plan, batchOf(left), batchOf(right))
        self.assertEqual([int(result[50, x, 3]) for x in (20, 50, 80)], [0, 128, 0])

    def test_nothing(self):
        self.assertEqual(int(draw(planOf(inverted()))[50, 50, 3]), 128)

    def test_unsupportedInside(self):
        plan = planOf(inverted('<renderer-v2 type="hologram"/>'))
        self.assertEqual(plan.unsupported, ("renderer hologram",))


class MergedTests(SynchronousTestCase):
    def test_united(self):
        renderer = f'<renderer-v2 type="mergedFeatureRenderer">{FILL}</renderer-v2>'
        result = draw(planOf(renderer), batchOf(SQUARE, SQUARE))
        self.assertEqual(int(result[50, 50, 3]), 128)

    def test_linesAreJoined(self):
        line = layerXml(
            "SimpleLine", line_color="0,0,255,128", line_width="4", line_width_unit="Pixel", capstyle="square"
        )
        renderer = (
            f'<renderer-v2 type="mergedFeatureRenderer">{singleXml(symbolXml("line", line))}</renderer-v2>'
        )
        result = draw(planOf(renderer), batchOf("LINESTRING (10 50, 50 50)", "LINESTRING (50 50, 90 50)"))
        self.assertEqual(int(result[50, 50, 3]), 128)
