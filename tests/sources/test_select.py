"""Statements are put together from parts."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.sources.sql.select import SQLITE, Condition, OrderTerm, Select, SqlDialect


class SelectTests(SynchronousTestCase):
    def test_plain(self) -> None:
        self.assertEqual(Select(("a", "b"), "t").statement(), ("SELECT a, b FROM t", []))

    def test_everything(self) -> None:
        statement, parameters = Select(
            ("a",),
            "t",
            (Condition("a = ?", (1,)), Condition("b OR c")),
            (OrderTerm("a"), OrderTerm("b + ?", False, (2,))),
            10,
            5,
        ).statement()
        self.assertEqual(
            statement,
            "SELECT a FROM t WHERE (a = ?) AND (b OR c) "
            "ORDER BY a ASC NULLS LAST, b + ? DESC NULLS FIRST LIMIT ? OFFSET ?",
        )
        self.assertEqual(parameters, [1, 2, 10, 5])

    def test_offsetWithoutLimit(self) -> None:
        self.assertEqual(Select(("a",), "t", offset=3).statement()[1], [-1, 3])

    def test_orderOfWhatIsNeverNull(self) -> None:
        terms = (OrderTerm("a", isNullable=False), OrderTerm("b", False, isNullable=False))
        self.assertTrue(Select(("a",), "t", order=terms).statement()[0].endswith("ORDER BY a ASC, b DESC"))

    def test_names(self) -> None:
        self.assertEqual(SQLITE.identifier("s", 'a"b'), '"s"."a""b"')
        self.assertEqual(SqlDialect("mysql", quote="`").identifier("a`b"), "`a``b`")
