# -*- test-case-name: tests.expression.test_sql -*-
"""What PostGIS and OGR say otherwise than SQLite."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping

from ogctwist.expression import nodes
from ogctwist.expression.column import Kind
from ogctwist.expression.conditions import Piece, SqlColumn, SqliteConditions, Untranslatable, wildcards
from ogctwist.expression.nodes import Node


class PostgisConditions(SqliteConditions):
    placeholder = "%s"
    true, false = "TRUE", "FALSE"

    def __init__(self, columns: Mapping[str, str | SqlColumn]):
        super().__init__(columns)
        # psycopg reads % in a statement as the beginning of a placeholder
        self._columns = {
            name: SqlColumn(column.sql.replace("%", "%%"), column.kind)
            for name, column in self._columns.items()
        }

    def _bare(self, node: Node) -> Piece:
        if isinstance(node, nodes.Literal) and node.value is None:
            return Piece("NULL::boolean")
        return super()._bare(node)

    def _boolean(self, column: SqlColumn, value: bool) -> Piece:
        return Piece(column.sql if value else f"NOT {column.sql}")

    def _collation(self, word: str) -> str:
        return "" if word in ("=", "<>") else ' COLLATE "C"'

    def _withoutNan(self, piece: Piece, column: SqlColumn) -> Piece:
        """NaN is above all numbers there, and beside them here."""
        return Piece(f"{piece.sql} AND {column.sql} <> 'NaN'", piece.parameters)

    def _withDate(self, word: str, column: SqlColumn, text: str) -> Piece:
        return self._withText(word, SqlColumn(f"to_char({column.sql}, 'YYYY-MM-DD')", Kind.TEXT), text)

    def _withDay(self, word: str, column: SqlColumn, day: datetime.date) -> Piece:
        return self._placed(f"{column.sql} {word} ", day)

    def _likePattern(self, column: SqlColumn, pattern: str) -> Piece:
        parts = [
            kind or "".join(f"!{c}" if c in "!%_" else c for c in text) for kind, text in wildcards(pattern)
        ]
        return Piece(f"{column.sql} LIKE %s ESCAPE '!'", ("".join(parts),))


class OgrConditions(SqliteConditions):
    """
    The C{where} of OGR: literals are written out.  Its C{=} between texts may
    ignore case, so it only narrows down; NOT and C{<>} are kept here, because
    drivers differ about NULL.
    """

    true, false = "1 = 1", "1 = 0"

    def _negated(self, piece: Piece) -> Piece:
        raise Untranslatable

    def _bare(self, node: Node) -> Piece:
        if isinstance(node, nodes.Literal) and isinstance(node.value, bool):
            return Piece(self.true if node.value else self.false)
        raise Untranslatable

    def _boolean(self, column: SqlColumn, value: bool) -> Piece:
        raise Untranslatable

    def _comparison(self, word: str, left: Node, right: Node) -> Piece:
        if word == "<>":
            raise Untranslatable
        return super()._comparison(word, left, right)

    def _columns2(self, word: str, left: SqlColumn, right: SqlColumn) -> Piece:
        raise Untranslatable

    def _withText(self, word: str, column: SqlColumn, text: str) -> Piece:
        if word != "=":
            raise Untranslatable  # the order of texts is the driver's
        return Piece(f"{column.sql} = {ogrText(text)}", (), False)

    def _withDate(self, word: str, column: SqlColumn, text: str) -> Piece:
        raise Untranslatable

    def _withDay(self, word: str, column: SqlColumn, day: datetime.date) -> Piece:
        raise Untranslatable

    def _amongTexts(self, column: SqlColumn, texts: list[str], hasNull: bool) -> Piece:
        return Piece(f"{column.sql} IN ({', '.join(map(ogrText, texts))})", (), False)

    def _likePattern(self, column: SqlColumn, pattern: str) -> Piece:
        raise Untranslatable

    def _placed(self, sql: str, value: object) -> Piece:
        return Piece(sql + ogrNumber(value))

    def _range(self, column: SqlColumn, low: float, high: float) -> Piece:
        return Piece(f"{column.sql} >= {ogrNumber(low)} AND {column.sql} <= {ogrNumber(high)}")

    def _column(self, node: Node) -> SqlColumn:
        column = super()._column(node)
        if "\\" in column.sql:
            raise Untranslatable  # OGR's own reader takes it for an escape, databases do not
        return column


def ogrText(text: str) -> str:
    """
    A text literal for OGR.  Its own reader takes a backslash before a quote for
    an escape, a database's does not: no text with a backslash is written at all.

    @raise Untranslatable: the text cannot be written so that both read it alike.
    """
    if "\\" in text or not text.isprintable():
        raise Untranslatable
    return "'" + text.replace("'", "''") + "'"


def ogrNumber(value: object) -> str:
    """A number literal for OGR.  @raise Untranslatable: it is no finite number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise Untranslatable
    return repr(value)
