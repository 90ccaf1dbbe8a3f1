# -*- test-case-name: tests.sources.test_pushdown -*-
"""Conditions and orders given to a database, as far as it understands them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ogctwist.expression.column import Kind
from ogctwist.expression.sql import SqlColumn, translate
from ogctwist.sources.query import FieldType, OrderBy, SourceField
from ogctwist.sources.reader import Term
from ogctwist.sources.sql.select import SQLITE, Condition, OrderTerm, SqlDialect

_KINDS = {
    FieldType.INTEGER: Kind.INTEGER,
    FieldType.LONG: Kind.INTEGER,
    FieldType.DOUBLE: Kind.REAL,
    FieldType.STRING: Kind.TEXT,
    FieldType.BOOLEAN: Kind.BOOLEAN,
    FieldType.DATE: Kind.DATE,
    FieldType.TIME: Kind.TIME,
    FieldType.DATETIME: Kind.DATETIME,
}


def sqlColumns(fields: Iterable[SourceField], sql: Mapping[str, str]) -> dict[str, SqlColumn]:
    """
    @param sql: field name -> how it is written; fields that are not in it are left out.
    @return: field name -> what the translation of expressions knows of it.
    """
    return {f.name: SqlColumn(sql[f.name], _KINDS.get(f.type)) for f in fields if f.name in sql}


def pushedTerms(
    terms: Sequence[Term], dialect: SqlDialect, columns: Mapping[str, SqlColumn]
) -> tuple[list[Condition], tuple[Term, ...]]:
    """
    @param columns: of the whole table; each term sees only its own.
    @return: what the database takes, and the terms (or parts) that it leaves.
    """
    conditions: list[Condition] = []
    left: list[Term] = []
    for term in terms:
        visible = {name: column for name, column in columns.items() if name in term.columns}
        translation = translate(term.expression, dialect.name, visible)
        if translation.sql:
            conditions.append(Condition(translation.sql, translation.parameters))
        if translation.remainder is not None:
            left.append(replace(term, expression=translation.remainder))
    return conditions, tuple(left)


def pushedOrder(
    orderBy: Sequence[OrderBy], columns: Mapping[str, SqlColumn], dialect: SqlDialect = SQLITE
) -> tuple[OrderTerm, ...] | None:
    """
    @return: the order in SQL, () for none asked; None when the database cannot do
        all of it.  Only plain fields are pushed: their order is the same here and there.
    """
    terms = []
    for item in orderBy:
        column = columns.get(item.expression.columnName or "")
        if column is None or column.kind is None:
            return None
        collation = f" COLLATE {dialect.collation}" if column.kind is Kind.TEXT else ""
        terms.append(OrderTerm(column.sql + collation, item.ascending))
    return tuple(terms)
