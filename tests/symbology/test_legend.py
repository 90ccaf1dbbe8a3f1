"""Tests of legend entries."""

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.symbology.legend import featureCounts, legendItems
from tests.symbology.drawing import batchOf, fillXml, frameOf, planOf, prop, singleXml
from tests.symbology.test_renderers import SQUARE, SYMBOLS, categorized, category, graduated
from tests.symbology.test_rules import rule, rules


class LegendTests(SynchronousTestCase):
    def test_single(self):
        (item,) = legendItems(planOf(singleXml(fillXml("1,2,3"))))
        self.assertEqual((item.label, item.symbolIndex), ("", 0))

    def test_nothing(self):
        self.assertEqual(legendItems(planOf('<renderer-v2 type="nullSymbol"/>')), ())

    def test_categories(self):
        items = legendItems(planOf(categorized(category("a", 0), category("b", 2, render="false")), "v"))
        self.assertEqual(
            [(i.key, i.symbolIndex, i.isActive) for i in items], [("0", 0, True), ("1", 2, False)]
        )

    def test_ranges(self):
        self.assertEqual(len(legendItems(planOf(graduated((0, 1, True), (1, 2, True)), "v"))), 2)

    def test_rules(self):
        renderer = rules(
            rule(
                0,
                "v = 1",
                rule(1, "ELSE", key="b", label="B"),
                key="a",
                label="A",
                scalemindenom="100",
                scalemaxdenom="500",
            ),
            rule(None, "", key="c", label="C"),
        )
        items = legendItems(planOf(renderer, "v"))
        self.assertEqual(
            [(i.label, i.key, i.parentKey, i.level) for i in items],
            [("A", "a", "root" * 0, 0), ("B", "b", "a", 1), ("C", "c", "", 0)],
        )
        self.assertEqual([items[0].showsAt(d) for d in (50, 100, 500, 501)], [False, True, True, False])
        self.assertIsNone(items[2].symbol)
        self.assertEqual(items[1].filter, "ELSE")

    def test_embedded(self):
        inner = categorized(category("a", 0), category("b", 1))
        items = legendItems(planOf(f'<renderer-v2 type="invertedPolygonRenderer">{inner}</renderer-v2>', "v"))
        self.assertEqual(len(items), 2)

    def test_heatmap(self):
        ramp = f'<colorramp type="gradient">{prop(color1="255,0,0,0", color2="255,0,0,255")}</colorramp>'
        (item,) = legendItems(planOf(f'<renderer-v2 type="heatmapRenderer">{ramp}</renderer-v2>'))
        self.assertIsNotNone(item.ramp)

    def test_counts(self):
        plan = planOf(categorized(category("a", 0), category("b", 2)), "v")
        counts = featureCounts(plan, batchOf(*[SQUARE] * 4, v=["a", "b", "b", "z"]), frameOf())
        self.assertEqual(counts.tolist(), [1, 0, 2, 0, 0])
        self.assertEqual(len(counts), SYMBOLS.count("<symbol"))
