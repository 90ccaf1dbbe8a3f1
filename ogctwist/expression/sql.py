# -*- test-case-name: tests.expression.test_sql -*-
"""
Expressions as conditions of a database, as far as both mean the same.

What is translated gives in SQL what L{Expression.mask} gives here, NULL
included; what is not translated is handed back.  A condition is only ever
split at its outermost ANDs.  Values are bound parameters, but for OGR, whose
conditions take none.

Values in a column are taken to be of the type that the column declares.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Mapping

from ogctwist.expression import nodes
from ogctwist.expression.column import Kind
from ogctwist.expression.expression import Expression
from ogctwist.expression.nodes import Node
from ogctwist.expression.values import NEAR, realOf

#: Most parameters of one translation; SQLite takes 999 in its older versions.
MAX_PARAMETERS = 900

_WORDS = {"=": "=", "<>": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_MIRRORED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_LITERALS = {bool: Kind.BOOLEAN, int: Kind.INTEGER, float: Kind.REAL, str: Kind.TEXT}


@dataclass(frozen=True)
class SqlColumn:
    """
    A column that a condition may name.

    @ivar sql: how it is written: quoted, with a table before it where needed.
    @ivar kind: the type of its values; None when it is not known, then the
        column is only asked for NULL.
    """

    sql: str
    kind: Kind | None = None


@dataclass(frozen=True)
class Translation:
    """
    @ivar sql: a condition, '' when nothing could be translated.
    @ivar parameters: for its placeholders, in their order.
    @ivar remainder: what must still be tested here; None when nothing is left.
    """

    sql: str = ""
    parameters: tuple[object, ...] = ()
    remainder: Expression | None = None


class Untranslatable(Exception):
    """A part that has no counterpart of the same meaning."""


@dataclass(frozen=True)
class _Piece:
    """SQL with its parameters; C{isExact} is False for one that is also true of other rows."""

    sql: str
    parameters: tuple[object, ...] = ()
    isExact: bool = True


def translate(expression: Expression, dialect: str, columns: Mapping[str, str | SqlColumn]) -> Translation:
    """
    @param dialect: C{sqlite} (placeholders C{?}), C{postgis} (C{%s}) or C{ogr} (no placeholders).
    @param columns: attribute name to how it is written in SQL; nothing else is
        ever named.  A plain text is a column of unknown type.
    """
    writer = _DIALECTS[dialect](columns)
    done: list[_Piece] = []
    left: list[Node] = []
    for part in _conjuncts(expression.node):
        try:
            piece = writer.condition(part)
        except Untranslatable:
            left.append(part)
            continue
        if sum(len(p.parameters) for p in done) + len(piece.parameters) > MAX_PARAMETERS:
            left.append(part)
            continue
        done.append(piece)
        if not piece.isExact:
            left.append(part)
    sql = " AND ".join(f"({piece.sql})" for piece in done) if len(done) > 1 else "".join(p.sql for p in done)
    parameters = tuple(value for piece in done for value in piece.parameters)
    remainder = Expression.conjunction(Expression(node) for node in left)
    return Translation(sql, parameters, remainder)


def _conjuncts(node: Node) -> list[Node]:
    if isinstance(node, nodes.Logical) and node.operator == "AND":
        return [part for operand in node.operands for part in _conjuncts(operand)]
    return [node]


class _Sqlite:
    """The writer of SQLite's conditions, and what the others have in common."""

    placeholder = "?"
    true, false = "1", "0"

    def __init__(self, columns: Mapping[str, str | SqlColumn]):
        self._columns = {
            name: column if isinstance(column, SqlColumn) else SqlColumn(column)
            for name, column in columns.items()
        }

    # conditions

    def condition(self, node: Node) -> _Piece:
        """The condition that is true where the node is.  @raise Untranslatable: there is none."""
        if isinstance(node, nodes.Logical):
            pieces = [self.condition(operand) for operand in node.operands]
            return self._joined(f" {node.operator} ", pieces)
        if isinstance(node, nodes.Unary) and node.operator == "NOT":
            return self._negated(self.condition(node.operand))
        if isinstance(node, nodes.Binary):
            return self._binary(node)
        if isinstance(node, nodes.In):
            piece = self._membership(node)
            return self._negated(piece) if node.isNegated else piece
        if isinstance(node, nodes.Between):
            low = self._comparison(">=", node.operand, node.low)
            piece = self._joined(" AND ", [low, self._comparison("<=", node.operand, node.high)])
            return self._negated(piece) if node.isNegated else piece
        return self._bare(node)

    def _joined(self, word: str, pieces: list[_Piece]) -> _Piece:
        parameters = tuple(value for piece in pieces for value in piece.parameters)
        sql = word.join(f"({piece.sql})" for piece in pieces)
        return _Piece(sql, parameters, all(piece.isExact for piece in pieces))

    def _negated(self, piece: _Piece) -> _Piece:
        if not piece.isExact:
            raise Untranslatable
        return _Piece(f"NOT ({piece.sql})", piece.parameters)

    def _bare(self, node: Node) -> _Piece:
        """A value as a condition."""
        if isinstance(node, nodes.Literal) and (node.value is None or isinstance(node.value, (bool, int))):
            return _Piece("NULL" if node.value is None else self.true if node.value else self.false)
        column = self._column(node)
        if column.kind is Kind.INTEGER:
            return _Piece(f"{column.sql} <> 0")
        if column.kind is Kind.BOOLEAN:
            return self._boolean(column, True)
        raise Untranslatable

    def _boolean(self, column: SqlColumn, value: bool) -> _Piece:
        return _Piece(f"{column.sql} {'<>' if value else '='} 0")

    def _binary(self, node: nodes.Binary) -> _Piece:
        if node.operator in nodes.COMPARISONS:
            return self._comparison(node.operator, node.left, node.right)
        if node.operator in nodes.IDENTITIES:
            return self._identity(node)
        if node.operator in ("LIKE", "NOT LIKE"):
            piece = self._like(node)
            return self._negated(piece) if node.operator == "NOT LIKE" else piece
        raise Untranslatable

    def _identity(self, node: nodes.Binary) -> _Piece:
        if not (isinstance(node.right, nodes.Literal) and node.right.value is None):
            raise Untranslatable
        column = self._column(node.left)
        return _Piece(f"{column.sql} {node.operator} NULL")

    # comparisons

    def _comparison(self, word: str, left: Node, right: Node) -> _Piece:
        if isinstance(left, nodes.Literal) or (isinstance(left, nodes.Unary) and _constant(left) is not None):
            left, right, word = right, left, _MIRRORED[word]
        column = self._column(left)
        if isinstance(right, nodes.ColumnRef):
            return self._columns2(word, column, self._column(right))
        value = _constant(right)
        if value is None:
            raise Untranslatable
        if column.kind in (Kind.INTEGER, Kind.REAL):
            return self._withNumber(word, column, _asNumber(value))
        if column.kind is Kind.TEXT and isinstance(value, str):
            return self._withText(word, column, value)
        if column.kind is Kind.BOOLEAN and word in ("=", "<>") and value in (True, False, "true", "false"):
            isTrue = value is True or value == "true"
            if isinstance(value, int) and not isinstance(value, bool):
                raise Untranslatable
            return self._boolean(column, isTrue == (word == "="))
        if column.kind is Kind.DATE and isinstance(value, str):
            return self._withDate(word, column, value)
        raise Untranslatable

    def _columns2(self, word: str, left: SqlColumn, right: SqlColumn) -> _Piece:
        """Two columns; doubles that are near are equal, which only whole numbers are spared."""
        if left.kind is Kind.INTEGER and right.kind is Kind.INTEGER:
            return _Piece(f"{left.sql} {_WORDS[word]} {right.sql}")
        if left.kind is Kind.TEXT and right.kind is Kind.TEXT:
            return _Piece(f"{left.sql} {_WORDS[word]} {right.sql}{self._collation(word)}")
        raise Untranslatable

    def _withNumber(self, word: str, column: SqlColumn, number: float) -> _Piece:
        if isinstance(number, float) and number.is_integer() and abs(number) < 2**53:
            number = int(number)
        if not -(2**63) <= number < 2**63 and column.kind is Kind.INTEGER:
            raise Untranslatable
        near = word in ("=", "<>") and abs(number) < 8 and (column.kind is Kind.REAL or isinstance(number, float))
        if column.kind is Kind.REAL:
            number = float(number)
        if not near:
            piece = self._placed(f"{column.sql} {_WORDS[word]} ", number)
            return self._withoutNan(piece, column) if column.kind is Kind.REAL and word in (">", ">=") else piece
        low, high = _nearest(number)
        piece = self._range(column, low, high)
        return self._negated(piece) if word == "<>" else piece

    def _withoutNan(self, piece: _Piece, column: SqlColumn) -> _Piece:
        return piece

    def _range(self, column: SqlColumn, low: float, high: float) -> _Piece:
        mark = self.placeholder
        return _Piece(f"{column.sql} BETWEEN {mark} AND {mark}", (low, high))

    def _placed(self, sql: str, value: object) -> _Piece:
        return _Piece(sql + self.placeholder, (value,))

    def _withText(self, word: str, column: SqlColumn, text: str) -> _Piece:
        if "\0" in text:
            raise Untranslatable
        piece = self._placed(f"{column.sql} {_WORDS[word]} ", text)
        return _Piece(piece.sql + self._collation(word), piece.parameters, piece.isExact)

    def _collation(self, word: str) -> str:
        """So that texts compare by their characters' numbers."""
        return " COLLATE BINARY"

    def _withDate(self, word: str, column: SqlColumn, text: str) -> _Piece:
        """Dates are kept as ISO text here, and compare with a text as text."""
        return self._withText(word, column, text)

    def _membership(self, node: nodes.In) -> _Piece:
        column = self._column(node.operand)
        values = [_constant(option) for option in node.options if not _isNull(option)]
        hasNull = len(values) < len(node.options)
        if any(value is None for value in values) or hasNull and not values:
            raise Untranslatable
        if column.kind is Kind.INTEGER:
            numbers = [_asNumber(value) for value in values]
            if any(not float(n).is_integer() or not abs(n) < 2**53 for n in numbers):
                raise Untranslatable
            listed, parameters = ", ".join(str(int(n)) for n in numbers), ()  # digits only: nothing to escape
        elif column.kind is Kind.TEXT and all(isinstance(value, str) and "\0" not in value for value in values):
            return self._amongTexts(column, [str(value) for value in values], hasNull)
        else:
            raise Untranslatable
        return _Piece(f"{column.sql} IN ({listed}{', NULL' if hasNull else ''})", parameters)

    def _amongTexts(self, column: SqlColumn, texts: list[str], hasNull: bool) -> _Piece:
        marks = ", ".join([self.placeholder] * len(texts) + ["NULL"] * hasNull)
        return _Piece(f"{column.sql}{self._collation('=')} IN ({marks})", tuple(texts))

    def _like(self, node: nodes.Binary) -> _Piece:
        column, pattern = self._column(node.left), _constant(node.right)
        if column.kind is not Kind.TEXT or not isinstance(pattern, str) or "\0" in pattern:
            raise Untranslatable
        return self._likePattern(column, pattern)

    def _likePattern(self, column: SqlColumn, pattern: str) -> _Piece:
        """By GLOB, which is about case as QGIS's LIKE is; SQLite's own LIKE is not."""
        parts: list[str] = []
        for kind, text in _wildcards(pattern):
            parts.append({"%": "*", "_": "?"}.get(kind) or "".join(f"[{c}]" if c in "*?[" else c for c in text))
        return self._placed(f"{column.sql} GLOB ", "".join(parts))

    def _column(self, node: Node) -> SqlColumn:
        if not isinstance(node, nodes.ColumnRef):
            raise Untranslatable
        column = self._columns.get(node.name)
        if column is None:
            raise Untranslatable  # the evaluation says that there is no such attribute
        return column


