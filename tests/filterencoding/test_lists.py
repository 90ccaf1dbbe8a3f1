# -*- test-case-name: tests.filterencoding.test_lists -*-
"""Tests of lists of filters, of orders, and of the WMS's filter text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.expression.column import Kind
from ogctwist.filterencoding import (
    FilterTarget,
    SortTerm,
    expressionFilter,
    filterFromSqlText,
    layerFilters,
    sortTerms,
    splitExpressions,
    splitParenthesised,
)
from ogctwist.ows.exceptions import InvalidParameterValue, OWSException, SecurityException

TARGET = FilterTarget({"id": Kind.INTEGER, "name": Kind.TEXT, "utf8nameè": Kind.TEXT, "two words": Kind.TEXT})


class ListTests(SynchronousTestCase):
    """Members of lists."""

    def test_parentheses(self) -> None:
        """One member for each type."""
        for text, members in (
            ("", [""]),
            ("a", ["a"]),
            ("(a)", ["a"]),
            ("(a)(b)", ["a", "b"]),
            ("()", [""]),
            ("()(a)()", ["", "a", ""]),
            ("(a(b))(c)", ["a(b)", "c"]),
            ("(')')('(')", ["')'", "'('"]),
            (" (a) (b) ", ["a", "b"]),
            ("<Filter>x</Filter>", ["<Filter>x</Filter>"]),
            ("(<a>(</a>)(<b>)</b>)", ["<a>(</a>", "<b>)</b>"]),
            ("(<a/>)()", ["<a/>", ""]),
            ("()(<a>)(</a>)", ["", "<a>)(</a>"]),
        ):
            self.assertEqual(splitParenthesised(text), members, text)
        for text in ("(a", "(a))", "(a)b", "(a)b(c)", "('a)", "(<a/>", "(<a/>)x", ")("):
            if text.startswith("("):
                self.assertRaises(InvalidParameterValue, splitParenthesised, text)

    @given(st.text(alphabet="()<>/a'\" ", max_size=30))
    def test_anyParentheses(self, text: str) -> None:
        """Any text has members, or is refused."""
        try:
            self.assertTrue(splitParenthesised(text))
        except InvalidParameterValue:
            pass

    def test_expressions(self) -> None:
        """EXP_FILTER."""
        self.assertEqual(splitExpressions("a=1;b='x;y';\"c;d\"=2"), ["a=1", "b='x;y'", '"c;d"=2'])
        self.assertEqual(splitExpressions(";a"), ["", "a"])

    def test_expressionFilter(self) -> None:
        """One of EXP_FILTER, of known attributes and harmless functions."""
        self.assertEqual(
            str(expressionFilter("\"NAME\" = concat('tw', 'o')", TARGET)), "\"name\" = concat('tw', 'o')"
        )
        for text in (
            "\"name\"=invalid('tw')",
            "\"name\"=concat('tw, 'o')",
            "eval('1')",
            "env('HOME')",
            "order_parts($geometry,'1')",
        ):
            error = self.assertRaises(OWSException, expressionFilter, text, TARGET)
            self.assertEqual(error.code, "RequestNotWellFormed")
        self.assertRaises(InvalidParameterValue, expressionFilter, "nope = 1", TARGET)

    def test_sorting(self) -> None:
        """SORTBY in the spellings of all versions."""
        for text, terms in (
            ("id", [SortTerm("id")]),
            ("id D", [SortTerm("id", False)]),
            ("id DESC,name A", [SortTerm("id", False), SortTerm("name")]),
            ("id+D", [SortTerm("id", False)]),
            ("ID asc", [SortTerm("id")]),
            ("qgs:id DESC", [SortTerm("id", False)]),
            ("two words D", [SortTerm("two words", False)]),
        ):
            self.assertEqual(sortTerms(text, TARGET), tuple(terms), text)
        for text in ("", "nope", "id,", "id X", "id; drop table x"):
            self.assertRaises(InvalidParameterValue, sortTerms, text, TARGET)


class SqlTextTests(SynchronousTestCase):
    """C{layer:"field" = 'x'}."""

    def test_layers(self) -> None:
        """Layers and their filters."""
        self.assertEqual(
            layerFilters('a,b:"x" = 1;c: "y" = \':\' ;'), [(("a", "b"), '"x" = 1'), (("c",), "\"y\" = ':'")]
        )
        for text in ("", "a", "a:", ":x", "a \"x\" = 'y'", "a:x;b", "a:\"n\" = 'fake' ); drop table point"):
            self.assertRaises(InvalidParameterValue, layerFilters, text)

    def test_taken(self) -> None:
        """Comparisons, NULL, lists, AND, OR, NOT."""
        for text, printed in (
            ('"id" IN ( 7 , 8 )', '"id" IN (7, 8)'),
            (
                "\"NAME\" = 'two' OR \"utf8nameè\" = 'three èé↓'",
                "\"name\" = 'two' OR \"utf8nameè\" = 'three èé↓'",
            ),
            ("name IS NOT NULL AND NOT id > 5", '"name" IS NOT NULL AND NOT "id" > 5'),
            ("name LIKE 'a%' AND id != -5", '"name" LIKE \'a%\' AND "id" <> -5'),
            ("soundex(name) = soundex('x')", "soundex(\"name\") = soundex('x')"),
        ):
            self.assertEqual(str(filterFromSqlText(text, TARGET)), printed)

    def test_rejected(self) -> None:
        """Everything else, as a matter of security."""
        for text in (
            "\"name\" = 'a'create",
            "\"name\" = 'a' create",
            "\"name\" = 'a\\'create",
            "\"name\" = 'a' drop",
            "\"name\" = 'a' -",
            "\"name\" = 'b' ) and (select sqlite_version()",
            "\"name\" = 'b' or ( select name from sqlite_master) != ''",
            "1",
            "name",
            "\"name\" = 'fake' ) union select 1,1,name from sqlite_master--",
            "upper(name) = 'A'",
            "eval('1') = 1",
            "@user = 'x'",
            "name ~ '(a+)+'",
            "id + 1 = 2",
            "CASE WHEN id THEN 1 END = 1",
            "intersects($geometry, $geometry)",
            "",
        ):
            error = self.assertRaises(SecurityException, filterFromSqlText, text, TARGET)
            self.assertEqual((error.code, error.status), ("Security", 403))

    def test_unknownAttribute(self) -> None:
        """Is an exception."""
        self.assertRaises(InvalidParameterValue, filterFromSqlText, "\"XXX\" = 'two'", TARGET)
