# -*- test-case-name: tests.qgiscompat.core -*-
"""QgsFeatureFilterProvider."""

from __future__ import annotations

from typing import Any

from ogctwist.qgiscompat.wrapper import Wrapper, abstract


class QgsFeatureFilterProvider(Wrapper):
    """Says which features and attributes of a layer may be seen."""

    def filterFeatures(self, layer: Any, filterFeatures: Any) -> Any:
        """Add what restricts the features to a QgsFeatureRequest."""
        abstract(self, "filterFeatures")

    def layerAttributes(self, layer: Any, attributes: Any) -> Any:
        """Those of the attributes that may be seen."""
        abstract(self, "layerAttributes")

    def clone(self) -> Any:
        """A copy."""
        abstract(self, "clone")
