# -*- test-case-name: tests.qgiscompat.core -*-
"""
What is importable as C{qgis.core}.

Names are made when they are first asked for: L{NAMES} says where.  Names of QGIS that are
not among them are inert classes (L{ogctwist.qgiscompat.inert}): C{from qgis.core import *}
gives these too.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from ogctwist.qgiscompat.core.inertnames import ALL
from ogctwist.qgiscompat.inert import inertClass

_MODULES = {
    "application": "QgsApplication QgsAuthManager QgsNetworkAccessManager QgsProjectStorageRegistry "
    "QgsProviderRegistry QgsSettings QgsSettingsEntryString",
    "collections": "QgsMapThemeCollection QgsProjectVersion QgsProjectViewSettings "
    "QgsRelation QgsRelationManager",
    "contexts": "QgsExpressionContext QgsExpressionContextGenerator QgsExpressionContextScope "
    "QgsExpressionContextUtils",
    "crs": "QgsCoordinateReferenceSystem QgsCoordinateTransform QgsCoordinateTransformContext QgsCsException",
    "dataprovider": "QgsDataProvider QgsRasterDataProvider QgsVectorDataProvider",
    "datasourceuri": "QgsDataSourceUri",
    "enums": "Qgis QgsMapLayerType QgsMapSettings",
    "expression": "QgsExpression",
    "feature": "QgsFeature QgsFeatureIterator",
    "fields": "QgsEditorWidgetSetup QgsField QgsFieldConstraints QgsFields",
    "filewriter": "QgsVectorFileWriter",
    "filterproviders": "QgsFeatureFilterProvider",
    "foreignfunctions": "QgsExpressionFunction",
    "geometry": "QgsGeometry",
    "jsonexport": "QgsJsonExporter QgsJsonUtils",
    "layerdescription": "QgsMapLayerServerProperties",
    "layertree": "QgsLayerTree QgsLayerTreeGroup QgsLayerTreeLayer QgsLayerTreeNode",
    "layouts": "QgsLayoutAtlas QgsLayoutExporter QgsLayoutItemMap QgsLayoutManager QgsMasterLayoutInterface "
    "QgsPrintLayout",
    "maplayer": "QgsMapLayer",
    "messages": "QgsLogger QgsMessageLog",
    "metadata": "QgsAbstractMetadataBase QgsLayerMetadata QgsProjectMetadata",
    "odds": "QgsDistanceArea QgsHstoreUtils QgsReadWriteContext QgsRenderContext QgsSpatialIndex "
    "QgsUnitTypes QgsXmlUtils",
    "points": "QgsPoint QgsPointXY",
    "project": "QgsProject",
    "rasterlayer": "QgsAnnotationLayer QgsGroupLayer QgsMeshLayer QgsPluginLayer QgsPointCloudLayer "
    "QgsRasterLayer QgsVectorTileLayer",
    "ranges": "QgsDateRange QgsDateTimeRange",
    "rectangle": "QgsRectangle QgsReferencedRectangle",
    "renderers": "QgsCategorizedSymbolRenderer QgsFeatureRenderer QgsGraduatedSymbolRenderer "
    "QgsLegendSymbolItem QgsRendererCategory QgsRendererRange QgsRuleBasedRenderer QgsSingleSymbolRenderer",
    "request": "QgsFeatureRequest",
    "stylemanager": "QgsMapLayerStyle QgsMapLayerStyleManager",
    "values": "NULL",
    "vectorlayer": "QgsVectorLayer",
    "vectorlayerparts": "QgsVectorLayerJoinInfo",
    "wkbtypes": "QgsWkbTypes",
}

#: Name to the module of this package that has it.
NAMES: dict[str, str] = {name: module for module, names in _MODULES.items() for name in names.split()}

__all__ = [*NAMES, *sorted(ALL - NAMES.keys())]


def __getattr__(name: str) -> Any:
    if name in NAMES:
        value = getattr(import_module(f"{__name__}.{NAMES[name]}"), name)
    elif name == "qgsfunction":
        # As qgis.utils has it; no name of qgis.core.
        value = import_module(f"{__name__}.foreignfunctions").qgsfunction
    elif name in ALL:
        value = inertClass("qgis.core", name)
    else:
        raise AttributeError(f"module 'qgis.core' has no attribute {name!r}")
    globals()[name] = value
    return value
