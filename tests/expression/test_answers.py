# -*- test-case-name: tests.expression.test_answers -*-
"""
What QGIS answers to many expressions, and what we answer.

tests/data/make_expressions.py asked QGIS; see there for the lists.
"""

from __future__ import annotations

import datetime
import json
import math
import os
import re

import numpy as np
import pyarrow as pa
import shapely
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.expression import Expression, ExpressionContext, ExpressionError
from ogctwist.expression.functions.wkt import qgisWkt
from ogctwist.expression.values import Interval
from ogctwist.geo.batch import FeatureBatch
from ogctwist.geo.geometry import GeometryColumn

DATA = os.path.join(os.path.dirname(os.path.dirname(__file__)), "data", "expressions.json")

#: Answers may differ by so much: QGIS and GEOS of other versions round differently.
TOLERANCE = 1e-9

#: Each row of these batches is the feature that QGIS saw.
COLUMNS = {
    "number": pa.array([12], pa.int32()),
    "height": pa.array([3.5]),
    "name": pa.array(["Ärmel tree"]),
    "code": pa.array(["0815"]),
    "nothing": pa.array([None], pa.string()),
    "day": pa.array([datetime.date(2021, 3, 14)]),
    "moment": pa.array([datetime.datetime(2021, 3, 14, 15, 9, 26)], pa.timestamp("ms")),
    "flag": pa.array([True]),
}

CONTEXT = ExpressionContext(variables={"answer": 42, "word": "wood"})


def batchOf(rows: int) -> FeatureBatch:
    """So many times the feature."""
    place = pa.array(np.zeros(rows, np.int64))
    shape = shapely.from_wkt("POLYGON ((0 0, 4 0, 4 3, 0 3, 0 0))")
    geometry = GeometryColumn.fromShapes(np.array([shape] * rows, dtype=object))
    return FeatureBatch(np.full(rows, 7), geometry, {n: c.take(place) for n, c in COLUMNS.items()})


def shown(value: object) -> object:
    """A value as make_expressions.py writes it."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, bytes):
        return "bytes " + value.hex()
    if isinstance(value, datetime.datetime):
        return "datetime " + value.isoformat(timespec="milliseconds")
    if isinstance(value, datetime.date):
        return "date " + value.isoformat()
    if isinstance(value, datetime.time):
        return "time " + value.isoformat(timespec="milliseconds")
    if isinstance(value, Interval):
        return f"interval {float(value.seconds)!r}"
    if isinstance(value, shapely.Geometry):
        return "geometry " + qgisWkt(value, 6)
    if isinstance(value, list):
        return [shown(item) for item in value]
    if isinstance(value, dict):
        return {key: shown(item) for key, item in value.items()}
    return f"real {value!r}" if isinstance(value, float) else value


def isSame(expected: object, got: object) -> bool:
    """Equal, reals nearly."""
    if isinstance(expected, list) and isinstance(got, list):
        return len(expected) == len(got) and all(map(isSame, expected, got))
    if isinstance(expected, dict) and isinstance(got, dict):
        return list(expected) == list(got) and all(isSame(expected[k], got[k]) for k in expected)
    if isinstance(expected, str) and isinstance(got, str):
        if expected.startswith("real ") and got.startswith("real "):
            a, b = float(expected[5:]), float(got[5:])
            return a == b or (math.isnan(a) and math.isnan(b)) or math.isclose(a, b, rel_tol=TOLERANCE)
        if expected.startswith("geometry "):
            return re.sub(r"\s", "", expected) == re.sub(r"\s", "", got)
        if expected.startswith("bytes "):  # what QGIS gives as bytes may be a text here
            return expected in (got, "bytes " + got.encode().hex())
    return expected == got and isinstance(expected, str) == isinstance(got, str)


class AnswerTests(SynchronousTestCase):
    """The same answers as QGIS."""

    maxDiff = None

    def setUp(self) -> None:
        with open(DATA, encoding="utf-8") as file:
            self.answers = json.load(file)["answers"]

    def check(self, rows: int) -> list[str]:
        """The expressions that are answered differently for batches of so many rows."""
        batch, wrong = batchOf(rows), []
        for answer in self.answers:
            text = answer["expression"]
            try:
                expression = Expression.parse(text)
            except ExpressionError:
                if answer.get("parses", True):
                    wrong.append(f"{text}: does not parse")
                continue
            if not answer.get("parses", True):
                wrong.append(f"{text}: parses")
                continue
            try:
                column = expression.evaluateColumn(batch, CONTEXT)
            except ExpressionError as error:
                if "not found" not in str(error) or not answer.get("fails"):
                    wrong.append(f"{text}: {error}")
                continue
            failed = column.failed is not None and bool(column.failed.all())
            if failed != answer.get("fails", False):
                wrong.append(f"{text}: fails {failed}")
            elif not failed:
                for value in column.values():
                    if not isSame(answer["value"], shown(value)):
                        wrong.append(f"{text}: {shown(value)!r}, not {answer['value']!r}")
                        break
        return wrong

    def test_oneRow(self) -> None:
        """One feature."""
        self.assertEqual(self.check(1), [])

    def test_manyRows(self) -> None:
        """A whole column of them, by kernels where there are some."""
        self.assertEqual(self.check(40), [])

    def test_enough(self) -> None:
        """The lists are as long as they should be."""
        self.assertGreater(len(self.answers), 800)

    def test_printed(self) -> None:
        """What is printed reads back as the same, and means the same."""
        batch = batchOf(1)
        for answer in self.answers:
            if not answer.get("parses", True):
                continue
            expression = Expression.parse(answer["expression"])
            again = Expression.parse(str(expression))
            self.assertEqual(str(again), str(expression))
            self.assertEqual(again, expression)
            if not answer.get("fails") and "now" not in expression.functions:
                one = [shown(v) for v in expression.evaluateColumn(batch, CONTEXT).values()]
                other = [shown(v) for v in again.evaluateColumn(batch, CONTEXT).values()]
                self.assertEqual(one, other, answer["expression"])