class _Postgis(_Sqlite):
    placeholder = "%s"
    true, false = "TRUE", "FALSE"

    def __init__(self, columns: Mapping[str, str | SqlColumn]):
        super().__init__(columns)
        # psycopg reads % in a statement as the beginning of a placeholder
        self._columns = {
            name: SqlColumn(column.sql.replace("%", "%%"), column.kind) for name, column in self._columns.items()
        }

    def _bare(self, node: Node) -> _Piece:
        if isinstance(node, nodes.Literal) and node.value is None:
            return _Piece("NULL::boolean")
        return super()._bare(node)

    def _boolean(self, column: SqlColumn, value: bool) -> _Piece:
        return _Piece(column.sql if value else f"NOT {column.sql}")

    def _collation(self, word: str) -> str:
        return "" if word in ("=", "<>") else ' COLLATE "C"'

    def _withoutNan(self, piece: _Piece, column: SqlColumn) -> _Piece:
        """NaN is above all numbers there, and beside them here."""
        return _Piece(f"{piece.sql} AND {column.sql} <> 'NaN'", piece.parameters)

    def _withDate(self, word: str, column: SqlColumn, text: str) -> _Piece:
        return self._withText(word, SqlColumn(f"to_char({column.sql}, 'YYYY-MM-DD')", Kind.TEXT), text)

    def _likePattern(self, column: SqlColumn, pattern: str) -> _Piece:
        parts = [
            kind or "".join(f"!{c}" if c in "!%_" else c for c in text) for kind, text in _wildcards(pattern)
        ]
        return _Piece(f"{column.sql} LIKE %s ESCAPE '!'", ("".join(parts),))


