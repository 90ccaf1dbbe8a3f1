"""Expressions as conditions of a real PostgreSQL: what it answers is what the columns answer."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.expression import Expression, nodes
from ogctwist.expression.sql import translate
from tests.expression.test_sql import COLUMNS, ROW, TREES, batchOf
from tests.postgres import postgresServer


class PostgisExpressionTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.connection = postgresServer().connect()
        self.addCleanup(self.connection.close)
        self.connection.execute(
            "CREATE TEMPORARY TABLE x (i int8, r float8, s text, t text, b bool, d date, n int)"
        )

    def selected(self, sql: str, parameters: tuple[object, ...]) -> list[int]:
        where = f"WHERE {sql}" if sql else ""
        return [n for (n,) in self.connection.execute(f"SELECT n FROM x {where} ORDER BY n", parameters)]

    def insert(self, rows: list[tuple[object, ...]]) -> None:
        self.connection.execute("TRUNCATE x")
        with self.connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO x VALUES (%s, %s, %s, %s, %s, %s, %s)",
                [(*row, number) for number, row in enumerate(rows)],
            )

    @given(TREES, st.lists(ROW, min_size=1, max_size=6))
    @settings(max_examples=400, deadline=None)
    def test_sameAsColumns(self, tree: nodes.Node, rows: list[tuple[object, ...]]) -> None:
        """What SQL selects and the remainder leaves is what the columns' mask says."""
        self.insert(rows)
        expression = Expression(tree)
        batch = batchOf(rows)
        translation = translate(expression, "postgis", COLUMNS)
        found = np.array(self.selected(translation.sql, translation.parameters), dtype=np.int64)
        if translation.remainder is not None and len(found):
            found = found[translation.remainder.mask(batch.take(found))]
        self.assertEqual(found.tolist(), np.flatnonzero(expression.mask(batch)).tolist(), str(expression))

    def test_notANumber(self) -> None:
        """NaN is beside all numbers, not above them."""
        self.insert([(1, float("nan"), "", "", True, None), (2, 5.0, "", "", True, None)])
        for text, expected in (("r > 1", [1]), ("r >= 1", [1]), ("r < 1", []), ("r = 5", [1])):
            translation = translate(Expression.parse(text), "postgis", COLUMNS)
            self.assertIsNone(translation.remainder)
            self.assertEqual(self.selected(translation.sql, translation.parameters), expected, text)
