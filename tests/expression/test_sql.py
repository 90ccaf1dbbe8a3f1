# -*- test-case-name: tests.expression.test_sql -*-
"""Tests of L{ogctwist.expression.sql}: what a database answers is what the columns answer."""

from __future__ import annotations

import datetime
import sqlite3

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.expression import Expression, nodes
from ogctwist.expression.column import Kind
from ogctwist.expression.conditions import Untranslatable
from ogctwist.expression.dialects import ogrNumber, ogrText
from ogctwist.expression.sql import SqlColumn, translate
from ogctwist.geo.batch import FeatureBatch

COLUMNS = {
    "i": SqlColumn('"i"', Kind.INTEGER),
    "r": SqlColumn('"r"', Kind.REAL),
    "s": SqlColumn('"s"', Kind.TEXT),
    "t": SqlColumn('"t"', Kind.TEXT),
    "b": SqlColumn('"b"', Kind.BOOLEAN),
    "d": SqlColumn('"d"', Kind.DATE),
}

TEXTS = st.text(alphabet="abAB%_*?[]\\'\"1.ä \n-", max_size=5)
REALS = st.sampled_from(
    [0.0, -0.0, 0.3, 0.1 + 0.2, 1.5, -2.0, 5.0, 4.4e-16, -4.4e-16, 9e-16, 1e300, 7.999999999999999]
)
INTEGERS = st.one_of(st.integers(-3, 3), st.sampled_from([2**53, 2**53 + 1, 2**63 - 1, -(2**63)]))

DAYS = st.sampled_from([datetime.date(2020, 1, 2), datetime.date(1999, 12, 31), datetime.date(2020, 1, 3)])

ROW = st.tuples(
    st.none() | INTEGERS,
    st.none() | REALS,
    st.none() | TEXTS,
    st.none() | TEXTS,
    st.none() | st.booleans(),
    st.none() | DAYS,
)


def literal(value: object) -> nodes.Node:
    return nodes.Literal(value=value)


def column(name: str) -> nodes.Node:
    return nodes.ColumnRef(name=name)


CONSTANTS = st.one_of(st.none(), INTEGERS, REALS, TEXTS, st.booleans(), DAYS).map(literal)
NAMES = st.sampled_from("irstbd").map(column)
COMPARED = st.tuples(st.sampled_from(sorted(nodes.COMPARISONS)), NAMES, st.one_of(CONSTANTS, NAMES))


def compared(parts: tuple[str, nodes.Node, nodes.Node], isTurned: bool) -> nodes.Node:
    word, left, right = parts
    return (
        nodes.Binary(operator=word, left=right, right=left)
        if isTurned
        else nodes.Binary(operator=word, left=left, right=right)
    )


LEAVES = st.one_of(
    st.builds(compared, COMPARED, st.booleans()),
    st.builds(
        lambda n, p, w: nodes.Binary(operator=w, left=n, right=literal(p)),
        NAMES,
        TEXTS,
        st.sampled_from(["LIKE", "NOT LIKE"]),
    ),
    st.builds(
        lambda n, w: nodes.Binary(operator=w, left=n, right=literal(None)),
        NAMES,
        st.sampled_from(["IS", "IS NOT"]),
    ),
    st.builds(
        lambda n, o, w: nodes.In(operand=n, options=tuple(o), isNegated=w),
        NAMES,
        st.lists(CONSTANTS, min_size=1, max_size=4),
        st.booleans(),
    ),
    st.builds(
        lambda n, a, b, w: nodes.Between(operand=n, low=a, high=b, isNegated=w),
        NAMES,
        CONSTANTS,
        CONSTANTS,
        st.booleans(),
    ),
    NAMES,
    CONSTANTS,
)

TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda n: nodes.Unary(operator="NOT", operand=n), inner),
        st.builds(
            lambda word, parts: nodes.Logical(operator=word, operands=tuple(parts)),
            st.sampled_from(["AND", "OR"]),
            st.lists(inner, min_size=2, max_size=3),
        ),
    ),
    max_leaves=6,
)


