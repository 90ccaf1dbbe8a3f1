"""Values become columns of the types of the table."""

from __future__ import annotations

import datetime

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.sources.columns import ARROW_TYPES, arrowType, cast, columnOf
from ogctwist.sources.query import FieldType

MOMENT = datetime.datetime(2022, 1, 2, 3, 4, 5)


class ColumnOfTests(SynchronousTestCase):
    def values(self, values: list[object], kind: FieldType) -> list[object]:
        column = columnOf(values, kind)
        self.assertEqual(column.type, ARROW_TYPES[kind])
        return column.to_pylist()

    def test_plain(self) -> None:
        self.assertEqual(self.values([1, None], FieldType.INTEGER), [1, None])
        self.assertEqual(self.values([2**40], FieldType.LONG), [2**40])
        self.assertEqual(self.values([1, 2.5], FieldType.DOUBLE), [1.0, 2.5])
        self.assertEqual(self.values(["a", None], FieldType.STRING), ["a", None])
        self.assertEqual(self.values([b"\0\xff"], FieldType.BINARY), [b"\0\xff"])

    def test_anythingInAnyColumn(self) -> None:
        self.assertEqual(
            self.values(["7", "x", 2**40, 1.0, b""], FieldType.INTEGER), [7, None, None, 1, None]
        )
        self.assertEqual(self.values([2**70, "9"], FieldType.LONG), [None, 9])
        self.assertEqual(self.values(["1.5", "", "nan"], FieldType.DOUBLE), [1.5, None, None])
        self.assertEqual(self.values(["a", 5, b"\xff"], FieldType.STRING), ["a", "5", "\ufffd"])
        self.assertEqual(self.values(["text", b"b"], FieldType.BINARY), [b"text", b"b"])

    def test_booleans(self) -> None:
        self.assertEqual(
            self.values([1, 0, None, "true", "F", "perhaps", 2], FieldType.BOOLEAN),
            [True, False, None, True, False, None, True],
        )

    def test_dates(self) -> None:
        day = datetime.date(2022, 1, 2)
        self.assertEqual(self.values(["2022-01-02", None], FieldType.DATE), [day, None])
        self.assertEqual(self.values(["2022-01-02", "2022-13-01", 7], FieldType.DATE), [day, None, None])
        self.assertEqual(self.values(["2022/01/02", "2022-01-02T10:00:00"], FieldType.DATE), [day, day])

    def test_momentsAreWithoutZone(self) -> None:
        texts = ["2022-01-02T03:04:05Z", "2022-01-02T03:04:05", "2022-01-02T03:04:05+02:00", None]
        self.assertEqual(self.values(texts, FieldType.DATETIME), [MOMENT, MOMENT, MOMENT, None])
        self.assertEqual(self.values(["2022-01-02T03:04:05.678Z"], FieldType.DATETIME)[0].microsecond, 678000)
        self.assertEqual(self.values(["2022-01-02T03:04:05Z", "soon"], FieldType.DATETIME), [MOMENT, None])

    def test_times(self) -> None:
        self.assertEqual(
            self.values(["01:02:03", "noon", None], FieldType.TIME), [datetime.time(1, 2, 3), None, None]
        )

    @given(
        st.lists(st.one_of(st.none(), st.integers(), st.floats(), st.text(), st.binary())),
        st.sampled_from(list(ARROW_TYPES)),
    )
    def test_noValueIsTooOdd(self, values: list[object], kind: FieldType) -> None:
        if kind is not FieldType.STRING_LIST:
            column = columnOf(values, kind)
            self.assertEqual((len(column), column.type), (len(values), ARROW_TYPES[kind]))
            column.validate(full=True)


class CastTests(SynchronousTestCase):
    def test_textsOfNumbers(self) -> None:
        self.assertEqual(cast(pa.array(["1", None]), FieldType.INTEGER).to_pylist(), [1, None])
        self.assertEqual(cast(pa.array(["1", "x"]), FieldType.LONG).to_pylist(), [1, None])

    def test_zones(self) -> None:
        column = pa.array([MOMENT], pa.timestamp("us", "UTC"))
        self.assertEqual(cast(column, FieldType.DATETIME).to_pylist(), [MOMENT])
        self.assertEqual(cast(column, FieldType.DATETIME).type, pa.timestamp("ms"))

    def test_dictionariesAndNulls(self) -> None:
        self.assertEqual(
            cast(pa.array(["a", "a"]).dictionary_encode(), FieldType.STRING).to_pylist(), ["a", "a"]
        )
        self.assertEqual(cast(pa.nulls(2), FieldType.DOUBLE).type, pa.float64())

    def test_listsStayAsTheyAre(self) -> None:
        column = pa.array([[1, 2]])
        self.assertIs(cast(column, FieldType.LIST), column)
        self.assertIsNone(arrowType(FieldType.LIST))