class _Ogr(_Sqlite):
    """
    The C{where} of OGR: literals are written out.  Its C{=} between texts may
    ignore case, so it only narrows down; NOT and C{<>} are kept here, because
    drivers differ about NULL.
    """

    true, false = "1 = 1", "1 = 0"

    def _negated(self, piece: _Piece) -> _Piece:
        raise Untranslatable

    def _bare(self, node: Node) -> _Piece:
        if isinstance(node, nodes.Literal) and isinstance(node.value, bool):
            return _Piece(self.true if node.value else self.false)
        raise Untranslatable

    def _boolean(self, column: SqlColumn, value: bool) -> _Piece:
        raise Untranslatable

    def _comparison(self, word: str, left: Node, right: Node) -> _Piece:
        if word == "<>":
            raise Untranslatable
        return super()._comparison(word, left, right)

    def _columns2(self, word: str, left: SqlColumn, right: SqlColumn) -> _Piece:
        raise Untranslatable

    def _withText(self, word: str, column: SqlColumn, text: str) -> _Piece:
        if word != "=":
            raise Untranslatable  # the order of texts is the driver's
        return _Piece(f"{column.sql} = {ogrText(text)}", (), False)

    def _withDate(self, word: str, column: SqlColumn, text: str) -> _Piece:
        raise Untranslatable

    def _amongTexts(self, column: SqlColumn, texts: list[str], hasNull: bool) -> _Piece:
        return _Piece(f"{column.sql} IN ({', '.join(map(ogrText, texts))})", (), False)

    def _likePattern(self, column: SqlColumn, pattern: str) -> _Piece:
        raise Untranslatable

    def _placed(self, sql: str, value: object) -> _Piece:
        return _Piece(sql + ogrNumber(value))

    def _range(self, column: SqlColumn, low: float, high: float) -> _Piece:
        return _Piece(f"{column.sql} >= {ogrNumber(low)} AND {column.sql} <= {ogrNumber(high)}")

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


