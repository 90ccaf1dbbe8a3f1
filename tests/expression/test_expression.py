# -*- test-case-name: tests.expression.test_expression -*-
"""Tests of L{ogctwist.expression.Expression} as other rooms use it."""

from __future__ import annotations

import datetime

import numpy as np
import pyarrow as pa
import shapely
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.expression import BudgetExceeded, Expression, ExpressionContext, ExpressionError, Limits
from ogctwist.geo.batch import FeatureBatch
from ogctwist.geo.geometry import GeometryColumn


def batch() -> FeatureBatch:
    """Three features: points on a line."""
    points = shapely.points([[0.0, 0.0], [5.0, 5.0], [9.0, 9.0]])
    return FeatureBatch(
        np.array([4, 5, 6]),
        GeometryColumn.fromShapes(points),
        {"a": pa.array([1, None, 3]), "Name": pa.array(["x", "y", None]), "n": pa.array(["1", "two", "3"])},
    )


class ExpressionTests(SynchronousTestCase):
    """What it answers."""

    def evaluate(self, text: str) -> list[object]:
        return Expression.parse(text).evaluate(batch()).to_pylist()

    def test_evaluate(self) -> None:
        """One value for each feature, NULL as null."""
        self.assertEqual(self.evaluate("a + 1"), [2, None, 4])
        self.assertEqual(self.evaluate("a > 1"), [0, None, 1])
        self.assertEqual(self.evaluate("'x'"), ["x", "x", "x"])
        self.assertEqual(self.evaluate("NULL"), [None, None, None])
        self.assertEqual(self.evaluate("$id"), [4, 5, 6])

    def test_types(self) -> None:
        """Comparisons are integers, geometries WKB, lists and maps JSON."""
        data = batch()
        self.assertEqual(Expression.parse("a = 1").evaluate(data).type, pa.int64())
        self.assertEqual(Expression.parse("a IS NULL").evaluate(data).type, pa.int64())
        self.assertEqual(Expression.parse("1 = 1").evaluate(data).to_pylist(), [1, 1, 1])
        shapes = Expression.parse("buffer($geometry, 1)").evaluate(data)
        self.assertEqual(shapely.get_type_id(shapely.from_wkb(shapes.to_pylist())).tolist(), [3, 3, 3])
        self.assertEqual(self.evaluate("array(a, Name)")[1], '[null,"y"]')
        self.assertEqual(self.evaluate("map('k', Name)")[0], '{"k":"x"}')
        self.assertEqual(self.evaluate("CASE WHEN a = 1 THEN 'one' ELSE a END"), ["one", None, "3"])

    def test_mask(self) -> None:
        """True only where it is true."""
        for text, expected in (
            ("a > 1", [False, False, True]),
            ("NOT a > 1", [True, False, False]),
            ("a", [True, False, True]),
            ("to_int(n) > 0", [True, False, True]),
            ("NULL", [False, False, False]),
            ("TRUE", [True, True, True]),
            ("n", [True, False, True]),
            (
                "intersects($geometry, geom_from_wkt('POLYGON((4 4, 6 4, 6 6, 4 6, 4 4))'))",
                [False, True, False],
            ),
        ):
            mask = Expression.parse(text).mask(batch())
            self.assertEqual((mask.dtype, mask.tolist()), (np.dtype(bool), expected), text)

    def test_failuresStayInTheirRows(self) -> None:
        """A value that cannot be computed spoils its row only, and only where it is asked for."""
        self.assertEqual(self.evaluate("to_int(n)"), [1, None, 3])
        self.assertEqual(self.evaluate("n <> 'two' AND to_int(n) = 3"), [0, 0, 1])
        self.assertEqual(self.evaluate("to_int(n) = 3 AND n <> 'two'"), [0, None, 1])
        self.assertEqual(self.evaluate("n = 'two' OR to_int(n) = 3"), [0, 1, 1])
        self.assertEqual(self.evaluate("CASE WHEN n = 'two' THEN 2 ELSE to_int(n) END"), [1, 2, 3])
        self.assertEqual(self.evaluate("coalesce(a, to_int(n))"), [1, None, 3])
        self.assertEqual(self.evaluate("try(to_int(n), -1)"), [1, -1, 3])
        self.assertEqual(self.evaluate("if(n = 'two', 0, to_int(n))"), [1, 0, 3])

    def test_unknownAttribute(self) -> None:
        """An attribute that is not there is an exception, never NULL and never everything."""
        for text in ("b = 1", "b IS NULL", "a = 1 OR b = 1", "coalesce(b, 1)"):
            self.assertRaises(ExpressionError, Expression.parse(text).mask, batch())
            self.assertRaises(ExpressionError, Expression.parse(text).evaluate, batch())

    def test_attributesInAnyCase(self) -> None:
        """As in QGIS, unless one is spelled just so."""
        self.assertEqual(self.evaluate("NAME"), ["x", "y", None])
        self.assertEqual(str(Expression.parse('"NAME" = a').resolved(["a", "Name"])), '"Name" = "a"')
        self.assertEqual(str(Expression.parse('"NAME"').resolved(["name", "NAME"])), '"NAME"')
        self.assertRaises(ExpressionError, Expression.parse("x").resolved, ["a"])

    def test_whatItNeeds(self) -> None:
        """What must be read for it."""
        expression = Expression.parse('"a" = 1 AND upper(b) = @c AND area($geometry) > 2')
        self.assertEqual(expression.fields, {"a", "b"})
        self.assertEqual(expression.variables, {"c"})
        self.assertEqual(expression.functions, {"upper", "area", "$geometry"})
        self.assertTrue(expression.needsGeometry)
        self.assertFalse(expression.needsAllFields)
        self.assertFalse(Expression.parse("a = 1").needsGeometry)
        self.assertTrue(Expression.parse("x(@geometry)").needsGeometry)
        for text in (
            "attributes()",
            "attribute('a')",
            "attribute(@feature, 'a')",
            "$currentfeature",
            "eval('a')",
        ):
            self.assertTrue(Expression.parse(text).needsAllFields, text)

    def test_identity(self) -> None:
        """Equal when they print the same; fit to be keys."""
        one, other = Expression.parse("a=1"), Expression.parse('"a"   = 1')
        self.assertEqual(one, other)
        self.assertEqual(hash(one), hash(other))
        self.assertNotEqual(one, Expression.parse("a=2"))
        self.assertEqual(len({one, other}), 1)
        self.assertEqual(repr(one), "Expression.parse('\"a\" = 1')")

    def test_made(self) -> None:
        """Expressions made by programs."""
        self.assertEqual(str(Expression.fieldEquals('a"b', "it's")), "\"a\"\"b\" = 'it''s'")
        self.assertEqual(str(Expression.fieldEquals("a", None)), '"a" IS NULL')
        self.assertEqual(str(Expression.fieldIn("a", [1, "x"])), "\"a\" IN (1, 'x')")
        self.assertEqual(Expression.fieldIn("a", []).mask(batch()).tolist(), [False] * 3)
        a, b = Expression.parse("a or b"), Expression.parse("c")
        self.assertEqual(str(Expression.conjunction([a, None, b])), '("a" OR "b") AND "c"')
        self.assertEqual(str(Expression.disjunction([a, b])), '("a" OR "b") OR "c"')
        self.assertIsNone(Expression.conjunction([None]))
        self.assertIs(Expression.conjunction([a]), a)
        self.assertEqual(str(a.negated()), 'NOT ("a" OR "b")')
        self.assertEqual(Expression.column("x").columnName, "x")
        self.assertIsNone(a.columnName)
        self.assertTrue(Expression.literal(1).isLiteral)

    def test_scalar(self) -> None:
        """Without a feature."""
        context = ExpressionContext(variables={"x": 2})
        self.assertEqual(Expression.parse("@x * 21").evaluateScalar(context), 42)
        self.assertIsNone(Expression.parse("@y").evaluateScalar(context))
        self.assertEqual(Expression.parse("@x + @y").evaluateScalar(context.child({"y": 1})), 3)
        self.assertRaises(ExpressionError, Expression.parse("a").evaluateScalar)
        self.assertRaises(ExpressionError, Expression.parse("to_int('x')").evaluateScalar)

    def test_clock(self) -> None:
        """now() is one moment for all of an expression, and the context's if it has one."""
        self.assertEqual(Expression.parse("now() = now()").evaluateScalar(), 1)
        moment = datetime.datetime(2020, 1, 2, 3, 4, 5)
        self.assertEqual(Expression.parse("now()").evaluateScalar(ExpressionContext(now=moment)), moment)

    def test_noGeometry(self) -> None:
        """Without geometries $geometry is NULL."""
        data = batch().withGeometry(None)
        self.assertEqual(Expression.parse("area($geometry)").evaluate(data).to_pylist(), [None] * 3)
        self.assertEqual(Expression.parse("$geometry IS NULL").mask(data).tolist(), [True] * 3)

    def test_nullGeometries(self) -> None:
        """A feature without geometry does not meet anything."""
        shapes = np.array([None, shapely.Point(1, 1)], dtype=object)
        data = FeatureBatch(np.arange(2), GeometryColumn.fromShapes(shapes), {})
        self.assertEqual(
            Expression.parse("intersects($geometry, make_point(1, 1))").evaluate(data).to_pylist(), [None, 1]
        )
        self.assertEqual(Expression.parse("x($geometry)").evaluate(data).to_pylist(), [None, 1.0])


