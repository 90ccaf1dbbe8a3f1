# -*- test-case-name: tests.qgiscompat.core.test_project -*-
"""QgsRasterLayer, and the layers of kinds that are read but not drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import rasterio
from lxml import etree

from ogctwist.geo.box import Box
from ogctwist.project.datasource import splitFileUri
from ogctwist.project.layers import DataSource, Layer, LayerKind
from ogctwist.qgiscompat.core.crs import _read as readCrs
from ogctwist.qgiscompat.core.dataprovider import QgsRasterDataProvider
from ogctwist.qgiscompat.core.maplayer import QgsMapLayer
from ogctwist.qgiscompat.core.vectorlayer import QgsVectorLayer

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)


class QgsRasterLayer(QgsMapLayer):
    """A layer of pixels."""

    def _make(
        self, uri: str = "", baseName: str = "", providerType: str = "gdal", options: Any = None
    ) -> None:
        name = f"{baseName}_{str(uuid4()).replace('-', '_')}"
        source = DataSource(providerType, str(uri))
        self._q_layer = self._q_original = Layer(name, baseName, LayerKind.RASTER, source)
        self._q_project, self._q_isRemoved = None, False
        self._q_setUp()
        if providerType == "gdal":
            self._q_layer = self._q_original = self._q_opened()

    def _q_opened(self) -> Layer:
        try:
            with rasterio.open(splitFileUri(self._q_layer.source.uri).path) as file:
                crs = readCrs(file.crs.to_wkt()) if file.crs else None
                return replace(self._q_layer, crs=crs, extent=Box(*file.bounds))
        except rasterio.errors.RasterioIOError as error:
            return replace(self._q_layer, failure=str(error))

    def _q_setUp(self) -> None:
        self._q_size: tuple[int, int, int] | None = None

    def _q_sizes(self) -> tuple[int, int, int]:
        """Width, height, bands; zeros when it cannot be opened."""
        if self._q_size is None:
            try:
                with rasterio.open(splitFileUri(self._q_layer.source.uri).path) as file:
                    self._q_size = file.width, file.height, file.count
            except rasterio.errors.RasterioIOError:
                self._q_size = 0, 0, 0
        return self._q_size

    def _q_pipe(self) -> Any:
        """The renderer in the current style, and the style's root."""
        style = self._q_layer.style
        root = etree.fromstring(style.xml if style else b"<maplayer/>", _PARSER)
        return root.find("pipe/rasterrenderer"), root

    def opacity(self) -> float:
        """1 is opaque; it is the renderer's."""
        renderer, _ = self._q_pipe()
        return 1.0 if renderer is None else float(renderer.get("opacity", "1"))

    def setOpacity(self, opacity: float) -> None:
        """Set it, in the current style."""
        renderer, root = self._q_pipe()
        if renderer is not None:
            renderer.set("opacity", str(float(opacity)))
            first, *others = self._q_layer.styles
            self._q_change(styles=(replace(first, xml=etree.tostring(root)), *others))

    def dataProvider(self) -> QgsRasterDataProvider:
        """What reads its data."""
        return QgsRasterDataProvider(self)

    def width(self) -> int:
        """Pixels from left to right."""
        return self._q_sizes()[0]

    def height(self) -> int:
        """Pixels from top to bottom."""
        return self._q_sizes()[1]

    def bandCount(self) -> int:
        """How many bands."""
        return self._q_sizes()[2]

    def rasterUnitsPerPixelX(self) -> float:
        """The width of a pixel."""
        return self.extent().width() / self.width() if self.width() else 0.0

    def rasterUnitsPerPixelY(self) -> float:
        """The height of a pixel."""
        return self.extent().height() / self.height() if self.height() else 0.0


class QgsMeshLayer(QgsMapLayer):
    """A layer of a mesh."""


class QgsVectorTileLayer(QgsMapLayer):
    """A layer of vector tiles."""


class QgsPointCloudLayer(QgsMapLayer):
    """A layer of points."""


class QgsAnnotationLayer(QgsMapLayer):
    """A layer of annotations."""


class QgsPluginLayer(QgsMapLayer):
    """A layer that a plugin of the desktop draws."""


class QgsGroupLayer(QgsMapLayer):
    """A group that is drawn as one layer."""


#: The class of each kind of layer; others are plain QgsMapLayers.
KINDS: dict[LayerKind, Any] = {
    LayerKind.VECTOR: QgsVectorLayer,
    LayerKind.RASTER: QgsRasterLayer,
    LayerKind.MESH: QgsMeshLayer,
    LayerKind.VECTOR_TILE: QgsVectorTileLayer,
    LayerKind.POINT_CLOUD: QgsPointCloudLayer,
    LayerKind.ANNOTATION: QgsAnnotationLayer,
    LayerKind.PLUGIN: QgsPluginLayer,
    LayerKind.GROUP: QgsGroupLayer,
}
