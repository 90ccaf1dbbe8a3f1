"""A subset string cannot change the statement around it."""

from __future__ import annotations

import sqlite3

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.sources.sql.subset import SubsetRefused, checkedSubset, isSelect, withStrictNames

PIECES = [
    "(",
    ")",
    "'",
    '"',
    "`",
    "[",
    "]",
    ";",
    "--",
    "/*",
    "*/",
    "?",
    "1",
    "=",
    " or ",
    " and ",
    "a",
    "\n",
    "''",
    "\\",
]


class CheckedSubsetTests(SynchronousTestCase):
    def test_conditions(self) -> None:
        for subset in (
            '"a" = 1',
            "\"a\" in ('1', ';', '--', '(') and (b or c)",
            "name = 'o''neil' or \"odd \"\"name\" is null",
            "[a)b] = `c(d`",
        ):
            self.assertEqual(checkedSubset(subset), subset)

    def test_refused(self) -> None:
        for subset in (
            "",
            "  ",
            "1=1) or (1=1",
            "(a",
            "a)",
            "a; b",
            "a -- b",
            "a /* b",
            "a = 'b",
            'a = "b',
            "a = [b",
            "a = ?",
            "a = $b",
            "a\0b",
        ):
            self.assertRaises(SubsetRefused, checkedSubset, subset)

    def test_backslashes(self) -> None:
        self.assertEqual(checkedSubset(r"a = '\'"), r"a = '\'")
        self.assertRaises(SubsetRefused, checkedSubset, r"a = '\' or 1=1'", True)
        self.assertEqual(checkedSubset(r"a = 'c:\d'", True), r"a = 'c:\d'")

    @given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
    def test_whatPassesCannotCloseTheBracket(self, subset: str) -> None:
        """In C{WHERE (subset) AND 0} nothing may ever be found."""
        try:
            checkedSubset(subset)
        except SubsetRefused:
            return
        database = sqlite3.connect(":memory:")
        database.execute("CREATE TABLE t (a)")
        database.execute("INSERT INTO t VALUES (1)")
        try:
            found = database.execute(f"SELECT * FROM t WHERE ({subset}) AND 0").fetchall()
        except sqlite3.Error:
            found = []
        database.close()
        self.assertEqual(found, [])


class StrictNamesTests(SynchronousTestCase):
    def test_doubleQuotes(self) -> None:
        self.assertEqual(withStrictNames('"a" = 1 or "b""`c" = \'"d"\''), '`a` = 1 or `b"``c` = \'"d"\'')
        self.assertEqual(withStrictNames('[a"b] = `c"d`'), '[a"b] = `c"d`')


class IsSelectTests(SynchronousTestCase):
    def test_kinds(self) -> None:
        self.assertTrue(isSelect(" Select * from t"))
        self.assertTrue(isSelect("with x as (select 1) select * from x"))
        self.assertFalse(isSelect("selected = 1"))
        self.assertFalse(isSelect('"select" = 1'))
