"""Tests of L{ogctwist.sources.postgis.subset}."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.sources.postgis.subset import checkedSql, doubled
from ogctwist.sources.sql.subset import SubsetRefused
from tests.postgres import postgresServer

GOOD = [
    "a = 1",
    "a IN (1, 2) AND (b = 'x)' OR c = 'it''s')",
    '"a)b" = 3',
    "tags[1] = ANY (ARRAY['a]', 'b'])",
    r"a = E'x\'y' AND b = 1",
    r"a = 'back\' AND b = 1",
    "j @> '{\"a\": 1}' AND j ? 'a' AND j #>> '{a,b}' = 'c'",
    "name LIKE '50%'",
    "id IN (SELECT id FROM other)",
]
BAD = [
    "",
    "  ",
    "1=1) or (1=1",
    "(a",
    "a)",
    "(a]",
    "a = 'x",
    'a = "x',
    "a = 1; DROP TABLE t",
    "a = 1 -- b",
    "a = 1 /* b */",
    "a = $$x$$",
    "a = $1",
    "a = \0",
    r"a = E'x\'",
    "a = E'x'\n'\\') OR (''='",
    "a = é€E'\\') OR (1=1 --'",
]


class CheckedSqlTests(SynchronousTestCase):
    def test_good(self) -> None:
        for text in GOOD:
            self.assertEqual(checkedSql(text), text)

    def test_bad(self) -> None:
        for text in BAD:
            self.assertRaises(SubsetRefused, checkedSql, text)

    def test_comments(self) -> None:
        """Queries of projects have some; what stands in them is not read."""
        for text in ("(SELECT 1 -- it's)\n)", "(SELECT /* ) /* ' */ ; */ 1)"):
            self.assertEqual(checkedSql(text, comments=True), text)
        for text in ("(SELECT 1 -- )", "(SELECT /* /* */ 1)", "(SELECT 1) /* "):
            self.assertRaises(SubsetRefused, checkedSql, text, comments=True)

    def test_doubled(self) -> None:
        self.assertEqual(doubled("a LIKE '%s'"), "a LIKE '%%s'")

    @given(
        st.lists(
            st.sampled_from(
                [
                    *"()[]'\"\\;$-/*eE \nét€",
                    "E'",
                    "--",
                    "/*",
                    "*/",
                    "true",
                    " or ",
                    "''",
                    "U&",
                    "n = 1",
                    "$a$",
                ]
            ),
            max_size=12,
        ).map("".join)
    )
    @settings(max_examples=600, deadline=None)
    def test_theServerReadsItAlike(self, text: str) -> None:
        """A condition cannot get out of its brackets, whatever it is: nothing is true there."""
        import psycopg

        try:
            condition = checkedSql(text)
        except SubsetRefused:
            return
        sql = f"SELECT n FROM (VALUES (1), (2)) AS x(n) WHERE false AND ({doubled(condition)})"
        try:
            rows = self.connection.execute(sql, (), binary=True).fetchall()
        except psycopg.Error:
            return
        self.assertEqual(rows, [])

    def setUp(self) -> None:
        self.connection = postgresServer().connect()
        self.addCleanup(self.connection.close)
