# -*- test-case-name: tests.services.wms.test_dimensions -*-
"""The values of WMS dimensions (WMS 1.3.0, annex C), asked of the sources of the layers that have some."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc
from twisted.logger import Logger

from ogctwist.interfaces import IFeatureSource
from ogctwist.project.layers import Dimension, Layer
from ogctwist.project.model import Project
from ogctwist.server.request import ServiceRequest
from ogctwist.services.wms.capabilities.layers import DimensionValues
from ogctwist.sources.query import FeatureQuery, SourceError
from ogctwist.workers.together import allOf

log = Logger()

#: More values than this say nothing to a client, and make a document of megabytes.
MOST_VALUES = 10_000

#: How a dimension without a value in the request is taken (QgsMapLayerServerProperties).
ALL_VALUES, MIN_VALUE, MAX_VALUE, REFERENCE_VALUE = range(4)


async def dimensionValues(
    request: ServiceRequest, project: Project, readable: Mapping[str, Layer]
) -> dict[str, DimensionValues]:
    """
    @return: layer id -> dimension name in lower case -> (values joined as in the
        Dimension element, default or '').
    """
    dimensioned = [layer for layer in readable.values() if layer.dimensions and layer.failure is None]
    if not dimensioned:
        return {}
    view = await request.view(project, [layer.id for layer in dimensioned])

    async def ofLayer(layer: Layer) -> dict[str, tuple[str, str]]:
        found = {}
        for dimension in layer.dimensions:
            try:
                values = await valuesOf(view.features(layer.id), dimension)
            except SourceError as error:
                log.warn("no dimension values of {layer}: {reason}", layer=layer.id, reason=str(error))
                continue
            if values:
                found[dimension.name.lower()] = (", ".join(values), defaultOf(dimension, values))
        return found

    found = await allOf(ofLayer(layer) for layer in dimensioned)
    return {layer.id: values for layer, values in zip(dimensioned, found, strict=True) if values}


def defaultOf(dimension: Dimension, values: list[str]) -> str:
    """The value of a dimension that a request does not name; '' when it then has no say."""
    if dimension.defaultDisplay == MIN_VALUE:
        return values[0]
    if dimension.defaultDisplay == MAX_VALUE:
        return values[-1]
    return dimension.referenceValue if dimension.defaultDisplay == REFERENCE_VALUE else ""


async def valuesOf(source: IFeatureSource, dimension: Dimension) -> list[str]:
    """The distinct values of a dimension's fields, sorted, as text."""
    fields = tuple(name for name in (dimension.fieldName, dimension.endFieldName) if name)
    cursor = await source.open(FeatureQuery(fields=fields, geometry=False))
    distinct: pa.Array | None = None
    try:
        while len(batch := await cursor.fetch()):
            for name in fields:
                column = pc.drop_null(batch.columns[name])
                distinct = column if distinct is None else pa.concat_arrays([distinct, column])
            assert distinct is not None
            distinct = pc.unique(distinct)
            if len(distinct) > MOST_VALUES:
                log.warn("dimension {name} has too many values", name=dimension.name)
                return []
    finally:
        await cursor.close()
    if distinct is None or not len(distinct):
        return []
    ordered = distinct.take(pc.sort_indices(distinct))
    return [text(value) for value in ordered.to_pylist()]


def text(value: object) -> str:
    """A value as it stands in a Dimension element: ISO 8601 for times, the shortest form of numbers."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return f"{value:.15g}" if isinstance(value, float) else str(value)
