"""Tests of renderers that choose a symbol by value."""

import datetime

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.symbology.jobs import Jobs
from tests.symbology.drawing import batchOf, fillXml, frameOf, planOf

COLORS = ("255,0,0", "0,255,0", "0,0,255", "255,255,0", "0,255,255")
SYMBOLS = "".join(fillXml(color, str(i)) for i, color in enumerate(COLORS))
SQUARE = "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0))"


def chosen(renderer: str, frame=None, **columns) -> list[int]:
    """The symbol of each feature, -1 for none."""
    (values,) = columns.values()
    plan = planOf(renderer, *columns)
    assert plan.unsupported == (), plan.unsupported
    jobs = plan.renderer.jobs(batchOf(*[SQUARE] * len(values), **columns), frame or frameOf())
    codes = np.full(len(values), -1)
    codes[jobs.rows] = jobs.symbols
    return codes.tolist()


def categorized(*categories: str, attr: str = "v") -> str:
    return (
        f'<renderer-v2 type="categorizedSymbol" attr="{attr}"><categories>{"".join(categories)}</categories>'
        f"<symbols>{SYMBOLS}</symbols></renderer-v2>"
    )


def category(value: str, symbol: int, kind: str = "string", render: str = "true") -> str:
    return f'<category value="{value}" symbol="{symbol}" type="{kind}" render="{render}" label="l"/>'


class CategorizedTests(SynchronousTestCase):
    def test_texts(self):
        renderer = categorized(category("a", 0), category("b", 1))
        self.assertEqual(chosen(renderer, v=["b", "a", "c", None, "A"]), [1, 0, -1, -1, -1])

    def test_allOtherValues(self):
        renderer = categorized(category("a", 0), category("", 2))
        self.assertEqual(chosen(renderer, v=["a", "z", None, ""]), [0, 2, 2, 2])

    def test_nullClass(self):
        renderer = categorized(category("a", 0), category("NULL", 2, "NULL"))
        self.assertEqual(chosen(renderer, v=["a", None]), [0, 2])

    def test_numbers(self):
        renderer = categorized(category("1", 0, "long"), category("1.50", 1, "double"), category("2", 2))
        self.assertEqual(chosen(renderer, v=[1.0, 1.5, 2.0, 3.0]), [0, 1, 2, -1])
        self.assertEqual(chosen(renderer, v=[1, 2, 3]), [0, 2, -1])
        self.assertEqual(chosen(renderer, v=["1", "2"]), [0, 2])

    def test_bool(self):
        renderer = categorized(category("true", 0, "bool"), category("false", 1, "bool"))
        self.assertEqual(chosen(renderer, v=[True, False, None]), [0, 1, -1])

    def test_dates(self):
        renderer = categorized(category("2020-01-02", 0))
        self.assertEqual(chosen(renderer, v=[datetime.date(2020, 1, 2), datetime.date(2020, 1, 3)]), [0, -1])

    def test_lists(self):
        values = '<val value="a" type="string"/><val value="b" type="string"/>'
        listed = f'<category symbol="3" render="true">{values}</category>'
        self.assertEqual(chosen(categorized(listed), v=["b", "c", "a"]), [3, -1, 3])

    def test_switchedOffIsNotOther(self):
        renderer = categorized(category("a", 0, render="false"), category("", 2))
        self.assertEqual(chosen(renderer, v=["a", "b"]), [-1, 2])

    def test_checkedInTheRequest(self):
        renderer = categorized(category("a", 0), category("b", 1, render="false"))
        frame = frameOf(checkedRules=frozenset(["1"]))
        self.assertEqual(chosen(renderer, frame, v=["a", "b"]), [-1, 1])

    def test_expression(self):
        renderer = categorized(category("2", 1, "long"), attr="&quot;v&quot; * 2")
        self.assertEqual(chosen(renderer, v=[1, 2]), [1, -1])
        self.assertEqual(planOf(renderer, "v").requirements(frameOf()).fields, frozenset(["v"]))

    def test_quotedName(self):
        self.assertEqual(chosen(categorized(category("a", 0), attr="&quot;V&quot;"), v=["a"]), [0])

    def test_brokenExpression(self):
        plan = planOf(categorized(category("a", 0), attr="v +"), "v")
        self.assertIn("categorizedSymbol", plan.unsupported[0])
        self.assertEqual(plan.renderer.symbols, ())

    @given(st.lists(st.one_of(st.none(), st.sampled_from("abcd")), min_size=1, max_size=20))
    def test_asOneByOne(self, values):
        renderer = categorized(category("a", 0), category("b", 1), category("", 4))
        self.assertEqual(chosen(renderer, v=values), [{"a": 0, "b": 1}.get(v, 4) for v in values])


def graduated(*bounds: tuple, attr: str = "v") -> str:
    ranges = "".join(
        f'<range lower="{low}" upper="{high}" symbol="{i}" render="{"true" if shown else "false"}" label=""/>'
        for i, (low, high, shown) in enumerate(bounds)
    )
    return (
        f'<renderer-v2 type="graduatedSymbol" attr="{attr}"><ranges>{ranges}</ranges>'
        f"<symbols>{SYMBOLS}</symbols></renderer-v2>"
    )


class GraduatedTests(SynchronousTestCase):
    def test_boundsBelongToTheFirst(self):
        renderer = graduated((0, 1, True), (1, 2, True), (5, 9, True))
        self.assertEqual(chosen(renderer, v=[0.0, 1.0, 1.5, 2.0, 3.0, 9.0, -1.0]), [0, 0, 1, 1, -1, 2, -1])

    def test_noNumber(self):
        renderer = graduated((0, 1, True))
        self.assertEqual(chosen(renderer, v=["0.5", "x", None, ""]), [0, -1, -1, -1])
        self.assertEqual(chosen(renderer, v=[None, float("nan"), 0.5]), [-1, -1, 0])

    def test_switchedOffTakesItsValues(self):
        renderer = graduated((0, 1, False), (0, 2, True))
        self.assertEqual(chosen(renderer, v=[0.5, 1.5]), [-1, 1])


class JobsTests(SynchronousTestCase):
    def test_masksInOrderOfFeatures(self):
        jobs = Jobs.fromMasks([(7, np.array([True, False, True])), (3, np.array([True, True, False]))])
        self.assertEqual(
            list(zip(jobs.rows.tolist(), jobs.symbols.tolist(), strict=True)),
            [(0, 7), (0, 3), (1, 3), (2, 7)],
        )

    def test_nothing(self):
        self.assertEqual(len(Jobs.fromMasks([]).rows), 0)
