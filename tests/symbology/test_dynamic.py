"""Tests of data-defined properties."""

import numpy as np
from twisted.trial.unittest import SynchronousTestCase

from tests.symbology.drawing import (
    batchOf,
    dataDefined,
    draw,
    frameOf,
    layerXml,
    oldProp,
    planOf,
    singleXml,
    symbolXml,
)

COLUMNS = (
    "POLYGON ((0 0, 30 0, 30 99, 0 99, 0 0))",
    "POLYGON ((35 0, 65 0, 65 99, 35 99, 35 0))",
    "POLYGON ((70 0, 99 0, 99 99, 70 99, 70 0))",
)
POINTS = ("POINT (20 50)", "POINT (50 50)", "POINT (80 50)")


def fills(values, **properties):
    layer = layerXml("SimpleFill", dataDefined(**properties), color="9,9,9", outline_style="no")
    plan = planOf(singleXml(symbolXml("fill", layer)), "v")
    return draw(plan, batchOf(*COLUMNS, v=values)), plan


def markers(values, **properties):
    settings = {
        "name": "square",
        "color": "255,0,0",
        "outline_style": "no",
        "size": "6",
        "size_unit": "Pixel",
    }
    layer = layerXml("SimpleMarker", dataDefined(**properties), **settings)
    return draw(planOf(singleXml(symbolXml("marker", layer)), "v"), batchOf(*POINTS, v=values))


class DynamicTests(SynchronousTestCase):
    def test_colors(self):
        result, plan = fills(["255,0,0", "#0000ff", None], fillColor="v")
        self.assertEqual(
            [result[50, x].tolist() for x in (10, 50, 90)],
            [[255, 0, 0, 255], [0, 0, 255, 255], [9, 9, 9, 255]],
        )
        self.assertEqual(plan.requirements(frameOf()).fields, frozenset(["v"]))

    def test_enabled(self):
        result, _ = fills([1, 0, None], enabled="v &gt; 0")
        self.assertEqual([int(result[50, x, 3]) for x in (10, 50, 90)], [255, 0, 255])

    def test_brush(self):
        result, _ = fills(["no", "solid", "wrong"], fillStyle="v")
        self.assertEqual([int(result[50, x, 3]) for x in (10, 50, 90)], [0, 255, 255])

    def test_sizes(self):
        result = markers([4, 10, None], size="v")
        self.assertEqual([int((result[:, x, 3] > 127).sum()) for x in (20, 50, 80)], [4, 10, 6])

    def test_angles(self):
        result = markers([0, 45, 0], angle="v", size="20")
        self.assertGreater((result[:, 50, 3] > 60).sum(), (result[:, 20, 3] > 60).sum())

    def test_shapes(self):
        result = markers(["circle", "square", "circle"], name="v", size="21")
        self.assertEqual([int(result[59, x, 3]) > 0 for x in (11, 41, 71)], [False, True, False])

    def test_order(self):
        # the same two colours by turns: later features stay on top
        shapes = [f"POLYGON (({x} 0, {x + 40} 0, {x + 40} 99, {x} 99, {x} 0))" for x in (0, 20, 40)]
        layer = layerXml("SimpleFill", dataDefined(fillColor="v"), outline_style="no")
        plan = planOf(singleXml(symbolXml("fill", layer)), "v")
        result = draw(plan, batchOf(*shapes, v=["255,0,0", "0,0,255", "255,0,0"]))
        self.assertEqual([int(result[50, x, 0]) for x in (10, 30, 50)], [255, 0, 255])

    def test_symbolOpacity(self):
        symbol = symbolXml(
            "fill", layerXml("SimpleFill", color="255,0,0", outline_style="no"), inner=dataDefined(alpha="v")
        )
        result = draw(planOf(singleXml(symbol), "v"), batchOf(*COLUMNS, v=[100, 50, None]))
        self.assertEqual([round(int(result[50, x, 3]) / 255, 1) for x in (10, 50, 90)], [1.0, 0.5, 1.0])

    def test_unknownPropertyIsNamed(self):
        _, plan = fills([1, 2, 3], lineDistance="v")
        self.assertEqual(plan.unsupported, ("data-defined lineDistance of SimpleFill",))

    def test_brokenExpressionIsNamed(self):
        _, plan = fills([1, 2, 3], fillColor="v (")
        self.assertIn("data-defined fillColor", plan.unsupported[0])

    def test_qgis2(self):
        old = oldProp(
            color="9,9,9",
            style_border="no",
            color_dd_active="1",
            color_dd_useexpr="1",
            color_dd_expression="v",
            color_dd_field="",
        )
        plan = planOf(singleXml(symbolXml("fill", f'<layer class="SimpleFill">{old}</layer>')), "v")
        result = draw(plan, batchOf(*COLUMNS, v=["255,0,0", "0,255,0", "0,0,255"]))
        self.assertEqual(result[50, 50].tolist(), [0, 255, 0, 255])

    def test_inSubSymbols(self):
        marker = layerXml(
            "SimpleMarker",
            dataDefined(size="v"),
            name="square",
            color="255,0,0",
            outline_style="no",
            size_unit="Pixel",
        )
        line = layerXml("MarkerLine", symbolXml("marker", marker, name="@0@0"), placement="centralpoint")
        plan = planOf(singleXml(symbolXml("line", line)), "v")
        result = draw(plan, batchOf("LINESTRING (0 20, 100 20)", "LINESTRING (0 80, 100 80)", v=[6, 12]))
        widths = [(result[y, :, 3] > 127).sum() for y in (79, 19)]
        self.assertEqual(widths, [6, 12])


