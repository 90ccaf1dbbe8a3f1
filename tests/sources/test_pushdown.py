"""What a database is given, and what is left."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.expression import Expression
from ogctwist.sources.query import FieldType, OrderBy, SourceField
from ogctwist.sources.reader import Term
from ogctwist.sources.sql.pushdown import pushedOrder, pushedTerms, sqlColumns
from ogctwist.sources.sql.select import SQLITE

FIELDS = (
    SourceField("name", FieldType.STRING),
    SourceField("pop", FieldType.LONG),
    SourceField("data", FieldType.BINARY),
)
COLUMNS = sqlColumns(FIELDS, {f.name: f'm."{f.name}"' for f in FIELDS})


def term(text: str, *columns: str, seesHidden: bool = False) -> Term:
    return Term(Expression.parse(text), frozenset(columns or COLUMNS), seesHidden)


class PushedTermsTests(SynchronousTestCase):
    def test_values(self) -> None:
        conditions, left = pushedTerms([term("\"pop\" = 42 and \"name\" = 'x''; drop'")], SQLITE, COLUMNS)
        self.assertEqual(left, ())
        (condition,) = conditions
        self.assertNotIn("drop", condition.sql)
        self.assertIn("x'; drop", condition.parameters)

    def test_whatIsLeftIsStillWhosItWas(self) -> None:
        asked = term('"pop" > 1 and soundex("name") = 2', seesHidden=True)
        conditions, (left,) = pushedTerms([asked], SQLITE, COLUMNS)
        self.assertEqual(len(conditions), 1)
        self.assertTrue(left.seesHidden)
        self.assertEqual(left.expression.fields, {"name"})

    def test_onlyItsOwnColumns(self) -> None:
        conditions, left = pushedTerms([term('"pop" = 1', "name")], SQLITE, COLUMNS)
        self.assertEqual((conditions, len(left)), ([], 1))


class PushedOrderTests(SynchronousTestCase):
    def order(self, *texts: str) -> list[tuple[str, bool]] | None:
        orderBy = [OrderBy(Expression.parse(text), at == 0) for at, text in enumerate(texts)]
        terms = pushedOrder(orderBy, COLUMNS)
        return None if terms is None else [(t.sql, t.ascending) for t in terms]

    def test_fields(self) -> None:
        self.assertEqual(self.order('"pop"', "name"), [('m."pop"', True), ('m."name" COLLATE BINARY', False)])
        self.assertEqual(self.order(), [])

    def test_allOrNothing(self) -> None:
        self.assertIsNone(self.order('"pop"', '"pop" + 1'))
        self.assertIsNone(self.order('"nosuch"'))
        self.assertIsNone(self.order('"data"'))
