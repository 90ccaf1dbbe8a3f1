# -*- test-case-name: tests.qgiscompat.core -*-
"""QgsMapLayer and its kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ogctwist.project.layers import Layer, LayerKind
from ogctwist.qgiscompat.core.feature import QgsFeature
from ogctwist.qgiscompat.wrapper import Wrapper

if TYPE_CHECKING:
    from ogctwist.qgiscompat.core.project import QgsProject


class QgsMapLayer(Wrapper):
    """A layer of a project."""

    _q_layer: Layer
    _q_project: QgsProject

    @classmethod
    def _q_of(cls, layer: Layer, project: QgsProject) -> Any:
        made = cls.__new__(cls)
        made._q_layer, made._q_project, made._q_isMade = layer, project, True
        return made

    def id(self) -> str:
        """The layer id."""
        return self._q_layer.id

    def name(self) -> str:
        """The name in the layer tree."""
        return self._q_layer.name

    def shortName(self) -> str:
        """The short name, or ''."""
        return self._q_layer.description.shortName


class QgsVectorLayer(QgsMapLayer):
    """A layer of features."""

    def _q_feature(self, mapping: Any) -> QgsFeature:
        """A feature of access control's (a mapping with C{id} and C{geometry}) as a QgsFeature."""
        feature = QgsFeature(mapping.id)
        feature._q_attributes = dict(mapping)
        feature._q_geometry = mapping.geometry
        return feature


class QgsRasterLayer(QgsMapLayer):
    """A layer of pixels."""


#: The class of each kind of layer; others are plain QgsMapLayers.
KINDS = {LayerKind.VECTOR: QgsVectorLayer, LayerKind.RASTER: QgsRasterLayer}
