# -*- test-case-name: tests.qgiscompat.core.test_project -*-
"""
QgsMapLayer, over our own immutable Layer.

What a plugin sets replaces the layer that the object stands for (C{_q_change}); the project
counts it as changed, and the request is served with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ogctwist.project.layers import DataSource, Layer, LayerKind, ScaleRange
from ogctwist.qgiscompat.core.crs import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsCsException,
)
from ogctwist.qgiscompat.core.enums import enumOf, withEnums
from ogctwist.qgiscompat.core.layerdescription import LayerTexts
from ogctwist.qgiscompat.core.metadata import QgsLayerMetadata
from ogctwist.qgiscompat.core.rectangle import QgsRectangle
from ogctwist.qgiscompat.core.stylemanager import QgsMapLayerStyleManager
from ogctwist.qgiscompat.core.values import NULL
from ogctwist.qgiscompat.qt.objects import pyqtSignal

if TYPE_CHECKING:
    from ogctwist.qgiscompat.core.project import QgsProject

_Flag = enumOf("QgsMapLayer", "LayerFlag")
LayerType = enumOf("Qgis", "LayerType")

_TYPES = {
    LayerKind.VECTOR: LayerType.Vector, LayerKind.RASTER: LayerType.Raster, LayerKind.MESH: LayerType.Mesh,
    LayerKind.VECTOR_TILE: LayerType.VectorTile, LayerKind.POINT_CLOUD: LayerType.PointCloud,
    LayerKind.ANNOTATION: LayerType.Annotation, LayerKind.PLUGIN: LayerType.Plugin,
    LayerKind.GROUP: LayerType.Group,
}  # fmt: skip


class CannotEdit(NotImplementedError):
    """A plugin wants to change data through a layer."""


def withLayerTypes(cls: Any) -> Any:
    """The names that layer types had as members of the class: VectorLayer, RasterLayer, …"""
    for name, member in LayerType.__members__.items():
        if name.endswith("Layer"):
            setattr(cls, name, member)
    return cls


@withLayerTypes
@withEnums("QgsMapLayer")
class QgsMapLayer(LayerTexts):
    """A layer of a project."""

    LayerType = LayerType

    willBeDeleted = pyqtSignal()
    nameChanged = pyqtSignal()
    styleChanged = pyqtSignal()
    rendererChanged = pyqtSignal()
    repaintRequested = pyqtSignal()
    dataSourceChanged = pyqtSignal()
    crsChanged = pyqtSignal()
    configChanged = pyqtSignal()

    _q_layer: Layer
    _q_project: QgsProject | None

    @classmethod
    def _q_of(cls, layer: Layer, project: QgsProject | None) -> Any:
        made = cls.__new__(cls)
        made._q_layer = made._q_original = layer
        made._q_project, made._q_isMade = project, True
        made._q_isRemoved = False
        made._q_setUp()
        return made

    def _q_setUp(self) -> None:
        """What a kind of layer keeps besides."""

    def _q_change(self, **changes: Any) -> None:
        """Replace the layer by one with changes."""
        self._q_layer = replace(self._q_layer, **changes)

    def _q_reset(self) -> None:
        """Be as it was."""
        self._q_layer = self._q_original
        self.__dict__.pop("_q_signals", None)
        self._q_setUp()

    def _q_variables(self) -> dict[str, Any]:
        layer = self._q_layer
        return {
            "layer_name": layer.name,
            "layer_id": layer.id,
            "layer_crs": layer.crs.authid if layer.crs else "",
            "layer": self,
            **layer.variables,
        }

    # -- what it is

    def id(self) -> str:
        """The layer id."""
        return self._q_layer.id

    def name(self) -> str:
        """The name in the layer tree."""
        return self._q_layer.name

    def setName(self, name: str) -> None:
        """Rename it."""
        self._q_change(name=str(name))

    def type(self) -> Any:
        """Vector, raster, …"""
        return _TYPES.get(self._q_layer.kind, LayerType.Plugin)

    def project(self) -> Any:
        """The project that it belongs to, or None."""
        return self._q_project

    def isValid(self) -> bool:
        """Whether it can be used."""
        return self._q_layer.failure is None

    def isSpatial(self) -> bool:
        """Whether it has places."""
        return True

    def source(self) -> str:
        """Where its data lie, as the provider spells it."""
        return self._q_layer.source.uri

    def publicSource(self, hidePassword: bool = False) -> str:
        """The same without passwords."""
        import re

        return re.sub(r"(?i)\bpassword='(?:[^'\\]|\\.)*'|\bpassword=[^&\s]*", "", self.source())

    def providerType(self) -> str:
        """ogr, postgres, …"""
        return self._q_layer.source.provider

    def setDataSource(self, source: str, baseName: str = "", provider: str = "", *options: Any) -> None:
        """Read other data."""
        old = self._q_layer.source
        self._q_change(
            source=DataSource(provider or old.provider, str(source), ""),
            name=baseName or self._q_layer.name,
            failure=None,
        )

    def dataProvider(self) -> Any:
        """What reads the data; None without."""
        return None

    def crs(self) -> QgsCoordinateReferenceSystem:
        """Of the data."""
        return QgsCoordinateReferenceSystem._q_of(self._q_layer.crs)

    def setCrs(self, crs: QgsCoordinateReferenceSystem, emitSignal: bool = True) -> None:
        """Take the data to be in another."""
        self._q_change(crs=crs._q_crs)

    def extent(self) -> QgsRectangle:
        """As the project file has it."""
        return QgsRectangle._q_of(self._q_layer.extent)

    def setExtent(self, extent: QgsRectangle) -> None:
        """Set it."""
        self._q_change(extent=extent._q_box())

    def wgs84Extent(self, forceRecalculate: bool = False) -> QgsRectangle:
        """The extent in degrees."""
        if self._q_layer.wgs84Extent is not None:
            return QgsRectangle._q_of(self._q_layer.wgs84Extent)
        transform = QgsCoordinateTransform(self.crs(), QgsCoordinateReferenceSystem(4326))
        try:
            return transform.transformBoundingBox(self.extent())
        except QgsCsException:
            return QgsRectangle()

    def transformContext(self) -> QgsCoordinateTransformContext:
        """How its coordinates are transformed."""
        return QgsCoordinateTransformContext()

    # -- flags and drawing

    def flags(self) -> Any:
        """Whether it can be identified, removed, searched; whether it is private."""
        layer = self._q_layer
        flags = _Flag.Removable | (_Flag.Identifiable if layer.isIdentifiable else 0)
        flags |= _Flag.Searchable if layer.isSearchable else 0
        return _Flag(flags | (_Flag.Private if layer.isPrivate else 0))

    def setFlags(self, flags: int) -> None:
        """Set them."""
        flags = int(flags)
        self._q_change(
            isIdentifiable=bool(flags & _Flag.Identifiable),
            isSearchable=bool(flags & _Flag.Searchable),
            isPrivate=bool(flags & _Flag.Private),
        )

    def readOnly(self) -> bool:
        """Whether it cannot be edited."""
        return self._q_layer.isReadOnly

    def opacity(self) -> float:
        """1 is opaque."""
        return self._q_layer.opacity

    def setOpacity(self, opacity: float) -> None:
        """Set it, in the current style."""
        styles = self._q_layer.styles
        if styles:
            styles = (replace(styles[0], opacity=float(opacity)), *styles[1:])
        self._q_change(opacity=float(opacity), styles=styles)

    def hasScaleBasedVisibility(self) -> bool:
        """Whether it is drawn at some scales only."""
        return self._q_layer.scales is not None

    def setScaleBasedVisibility(self, enabled: bool) -> None:
        """Set it."""
        self._q_change(scales=(self._q_layer.scales or ScaleRange()) if enabled else None)

    def minimumScale(self) -> float:
        """The largest denominator."""
        return self._q_layer.scales.minimum if self._q_layer.scales else 0.0

    def maximumScale(self) -> float:
        """The smallest denominator."""
        return self._q_layer.scales.maximum if self._q_layer.scales else 0.0

    def isInScaleRange(self, denominator: float) -> bool:
        """Whether it is drawn at that scale."""
        return self._q_layer.scales is None or self._q_layer.scales.contains(denominator)

    def styleManager(self) -> QgsMapLayerStyleManager:
        """Its named styles."""
        return QgsMapLayerStyleManager(self)

    def triggerRepaint(self, *options: Any) -> None:
        """Nothing is on a screen."""

    def reload(self) -> None:
        """Data are read anew with every request."""

    def emitStyleChanged(self) -> None:
        """Say so to what is connected."""
        self.styleChanged.emit()

    # -- properties

    def customProperty(self, key: str, default: Any = None) -> Any:
        """A property by its name."""
        value = self._q_layer.properties.get(key, default)
        return list(value) if isinstance(value, tuple) else value

    def setCustomProperty(self, key: str, value: Any) -> None:
        """Set a property."""
        self._q_change(properties={**self._q_layer.properties, key: value})

    def removeCustomProperty(self, key: str) -> None:
        """Remove a property."""
        self._q_change(properties={k: v for k, v in self._q_layer.properties.items() if k != key})

    def customPropertyKeys(self) -> list[str]:
        """All names."""
        return list(self._q_layer.properties)

    def customProperties(self) -> Any:
        """All of them."""
        return CustomProperties(self._q_layer.properties)

    def metadata(self) -> QgsLayerMetadata:
        """What is told of it as a resource."""
        return QgsLayerMetadata(self._q_layer.metadata, self.crs())

    def dependencies(self) -> set[str]:
        """Ids of layers that it depends on."""
        return set(self._q_layer.dependencies)

    def isEditable(self) -> bool:
        """Whether it is being edited: never."""
        return False

    def timestamp(self) -> Any:
        """When its data changed: not known."""
        return NULL

    def _q_refuse(self, *arguments: Any, **named: Any) -> Any:
        raise CannotEdit(
            f"layer {self._q_layer.name}: plugins cannot edit layers on this server; send a WFS transaction"
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: '{self._q_layer.name}' ({self._q_layer.source.provider})>"


class CustomProperties(dict[str, Any]):
    """Properties with the methods of QgsObjectCustomProperties."""

    def __init__(self, values: Mapping[str, Any]):
        super().__init__(values)

    def value(self, key: str, default: Any = None) -> Any:
        """One of them."""
        return self.get(key, default)

    def contains(self, key: str) -> bool:
        """Whether there is one."""
        return key in self