def _isNull(node: Node) -> bool:
    return isinstance(node, nodes.Literal) and node.value is None


def _constant(node: Node) -> object:
    """The value of a literal, or of a negative number; None of anything else."""
    if isinstance(node, nodes.Literal):
        return node.value if type(node.value) in _LITERALS else None
    if isinstance(node, nodes.Unary) and node.operator == "-" and isinstance(node.operand, nodes.Literal):
        value = node.operand.value
        return -value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
    return None


def _asNumber(value: object) -> float:
    """A constant that compares with numbers as a number."""
    if isinstance(value, bool):
        raise Untranslatable
    number = realOf(value) if isinstance(value, str) else value
    if not isinstance(number, (int, float)) or not math.isfinite(number):
        raise Untranslatable
    return number


def _nearest(number: float) -> tuple[float, float]:
    """The least and the largest double that QGIS takes for equal to a number."""
    low, high = number - NEAR, number + NEAR
    while not low - number > -NEAR:
        low = math.nextafter(low, math.inf)
    while math.nextafter(low, -math.inf) - number > -NEAR:
        low = math.nextafter(low, -math.inf)
    while not high - number <= NEAR:
        high = math.nextafter(high, -math.inf)
    while math.nextafter(high, math.inf) - number <= NEAR:
        high = math.nextafter(high, math.inf)
    return low, high


def _wildcards(pattern: str) -> list[tuple[str, str]]:
    """A LIKE pattern as pairs: ('%', '') and ('_', '') for wildcards, ('', text) for texts."""
    parts: list[tuple[str, str]] = []
    position = 0
    while position < len(pattern):
        character = pattern[position]
        if character == "\\" and pattern[position + 1 : position + 2] in ("%", "_"):
            parts.append(("", pattern[position + 1]))
            position += 2
            continue
        parts.append((character, "") if character in "%_" else ("", character))
        position += 1
    return parts


_DIALECTS = {"sqlite": _Sqlite, "postgis": _Postgis, "ogr": _Ogr}

__all__ = ["SqlColumn", "Translation", "ogrNumber", "ogrText", "translate"]