def batchOf(rows: list[tuple[object, ...]]) -> FeatureBatch:
    types = {
        "i": pa.int64(),
        "r": pa.float64(),
        "s": pa.string(),
        "t": pa.string(),
        "b": pa.bool_(),
        "d": pa.date32(),
    }
    values = list(zip(*rows, strict=True)) if rows else [()] * 6
    columns = {name: pa.array(values[k], kind) for k, (name, kind) in enumerate(types.items())}
    return FeatureBatch(np.arange(len(rows)), None, columns)


def database(rows: list[tuple[object, ...]]) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE TABLE x (i INTEGER, r REAL, s TEXT COLLATE NOCASE, t TEXT, b BOOLEAN, d DATE,"
        " n INTEGER PRIMARY KEY)"
    )
    for number, row in enumerate(rows):
        connection.execute(
            "INSERT INTO x VALUES (?, ?, ?, ?, ?, ?, ?)", (*row[:5], row[5] and row[5].isoformat(), number)
        )  # type: ignore[attr-defined]
    return connection


def selected(connection: sqlite3.Connection, sql: str, parameters: tuple[object, ...]) -> list[int]:
    where = f" WHERE {sql}" if sql else ""
    return [n for (n,) in connection.execute(f"SELECT n FROM x{where} ORDER BY n", parameters)]


class SqliteTests(SynchronousTestCase):
    """The SQL for SQLite, asked of SQLite."""

    @given(TREES, st.lists(ROW, min_size=1, max_size=6))
    @settings(max_examples=400, deadline=None)
    def test_sameAsColumns(self, tree: nodes.Node, rows: list[tuple[object, ...]]) -> None:
        """What SQL selects and the remainder leaves is what the columns' mask says."""
        expression = Expression(tree)
        batch = batchOf(rows)
        translation = translate(expression, "sqlite", COLUMNS)
        found = np.array(selected(database(rows), translation.sql, translation.parameters), dtype=np.int64)
        if translation.remainder is not None and len(found):
            found = found[translation.remainder.mask(batch.take(found))]
        self.assertEqual(found.tolist(), np.flatnonzero(expression.mask(batch)).tolist(), str(expression))

    def test_whatIsTranslated(self) -> None:
        """The ordinary conditions of filters leave nothing behind."""
        for text in (
            "i = 1",
            "i = '1'",
            "1 < i",
            "r > 0.5",
            "s = 'x'",
            "s LIKE 'a%b_'",
            "i IN (1, 2, NULL)",
            "s NOT IN ('a')",
            "i IS NULL OR NOT (s = 'a' AND r <= 2)",
            "i BETWEEN 1 AND 3",
            "b",
            "b = true",
            "i <> -5",
        ):
            for dialect in ("sqlite", "postgis"):
                translation = translate(Expression.parse(text), dialect, COLUMNS)
                self.assertIsNone(translation.remainder, text)
                self.assertNotEqual(translation.sql, "", text)

    def test_splitsAtOutermostAnd(self) -> None:
        """What cannot be said in SQL stays behind, and only whole operands of AND part."""
        translation = translate(Expression.parse("i = 1 AND upper(s) = 'A' AND r > 2"), "sqlite", COLUMNS)
        self.assertEqual(translation.sql, '("i" = ?) AND ("r" > ?)')
        self.assertEqual(translation.parameters, (1, 2.0))
        self.assertEqual(str(translation.remainder), "upper(\"s\") = 'A'")
        whole = translate(Expression.parse("i = 1 OR upper(s) = 'A'"), "sqlite", COLUMNS)
        self.assertEqual((whole.sql, whole.parameters), ("", ()))

    def test_unknownNamesStay(self) -> None:
        """A name that is not among the columns is never written."""
        translation = translate(Expression.parse('"x" = 1 AND i = 2'), "sqlite", COLUMNS)
        self.assertEqual(translation.sql, '"i" = ?')
        self.assertEqual(str(translation.remainder), '"x" = 1')

    def test_unknownTypes(self) -> None:
        """A column of unknown type is asked for NULL only."""
        columns = {"a": '"a"'}
        self.assertEqual(translate(Expression.parse("a IS NULL"), "sqlite", columns).sql, '"a" IS NULL')
        self.assertEqual(translate(Expression.parse("a = 1"), "sqlite", columns).sql, "")

    def test_manyOptions(self) -> None:
        """Long lists of integers need no parameters; those of texts stay behind."""
        translation = translate(Expression.fieldIn("i", range(3000)), "sqlite", COLUMNS)
        self.assertEqual(translation.parameters, ())
        self.assertIsNone(translation.remainder)
        texts = translate(Expression.fieldIn("s", [str(k) for k in range(3000)]), "sqlite", COLUMNS)
        self.assertEqual(texts.sql, "")
        self.assertIsNotNone(texts.remainder)


