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

from collections.abc import Mapping
from dataclasses import dataclass

from ogctwist.expression import nodes
from ogctwist.expression.conditions import Piece, SqlColumn, SqliteConditions, Untranslatable
from ogctwist.expression.dialects import OgrConditions, PostgisConditions
from ogctwist.expression.expression import Expression
from ogctwist.expression.nodes import Node

#: Most parameters of one translation; SQLite takes 999 in its older versions.
MAX_PARAMETERS = 900

_DIALECTS = {"sqlite": SqliteConditions, "postgis": PostgisConditions, "ogr": OgrConditions}


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


def translate(expression: Expression, dialect: str, columns: Mapping[str, str | SqlColumn]) -> Translation:
    """
    @param dialect: C{sqlite} (placeholders C{?}), C{postgis} (C{%s}) or C{ogr} (no placeholders).
    @param columns: attribute name to how it is written in SQL; nothing else is
        ever named.  A plain text is a column of unknown type.
    """
    writer = _DIALECTS[dialect](columns)
    done: list[Piece] = []
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


__all__ = ["MAX_PARAMETERS", "SqlColumn", "Translation", "translate"]
