# -*- test-case-name: tests.filterencoding.test_cql2 -*-
"""Tests of CQL2, text and JSON."""

from __future__ import annotations

import json
import time

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.expression.column import Kind
from ogctwist.filterencoding import FilterTarget, filterFromCql2, filterFromJson
from ogctwist.geo.crs import CRS
from ogctwist.ows.exceptions import InvalidParameterValue, OWSException

TARGET = FilterTarget(
    {
        "a": Kind.INTEGER,
        "name": Kind.TEXT,
        "height": Kind.REAL,
        "moment": Kind.DATETIME,
        "day": Kind.DATE,
        "flag": Kind.BOOLEAN,
        "list": None,
        "odd name": Kind.TEXT,
    },
    crs=CRS.fromAuthid("EPSG:4326"),
)

MOMENT = "to_datetime('2020-01-01T00:00:00.000')"


class TextTests(SynchronousTestCase):
    """CQL2 text."""

    cases = (
        ("a=1 AND name LIKE 'x%'", '"a" = 1 AND "name" LIKE \'x%\''),
        ("NOT (a > 5 OR name = 'it''s')", "NOT (\"a\" > 5 OR \"name\" = 'it''s')"),
        ("not a > 5 and a < 1 or a <> 2", 'NOT "a" > 5 AND "a" < 1 OR "a" <> 2'),
        ("a IN (1,2,3)", '"a" IN (1, 2, 3)'),
        ("name NOT IN ('x')", "NOT \"name\" IN ('x')"),
        ("a BETWEEN 1 AND 3 AND flag", '("a" >= 1 AND "a" <= 3) AND "flag"'),
        ("a NOT BETWEEN 1 AND 3", 'NOT ("a" >= 1 AND "a" <= 3)'),
        ("name NOT LIKE 'a_'", "NOT \"name\" LIKE 'a_'"),
        ("name IS NULL", '"name" IS NULL'),
        ("name IS  NOT\nNULL", 'NOT "name" IS NULL'),
        ("flag = TRUE", '"flag" = TRUE'),
        ("\"odd name\" = 'x'", "\"odd name\" = 'x'"),
        ("CASEI(name) LIKE casei('ABC%')", "lower(\"name\") LIKE lower('ABC%')"),
        ("ACCENTI(name) = accenti('é')", "unaccent(\"name\") = unaccent('é')"),
        ("a + 2 * 3 > -5", '"a" + 2 * 3 > -5'),
        ("a DIV 2 = -a", '"a" // 2 = -1 * "a"'),
        ("height ^ 2 % 3 >= .5", '"height" ^ 2 % 3 >= 0.5'),
        ("upper(name) = 'A'", "upper(\"name\") = 'A'"),
        ("S_INTERSECTS(geometry, POINT(1 2))", "intersects($geometry, geom_from_wkt('POINT (1 2)'))"),
        (
            "S_WITHIN(geometry, POLYGON((0 0, 1 0, 1 1, 0 0)))",
            "within($geometry, geom_from_wkt('POLYGON ((0 0, 1 0, 1 1, 0 0))'))",
        ),
        (
            "S_CROSSES(geometry, BBOX(1, 2, 3, 4))",
            "crosses($geometry, geom_from_wkt('POLYGON ((3 2, 3 4, 1 4, 1 2, 3 2))'))",
        ),
        ("day = DATE('2020-01-01')", "\"day\" = to_date('2020-01-01')"),
        ("day > '2020-01-01'", "\"day\" > to_date('2020-01-01')"),
        ("T_AFTER(moment, TIMESTAMP('2020-01-01T00:00:00Z'))", f'"moment" > {MOMENT}'),
        ("T_BEFORE(moment, TIMESTAMP('2020-01-01T00:00:00Z'))", f'"moment" < {MOMENT}'),
        ("T_DURING(moment, INTERVAL('2020-01-01T00:00:00Z', '..'))", f'"moment" > {MOMENT}'),
        (
            "T_INTERSECTS(day, INTERVAL('2020-01-01', '2021-01-01'))",
            "\"day\" >= to_date('2020-01-01') AND \"day\" <= to_date('2021-01-01')",
        ),
        ("A_CONTAINS(list, ('a', 'b'))", "array_all(\"list\", array('a', 'b'))"),
        ("A_CONTAINEDBY(list, ('a', 'b'))", "array_all(array('a', 'b'), \"list\")"),
    )

    def test_texts(self) -> None:
        """All that the standard has."""
        for text, expected in self.cases:
            self.assertEqual(str(filterFromCql2(text, TARGET).expression), expected, text)

    def test_refused(self) -> None:
        """What is none, and what is not known."""
        for text in (
            "",
            "a =",
            "a = 1 OR",
            "(a = 1",
            "a = 1)",
            "nope = 1",
            "a = nope",
            "name = 'x",
            "S_INTERSECTS(geometry, POINT(1 2)",
            "S_INTERSECTS(geometry, POINT(x y))",
            "S_INTERSECTS(a, POINT(1 2))",
            "S_INTERSECTS(geometry, CIRCULARSTRING(0 0, 1 1, 2 0))",
            "S_INTERSECTS(geometry)",
            "eval('1') = 1",
            "env('HOME') = 'x'",
            "nofunction(1) = 1",
            "moment > TIMESTAMP('x')",
            "a + 1",
            "a = 1; DROP TABLE x",
            "a == 1",
            "@a = 1",
            "a LIKE",
            "BBOX(1,2,3) = 1",
        ):
            self.assertRaises(InvalidParameterValue, filterFromCql2, text, TARGET)

    def test_axisOrder(self) -> None:
        """filter-crs says what coordinates are."""
        crs = CRS.fromAuthid("EPSG:4326")
        target = FilterTarget(TARGET.fields, crs=crs, requestCrs=(crs, True))
        found = filterFromCql2("S_INTERSECTS(geometry, POINT(44 8))", target)
        self.assertEqual(str(found.expression), "intersects($geometry, geom_from_wkt('POINT (8 44)'))")
        mercator = FilterTarget(TARGET.fields, crs=crs, requestCrs=(CRS.fromAuthid("EPSG:3857"), False))
        found = filterFromCql2("S_INTERSECTS(geometry, BBOX(0, 0, 111319.49079327358, 100))", mercator)
        box = found.bbox
        assert box is not None
        self.assertAlmostEqual(box.xmax, 1.0)

    @given(st.text(alphabet="aname =<>'()1.,ANDORTIKESPOINTBX_%\"", max_size=40))
    @settings(max_examples=400, deadline=None)
    def test_fuzz(self, text: str) -> None:
        """Any text is a filter that says something, or an exception."""
        try:
            self.assertIsNotNone(filterFromCql2(text, TARGET).expression)
        except OWSException:
            pass

    def test_hostile(self) -> None:
        """Depth and length."""
        for text in (
            "(" * 30_000,
            "NOT " * 10_000 + "a = 1",
            "a = 1 AND " * 10_000 + "a = 1",
            "a = " + "-" * 100 + "a",
            "a = " + "abs(" * 100 + "1" + ")" * 100,
            "S_INTERSECTS(geometry, " + "GEOMETRYCOLLECTION(" * 1000,
            "a IN (" + "1," * 10_000 + "1)",
            "x" * 2_000_000,
        ):
            start = time.process_time()
            self.assertRaises(InvalidParameterValue, filterFromCql2, text, TARGET)
            self.assertLess(time.process_time() - start, 2.0)


