# -*- test-case-name: tests.services.wfs.test_transaction -*-
"""One feature under change, as access control and the rules of the layer see it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ogctwist.geo.batch import FeatureBatch
from ogctwist.geo.geometry import GeometryColumn
from ogctwist.sources.columns import columnOf
from ogctwist.sources.query import SourceSchema


class EditedFeature(Mapping[str, Any]):
    """
    A mapping of attribute names to values.

    @ivar id: the feature id; None before it has one.
    @ivar geometry: a Shapely geometry in the layer's CRS, or None.
    """

    def __init__(self, identifier: int | None, values: Mapping[str, Any], geometry: Any):
        self.id = identifier
        self.geometry = geometry
        self._values = dict(values)

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def changed(self, values: Mapping[str, Any], geometry: tuple[Any, ...] = ()) -> EditedFeature:
        """
        The feature after a change.

        @param geometry: the new geometry in a tuple; empty: it stays.
        """
        return EditedFeature(self.id, {**self._values, **values}, geometry[0] if geometry else self.geometry)

    def batch(self, schema: SourceSchema) -> FeatureBatch:
        """The feature as the only row of a batch, for expressions."""
        columns = {
            field.name: columnOf([self._values.get(field.name)], field.type) for field in schema.fields
        }
        shapes = np.empty(1, object)
        shapes[0] = self.geometry
        ids = np.array([0 if self.id is None else self.id], np.int64)
        return FeatureBatch(ids, GeometryColumn.fromShapes(shapes), columns)


def featuresOf(batch: FeatureBatch) -> list[EditedFeature]:
    """The features of a batch, each by itself."""
    shapes = [None] * len(batch) if batch.geometry is None else list(batch.geometry.shapes)
    columns = {name: column.to_pylist() for name, column in batch.columns.items()}
    return [
        EditedFeature(identifier, {name: values[row] for name, values in columns.items()}, shapes[row])
        for row, identifier in enumerate(batch.ids.tolist())
    ]