class BudgetTests(SynchronousTestCase):
    """Evaluations end, and make no more than they may."""

    hostile = (
        "rpad('x', 999999999, 'y')",
        "repeat('abc', 10000000)",
        "array_foreach(generate_series(1, 10000), array_foreach(generate_series(1, 10000), 1))",
        "generate_series(1, 1e15)",
        "generate_series(1, 2, 1e-300)",
        "with_variable('a', array(1, 2)," * 1
        + "with_variable('a', array_cat(@a, @a)," * 40
        + "array_length(@a)"
        + ")" * 41,
        "with_variable('a', array(1, 2),"
        + "with_variable('a', array(@a, @a)," * 40
        + "to_json(@a)"
        + ")" * 41,
        "with_variable('a', 'xx'," + "with_variable('a', @a || @a," * 40 + "@a" + ")" * 41,
        "replace(repeat('a', 1000000), 'a', repeat('b', 1000000))",
        "format('" + "%1" * 9000 + "', repeat('x', 900000))",
        "array_to_string(generate_series(1, 100000), repeat('x', 900000))",
        "concat(" + "repeat('x', 900000)," * 500 + "'')",
        "levenshtein(repeat('a', 100000), repeat('b', 100000))",
        "array_distinct(generate_series(1, 100000))",
        "densify_by_distance(geom_from_wkt('LINESTRING(0 0, 1e300 0)'), 1e-300)",
        "smooth(buffer(make_point(0, 0), 1, 1000), 10)",
        "regexp_replace('" + "a" * 5000 + "', '(a+)+$b', 'x')",
        "eval('eval(''eval(\\'eval(\"x\")\\')'')') || rpad('', 99999999, 'x')",
    )

    def test_hostile(self) -> None:
        """Each is refused, after a while that is short."""
        for text in self.hostile:
            expression = Expression.parse(text)
            self.assertRaises(BudgetExceeded, expression.evaluateScalar)

    def test_boundedArguments(self) -> None:
        """Arguments that would ask for too much fail."""
        for text in (
            "buffer(make_point(1, 1), 1, 100000000)",
            "make_regular_polygon(make_point(0, 0), make_point(0, 1), 100000000)",
            "from_json('" + "[" * 60 + "1" + "]" * 60 + "')",
            "smooth($geometry, 1000)",
        ):
            column = Expression.parse(text).evaluateColumn(batch())
            self.assertTrue(column.failed is not None and column.failed.all(), text)

    def test_patterns(self) -> None:
        """A pattern that would take for ever does not."""
        subject = "a" * 40 + "!"
        for pattern in ("^(a+)+$", "^(?=a)(a+)+$", "(a*)*(a*)*(a*)*b", "(" * 500, "a{1000}" * 100):
            expression = Expression.binary("~", Expression.literal(subject), Expression.literal(pattern))
            try:
                self.assertIn(expression.evaluateScalar(), (0, 1))
            except BudgetExceeded:
                pass

    def test_steps(self) -> None:
        """Limits are the context's."""
        context = ExpressionContext(limits=Limits(steps=100))
        self.assertRaises(BudgetExceeded, Expression.parse("1" + "+1" * 90).mask, batch(), context)
        self.assertEqual(Expression.parse("1+1").evaluateScalar(context), 2)

    def test_nestedTexts(self) -> None:
        """An expression in a text in an expression ends somewhere."""
        context = ExpressionContext(variables={"e": "eval(@e)"})
        self.assertRaises(BudgetExceeded, Expression.parse("eval(@e)").evaluateScalar, context)