class PostgisTests(SynchronousTestCase):
    """What is particular to PostgreSQL."""

    def test_words(self) -> None:
        """Placeholders, collations, booleans, NaN."""
        for text, sql in (
            ("s = 'x'", '"s" = %s'),
            ("s < 'x'", '"s" < %s COLLATE "C"'),
            ("r > 9", '"r" > %s AND "r" <> \'NaN\''),
            ("b", '"b"'),
            ("NOT b", 'NOT ("b")'),
            ("s LIKE '50\\\\%!_'", "\"s\" LIKE %s ESCAPE '!'"),
        ):
            self.assertEqual(translate(Expression.parse(text), "postgis", COLUMNS).sql, sql)
        day = translate(Expression.fieldEquals("d", datetime.date(2020, 1, 2)), "postgis", COLUMNS)
        self.assertEqual((day.sql, day.parameters), ('"d" = %s', (datetime.date(2020, 1, 2),)))
        pattern = translate(Expression.parse("s LIKE '50\\\\%!_'"), "postgis", COLUMNS).parameters
        self.assertEqual(pattern, ("50!%!!_",))

    def test_percentInNames(self) -> None:
        """A % in a name is not the beginning of a placeholder."""
        columns = {"a%s": SqlColumn('"a%s"', Kind.INTEGER)}
        self.assertEqual(translate(Expression.parse('"a%s" = 1'), "postgis", columns).sql, '"a%%s" = %s')


class OgrTests(SynchronousTestCase):
    """Conditions of OGR have their values written out."""

    @given(st.text(max_size=20))
    def test_texts(self, text: str) -> None:
        """A text literal cannot end early: no backslash, quotes only in pairs."""
        try:
            written = ogrText(text)
        except Untranslatable:
            self.assertTrue("\\" in text or not text.isprintable())
            return
        self.assertTrue(written.startswith("'") and written.endswith("'"))
        inner = written[1:-1]
        self.assertNotIn("\\", inner)
        self.assertNotIn("'", inner.replace("''", ""))
        self.assertEqual(inner.replace("''", "'"), text)

    @given(st.one_of(st.integers(-(2**63), 2**63 - 1), st.floats()))
    def test_numbers(self, number: float) -> None:
        """Numbers are digits, and nothing but finite numbers."""
        try:
            written = ogrNumber(number)
        except Untranslatable:
            self.assertFalse(np.isfinite(number))
            return
        self.assertRegex(written, r"\A-?[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?\Z")
        self.assertEqual(float(written), float(number))

    def test_hostileTexts(self) -> None:
        """What could be read otherwise by one of the readers is not written."""
        for text in ("\\' OR 1=1 --", "a\nb", "a\0b"):
            translation = translate(Expression.fieldEquals("s", text), "ogr", COLUMNS)
            self.assertEqual(translation.sql, "")
            self.assertIsNotNone(translation.remainder)

    def test_textsOnlyNarrow(self) -> None:
        """OGR may ignore case: the condition is tested again here."""
        translation = translate(Expression.parse("s = 'it''s' AND i >= 3"), "ogr", COLUMNS)
        self.assertEqual(translation.sql, "(\"s\" = 'it''s') AND (\"i\" >= 3)")
        self.assertEqual(str(translation.remainder), "\"s\" = 'it''s'")

    def test_negationsStay(self) -> None:
        """Drivers differ about NULL under NOT."""
        for text in ("NOT i = 1", "i <> 1", "i NOT IN (1)", "s < 'a'", "b"):
            self.assertEqual(translate(Expression.parse(text), "ogr", COLUMNS).sql, "", text)
