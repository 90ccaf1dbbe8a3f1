# -*- test-case-name: tests.expression.test_columns -*-
"""The kernels that work on columns agree with the rules for single values."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.expression import Expression, ExpressionError, nodes
from ogctwist.expression.expression import rebuilt
from ogctwist.expression.nodes import Node
from ogctwist.geo.batch import FeatureBatch

TYPES = {
    "i": pa.int32(),
    "j": pa.int64(),
    "r": pa.float64(),
    "s": pa.string(),
    "t": pa.large_string(),
    "b": pa.bool_(),
}

TEXTS = st.one_of(
    st.sampled_from(
        ["", "a", "A", "abc", "a%c", "1", " 1 ", "1.0", "-2", "x1", "Ä", "ä", "a\nb", "1e3", "nan", "0"]
    ),
    st.text(alphabet="aA%_1.\\äß \n", max_size=4),
)
REALS = st.sampled_from([0.0, -0.0, 1.0, 0.3, 0.1 + 0.2, -2.0, 2.5, 1e300, 1e-300, 12.0, 7.999999999999999])
INTEGERS = st.sampled_from([0, 1, -1, 2, 12, 7, -3])
ROW = st.tuples(
    st.none() | INTEGERS,
    st.none() | st.one_of(INTEGERS, st.integers(-(2**40), 2**40)),
    st.none() | REALS,
    st.none() | TEXTS,
    st.none() | TEXTS,
    st.none() | st.booleans(),
)

CONSTANTS = st.one_of(st.none(), st.booleans(), INTEGERS, REALS, TEXTS).map(lambda v: nodes.Literal(value=v))
COLUMNS = st.sampled_from(sorted(TYPES)).map(lambda name: nodes.ColumnRef(name=name))
OPERATORS = sorted(
    nodes.COMPARISONS | nodes.IDENTITIES | nodes.ARITHMETIC | {"||", "LIKE", "NOT LIKE", "ILIKE", "NOT ILIKE"}
)
FUNCTIONS = [
    ("upper", 1),
    ("lower", 1),
    ("title", 1),
    ("trim", 1),
    ("length", 1),
    ("abs", 1),
    ("sqrt", 1),
    ("floor", 1),
    ("ceil", 1),
    ("round", 1),
    ("to_int", 1),
    ("to_real", 1),
    ("to_string", 1),
    ("coalesce", 2),
    ("if", 3),
    ("nullif", 2),
    ("try", 2),
    ("concat", 2),
    ("max", 2),
    ("left", 2),
    ("array", 2),
    ("substr", 2),
    ("cos", 1),
]


def called(pair: tuple[str, int], parts: list[Node]) -> Node:
    return nodes.Call(name=pair[0], arguments=tuple(parts[: pair[1]]))


def branches(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    three = st.lists(inner, min_size=3, max_size=3)
    return st.one_of(
        st.builds(
            lambda o, a, b: nodes.Binary(operator=o, left=a, right=b),
            st.sampled_from(OPERATORS),
            inner,
            inner,
        ),
        st.builds(lambda o, n: nodes.Unary(operator=o, operand=n), st.sampled_from(["NOT", "-"]), inner),
        st.builds(
            lambda o, p: nodes.Logical(operator=o, operands=tuple(p)), st.sampled_from(["AND", "OR"]), three
        ),
        st.builds(
            lambda a, p, n: nodes.In(operand=a, options=tuple(p), isNegated=n), inner, three, st.booleans()
        ),
        st.builds(lambda a, b, c: nodes.Between(operand=a, low=b, high=c), inner, inner, inner),
        st.builds(lambda a, b, c: nodes.Case(branches=((a, b),), otherwise=c), inner, inner, inner),
        st.builds(called, st.sampled_from(FUNCTIONS), three),
    )


TREES = st.recursive(st.one_of(COLUMNS, CONSTANTS), branches, max_leaves=7)


def same(a: object, b: object) -> bool:
    """Equal; NaN equals NaN, 1 equals 1.0, true is 1."""
    if isinstance(a, float) and isinstance(b, float) and math.isnan(a) and math.isnan(b):
        return True
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return a == b or math.isclose(a, b, rel_tol=1e-12)
    return a == b and (a is None) == (b is None)


def writtenInto(tree: Node, values: dict[str, object]) -> Node:
    """A tree with values in the place of its attributes."""
    return rebuilt(
        tree, lambda n: nodes.Literal(value=values[n.name]) if isinstance(n, nodes.ColumnRef) else None
    )


class ColumnTests(SynchronousTestCase):
    """Columns and values."""

    @given(TREES, st.lists(ROW, min_size=1, max_size=5))
    @settings(max_examples=600, deadline=None)
    def test_columnsAgreeWithValues(self, tree: Node, rows: list[tuple[object, ...]]) -> None:
        """Each row of a column is what the expression gives with the row's values written into it."""
        columns = {
            name: pa.array([row[k] for row in rows], kind) for k, (name, kind) in enumerate(TYPES.items())
        }
        expression = Expression(tree)
        column = expression.evaluateColumn(FeatureBatch(np.arange(len(rows)), None, columns))
        values = column.values()
        for position, row in enumerate(rows):
            constant = Expression(writtenInto(tree, dict(zip(TYPES, row, strict=True))))
            failed = column.failed is not None and bool(column.failed[position])
            try:
                expected = constant.evaluateScalar()
            except ExpressionError:
                self.assertTrue(failed, f"{constant} fails, but not in the column: {values[position]!r}")
                continue
            self.assertFalse(failed, f"{constant} is {expected!r}, but fails in the column: {column.failure}")
            self.assertTrue(
                same(values[position], expected), f"{constant}: {values[position]!r}, not {expected!r}"
            )

    def test_emptyBatch(self) -> None:
        """A batch without rows gives columns without rows."""
        batch = FeatureBatch.empty(("a", "b"))
        for text in (
            "a = 1",
            "a || b",
            "CASE WHEN a THEN b END",
            "array_foreach(array(a), @element)",
            "a IN (1, 2)",
        ):
            self.assertEqual(len(Expression.parse(text).evaluate(batch)), 0, text)
            self.assertEqual(Expression.parse(text).mask(batch).tolist(), [], text)

    def test_kindsOfColumns(self) -> None:
        """Attributes of all types that sources deliver."""
        batch = FeatureBatch(
            np.arange(2),
            None,
            {
                "dictionary": pa.array(["x", "y"]).dictionary_encode(),
                "decimal": pa.array([1, 2], pa.decimal128(5, 1)),
                "list": pa.array([["a"], ["b", "c"]]),
                "map": pa.array([[("k", "v")], []], pa.map_(pa.string(), pa.string())),
                "struct": pa.array([{"k": 1}, {"k": 2}]),
                "zoned": pa.array([0, 1000], pa.timestamp("ms", "UTC")),
                "binary": pa.array([b"a", b"b"]),
                "small": pa.array([1, 2], pa.uint8()),
                "null": pa.nulls(2),
            },
        )
        for text, expected in (
            ("dictionary || 'z'", ["xz", "yz"]),
            ("decimal + 1", [2.0, 3.0]),
            ("array_length(list)", [1, 2]),
            ("map_get(map, 'k')", ["v", None]),
            ("struct['k']", [1, 2]),
            ("year(zoned)", [1970, 1970]),
            ("to_base64(binary)", ["YQ==", "Yg=="]),
            ("small * 2", [2, 4]),
            ("null IS NULL", [1, 1]),
            ('"null" = 1', [None, None]),
        ):
            self.assertEqual(Expression.parse(text).evaluate(batch).to_pylist(), expected, text)
