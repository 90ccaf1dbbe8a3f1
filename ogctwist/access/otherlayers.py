# -*- test-case-name: tests.endtoend.test_otherlayers -*-
"""The layers that the expressions of a layer may look at: as far as the request may see them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from twisted.logger import Logger

from ogctwist.access.view import ProjectView
from ogctwist.geo.batch import FeatureBatch
from ogctwist.ows.exceptions import SecurityException
from ogctwist.project.layers import Layer, LayerKind
from ogctwist.project.model import Project
from ogctwist.sources.query import FeatureQuery, SourceError

log = Logger()

#: What looks at other layers, in the XML of a style.
_LOOKS_ELSEWHERE = re.compile(
    rb"(?:get_feature|get_feature_by_id|aggregate|layer_property|is_layer_visible|overlay_\w+)\s*\(", re.I
)


def lookedAt(project: Project, layers: Iterable[Layer]) -> list[Layer]:
    """
    The layers that the styles and virtual fields of others may look at.  Which ones is known only
    when they are evaluated: all with features, or none.
    """
    if not any(_looksElsewhere(style.xml) for layer in layers for style in layer.styles):
        return []
    return [layer for layer in project.layers.values() if layer.kind is LayerKind.VECTOR]


@lru_cache(maxsize=4096)
def _looksElsewhere(xml: bytes) -> bool:
    return _LOOKS_ELSEWHERE.search(xml) is not None


class OtherLayers:
    """
    L{ogctwist.expression.ExpressionLayers} over the view of a request.  It blocks, so it is for worker
    threads; a layer that the request may not see, or that cannot be read, is not there.
    """

    def __init__(self, view: ProjectView, isCancelled: Callable[[], bool]):
        self._view = view
        self._isCancelled = isCancelled

    def layerProperty(self, layer: str, name: str) -> object:
        """See L{ogctwist.expression.ExpressionLayers}."""
        found = self._named(layer)
        if found is None:
            return None
        about = found.description
        known: dict[str, object] = {
            "name": found.name,
            "id": found.id,
            "title": about.title,
            "abstract": about.abstract,
            "keywords": about.keywords,
            "crs": found.crs.authid if found.crs else "",
        }
        return known.get(name.strip().lower())

    def read(self, layer: str, fields: Sequence[str] | None, geometry: bool) -> Sequence[FeatureBatch] | None:
        """See L{ogctwist.expression.ExpressionLayers}."""
        found = self._named(layer)
        if found is None:
            return None
        query = FeatureQuery(fields=None if fields is None else tuple(fields), geometry=geometry)
        try:
            return list(self._view.lookAt(found.id).read(query, self._isCancelled))
        except SourceError as error:
            log.warn("layer {layer} cannot be looked at: {reason}", layer=found.id, reason=str(error))
            return None

    def relation(self, relation: str) -> tuple[str, tuple[tuple[str, str], ...]] | None:
        """See L{ogctwist.expression.ExpressionLayers}."""
        for each in self._view.project.relations.values():
            if relation in (each.id, each.name):
                return each.referencingLayer, each.fieldPairs
        return None

    def _named(self, layer: str) -> Layer | None:
        """The layer with this id or name that the request may read."""
        layers = self._view.project.layers
        candidates = [layers[layer]] if layer in layers else []
        candidates += [each for each in layers.values() if each.name == layer]
        for each in candidates:
            try:
                self._view.lookAt(each.id)
            except (LookupError, SecurityException):
                continue
            return each
        return None
