"""Tests of plans: from a style to a picture."""

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.geo.geometry import GeometryColumn
from ogctwist.symbology.frame import Cancelled
from tests.symbology.drawing import (
    SQUARE,
    batchOf,
    draw,
    fillXml,
    frameOf,
    layerXml,
    planOf,
    singleXml,
    symbolXml,
)

RED = [255, 0, 0, 255]


def cased(level: int) -> str:
    line = {"line_width_unit": "Pixel", "capstyle": "flat"}
    return symbolXml(
        "line",
        layerXml("SimpleLine", line_color="0,0,0", line_width="10", **line),
        layerXml("SimpleLine", line_color="255,0,0", line_width="6", level=level, **line),
    )


CROSSING = ("LINESTRING (0 50, 100 50)", "LINESTRING (50 0, 50 100)")


class PlanTests(SynchronousTestCase):
    def test_nullSymbol(self):
        plan = planOf('<renderer-v2 type="nullSymbol"/>')
        self.assertEqual(plan.unsupported, ())
        self.assertFalse(draw(plan, batchOf(SQUARE)).any())

    def test_25d(self):
        symbol = fillXml("255,0,0", "symbol")
        plan = planOf(f'<renderer-v2 type="25dRenderer">{symbol}</renderer-v2>')
        self.assertEqual(draw(plan, batchOf(SQUARE))[50, 50].tolist(), RED)

    def test_unknownRendererIsNamed(self):
        plan = planOf('<renderer-v2 type="hologram"/>')
        self.assertEqual(plan.unsupported, ("renderer hologram",))
        self.assertFalse(draw(plan, batchOf(SQUARE)).any())

    def test_unknownLayerIsNamedAndTheRestDrawn(self):
        symbol = symbolXml("fill", layerXml("Hologram"), layerXml("SimpleFill", color="255,0,0"))
        plan = planOf(singleXml(symbol))
        self.assertEqual(plan.unsupported, ("symbol layer Hologram",))
        self.assertEqual(draw(plan, batchOf(SQUARE))[50, 50].tolist(), RED)

    def test_disabledLayersAreLeftOut(self):
        symbol = symbolXml("fill", layerXml("SimpleFill", color="255,0,0", enabled=0))
        self.assertFalse(draw(planOf(singleXml(symbol)), batchOf(SQUARE)).any())

    def test_brokenXml(self):
        plan = planOf("<renderer-v2")
        self.assertEqual(len(plan.unsupported), 1)

    def test_layerSettings(self):
        rest = (
            "<layerOpacity>0.25</layerOpacity><blendMode>6</blendMode><featureBlendMode>2</featureBlendMode>"
        )
        plan = planOf(singleXml(fillXml("1,2,3")), rest=rest)
        self.assertEqual((plan.opacity, plan.blendMode, plan.featureBlendMode), (0.25, 6, 2))
        old = planOf(singleXml(fillXml("1,2,3")), rest="<layerTransparency>75</layerTransparency>")
        self.assertEqual(old.opacity, 0.25)

    def test_severalBatches(self):
        plan = planOf(singleXml(fillXml("255,0,0")))
        left, right = (
            batchOf("POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0))"),
            batchOf("POLYGON ((90 0, 99 0, 99 9, 90 9, 90 0))"),
        )
        result = draw(plan, left, batchOf(), right)
        self.assertEqual(result[95, 5].tolist(), RED)
        self.assertEqual(result[95, 95].tolist(), RED)

    def test_featuresWithoutGeometry(self):
        plan = planOf(singleXml(fillXml("255,0,0")))
        batch = batchOf(None, SQUARE)
        self.assertEqual(draw(plan, batch)[50, 50].tolist(), RED)
        self.assertFalse(draw(plan, batch.withGeometry(None)).any())
        self.assertIsInstance(batch.geometry, GeometryColumn)

    def test_featureByFeature(self):
        result = draw(planOf(singleXml(cased(1))), batchOf(*CROSSING))
        self.assertEqual(result[50, 46].tolist(), [0, 0, 0, 255])  # the second line's casing

    def test_symbolLevels(self):
        result = draw(planOf(singleXml(cased(1), symbollevels="1")), batchOf(*CROSSING))
        self.assertEqual(result[50, 46].tolist(), RED)
        self.assertEqual(result[46, 50].tolist(), RED)
        self.assertEqual(result[30, 46].tolist(), [0, 0, 0, 255])

    def test_selection(self):
        plan = planOf(singleXml(fillXml("255,0,0")))
        batch = batchOf(
            "POLYGON ((0 0, 50 0, 50 99, 0 99, 0 0))", "POLYGON ((50 0, 99 0, 99 99, 50 99, 50 0))"
        )
        result = draw(plan, batch, frame=frameOf(selectedIds=frozenset([1])))
        self.assertEqual(result[50, 20].tolist(), RED)
        self.assertEqual(result[50, 80].tolist(), [255, 255, 0, 255])

    def test_selectedFillsAreSolidWithAThinOutline(self):
        layer = layerXml(
            "SimpleFill", color="255,0,0", style="no", outline_color="0,0,255", outline_width="9"
        )
        plan = planOf(singleXml(symbolXml("fill", layer)))
        result = draw(plan, batchOf(SQUARE), frame=frameOf(selectedIds=frozenset([0])))
        self.assertEqual(result[50, 50].tolist(), [255, 255, 0, 255])
        self.assertEqual(int((result[50, :50, 2] > 100).sum()), 2)

    def test_levelsInPicturesOrKept(self):
        import ogctwist.symbology.vector as module

        symbols = cased(1) + cased(2).replace('name="0"', 'name="1"', 1).replace("255,0,0", "0,255,0")
        categories = '<category value="a" symbol="0"/><category value="b" symbol="1"/>'
        renderer = (
            '<renderer-v2 type="categorizedSymbol" attr="v" symbollevels="1">'
            f"<categories>{categories}</categories><symbols>{symbols}</symbols></renderer-v2>"
        )
        lines = [f"LINESTRING (0 {y}, 100 {100 - y})" for y in (10, 40, 60, 90)]
        batches = batchOf(*lines[:2], v=["a", "b"]), batchOf(*lines[2:], v=["b", "a"])
        pictures = draw(planOf(renderer, "v"), *batches)
        self.patch(module, "STACKED_PIXELS", 0)
        kept = draw(planOf(renderer, "v"), *batches)
        self.assertLessEqual(abs(pictures - kept).max(), 3)
        self.assertTrue((pictures[..., 1] == 255).any() and (pictures[..., 0] == 255).any())

    def test_cancelled(self):
        plan = planOf(singleXml(fillXml("255,0,0")))
        self.assertRaises(Cancelled, draw, plan, batchOf(SQUARE), frame=frameOf(isCancelled=lambda: True))

    def test_order(self):
        order = '<orderby><orderByClause asc="0" nullsFirst="1">v</orderByClause></orderby>'
        symbols = f"<symbols>{fillXml('1,1,1')}</symbols>"
        renderer = f'<renderer-v2 type="singleSymbol" enableorderby="1">{symbols}{order}</renderer-v2>'
        needs = planOf(renderer, "v").requirements(frameOf())
        (term,) = needs.orderBy
        self.assertEqual((str(term.expression), term.ascending, term.nullsFirst), ('"v"', False, True))
        self.assertEqual(needs.fields, frozenset(["v"]))

    def test_referenceScale(self):
        layer = layerXml("SimpleLine", line_color="0,0,0", line_width="4", line_width_unit="Pixel")
        plan = planOf(singleXml(symbolXml("line", layer), referencescale="1000"))
        for scale, width in ((1000.0, 4), (500.0, 8), (2000.0, 2)):
            result = draw(plan, batchOf("LINESTRING (0 50, 100 50)"), frame=frameOf(scale=scale))
            self.assertEqual(int((result[:, 50, 3] > 0).sum()), width)

    def test_opacityOfTheFrame(self):
        result = draw(
            planOf(singleXml(fillXml("255,0,0"))), batchOf(SQUARE, SQUARE), frame=frameOf(opacity=0.5)
        )
        self.assertIn(int(result[50, 50, 3]), (127, 128))

    def test_manyCategoriesInterleaved(self):
        symbols = fillXml("255,0,0", "0") + fillXml("0,0,255", "1")
        categories = '<category value="a" symbol="0"/><category value="b" symbol="1"/>'
        renderer = (
            f'<renderer-v2 type="categorizedSymbol" attr="v"><categories>{categories}</categories>'
            f"<symbols>{symbols}</symbols></renderer-v2>"
        )
        shapes = [f"POLYGON (({x} 0, {x + 30} 0, {x + 30} 99, {x} 99, {x} 0))" for x in (0, 10, 20, 30)]
        result = draw(planOf(renderer, "v"), batchOf(*shapes, v=["a", "b", "a", "b"]))
        self.assertEqual([result[50, x, 0] for x in (5, 15, 25, 35)], [255, 0, 255, 0])
