# -*- test-case-name: tests.sources.test_pushdown -*-
"""Conditions and orders given to a database, as far as it understands them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ogctwist.expression.column import Kind
from ogctwist.expression.sql import SqlColumn, translate
from ogctwist.sources.query import FieldType, OrderBy, SourceSchema
from ogctwist.sources.reader import Term
from ogctwist.sources.sql.select import Condition, OrderTerm, SqlDialect


#: What the translation must know of the columns it names; others are only asked for null.
_KINDS = {
    FieldType.INTEGER: Kind.INTEGER,
    FieldType.LONG: Kind.INTEGER,
    FieldType.DOUBLE: Kind.REAL,
    FieldType.STRING: Kind.TEXT,
    FieldType.BOOLEAN: Kind.BOOLEAN,
    FieldType.DATE: Kind.DATE,
}


def pushedTerms(
    terms: Sequence[Term], dialect: SqlDialect, columns: Mapping[str, str], schema: SourceSchema | None = None
) -> tuple[list[Condition], tuple[Term, ...]]:
    """
    @param columns: field name -> SQL, of the whole table; each term sees only its own.
    @param schema: tells the types of the columns; hardly anything can be pushed without them.
    @return: what the database takes, and the terms (or parts) that it leaves.
    """
    if not terms:
        return [], ()
    types = {} if schema is None else {field.name: _KINDS.get(field.type) for field in schema.fields}
    conditions: list[Condition] = []
    left: list[Term] = []
    for term in terms:
        visible = {
            name: SqlColumn(sql, types.get(name)) for name, sql in columns.items() if name in term.columns
        }
        translation = translate(term.expression, dialect.name, visible)
        if translation.sql:
            conditions.append(Condition(translation.sql, tuple(translation.parameters)))
        if translation.remainder is not None:
            left.append(replace(term, expression=translation.remainder))
    return conditions, tuple(left)


def pushedOrder(
    orderBy: Sequence[OrderBy], dialect: SqlDialect, columns: Mapping[str, str]
) -> tuple[OrderTerm, ...] | None:
    """
    @return: the order in SQL, () for none asked; None when the database cannot do
        all of it.  Only plain fields are pushed: their order is the same here and there.
    """
    terms = []
    for item in orderBy:
        name = item.expression.columnName
        if name is None or name not in columns:
            return None
        terms.append(OrderTerm(columns[name], item.ascending))
    return tuple(terms)