class ScopeTests(SynchronousTestCase):
    def test_partNumbers(self):
        layer = layerXml(
            "SimpleFill",
            dataDefined(fillColor="if(@geometry_part_num = @geometry_part_count, '255,0,0', '0,0,255')"),
            outline_style="no",
        )
        two = "MULTIPOLYGON (((0 0, 40 0, 40 99, 0 99, 0 0)), ((60 0, 99 0, 99 99, 60 99, 60 0)))"
        result = draw(planOf(singleXml(symbolXml("fill", layer))), batchOf(two))
        self.assertEqual([result[50, x, :3].tolist() for x in (20, 80)], [[0, 0, 255], [255, 0, 0]])

    def test_symbolColor(self):
        first = layerXml("SimpleFill", color="0,0,255", outline_style="no")
        second = layerXml("SimpleFill", dataDefined(fillColor="@symbol_color"), outline_style="no")
        inner = symbolXml(
            "fill", layerXml("SimpleFill", dataDefined(fillColor="@symbol_color"), color="0,255,0")
        )
        for layers, expected in (
            ((first, second), [0, 0, 255]),
            ((layerXml("GeometryGenerator", inner, geometryModifier="$geometry"),), [0, 255, 0]),
        ):
            result = draw(planOf(singleXml(symbolXml("fill", *layers))), batchOf(COLUMNS[0]))
            self.assertEqual(result[50, 10, :3].tolist(), expected)


class AssistantTests(SynchronousTestCase):
    def test_sizeScale(self):
        from ogctwist.symbology.datadefined import NumberTransformer

        linear = NumberTransformer(0, 10, 1, 5, null=0.5)
        self.assertEqual(linear.values(np.array([-1, 0, 5, 10, 99, np.nan])), [1, 1, 3, 5, 5, 0.5])
        area = NumberTransformer(0, 100, 0, 10, exponent=0.5)
        self.assertEqual(area.values(np.array([25.0])), [5])
        bent = NumberTransformer(0, 1, 0, 10, curve=((0, 0), (0.5, 0.9), (1, 1)))
        self.assertAlmostEqual(bent.values(np.array([0.25]))[0], 4.5)

    def test_colorRamp(self):
        from ogctwist.canvas.ink import CLEAR, Color
        from ogctwist.symbology.colorramps import ColorRamp
        from ogctwist.symbology.datadefined import ColorTransformer

        ramp = ColorRamp(((0.0, Color(0, 0, 0)), (1.0, Color(1, 1, 1))))
        values = ColorTransformer(0, 2, ramp).values(np.array([1.0, np.nan, 9]))
        self.assertEqual(values, [Color(0.5, 0.5, 0.5), CLEAR, Color(1, 1, 1)])