class JsonTests(SynchronousTestCase):
    """CQL2 JSON."""

    def test_documents(self) -> None:
        """Operations, properties, literals, geometries."""
        a, name = {"property": "a"}, {"property": "name"}
        for data, expected in (
            ({"op": "=", "args": [a, 1]}, '"a" = 1'),
            (
                {"op": "and", "args": [{"op": ">", "args": [a, 1.5]}, {"op": "like", "args": [name, "x%"]}]},
                '"a" > 1.5 AND "name" LIKE \'x%\'',
            ),
            ({"op": "not", "args": [{"op": "isNull", "args": [a]}]}, 'NOT "a" IS NULL'),
            ({"op": "in", "args": [name, ["x", "y"]]}, "\"name\" IN ('x', 'y')"),
            ({"op": "between", "args": [a, 1, 2]}, '"a" >= 1 AND "a" <= 2'),
            (
                {
                    "op": "s_intersects",
                    "args": [{"property": "geometry"}, {"type": "Point", "coordinates": [1, 2]}],
                },
                "intersects($geometry, geom_from_wkt('POINT (1 2)'))",
            ),
            (
                {"op": "s_within", "args": [{"property": "geometry"}, {"bbox": [1, 2, 3, 4]}]},
                "within($geometry, geom_from_wkt('POLYGON ((3 2, 3 4, 1 4, 1 2, 3 2))'))",
            ),
            (
                {"op": "=", "args": [{"property": "day"}, {"date": "2020-01-01"}]},
                "\"day\" = to_date('2020-01-01')",
            ),
            (
                {
                    "op": "t_during",
                    "args": [{"property": "moment"}, {"interval": ["2020-01-01T00:00:00Z", ".."]}],
                },
                f'"moment" > {MOMENT}',
            ),
            ({"op": "=", "args": [{"op": "casei", "args": [name]}, "x"]}, "lower(\"name\") = 'x'"),
            ({"op": ">", "args": [{"op": "+", "args": [a, 1]}, 2]}, '"a" + 1 > 2'),
            (
                {"op": "=", "args": [{"function": {"name": "upper", "args": [name]}}, "X"]},
                "upper(\"name\") = 'X'",
            ),
        ):
            self.assertEqual(str(filterFromJson(json.dumps(data), TARGET).expression), expected)
            self.assertEqual(str(filterFromJson(data, TARGET).expression), expected)

    def test_refused(self) -> None:
        """What is none."""
        a = {"property": "a"}
        deep: object = {"op": "=", "args": [a, 1]}
        for _ in range(60):
            deep = {"op": "not", "args": [deep]}
        for data in (
            None,
            [],
            1,
            "x",
            {},
            {"op": "and", "args": []},
            {"op": "nope", "args": [1]},
            {"op": 1, "args": []},
            {"op": "=", "args": [a]},
            {"op": "=", "args": "x"},
            {"op": "=", "args": [{"property": "nope"}, 1]},
            {"op": "in", "args": [a, []]},
            {"op": "s_intersects", "args": [a, {"type": "Point", "coordinates": [1, 2]}]},
            {
                "op": "s_intersects",
                "args": [{"property": "geometry"}, {"type": "Point", "coordinates": ["x"]}],
            },
            {"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Nope"}]},
            {"op": "s_within", "args": [{"property": "geometry"}, {"bbox": [1, 2, 3]}]},
            {"op": "=", "args": [{"op": "eval", "args": ["1"]}, 1]},
            {"op": "=", "args": [a, {"date": "x"}]},
            deep,
            {"op": "or", "args": [{"op": "=", "args": [a, k]} for k in range(6000)]},
        ):
            self.assertRaises(InvalidParameterValue, filterFromJson, json.dumps(data), TARGET)
        for text in ("{", "[" * 100_000, b"\xff", "NaN"):
            self.assertRaises(InvalidParameterValue, filterFromJson, text, TARGET)

    values = st.recursive(
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(),
            st.floats(allow_nan=False, allow_infinity=False),
            st.text(max_size=5),
        ),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.builds(
                lambda op, args: {"op": op, "args": args},
                st.sampled_from(
                    [
                        "and",
                        "or",
                        "not",
                        "=",
                        "like",
                        "in",
                        "between",
                        "s_intersects",
                        "t_after",
                        "+",
                        "upper",
                    ]
                ),
                st.lists(inner, max_size=3),
            ),
            st.sampled_from(
                [{"property": "a"}, {"property": "geometry"}, {"bbox": [1, 2, 3, 4]}, {"date": "2020-01-01"}]
            ),
        ),
        max_leaves=12,
    )

    @given(values)
    @settings(max_examples=400, deadline=None)
    def test_fuzz(self, data: object) -> None:
        """Any JSON is a filter that says something, or an exception."""
        try:
            self.assertIsNotNone(filterFromJson(data, TARGET).expression)
        except OWSException:
            pass
