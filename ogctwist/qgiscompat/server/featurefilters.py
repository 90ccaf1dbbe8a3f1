# -*- test-case-name: tests.qgiscompat.test_featurefilters -*-
"""QgsFeatureFilter and QgsFeatureFilterProviderGroup."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ogctwist.qgiscompat.core import QgsFeatureFilterProvider


def restrict(request: Any, expression: str) -> None:
    """Join an expression with what a QgsFeatureRequest has."""
    if expression:
        request.combineFilterExpression(expression)


class QgsFeatureFilter(QgsFeatureFilterProvider):
    """An expression for each layer."""

    _q_filters: dict[str, str]

    def _make(self, a0: QgsFeatureFilter | None = None) -> None:
        self._q_filters = dict(a0._q_filters) if a0 is not None else {}

    def setFilter(self, layer: Any, expression: Any) -> None:
        """Set the expression (a QgsExpression) of a layer."""
        self._q_filters[layer.id()] = expression.expression()

    def filterFeatures(self, layer: Any, filterFeatures: Any) -> None:
        """Add the layer's expression to a QgsFeatureRequest."""
        restrict(filterFeatures, self._q_filters.get(layer.id(), ""))

    def layerAttributes(self, layer: Any, attributes: Iterable[str]) -> list[str]:
        """All of them."""
        return list(attributes)

    def clone(self) -> QgsFeatureFilter:
        """A copy."""
        return QgsFeatureFilter(self)


class QgsFeatureFilterProviderGroup(QgsFeatureFilterProvider):
    """Several providers, each after the other."""

    _q_providers: list[Any]

    def _make(self, a0: QgsFeatureFilterProviderGroup | None = None) -> None:
        self._q_providers = list(a0._q_providers) if a0 is not None else []

    def addProvider(self, provider: Any) -> QgsFeatureFilterProviderGroup:
        """Add one.  @return: the group."""
        if provider is not None:
            self._q_providers.append(provider)
        return self

    def filterFeatures(self, layer: Any, filterFeatures: Any) -> None:
        """Let each add to a QgsFeatureRequest."""
        for provider in self._q_providers:
            provider.filterFeatures(layer, filterFeatures)

    def layerAttributes(self, layer: Any, attributes: Iterable[str]) -> list[str]:
        """What all of them leave."""
        left = list(attributes)
        for provider in self._q_providers:
            left = list(provider.layerAttributes(layer, left))
        return left

    def clone(self) -> QgsFeatureFilterProviderGroup:
        """A copy, of the providers too."""
        made = QgsFeatureFilterProviderGroup()
        for provider in self._q_providers:
            made.addProvider(provider.clone())
        return made
