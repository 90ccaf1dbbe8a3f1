# -*- test-case-name: tests.qgiscompat.core.test_project -*-
"""
The sources of layers for plugins: what blocks here blocks the plugin's own thread.

A plugin is trusted as the project is: it reads all features of a layer.
"""

from __future__ import annotations

from typing import Any

from ogctwist.expression import ExpressionContext, ExpressionError
from ogctwist.project.layers import Layer
from ogctwist.project.model import Project
from ogctwist.qgiscompat.active import activeRuntime
from ogctwist.qgiscompat.threads import checkTime
from ogctwist.sources.catalogue import SourceCatalogue
from ogctwist.sources.query import UNRESTRICTED, FeatureQuery, Restriction, SourceError

_own: SourceCatalogue | None = None


def catalogueFor(layer: Layer, served: Project | None) -> SourceCatalogue:
    """
    Where the features of a layer come from: the server's own catalogue, with what it has open and in
    memory, for a layer as the project's file has it; another one for what a plugin made, which
    may lie where no project may read.
    """
    known = None if served is None else served.layers.get(layer.id)
    runtime = activeRuntime()
    if runtime is not None and known is not None and known.source == layer.source:
        catalogue: SourceCatalogue = runtime.parts.catalogue
        return catalogue
    global _own
    if _own is None:
        # Only the blocking side of its sources is used, which needs no pool.
        _own = SourceCatalogue(None)  # type: ignore[arg-type]
    return _own


def sourceOf(layer: Layer, project: Project | None, served: Project | None = None) -> Any:
    """
    The blocking source of a layer: L{ogctwist.sources.restricted.RestrictedFeatures}.

    @param project: whose other layers are joined to it, as plugins see them; None for no joins.
    @param served: the project as its file has it.
    """

    def neighbour(layerId: str) -> tuple[Layer, Restriction] | None:
        other = None if project is None else project.layers.get(layerId)
        return None if other is None else (other, UNRESTRICTED)

    return catalogueFor(layer, served).features(layer, UNRESTRICTED, neighbour).features  # type: ignore[attr-defined]


def rowsOf(source: Any, query: FeatureQuery) -> Any:
    """
    The features one by one: (id, values by name, Shapely geometry or None).

    @raise SourceError: it cannot be read, or an expression is none.
    """
    try:
        for batch in source.read(query, isGivenUp):
            columns = {name: column.to_pylist() for name, column in batch.columns.items()}
            shapes = [None] * len(batch) if batch.geometry is None else batch.geometry.shapes
            for row, id_ in enumerate(batch.ids.tolist()):
                yield id_, {name: values[row] for name, values in columns.items()}, shapes[row]
    except ExpressionError as error:
        raise SourceError(str(error)) from error


def isGivenUp() -> bool:
    """Whether the hook that reads was cut off: then it ends here."""
    checkTime()
    return False


def emptyContext() -> ExpressionContext:
    """Of expressions that know nothing but the feature."""
    return ExpressionContext()
