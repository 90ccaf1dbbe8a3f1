# -*- test-case-name: tests.sources.test_select -*-
"""
SELECT statements put together from parts, each with its bound parameters.

Names come from a schema and are quoted here; values are always parameters.
Shared by every source that speaks SQL; what differs between databases is the
L{SqlDialect}.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class SqlDialect:
    """
    How one database spells what the statements need.

    @ivar name: as L{ogctwist.expression.sql.translate} knows it.
    @ivar placeholder: of a bound parameter.
    @ivar quote: around names.
    @ivar collation: SQL of that in which texts are ordered by their characters' numbers.
    @ivar noLimit: the parameter of LIMIT that stands for none.
    """

    name: str
    placeholder: str = "?"
    quote: str = '"'
    collation: str = "BINARY"
    noLimit: int | None = -1

    def identifier(self, *parts: str) -> str:
        """A quoted name, its parts joined by dots."""
        q = self.quote
        return ".".join(q + part.replace(q, q + q) + q for part in parts)


SQLITE = SqlDialect("sqlite")


@dataclass(frozen=True)
class Condition:
    """A piece of a WHERE clause, and the parameters for its placeholders in their order."""

    sql: str
    parameters: tuple[object, ...] = ()


@dataclass(frozen=True)
class OrderTerm:
    """
    A piece of an ORDER BY clause: an SQL expression without direction.

    @ivar isNullable: False spares the database the order of nulls, which may
        keep it from using an index.
    """

    sql: str
    ascending: bool = True
    parameters: tuple[object, ...] = ()
    isNullable: bool = True

    @property
    def direction(self) -> str:
        """As in QGIS: nulls last when ascending, first when descending."""
        if not self.isNullable:
            return "ASC" if self.ascending else "DESC"
        return "ASC NULLS LAST" if self.ascending else "DESC NULLS FIRST"


@dataclass(frozen=True)
class Select:
    """
    A statement.

    @ivar columns: SQL of the result's columns.
    @ivar source: SQL of what follows FROM.
    @ivar limit: at most so many rows (None: all), after C{offset}.
    """

    columns: tuple[str, ...]
    source: str
    conditions: tuple[Condition, ...] = ()
    order: tuple[OrderTerm, ...] = ()
    limit: int | None = None
    offset: int = 0
    dialect: SqlDialect = field(default=SQLITE)

    def statement(self) -> tuple[str, list[object]]:
        """@return: the text and its parameters."""
        parts = [f"SELECT {', '.join(self.columns)} FROM {self.source}"]
        parameters: list[object] = []
        if self.conditions:
            parts.append("WHERE " + " AND ".join(f"({c.sql})" for c in self.conditions))
            for condition in self.conditions:
                parameters.extend(condition.parameters)
        if self.order:
            terms = []
            for term in self.order:
                terms.append(f"{term.sql} {term.direction}")
                parameters.extend(term.parameters)
            parts.append("ORDER BY " + ", ".join(terms))
        if self.limit is not None or self.offset:
            mark = self.dialect.placeholder
            parts.append(f"LIMIT {mark} OFFSET {mark}")
            parameters.extend((self.dialect.noLimit if self.limit is None else self.limit, self.offset))
        return " ".join(parts), parameters
