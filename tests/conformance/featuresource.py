"""What every IFeatureSource must hold to, whatever its features come from."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from zope.interface.verify import verifyObject

from ogctwist.expression import Expression, ExpressionError
from ogctwist.geo.box import Box
from ogctwist.interfaces import IFeatureCursor, IFeatureSource
from ogctwist.sources.query import (
    UNRESTRICTED,
    FeatureQuery,
    FieldType,
    OrderBy,
    Restriction,
    SourceError,
    UnknownField,
)

#: The features of the suite: name, pop, height, day; None is null.
NAMES = ["alpha", "Beta", "gamma", None, "été", "o'neil", "beta", "a%b", "x_y", "zulu", "kilo", "lima"]
POPS = [5, 3, 8, 1, 13, None, 2, 8, 21, 34, 0, -7]
HEIGHTS = [0.5, 1.5, None, 3.25, 4.0, 5.5, 6.75, 7.0, 8.5, 9.25, 10.0, -1.0]
DAYS = [None if i == 7 else datetime.date(2020, 1 + i, 1) for i in range(12)]
#: Triangles: the upper right half of every bounding box is empty; one has no geometry.
SHAPES = [
    None
    if i == 10
    else shapely.Polygon([(i * 10, i % 3 * 10), (i * 10 + 5, i % 3 * 10), (i * 10, i % 3 * 10 + 5)])
    for i in range(12)
]
COUNT = len(NAMES)


class FeatureSourceSuite:
    """
    Mix into a SynchronousTestCase, and say how to make the source.

    @ivar hasHeldSubset: a subset that leaves the features 0 and 1, in the
        source's own language; None when it has none.
    """

    heldSubset: str | None = '"pop" in (5, 3)'
    wkbType = "Polygon"

    def makeSource(self, restriction: Restriction = UNRESTRICTED) -> Any:
        """A source with the features above."""
        raise NotImplementedError

    def idOf(self, row: int) -> int:
        """The id of the feature in that row."""
        raise NotImplementedError

    # helpers

    def source(self, **restriction: Any) -> Any:
        return self.makeSource(Restriction(**restriction))

    def batches(self, query: FeatureQuery, source: Any = None) -> list[Any]:
        return list((source or self.makeSource()).read(query, lambda: False))

    def rows(self, query: FeatureQuery, source: Any = None) -> list[int]:
        """The row numbers of the answer, in its order."""
        rowOf = {self.idOf(row): row for row in range(COUNT)}
        return [rowOf[i] for batch in self.batches(query, source) for i in batch.ids.tolist()]

    def where(self, text: str, source: Any = None, **query: Any) -> list[int]:
        return sorted(self.rows(FeatureQuery(filter=Expression.parse(text), **query), source))

    # description

    def test_itProvidesTheInterface(self) -> None:
        verifyObject(IFeatureSource, self.makeSource())

    def test_description(self) -> None:
        schema = self.successResultOf(self.makeSource().describe())
        self.assertEqual(
            [schema.field(name).type for name in ("name", "height", "day")],
            [FieldType.STRING, FieldType.DOUBLE, FieldType.DATE],
        )
        self.assertIn(schema.field("pop").type, (FieldType.INTEGER, FieldType.LONG))
        self.assertEqual(schema.wkbType, self.wkbType)
        self.assertTrue(schema.geometryName)
        self.assertEqual(schema.crs.srid, 2154)

    # reading

    def test_everything(self) -> None:
        (batch,) = self.batches(FeatureQuery(fields=("name", "pop", "height", "day")))
        self.assertEqual(batch.ids.dtype, np.int64)
        self.assertEqual(batch.ids.tolist(), [self.idOf(row) for row in range(COUNT)])
        self.assertEqual(list(batch.columns), ["name", "pop", "height", "day"])
        columns = [batch.columns[name].to_pylist() for name in batch.columns]
        self.assertEqual(columns, [NAMES, POPS, HEIGHTS, DAYS])
        for shape, expected in zip(batch.geometry.shapes, SHAPES, strict=True):
            self.assertEqual(shape is None, expected is None)
            if expected is not None:
                self.assertTrue(shapely.equals(shape, expected))

    def test_columnsHaveTheTypesOfTheTable(self) -> None:
        (batch,) = self.batches(FeatureQuery(fields=("name", "pop", "height", "day")))
        kinds = [batch.columns[name].type for name in ("name", "height", "day")]
        self.assertEqual(kinds, [pa.string(), pa.float64(), pa.date32()])
        self.assertIn(batch.columns["pop"].type, (pa.int32(), pa.int64()))

    def test_fieldsInTheOrderAskedFor(self) -> None:
        (batch,) = self.batches(FeatureQuery(fields=("day", "name"), geometry=False))
        self.assertEqual(list(batch.columns), ["day", "name"])
        self.assertIsNone(batch.geometry)

    def test_noFields(self) -> None:
        (batch,) = self.batches(FeatureQuery(fields=()))
        self.assertEqual((dict(batch.columns), len(batch), len(batch.geometry)), ({}, COUNT, COUNT))

    def test_allFields(self) -> None:
        schema = self.successResultOf(self.makeSource().describe())
        (batch,) = self.batches(FeatureQuery())
        self.assertEqual(list(batch.columns), [field.name for field in schema.fields])

    def test_anUnknownFieldIsRefused(self) -> None:
        self.assertRaises(UnknownField, self.batches, FeatureQuery(fields=("nosuch",)))

    # space

    def test_box(self) -> None:
        self.assertEqual(sorted(self.rows(FeatureQuery(bbox=Box(8, 8, 32, 32)))), [1, 2])
        self.assertEqual(self.rows(FeatureQuery(bbox=Box(1000, 1000, 1001, 1001))), [])

    def test_boxThatIsAPoint(self) -> None:
        self.assertEqual(self.rows(FeatureQuery(bbox=Box(1, 1, 1, 1))), [0])

    def test_boxWithoutGeometry(self) -> None:
        (batch,) = self.batches(FeatureQuery(bbox=Box(0, 0, 1, 1), geometry=False, fields=("name",)))
        self.assertEqual((batch.geometry, batch.columns["name"].to_pylist()), (None, ["alpha"]))

    def test_exactBox(self) -> None:
        corner = Box(4, 4, 12, 12)
        self.assertEqual(self.rows(FeatureQuery(bbox=corner, exact=True)), [1])

    def test_within(self) -> None:
        area = shapely.Point(22, 22).buffer(1)
        self.assertEqual(self.rows(FeatureQuery(within=area)), [2])
        self.assertEqual(self.rows(FeatureQuery(within=shapely.Point(24.9, 24.9))), [])
        self.assertEqual(self.rows(FeatureQuery(within=shapely.Polygon())), [])

    def test_withinABox(self) -> None:
        area = shapely.box(0, 0, 60, 30)
        self.assertEqual(self.rows(FeatureQuery(within=area, bbox=Box(19, 0, 31, 30))), [2, 3])
        self.assertEqual(self.rows(FeatureQuery(within=area, bbox=Box(100, 0, 110, 5))), [])

    # conditions

    def test_filters(self) -> None:
        self.assertEqual(self.where('"pop" = 8'), [2, 7])
        self.assertEqual(self.where('"pop" >= 13 and "height" < 9'), [4, 8])
        self.assertEqual(self.where('"pop" is null'), [5])
        self.assertEqual(self.where("\"name\" = 'été'"), [4])
        self.assertEqual(self.where("\"name\" = 'o''neil'"), [5])
        self.assertEqual(self.where("\"name\" in ('alpha', 'zulu')"), [0, 9])
        self.assertEqual(self.where('"pop" in (1, 21) or "name" is null'), [3, 8])
        self.assertEqual(self.where("\"day\" >= '2020-11-01'"), [10, 11])
        self.assertEqual(self.where('"height" < 0'), [11])

    def test_textsCompareByCase(self) -> None:
        self.assertEqual(self.where("\"name\" = 'beta'"), [6])
        self.assertEqual(self.where("\"name\" like 'b%'"), [6])
        self.assertEqual(self.where("\"name\" ilike 'b%'"), [1, 6])

    def test_wildcardsInTexts(self) -> None:
        self.assertEqual(self.where(r"""  "name" like 'a\\%b'  """), [7])
        self.assertEqual(self.where("\"name\" like 'x_y'"), [8])

    def test_nullIsNotTrue(self) -> None:
        self.assertEqual(self.where('not ("pop" = 8)'), [0, 1, 3, 4, 6, 8, 9, 10, 11])
        self.assertEqual(self.where('"pop" <> 8'), [0, 1, 3, 4, 6, 8, 9, 10, 11])

    def test_filterThatNoDatabaseTakes(self) -> None:
        self.assertEqual(self.where('upper("name") = \'BETA\' and "pop" < 3'), [6])
        self.assertEqual(self.where('length("name") = 3'), [4, 7, 8])

    def test_filterOnGeometry(self) -> None:
        self.assertEqual(self.where('x_min($geometry) > 85 and "pop" is not null', geometry=False), [9, 11])

    def test_filterOnFieldsThatAreNotDelivered(self) -> None:
        (batch,) = self.batches(FeatureQuery(filter=Expression.parse('"pop" = 13'), fields=("name",)))
        self.assertEqual((list(batch.columns), batch.columns["name"].to_pylist()), (["name"], ["été"]))

    def test_fieldNamesInAnyCase(self) -> None:
        self.assertEqual(self.where('"POP" = 8'), [2, 7])

    def test_unknownFieldInAFilter(self) -> None:
        self.assertRaises(ExpressionError, self.where, '"nosuch" = 1')

    def test_ids(self) -> None:
        wanted = (self.idOf(4), self.idOf(1), -99)
        self.assertEqual(sorted(self.rows(FeatureQuery(ids=wanted))), [1, 4])
        self.assertEqual(self.rows(FeatureQuery(ids=())), [])

    def test_idsWithEverythingElse(self) -> None:
        wanted = tuple(self.idOf(row) for row in (0, 1, 2, 7))
        query = FeatureQuery(ids=wanted, filter=Expression.parse('"pop" = 8'), bbox=Box(0, 0, 40, 40))
        self.assertEqual(self.rows(query), [2])

    # order and pages

    def ordered(self, *terms: tuple[str, bool], **query: Any) -> list[int]:
        orderBy = tuple(OrderBy(Expression.parse(text), up) for text, up in terms)
        return self.rows(FeatureQuery(orderBy=orderBy, **query))

    def test_order(self) -> None:
        self.assertEqual(self.ordered(('"pop"', True)), [11, 10, 3, 6, 1, 0, 2, 7, 4, 8, 9, 5])
        self.assertEqual(
            self.ordered(('"pop"', False), ('"height"', True)), [5, 9, 8, 4, 7, 2, 0, 1, 6, 3, 10, 11]
        )

    def test_orderOfTexts(self) -> None:
        expected = [
            row for _, row in sorted((n.encode(), row) for row, n in enumerate(NAMES) if n is not None)
        ]
        self.assertEqual(self.ordered(('"name"', True)), [*expected, 3])
        self.assertEqual(self.ordered(('"name"', False)), [3, *expected[::-1]])

    def test_orderByAnExpression(self) -> None:
        self.assertEqual(self.ordered(('abs("pop" - 4)', True), ("$id", True), limit=3), [0, 1, 6])

    def test_orderByAFieldThatIsNotDelivered(self) -> None:
        self.assertEqual(self.ordered(('"height"', False), fields=("name",), limit=2), [2, 10])

    def test_pages(self) -> None:
        self.assertEqual(self.rows(FeatureQuery(limit=3)), [0, 1, 2])
        self.assertEqual(self.rows(FeatureQuery(limit=3, offset=10)), [10, 11])
        self.assertEqual(self.rows(FeatureQuery(offset=11)), [11])
        self.assertEqual(self.rows(FeatureQuery(offset=12)), [])
        self.assertEqual(self.rows(FeatureQuery(limit=0)), [])

    def test_pagesAfterFilters(self) -> None:
        query = FeatureQuery(filter=Expression.parse('length("name") = 4'), limit=2, offset=1)
        self.assertEqual(self.rows(query), [6, 9])
        query = FeatureQuery(filter=Expression.parse('"pop" > 2'), limit=2, offset=1)
        self.assertEqual(self.rows(query), [1, 2])
        query = FeatureQuery(bbox=Box(0, 0, 45, 45), exact=True, limit=2, offset=2)
        self.assertEqual(self.rows(query), [2, 3])

    # counting

    def counted(self, **query: Any) -> int:
        return self.successResultOf(self.makeSource().count(FeatureQuery(**query)))

    def test_count(self) -> None:
        self.assertEqual(self.counted(), COUNT)
        self.assertEqual(self.counted(filter=Expression.parse('"pop" = 8')), 2)
        self.assertEqual(self.counted(filter=Expression.parse('length("name") = 3')), 3)
        self.assertEqual(self.counted(bbox=Box(4, 4, 12, 12), exact=True), 1)
        self.assertEqual(self.counted(ids=(self.idOf(2), self.idOf(3))), 2)

    def test_countOfAPage(self) -> None:
        self.assertEqual(self.counted(limit=5), 5)
        self.assertEqual(self.counted(limit=5, offset=10), 2)
        self.assertEqual(self.counted(offset=20), 0)
        self.assertEqual(self.counted(limit=1, filter=Expression.parse('"pop" = 8')), 1)

    def test_extent(self) -> None:
        extent = self.successResultOf(self.makeSource().extent())
        np.testing.assert_allclose(extent.bounds, (0, 0, 115, 25), atol=1e-6)

    # what access control takes away

    def test_rowFilter(self) -> None:
        source = self.source(rowFilter=Expression.parse('"pop" < 8'))
        self.assertEqual(sorted(self.rows(FeatureQuery(), source)), [0, 1, 3, 6, 10, 11])
        self.assertEqual(self.where('"pop" = 8 or "pop" = 5', source), [0])
        self.assertEqual(self.rows(FeatureQuery(ids=(self.idOf(2),)), source), [])
        self.assertEqual(self.successResultOf(source.count(FeatureQuery())), 6)

    def test_rowFilterThatNoDatabaseTakes(self) -> None:
        source = self.source(rowFilter=Expression.parse('length("name") > 4'))
        self.assertEqual(sorted(self.rows(FeatureQuery(fields=()), source)), [0, 2, 5])
        self.assertEqual(self.rows(FeatureQuery(limit=1, offset=1), source), [2])
        self.assertEqual(self.successResultOf(source.count(FeatureQuery())), 3)

    def test_theExtentIsThatOfWhatMayBeSeen(self) -> None:
        for text in ('"pop" = 8', 'to_int("pop") = 8'):
            source = self.source(rowFilter=Expression.parse(text))
            extent = self.successResultOf(source.extent())
            np.testing.assert_allclose(extent.bounds, (20, 10, 75, 25), atol=1e-5)

    def test_extentOfNothing(self) -> None:
        source = self.source(rowFilter=Expression.parse("false"))
        self.assertIsNone(self.successResultOf(source.extent()))

    def test_hiddenFieldsDoNotExist(self) -> None:
        source = self.source(hiddenFields=frozenset({"pop"}))
        schema = self.successResultOf(source.describe())
        self.assertIsNone(schema.field("pop"))
        (batch,) = self.batches(FeatureQuery(), source)
        self.assertNotIn("pop", batch.columns)
        self.assertRaises(UnknownField, self.batches, FeatureQuery(fields=("pop",)), source)

    def test_hiddenFieldsInConditions(self) -> None:
        source = self.source(hiddenFields=frozenset({"pop"}))
        for text in ('"pop" = 8', '"POP" is null', '"name" = \'alpha\' and "pop" = 5'):
            self.assertRaises(ExpressionError, self.where, text, source)
            query = FeatureQuery(filter=Expression.parse(text))
            self.failureResultOf(source.count(query), ExpressionError)
        order = FeatureQuery(orderBy=(OrderBy(Expression.parse('"pop"')),))
        self.assertRaises(ExpressionError, self.batches, order, source)

    def test_hiddenFieldsBehindFunctions(self) -> None:
        source = self.source(hiddenFields=frozenset({"pop"}))
        for text in ("attribute('pop') = 8", "attributes()['pop'] = 8", "eval('\"pop\"') = 8"):
            try:
                self.assertEqual(self.where(text, source), [], text)
            except ExpressionError:
                pass  # as good an answer

    def test_theRowFilterSeesHiddenFields(self) -> None:
        for text in ('"pop" = 8', 'abs("pop") = 8'):
            source = self.source(rowFilter=Expression.parse(text), hiddenFields=frozenset({"pop"}))
            (batch,) = self.batches(FeatureQuery(), source)
            self.assertEqual(batch.ids.tolist(), [self.idOf(2), self.idOf(7)])
            self.assertNotIn("pop", batch.columns)

    def test_subsetOfAccessControl(self) -> None:
        if self.heldSubset is None:
            return
        source = self.source(subset=self.heldSubset)
        self.assertEqual(sorted(self.rows(FeatureQuery(), source)), [0, 1])
        self.assertEqual(self.where('"pop" > 3', source), [0])
        self.assertEqual(self.successResultOf(source.count(FeatureQuery())), 2)

    def test_aSubsetThatIsRefusedMeansNoFeatures(self) -> None:
        for subset in ("nonsense(", "1=1) or (1=1", '"nosuch" <> 1', "1=1; delete from t"):
            source = self.source(subset=subset)
            self.assertEqual(self.rows(FeatureQuery(), source), [], subset)
            self.assertEqual(self.successResultOf(source.count(FeatureQuery())), 0)
            self.assertIsNone(self.successResultOf(source.extent()))

    # walking

    def fetched(self, cursor: Any) -> Any:
        return self.successResultOf(cursor.fetch())

    def test_cursor(self) -> None:
        cursor = self.successResultOf(self.makeSource().open(FeatureQuery(fields=("name",))))
        verifyObject(IFeatureCursor, cursor)
        names: list[Any] = []
        while len(batch := self.fetched(cursor)):
            names += batch.columns["name"].to_pylist()
        self.assertEqual(names, NAMES)
        self.assertEqual(len(self.fetched(cursor)), 0)
        self.successResultOf(cursor.close())

    def test_closingACursor(self) -> None:
        cursor = self.successResultOf(self.makeSource().open(FeatureQuery()))
        self.successResultOf(cursor.close())
        self.successResultOf(cursor.close())
        self.assertEqual(len(self.fetched(cursor)), 0)

    def test_aBadQueryFailsAtOpen(self) -> None:
        source = self.makeSource()
        self.failureResultOf(source.open(FeatureQuery(fields=("nosuch",))), SourceError)
        bad = FeatureQuery(filter=Expression.parse('"nosuch" = 1'))
        self.failureResultOf(source.open(bad), ExpressionError)

    def test_cancelling(self) -> None:
        self.assertEqual(list(self.makeSource().read(FeatureQuery(), lambda: True)), [])


def delivered(batches: Sequence[Any], name: str) -> list[Any]:
    """The values of a column over all batches."""
    return [value for batch in batches for value in batch.columns[name].to_pylist()]
