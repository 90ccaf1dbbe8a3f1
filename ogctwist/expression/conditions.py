# -*- test-case-name: tests.expression.test_sql -*-
"""
Conditions in the SQL of SQLite; other dialects change what differs.

A condition is translated where SQL means the same for every row, NULL
included, as the columns do.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass

from ogctwist.expression import nodes
from ogctwist.expression.column import Kind
from ogctwist.expression.nodes import Node
from ogctwist.expression.values import NEAR, realOf

_WORDS = {"=": "=", "<>": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_MIRRORED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_LITERALS = (bool, int, float, str, datetime.date)


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


class Untranslatable(Exception):
    """A part that has no counterpart of the same meaning."""


@dataclass(frozen=True)
class Piece:
    """SQL with its parameters; C{isExact} is False for one that is also true of other rows."""

    sql: str
    parameters: tuple[object, ...] = ()
    isExact: bool = True


class SqliteConditions:
    """The writer of SQLite's conditions, and what the others have in common."""

    placeholder = "?"
    true, false = "1", "0"

    def __init__(self, columns: Mapping[str, str | SqlColumn]):
        self._columns = {
            name: column if isinstance(column, SqlColumn) else SqlColumn(column)
            for name, column in columns.items()
        }

    # conditions

    def condition(self, node: Node) -> Piece:
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

    def _joined(self, word: str, pieces: list[Piece]) -> Piece:
        parameters = tuple(value for piece in pieces for value in piece.parameters)
        sql = word.join(f"({piece.sql})" for piece in pieces)
        return Piece(sql, parameters, all(piece.isExact for piece in pieces))

    def _negated(self, piece: Piece) -> Piece:
        if not piece.isExact:
            raise Untranslatable
        return Piece(f"NOT ({piece.sql})", piece.parameters)

    def _bare(self, node: Node) -> Piece:
        """A value as a condition."""
        if isinstance(node, nodes.Literal) and (node.value is None or isinstance(node.value, (bool, int))):
            return Piece("NULL" if node.value is None else self.true if node.value else self.false)
        column = self._column(node)
        if column.kind is Kind.INTEGER:
            return Piece(f"{column.sql} <> 0")
        if column.kind is Kind.BOOLEAN:
            return self._boolean(column, True)
        raise Untranslatable

    def _boolean(self, column: SqlColumn, value: bool) -> Piece:
        return Piece(f"{column.sql} {'<>' if value else '='} 0")

    def _binary(self, node: nodes.Binary) -> Piece:
        if node.operator in nodes.COMPARISONS:
            return self._comparison(node.operator, node.left, node.right)
        if node.operator in nodes.IDENTITIES:
            return self._identity(node)
        if node.operator in ("LIKE", "NOT LIKE"):
            piece = self._like(node)
            return self._negated(piece) if node.operator == "NOT LIKE" else piece
        raise Untranslatable

    def _identity(self, node: nodes.Binary) -> Piece:
        if not (isinstance(node.right, nodes.Literal) and node.right.value is None):
            raise Untranslatable
        column = self._column(node.left)
        return Piece(f"{column.sql} {node.operator} NULL")

    # comparisons

    def _comparison(self, word: str, left: Node, right: Node) -> Piece:
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
        if column.kind is Kind.DATE and type(value) is datetime.date:
            return self._withDay(word, column, value)
        raise Untranslatable

    def _columns2(self, word: str, left: SqlColumn, right: SqlColumn) -> Piece:
        """Two columns; doubles that are near are equal, which only whole numbers are spared."""
        if left.kind is Kind.INTEGER and right.kind is Kind.INTEGER:
            return Piece(f"{left.sql} {_WORDS[word]} {right.sql}")
        if left.kind is Kind.TEXT and right.kind is Kind.TEXT:
            return Piece(f"{left.sql} {_WORDS[word]} {right.sql}{self._collation(word)}")
        raise Untranslatable

    def _withNumber(self, word: str, column: SqlColumn, number: float) -> Piece:
        if isinstance(number, float) and number.is_integer() and abs(number) < 2**53:
            number = int(number)
        if not -(2**63) <= number < 2**63 and column.kind is Kind.INTEGER:
            raise Untranslatable
        near = (
            word in ("=", "<>")
            and abs(number) < 8
            and (column.kind is Kind.REAL or isinstance(number, float))
        )
        if column.kind is Kind.REAL:
            number = float(number)
        if not near:
            piece = self._placed(f"{column.sql} {_WORDS[word]} ", number)
            return (
                self._withoutNan(piece, column) if column.kind is Kind.REAL and word in (">", ">=") else piece
            )
        low, high = _nearest(number)
        piece = self._range(column, low, high)
        return self._negated(piece) if word == "<>" else piece

    def _withoutNan(self, piece: Piece, column: SqlColumn) -> Piece:
        return piece

    def _range(self, column: SqlColumn, low: float, high: float) -> Piece:
        mark = self.placeholder
        return Piece(f"{column.sql} BETWEEN {mark} AND {mark}", (low, high))

    def _placed(self, sql: str, value: object) -> Piece:
        return Piece(sql + self.placeholder, (value,))

    def _withText(self, word: str, column: SqlColumn, text: str) -> Piece:
        if "\0" in text:
            raise Untranslatable
        piece = self._placed(f"{column.sql} {_WORDS[word]} ", text)
        return Piece(piece.sql + self._collation(word), piece.parameters, piece.isExact)

    def _collation(self, word: str) -> str:
        """So that texts compare by their characters' numbers."""
        return " COLLATE BINARY"

    def _withDate(self, word: str, column: SqlColumn, text: str) -> Piece:
        """Dates are kept as ISO text here, and compare with a text as text."""
        return self._withText(word, column, text)

    def _withDay(self, word: str, column: SqlColumn, day: datetime.date) -> Piece:
        """Two dates; as ISO texts they have the same order."""
        return self._withText(word, column, day.isoformat())

    def _membership(self, node: nodes.In) -> Piece:
        column = self._column(node.operand)
        values = [_constant(option) for option in node.options if not _isNull(option)]
        hasNull = len(values) < len(node.options)
        if any(value is None for value in values) or (hasNull and not values):
            raise Untranslatable
        if column.kind is Kind.INTEGER:
            numbers = [_asNumber(value) for value in values]
            if any(not float(n).is_integer() or not abs(n) < 2**53 for n in numbers):
                raise Untranslatable
            listed, parameters = ", ".join(str(int(n)) for n in numbers), ()  # digits only: nothing to escape
        elif column.kind is Kind.TEXT and all(
            isinstance(value, str) and "\0" not in value for value in values
        ):
            return self._amongTexts(column, [str(value) for value in values], hasNull)
        else:
            raise Untranslatable
        return Piece(f"{column.sql} IN ({listed}{', NULL' if hasNull else ''})", parameters)

    def _amongTexts(self, column: SqlColumn, texts: list[str], hasNull: bool) -> Piece:
        marks = ", ".join([self.placeholder] * len(texts) + ["NULL"] * hasNull)
        return Piece(f"{column.sql}{self._collation('=')} IN ({marks})", tuple(texts))

    def _like(self, node: nodes.Binary) -> Piece:
        column, pattern = self._column(node.left), _constant(node.right)
        if column.kind is not Kind.TEXT or not isinstance(pattern, str) or "\0" in pattern:
            raise Untranslatable
        return self._likePattern(column, pattern)

    def _likePattern(self, column: SqlColumn, pattern: str) -> Piece:
        """By GLOB, which is about case as QGIS's LIKE is; SQLite's own LIKE is not."""
        parts: list[str] = []
        for kind, text in wildcards(pattern):
            parts.append(
                {"%": "*", "_": "?"}.get(kind) or "".join(f"[{c}]" if c in "*?[" else c for c in text)
            )
        return self._placed(f"{column.sql} GLOB ", "".join(parts))

    def _column(self, node: Node) -> SqlColumn:
        if not isinstance(node, nodes.ColumnRef):
            raise Untranslatable
        column = self._columns.get(node.name)
        if column is None:
            raise Untranslatable  # the evaluation says that there is no such attribute
        return column


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


def wildcards(pattern: str) -> list[tuple[str, str]]:
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
