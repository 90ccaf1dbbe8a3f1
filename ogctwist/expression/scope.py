# -*- test-case-name: tests.expression.test_expression -*-
"""The rows that an evaluation works on."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ogctwist.expression.column import Column, objectArray
from ogctwist.expression.context import Budget, ExpressionContext
from ogctwist.expression.errors import ExpressionError
from ogctwist.expression.values import Feature
from ogctwist.geo.batch import FeatureBatch
from ogctwist.ows.exceptions import quoted


class Scope:
    """
    Some rows of a batch, the context, and variables that differ by row.

    @ivar length: the number of rows.
    @ivar hasFeature: whether there are features at all.
    """

    def __init__(
        self,
        batch: FeatureBatch | None,
        length: int,
        context: ExpressionContext,
        budget: Budget,
        rows: np.ndarray | None = None,
        local: Mapping[str, Column] | None = None,
        cache: dict[str, Column] | None = None,
    ):
        self.batch = batch
        self.length = length
        self.context = context
        self.budget = budget
        self.rows = rows
        self._local: Mapping[str, Column] = local or {}
        self._cache: dict[str, Column] = {} if cache is None else cache

    @property
    def hasFeature(self) -> bool:
        """Whether the rows are features."""
        return self.batch is not None

    def attribute(self, name: str) -> Column:
        """
        The column of an attribute, found by its name, else by its name in any case.

        @raise ExpressionError: there is none.
        """
        found = self._cache.get(name)
        if found is None:
            found = self._cache[name] = Column.fromArrow(self._array(name))
        return found if self.rows is None else found.take(self.rows)

    def _array(self, name: str) -> object:
        columns = {} if self.batch is None else self.batch.columns
        if name in columns:
            return columns[name]
        folded = name.lower()
        for other, array in columns.items():
            if other.lower() == folded:
                return array
        raise ExpressionError(f"Field '{quoted(name)}' not found")

    def names(self) -> tuple[str, ...]:
        """The attributes at hand."""
        return () if self.batch is None else tuple(self.batch.columns)

    def geometry(self) -> Column:
        """The geometries of the features; NULL without."""
        if self.batch is None or self.batch.geometry is None:
            return Column.constant(None, self.length)
        shapes = self.batch.geometry.shapes
        return Column.objects(shapes if self.rows is None else shapes[self.rows])

    def ids(self) -> Column:
        """The feature ids; NULL without features."""
        if self.batch is None:
            return Column.constant(None, self.length)
        ids = self.batch.ids if self.rows is None else self.batch.ids[self.rows]
        return Column.fromValues(ids.tolist())

    def variable(self, name: str) -> Column:
        """The value of a variable; NULL when it is unknown."""
        local = self._local.get(name)
        if local is not None:
            return local
        if self.batch is not None and name in ("id", "geometry", "feature"):
            return {"id": self.ids, "geometry": self.geometry, "feature": self.features}[name]()
        return Column.constant(self.context.variables.get(name), self.length)

    def features(self) -> Column:
        """The features as values; NULL without features."""
        if self.batch is None:
            return Column.constant(None, self.length)
        names = self.names()
        rows = (
            list(zip(*(self.attribute(name).values() for name in names), strict=True)) or [()] * self.length
        )
        ids, shapes = self.ids().values(), self.geometry().values()
        return Column.objects(
            objectArray(
                Feature(id_, dict(zip(names, row, strict=True)), shape)  # type: ignore[arg-type]
                for id_, row, shape in zip(ids, rows, shapes, strict=True)
            )
        )

    def take(self, rows: np.ndarray) -> Scope:
        """The scope of some of the rows: integer positions, which may repeat."""
        composed = rows if self.rows is None else self.rows[rows]
        local = {name: column.take(rows) for name, column in self._local.items()}
        return Scope(self.batch, len(rows), self.context, self.budget, composed, local, self._cache)

    def withVariables(self, columns: Mapping[str, Column]) -> Scope:
        """The same rows with variables of their own."""
        local = {**self._local, **columns}
        return Scope(self.batch, self.length, self.context, self.budget, self.rows, local, self._cache)
